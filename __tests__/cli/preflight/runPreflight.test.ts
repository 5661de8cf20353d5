// `preflight` against the emulator: it shows each right that is missing. Not proven here: which roles Confluent Cloud itself
// requires, and that it shows a principal its own role bindings, as its CLI suggests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandFailure } from "../../../cli/exitCodes";
import type { RightVerdict } from "../../../cli/preflight/checkRights";
import { type PreflightOptions, runPreflight } from "../../../cli/preflight/runPreflight";
import { type Emulator, startEmulator } from "../../../emulator";
import { EmulatorClient } from "../../emulator/emulatorClient";

const projectFile = `
name: confluent-flink
runtime: nodejs
stackConfigDir: stacks
config:
    environmentId: { type: string }
    regions: { type: array, items: { type: string } }
    principal: { type: object, default: {} }
    statementRunner: { type: object, default: {} }
`;

type Role = readonly [roleName: string, scope?: string];
const environmentAdmin: Role = ["EnvironmentAdmin", "/environment=env-abc123"];
const least: readonly Role[] = [["AccountAdmin"], ["ResourceKeyAdmin"], environmentAdmin];
const narrowStack = { roles: ["FlinkDeveloper"] };

let folder: string;
let emulator: Emulator;
let client: EmulatorClient;
let pipelineId: string;

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-preflight-"));
    mkdirSync(join(folder, "stacks"));
    writeFileSync(join(folder, "Pulumi.yaml"), projectFile);
    emulator = await startEmulator();
    client = new EmulatorClient(emulator);
    pipelineId = await client.makeAccount("pipeline");
});

afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await emulator.close();
});

async function grant(roles: readonly Role[]): Promise<void> {
    for (const [roleName, scope] of roles) {
        expect((await client.grant(pipelineId, roleName, scope)).status).toBe(201);
    }
}

/** Runs `preflight` with a new key of the pipeline, or with the given one. */
async function preflight(
    config: Record<string, unknown> = {},
    { pair = "", ...options }: Partial<PreflightOptions> & { pair?: string } = {},
): Promise<{ verdicts: Record<string, string>; text: string; failure: CommandFailure | undefined }> {
    const all = { environmentId: "env-abc123", regions: ["aws.us-east-2"], ...config };
    const lines = Object.entries(all).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
    const file = `config:\n  confluentcloud:endpoint: ${emulator.url}\n${lines.join("\n")}\n`;
    writeFileSync(join(folder, "stacks", "Pulumi.prod.yaml"), file);
    const [apiKey, apiSecret] = (pair || (await client.makeKey(pipelineId, { id: "cloud" }))).split(":");
    const env = {
        CONFLUENT_CLOUD_API_KEY: apiKey,
        CONFLUENT_CLOUD_API_SECRET: apiSecret,
        CONFLUENT_CLOUD_ENDPOINT: emulator.url,
    };
    let text = "";
    const write = jest.spyOn(process.stdout, "write").mockImplementation((part) => {
        text += String(part);
        return true;
    });
    let failure: CommandFailure | undefined;
    try {
        await runPreflight("prod", { cwd: folder, json: true, ...options }, env);
    } catch (error) {
        failure = error as CommandFailure;
    } finally {
        write.mockRestore();
    }
    const rows: RightVerdict[] = options.json === false || text === "" ? [] : JSON.parse(text);
    return { verdicts: Object.fromEntries(rows.map((r) => [r.right, r.verdict])), text, failure };
}

