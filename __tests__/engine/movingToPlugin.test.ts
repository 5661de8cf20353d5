// A stack of dynamic resources that becomes one of the plugin: what a person types, under a real engine, before and after. Other
// engines than the one on the PATH: docs/compatibility.md.
import { credentialsOf } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { sentinelSecret, showsSecret } from "../provider/sentinel";
import { KeyStack } from "./keyStack";
import { describeDynamic, liveKeys, PulumiProject, writes } from "./pulumiProject";

jest.setTimeout(180_000);

const program = `
const pulumi = require("@pulumi/pulumi");
const { FlinkAccess, FlinkApiKey } = require("pulumi-confluent-flink");
const { explicit } = new pulumi.Config().getObject("settings") ?? {};
const confluentcloud = require("@pulumi/confluentcloud");
const { url, key, secret } = explicit ?? {};
const provider = explicit && new confluentcloud.Provider("organization", {
    endpoint: url, cloudApiKey: key, cloudApiSecret: pulumi.secret(secret),
});
const access = new FlinkAccess("analytics", {
    environmentId: "env-abc123",
    regions: ["aws.us-east-2", "gcp.us-east1"],
    roles: ["FlinkDeveloper"],
}, provider && { providers: [provider] });
if (!explicit) new FlinkApiKey("single", {
    owner: access.principalId, environmentId: "env-abc123", cloud: "azure", region: "eastus2",
}, process.env.ALIAS ? { aliases: [{ type: process.env.ALIAS }] } : {});
exports.keys = access.keys;
`;
const alias = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";

describeDynamic("a stack of dynamic resources that moves to the plugin", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    let credentials: Record<string, string>;

    beforeEach(async () => {
        let made = 0;
        emulator = await startEmulator({ makeSecret: () => sentinelSecret(++made) });
        credentials = credentialsOf(emulator);
        project = new PulumiProject(emulator, program);
        await project.init("prod");
    });
    afterEach(async () => {
        project?.remove();
        await emulator?.close();
    });

    const up = (env: Record<string, string>, ...args: string[]) =>
        project.run("prod", ["up", "--yes", "--skip-preview", ...args], env);
    const stored = () =>
        Object.fromEntries(
            project
                .stored("prod", "FlinkApiKey")
                .map(({ urn, id, outputs }) => [urn.split("::").at(-1), { id, apiKey: outputs?.apiKey }]),
        );

    it("G86: keeps every key, id and secret, replaces nothing, and sends no request that writes", async () => {
        project.configure("prod", {});
        expect(await up(credentials)).toMatchObject({ code: 0 });
        const before = stored();
        const keys = liveKeys(emulator);
        const outputs = await project.outputs("prod");
        emulator.journal.clear();

        project.usePlugin();
        project.configure("prod", {});
        const { code, text } = await up({ ...credentials, ALIAS: alias });
        expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/\b[78] unchanged/) });
        expect(text).not.toMatch(/replaced|deleted/);
        expect(stored()).toEqual(before);
        expect(liveKeys(emulator)).toEqual(keys);
        expect(writes(emulator)).toEqual([]);
        expect(await project.outputs("prod")).toEqual(outputs);
        const types = project.stored("prod", "FlinkApiKey").map(({ type }) => type);
        expect(new Set(types)).toEqual(new Set(["confluent-flink:index:FlinkApiKey"]));
        expect(showsSecret(JSON.stringify(project.stored("prod", "FlinkApiKey")))).toBe(false);

        expect(await up(credentials, "--expect-no-changes")).toMatchObject({ code: 0 });
        expect(await project.run("prod", ["destroy", "--yes", "--skip-preview"], credentials)).toMatchObject({
            code: 0,
        });
        expect(liveKeys(emulator)).toEqual({});
    });

    it("G86: keeps them under an explicit provider too, whose organization stays the same", async () => {
        const { url, cloudApiKey: key, cloudApiSecret: secret } = emulator;
        const settings = { "confluent-flink:settings": { explicit: { url, key, secret } } };
        project.configure("prod", settings);
        expect(await up({})).toMatchObject({ code: 0 });
        const before = stored();
        emulator.journal.clear();

        project.usePlugin();
        project.configure("prod", settings);
        const { code, text } = await up({});
        expect({ code, text }).toEqual({ code: 0, text: expect.not.stringMatching(/replaced/) });
        expect(stored()).toEqual(before);
        expect(writes(emulator)).toEqual([]);
    });

    it("G87: shows in the preview that the way back would replace every key", async () => {
        project.configure("prod", {});
        project.usePlugin();
        project.configure("prod", {});
        expect(await up(credentials)).toMatchObject({ code: 0 });
        const keys = liveKeys(emulator);
        project.leavePlugin();
        const { code, text } = await project.run("prod", ["preview"], credentials);
        expect(code).toBe(0);
        for (const name of ["analytics-aws.us-east-2", "analytics-gcp.us-east1", "single"]) {
            expect(text).toContain(`+  pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey ${name} create`);
            expect(text).toContain(`-  confluent-flink:index:FlinkApiKey ${name} delete`);
        }
        expect(liveKeys(emulator)).toEqual(keys);
    });
});

