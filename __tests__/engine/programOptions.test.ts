// What a program may say beside its arguments, under a real engine: transforms, explicit providers that leave settings out, targets,
// names. Not proven here: options of a key that decide what becomes of it (`replacement.test.ts`, `keysInUse.test.ts`).
import { type Emulator, startEmulator } from "../../emulator";
import { sentinelSecret, showsSecret } from "../provider/sentinel";
import { describeWithEngine, PulumiProject, send, writes } from "./pulumiProject";

jest.setTimeout(180_000);

const stack = "options";
const program = `
const confluentcloud = require("@pulumi/confluentcloud");
const pulumi = require("@pulumi/pulumi");
const { FlinkAccess } = require("./components");
const config = new pulumi.Config("test");
if (config.get("replacesSecretOutputs")) {
    pulumi.runtime.registerResourceTransform(async ({ props, opts }) => ({
        props,
        opts: { ...opts, additionalSecretOutputs: ["restEndpoint"] },
    }));
}
// Without oauth, and in Confluent Cloud without endpoint.
const provider = config.get("explicit") && new confluentcloud.Provider("organization", {
    cloudApiKey: process.env.CONFLUENT_CLOUD_API_KEY,
    cloudApiSecret: process.env.CONFLUENT_CLOUD_API_SECRET,
    ...(config.get("explicit") === "endpoint" && { endpoint: new pulumi.Config("confluentcloud").require("endpoint") }),
});
const environment = config.get("makesEnvironment") && new confluentcloud.Environment("shop", { displayName: "shop" });
const access = new FlinkAccess(config.get("name") || "flink", {
    environmentId: environment ? environment.id : config.get("environmentId") || "env-abc123",
    regions: ["aws.us-east-2"],
    roles: ["OrganizationAdmin"],
    ...config.getObject("args"),
}, { ...(provider && { provider }), aliases: config.getObject("aliases") || [] });
if (provider) access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-abc123" });
`;

describeWithEngine("a FlinkAccess", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeEach(async () => {
        let made = 0;
        emulator = await startEmulator({ makeSecret: () => sentinelSecret(++made) });
        project = new PulumiProject(emulator, program);
        await project.init(stack);
    });

    afterEach(async () => {
        project?.remove();
        await emulator?.close();
    });

    function configure(settings: Record<string, unknown> = {}): void {
        const entries = Object.entries(settings).map(([name, value]) => [`test:${name}`, value]);
        project.configure(stack, Object.fromEntries(entries));
    }

    const accounts = () => emulator.state().serviceAccounts.filter(({ seeded }) => !seeded);

    it("keeps its secrets encrypted although a transform replaces the list of secret outputs", async () => {
        configure({ replacesSecretOutputs: true });
        await project.do(stack, "up");
        const [key] = project.stored(stack, "FlinkApiKey");
        expect(key?.outputs?.apiSecret).toMatchObject({ ciphertext: expect.stringMatching(/^v1:/) });
        await project.do(stack, "refresh");
        await project.do(stack, "up", "--expect-no-changes");
        expect(project.anyFile((content) => showsSecret(content.toString("latin1")))).toBe(false);
    });

    it("shows no change in the preview of an explicit provider that leaves settings out", async () => {
        configure({ explicit: "endpoint" });
        await project.do(stack, "up");
        const preview = await project.run(stack, ["preview", "--diff", "--expect-no-changes"]);
        expect(preview).toMatchObject({
            code: 0,
            text: expect.not.stringContaining("are not known during preview"),
        });
        await project.do(stack, "up", "--expect-no-changes");
    });

    it("is previewed before its environment is there, and made together with it", async () => {
        configure({ makesEnvironment: true });
        const preview = await project.run(stack, ["preview"]);
        expect(preview).toMatchObject({
            code: 0,
            text: expect.stringMatching(/FlinkApiKey flink-aws.us-east-2 create/),
        });
        expect(writes(emulator)).toEqual([]);
        await project.do(stack, "up");
        const [key] = project.stored(stack, "FlinkApiKey");
        const made = emulator.state().environments.find(({ displayName }) => displayName === "shop");
        expect(key?.outputs).toMatchObject({ status: "ready", scope: `${made?.id}.aws.us-east-2` });
        await project.do(stack, "up", "--expect-no-changes");
        await project.do(stack, "destroy");
        expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toEqual([]);
    });

    it("gives its account the right name if up targets only the account and the environment does not exist", async () => {
        configure({ environmentId: "env-zzz999" });
        const access = `urn:pulumi:${stack}::confluent-flink::confluent-flink:index:FlinkAccess`;
        const account = `${access}$confluentcloud:index/serviceAccount:ServiceAccount::flink-account`;
        await project.do(stack, "up", "--target", `${access}::flink`, "--target", account);
        expect(accounts()).toMatchObject([{ displayName: "confluent-flink-options-flink" }]);
    });

    it("is refused a grant that it has under its former name, and told how to keep it", async () => {
        const { json } = await send(emulator, "POST", "/iam/v2/service-accounts", {
            body: { display_name: "given" },
        });
        const args = { principal: { serviceAccountId: json.id }, roles: ["FlinkDeveloper"] };
        configure({ args });
        await project.do(stack, "up");
        configure({ args, name: "streams" });
        const refused = await project.run(stack, ["up", "--yes", "--skip-preview"]);
        expect(refused.code).not.toBe(0);
        expect(refused.text).toMatch(
            /already has at crn.*If this stack created it under a former name.*go back.*alias/,
        );
        const [before] = project.stored(stack, "FlinkApiKey");
        configure({ args });
        await project.do(stack, "up");
        configure({ args, name: "streams", aliases: [{ name: "flink" }] });
        await project.do(stack, "up");
        const [after, ...more] = project.stored(stack, "FlinkApiKey");
        expect(after?.outputs?.apiKey).toBe(before?.outputs?.apiKey);
        expect(more).toEqual([]);
        expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toMatchObject([{ usable: true }]);
    });
});