describe("preflight", () => {
    it("lists every right if the pipeline has none", async () => {
        const { verdicts, failure } = await preflight(narrowStack, { principal: pipelineId });
        expect(Object.values(verdicts).filter((verdict) => verdict === "missing")).toHaveLength(4);
        expect(failure?.message).toBe("prod: 4 rights are missing");
    });

    it("finds every right of a stack with narrow roles if the pipeline has the least rights that it needs", async () => {
        await grant(least);
        const { verdicts, failure } = await preflight(narrowStack);
        expect(verdicts).toEqual({
            "use the Cloud API key with Confluent Cloud": "ok",
            "see environment env-abc123": "ok",
            "find Flink in aws.us-east-2": "ok",
            "create the service account": "ok",
            "create and delete API keys of the service account": "ok",
            "grant FlinkDeveloper on environment=env-abc123": "ok",
        });
        expect(failure).toBeUndefined();
    });

    it("finds every right of the default roles if the pipeline has OrganizationAdmin", async () => {
        await grant([["OrganizationAdmin"]]);
        const { verdicts, failure } = await preflight();
        expect(new Set(Object.values(verdicts))).toEqual(new Set(["ok"]));
        expect(verdicts).toHaveProperty(["grant OrganizationAdmin on the organization"], "ok");
        expect(failure).toBeUndefined();
    });

    it("sends only GET requests", async () => {
        await grant(least);
        const pair = await client.makeKey(pipelineId, { id: "cloud" });
        emulator.journal.clear();
        await preflight(narrowStack, { pair });
        expect(new Set(emulator.journal.entries().map(({ method }) => method))).toEqual(new Set(["GET"]));
    });

    it.each<[string, string, string]>([
        ["AccountAdmin", "create the service account", "AccountAdmin on crn://confluent.cloud/organization="],
        [
            "ResourceKeyAdmin",
            "create and delete API keys of the service account",
            "ResourceKeyAdmin on crn://confluent.cloud/organization=",
        ],
        [
            "EnvironmentAdmin",
            "grant FlinkDeveloper on environment=env-abc123",
            "/environment=env-abc123, or OrganizationAdmin",
        ],
    ])("shows what is missing without %s: %s", async (roleName, right, explanation) => {
        await grant(least.filter(([name]) => name !== roleName));
        // Makes the environment visible, and gives none of the rights in this test.
        await grant([["DataDiscovery", "/environment=env-abc123"]]);
        const { verdicts, text, failure } = await preflight(narrowStack);
        const missing = Object.entries(verdicts).filter(([, verdict]) => verdict !== "ok");
        expect(missing).toEqual([[right, "missing"]]);
        expect(text).toContain(explanation);
        expect(text).toContain(`${pipelineId} has none of them`);
        expect(failure?.exitCode).toBe(3);
    });

    it("shows each missing right for the default roles: only an OrganizationAdmin may grant OrganizationAdmin", async () => {
        await grant(least);
        const { verdicts } = await preflight();
        expect(verdicts).toHaveProperty(["grant OrganizationAdmin on the organization"], "missing");
    });

    it("shows an environment that is not visible, and a Cloud API key that is refused", async () => {
        await grant([["EnvironmentAdmin", "/environment=env-def456"]]);
        const { verdicts, text } = await preflight(narrowStack);
        expect(verdicts).toHaveProperty(["see environment env-abc123"], "missing");
        expect(text).toContain("It sees env-def456.");
        const refused = await preflight(narrowStack, { pair: "AAAABBBBCCCCDDDD:wrong" });
        expect(refused.verdicts).toEqual({ "use the Cloud API key with Confluent Cloud": "missing" });
        expect(refused.failure?.exitCode).toBe(3);
    });

    it("shows a region without Flink", async () => {
        await grant(least);
        const { verdicts } = await preflight({ ...narrowStack, regions: ["aws.us-east-9"] });
        expect(verdicts).toHaveProperty(["find Flink in aws.us-east-9"], "missing");
    });

    it("accepts ResourceOwner on the owner's account for keys, and shows an owner that does not exist", async () => {
        const ownerId = await client.makeAccount("owner");
        await grant([["ResourceOwner", `/service-account=${ownerId}`], environmentAdmin]);
        const { verdicts, failure } = await preflight({
            ...narrowStack,
            principal: { serviceAccountId: ownerId },
        });
        expect(verdicts).toMatchObject({
            [`see the owner of the keys, ${ownerId}`]: "ok",
            [`create and delete API keys of ${ownerId}`]: "ok",
        });
        expect(failure).toBeUndefined();
        const gone = await preflight({ ...narrowStack, principal: { serviceAccountId: "sa-zzz999" } });
        expect(gone.verdicts).toHaveProperty(["see the owner of the keys, sa-zzz999"], "missing");
    });

    it("does not accept ResourceKeyAdmin for keys of the caller itself", async () => {
        await grant(least);
        const { verdicts } = await preflight({ ...narrowStack, principal: { serviceAccountId: pipelineId } });
        expect(verdicts).toHaveProperty([`create and delete API keys of ${pipelineId}`], "missing");
    });

    it("needs the right to grant a statement runner's roles on topics, on the cluster or above", async () => {
        const cluster = "/environment=env-abc123/cloud-cluster=lkc-abc123";
        await grant([["AccountAdmin"], ["ResourceKeyAdmin"], ["CloudClusterAdmin", cluster]]);
        const statementRunner = { kafkaClusterIds: ["lkc-abc123"], topics: ["orders"] };
        const { verdicts } = await preflight({ statementRunner });
        expect(verdicts).toMatchObject({
            "grant FlinkDeveloper on environment=env-abc123": "missing",
            "grant DeveloperRead on environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123/topic=orders":
                "ok",
        });
    });

    it("shows what it cannot check, and which option helps, if the caller's role bindings are not visible", async () => {
        await grant(least);
        const pair = await client.makeKey(pipelineId, { id: "cloud" });
        emulator.faults.add({ path: "/iam/v2/role-bindings", times: 0, action: { status: 403 } });
        const { verdicts, text, failure } = await preflight(narrowStack, { pair });
        expect(verdicts).toHaveProperty(["create the service account"], "unknown");
        expect(text).toContain("--principal");
        expect(failure?.exitCode).toBe(4);
    });

    it("prints a line for each right, and below it what to do", async () => {
        await grant(least);
        const { text } = await preflight({}, { json: false });
        expect(text).toContain("ok       see environment env-abc123\n");
        expect(text).toMatch(/missing {2}grant OrganizationAdmin on the organization\n {9}This needs Organ/);
    });

    it("refuses an unknown stack and an invalid principal", async () => {
        await preflight(narrowStack);
        await expect(runPreflight("test", { cwd: folder }, {})).rejects.toThrow(
            'stack: got "test", expected one of prod',
        );
        await expect(runPreflight("prod", { cwd: folder, principal: "me" }, {})).rejects.toThrow(
            '--principal: got "me"',
        );
        const elsewhere = { CONFLUENT_CLOUD_API_KEY: "a", CONFLUENT_CLOUD_API_SECRET: "b" };
        await expect(runPreflight("prod", { cwd: folder }, elsewhere)).rejects.toThrow(
            `confluentcloud:endpoint: got ${emulator.url}, expected https://api.confluent.cloud`,
        );
    });
});