describeDynamic("keys of the plugin in two organizations", () => {
    it("G88: are created again if the provider's settings lead to another organization", async () => {
        const first = await startEmulator();
        const second = await startEmulator({ organizationId: "22222222-0000-4000-8000-000000000000" });
        const project = new PulumiProject(first, program);
        const settings = ({ url, cloudApiKey: key, cloudApiSecret: secret }: Emulator) => ({
            "confluent-flink:settings": { explicit: { url, key, secret } },
        });
        try {
            await project.init("prod");
            project.usePlugin();
            project.configure("prod", settings(first));
            const made = await project.run("prod", ["up", "--yes", "--skip-preview"], {});
            expect(made).toMatchObject({ code: 0 });
            project.configure("prod", settings(second));
            const { text } = await project.run("prod", ["preview", "--diff"], {});
            expect(text).toMatch(/confluent-flink:index:FlinkApiKey: \(replace\)/);
            expect(text).toMatch(/organizationId/);
        } finally {
            project.remove();
            await Promise.all([first.close(), second.close()]);
        }
    });
});

describeDynamic("pulumi import of a key", () => {
    it("G89: adopts it with the secret of the environment, prints code, and the next up keeps it", async () => {
        let made = 0;
        const emulator = await startEmulator({ makeSecret: () => sentinelSecret(++made) });
        const project = new PulumiProject(
            emulator,
            `const { FlinkApiKey } = require("pulumi-confluent-flink");
             if (process.env.DECLARED) new FlinkApiKey("orders", {
                 owner: "sa-000aaa", environmentId: "env-abc123", cloud: "aws", region: "us-east-2",
                 displayName: "by hand", description: "made elsewhere",
             });`,
        );
        const credentials = credentialsOf(emulator);
        try {
            await project.init("prod");
            project.usePlugin();
            project.configure("prod", {});
            const names = { display_name: "by hand", description: "made elsewhere" };
            const { apiKey: id } = await makeKeyByHand(emulator, names);
            const imported = await project.run(
                "prod",
                [
                    "import",
                    "confluent-flink:index:FlinkApiKey",
                    "orders",
                    id,
                    "--yes",
                    "--skip-preview",
                    "--protect=false",
                ],
                { ...credentials, API_KEY_SECRET: sentinelSecret(1) },
            );
            expect(imported).toMatchObject({ code: 0, text: expect.stringContaining('owner: "sa-000aaa"') });
            expect(showsSecret(imported.text)).toBe(false);
            const [state] = project.stored("prod", "FlinkApiKey");
            expect(state?.outputs).toMatchObject({ apiKey: id, status: "ready" });
            expect(showsSecret(JSON.stringify(state))).toBe(false);
            const run = { ...credentials, DECLARED: "1" };
            expect(await project.run("prod", ["up", "--yes", "--skip-preview"], run)).toMatchObject({
                code: 0,
            });
            expect(liveKeys(emulator)).toEqual({ "aws.us-east-2": id });
            const rest = ["up", "--yes", "--skip-preview", "--expect-no-changes"];
            expect(await project.run("prod", rest, run)).toMatchObject({ code: 0 });
        } finally {
            project.remove();
            await emulator.close();
        }
    });

    it("G89: with the option import, a preview changes nothing, and up gives it the resource's tag in place of another's", async () => {
        const keys = await KeyStack.open();
        try {
            keys.project.usePlugin();
            const description = "made elsewhere [pcf-0123456789abcdef]";
            const made = await makeKeyByHand(keys.emulator, { description });
            keys.emulator.journal.clear();
            keys.declare({ orders: { options: { import: made.apiKey } } });
            const env = { API_KEY_SECRET: made.apiSecret };
            expect(await keys.pulumi(["preview"], env)).toMatchObject({ code: 0 });
            expect(writes(keys.emulator)).toEqual([]);
            const up = ["up", "--yes", "--skip-preview"];
            expect(await keys.pulumi(up, env)).toMatchObject({ code: 0 });
            expect(keys.live()).toEqual([made.apiKey]);
            keys.declare({ orders: {} });
            await keys.pulumi([...up, "--expect-no-changes"]);
            expect(keys.descriptions()).toEqual([
                expect.stringMatching(/^Pulumi confluent-flink\/prod \[pcf-(?!0123456789abcdef)/),
            ]);
        } finally {
            await keys.close();
        }
    });
});
