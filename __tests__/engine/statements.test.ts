// A statement of the official provider through the life of its key, on a real engine with the emulator behind both. Each
// test is a step that goes on from the one before. Not proven here: Confluent Cloud itself.
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, PulumiProject, writes } from "./pulumiProject";

jest.setTimeout(180_000);

const stack = "statements";

const program = `
const pulumi = require("@pulumi/pulumi");
const confluentcloud = require("@pulumi/confluentcloud");
const { FlinkAccess } = require("./components");
const config = new pulumi.Config("confluent-flink");
const environmentId = "env-abc123";
const access = new FlinkAccess("flink", {
    environmentId,
    regions: ["aws.us-east-2"],
    roles: ["OrganizationAdmin"],
    rotation: { overlap: config.require("overlap"), trigger: config.require("trigger") },
});
const pool = new confluentcloud.FlinkComputePool("pool", {
    displayName: "pool", cloud: "AWS", region: "us-east-2", maxCfu: 5, environment: { id: environmentId },
});
const provider = access.flinkProvider("aws.us-east-2", { computePoolId: pool.id });
if (provider !== access.flinkProvider("AWS.us-east-2", { computePoolId: pool.id })) throw new Error("two providers");
new confluentcloud.FlinkStatement("totals", {
    statement: "SELECT 1;", statementName: "totals", properties: { "sql.current-catalog": environmentId },
}, { provider });
exports.apiKeyIds = access.apiKeyIds;
exports.restEndpoints = access.restEndpoints;
exports.scopes = access.scopes;
`;

interface Step {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: { readonly inputs?: Record<string, unknown> };
    readonly newState?: { readonly inputs?: Record<string, unknown> };
}

describeWithEngine("a statement on access.flinkProvider", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    const keyIds = (): string[] =>
        emulator
            .state()
            .apiKeys.filter(({ seeded }) => !seeded)
            .map(({ id }) => id);
    const configure = (trigger: string, overlap: string): void =>
        project.configure(stack, {
            "confluent-flink:trigger": trigger,
            "confluent-flink:overlap": overlap,
        });
    const previewed = async (): Promise<Step[]> => {
        const { stdout, code, text } = await project.run(stack, ["preview", "--json"]);
        if (code !== 0) throw new Error(text);
        return JSON.parse(stdout.slice(stdout.indexOf("{"))).steps;
    };
    const opOf = (steps: Step[], name: string): string | undefined =>
        steps.find(({ urn }) => urn.endsWith(`::${name}`))?.op;
    const statementWrites = (): string[] => writes(emulator).filter((write) => write.includes("/statements"));

    beforeAll(async () => {
        emulator = await startEmulator({
            keyPropagation: { minMs: 100, maxMs: 100 },
            rolePropagation: { minMs: 100, maxMs: 100 },
        });
        project = new PulumiProject(emulator, program);
        await project.init(stack);
        configure("first text", "7d");
    });

    beforeEach(() => emulator.journal.clear());

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    it("knows scope and endpoint in the first preview, before its owner exists", async () => {
        const key = (await previewed()).find(({ urn }) => urn.endsWith("::flink-aws.us-east-2"));
        expect(key?.newState?.inputs).toMatchObject({
            scope: "env-abc123.aws.us-east-2",
            restEndpoint: `${emulator.url}/flink/aws.us-east-2`,
        });
    });

    it("is created with the key", async () => {
        await project.do(stack, "up");
        expect(statementWrites()).toHaveLength(1);
        expect(await project.outputs(stack)).toEqual({
            apiKeyIds: { "aws.us-east-2": keyIds()[0] },
            restEndpoints: { "aws.us-east-2": `${emulator.url}/flink/aws.us-east-2` },
            scopes: { "aws.us-east-2": "env-abc123.aws.us-east-2" },
        });
        const { text } = await project.run(stack, ["stack", "output", "--json"]);
        expect(text).not.toContain("[secret]");
    });

    it("does not change in two rotations, nor in their previews", async () => {
        for (const [i, trigger] of ["second text", "third text"].entries()) {
            configure(trigger, "7d");
            const steps = await previewed();
            expect(opOf(steps, "flink-aws.us-east-2")).toBe("update");
            expect(opOf(steps, "flink-aws.us-east-2-statements")).toBe("update");
            // With a key that is not known yet the engine asks the official provider for no comparison, and shows an
            // update without a difference.
            const totals = steps.find(({ urn }) => urn.endsWith("::totals"));
            const { __defaults, ...before } = totals?.oldState?.inputs ?? {};
            expect(totals?.op).toBe("update");
            expect(totals?.newState?.inputs).toEqual(before);
            emulator.journal.clear();
            const up = await project.do(stack, "up");
            expect(up.text).not.toMatch(/FlinkStatement totals +updat/);
            expect(statementWrites()).toEqual([]);
            expect(keyIds()).toHaveLength(i + 2);
        }
    });

    it("does not change when an overlap ends: the preview names the key, and each run deletes one", async () => {
        const [first, second] = keyIds();
        configure("third text", "0s");
        const preview = await project.run(stack, ["preview"]);
        expect(preview.text).toContain(`pulumi up deletes Flink API key ${first}`);
        expect(preview.text).not.toContain("replace");
        await project.do(stack, "up");
        await project.do(stack, "up");
        expect(keyIds()).toHaveLength(1);
        expect(keyIds()).not.toContain(second);
        expect(statementWrites()).toEqual([]);
    });

    it("is found by a refresh with the remaining key, and deleted by destroy", async () => {
        const refresh = await project.do(stack, "refresh");
        expect(refresh.text).not.toMatch(/updated|deleted/);
        const preview = await project.run(stack, ["preview", "--expect-no-changes"]);
        expect(preview).toMatchObject({ code: 0 });
        await project.do(stack, "destroy");
        expect(keyIds()).toEqual([]);
        expect(emulator.state().statements).toEqual([]);
    });
});
