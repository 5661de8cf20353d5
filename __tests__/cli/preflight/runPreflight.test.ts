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
    keyScope: { type: string, default: region }
    principal: { type: object, default: {} }
    statementRunner: { type: object, default: {} }
`;

type Role = readonly [roleName: string, scope?: string];
const environmentAdmin: Role = ["EnvironmentAdmin", "/environment=env-abc123"];
/** Creates accounts with roles; whether it may create their keys is where Confluent's pages contradict each other. */
const least: readonly Role[] = [["AccountAdmin"], ["ResourceKeyAdmin"], environmentAdmin];
const keysOfNew = "create and delete API keys of the service account";
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

    it("is certain of every right except the keys if the pipeline creates accounts without OrganizationAdmin", async () => {
        await grant(least);
        const { verdicts, text, failure } = await preflight(narrowStack);
        expect(verdicts).toEqual({
            "use the Cloud API key with Confluent Cloud": "allowed",
            "see environment env-abc123": "allowed",
            "find Flink in aws.us-east-2": "allowed",
            "create the service account": "allowed",
            [keysOfNew]: "perhaps",
            "grant FlinkDeveloper on environment=env-abc123": "allowed",
        });
        expect(text).toContain(`${pipelineId} has EnvironmentAdmin: the table of Confluent's page`);
        expect(text).toContain("To find out, run npx pulumi-confluent-flink conformance");
        expect(text).toContain("To be certain: Let an administrator create the service account");
        expect([failure?.exitCode, failure?.message]).toEqual([
            4,
            "prod: no right is missing for certain, but 1 is uncertain",
        ]);
    });

    it("finds every right of the default roles if the pipeline has OrganizationAdmin", async () => {
        await grant([["OrganizationAdmin"]]);
        const { verdicts, failure } = await preflight();
        expect(new Set(Object.values(verdicts))).toEqual(new Set(["allowed"]));
        expect(verdicts).toHaveProperty(["grant OrganizationAdmin on the organization"], "allowed");
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
            "EnvironmentAdmin",
            "grant FlinkDeveloper on environment=env-abc123",
            "/environment=env-abc123, or OrganizationAdmin",
        ],
    ])("shows what is missing without %s: %s", async (roleName, right, explanation) => {
        await grant(least.filter(([name]) => name !== roleName));
        // Makes the environment visible, and gives none of the rights in this test.
        await grant([["DataDiscovery", "/environment=env-abc123"]]);
        const { verdicts, text, failure } = await preflight(narrowStack);
        const missing = Object.entries(verdicts).filter(([, verdict]) => verdict === "missing");
        expect(missing).toEqual([[right, "missing"]]);
        expect(text).toContain(explanation);
        expect(text).toContain(`${pipelineId} has none of them`);
        expect(failure?.exitCode).toBe(3);
    });

    it("shows that keys of a new account are missing without a role for them, and what to do instead", async () => {
        await grant([["AccountAdmin"], ["Operator", "/environment=env-abc123"]]);
        const { verdicts, text } = await preflight(narrowStack);
        expect(verdicts).toHaveProperty([keysOfNew], "missing");
        expect(text).toContain(
            "deploy/bootstrap does both); then set principal.serviceAccountId and roles: []",
        );
    });

    it("allows Global keys only to OrganizationAdmin, and to ResourceOwner of the account", async () => {
        const keysOf = (owner: string) => `create and delete Global API keys of ${owner}`;
        const globalStack = { ...narrowStack, keyScope: "global" };
        await grant([...least, ["FlinkAdmin", "/environment=env-abc123"]]);
        const { verdicts, text } = await preflight(globalStack);
        expect(verdicts).toHaveProperty([keysOf("the service account")], "missing");
        expect(text).toContain("make the pipeline its ResourceOwner");
        const options = {
            json: true,
            environment: "env-abc123",
            region: ["aws.us-east-2"],
            keyScope: "global",
        };
        expect((await preflight({}, options)).verdicts).toHaveProperty(
            [keysOf("the service account")],
            "missing",
        );
        expect((await preflight({}, { ...options, keyScope: "world" })).failure).toMatchObject({
            exitCode: 2,
            message: '--key-scope: got "world", expected "region" or "global"',
        });
        const owner = await client.makeAccount("runner");
        const ofRunner = { ...globalStack, principal: { serviceAccountId: owner }, roles: [] };
        expect((await preflight(ofRunner)).verdicts).toHaveProperty([keysOf(owner)], "missing");
        await grant([["ResourceOwner", `/service-account=${owner}`]]);
        expect((await preflight(ofRunner)).verdicts).toHaveProperty([keysOf(owner)], "allowed");
    });

    it("finds that nobody but an OrganizationAdmin may perhaps create keys of another user", async () => {
        const principal = { userId: "u-111aaa" };
        await grant(least);
        const right = "create and delete API keys of u-111aaa";
        const { verdicts, text } = await preflight({ ...narrowStack, principal });
        expect(verdicts).toHaveProperty([right], "missing");
        expect(text).toContain(
            "No role allows this. Use a service account as principal, or deploy with a Cloud API",
        );
        await grant([["OrganizationAdmin"]]);
        const asAdmin = await preflight({ ...narrowStack, principal });
        expect(asAdmin.verdicts).toHaveProperty([right], "perhaps");
    });

    it.each<[verdict: string, roles: readonly Role[], created: Record<"2026" | "2025", boolean>]>([
        ["allowed", [["OrganizationAdmin"]], { 2026: true, 2025: true }],
        ["allowed", [["ResourceOwner", "of the owner"]], { 2026: true, 2025: true }],
        ["perhaps", [environmentAdmin], { 2026: true, 2025: false }],
        ["perhaps", [["FlinkAdmin", "/environment=env-abc123"]], { 2026: true, 2025: false }],
        ["perhaps", [["ResourceKeyAdmin"]], { 2026: false, 2025: true }],
        ["missing", [["FlinkDeveloper", "/environment=env-abc123"]], { 2026: false, 2025: false }],
        ["missing", [["AccountAdmin"]], { 2026: false, 2025: false }],
    ])("says %s for %j, and a key is created by these editions: %j", async (verdict, roles, created) => {
        for (const keyRoles of ["2026", "2025"] as const) {
            await emulator.close();
            emulator = await startEmulator({ keyRoles });
            client = new EmulatorClient(emulator);
            pipelineId = await client.makeAccount("pipeline");
            const ownerId = await client.makeAccount("owner");
            const scopes = { "of the owner": `/service-account=${ownerId}` } as Record<string, string>;
            await grant(roles.map(([name, scope = ""]): Role => [name, scopes[scope] ?? scope]));
            const pair = await client.makeKey(pipelineId, { id: "cloud" });
            const { verdicts } = await preflight(
                { roles: [], principal: { serviceAccountId: ownerId } },
                { pair },
            );
            const right = `create and delete API keys of ${ownerId}`;
            const resource = { id: "aws.us-east-2", environment: "env-abc123" };
            const { status } = await client.createKey(ownerId, resource, pair);
            expect([keyRoles, verdicts[right], status < 300]).toEqual([keyRoles, verdict, created[keyRoles]]);
        }
    });

    it("needs no right to create an account that another stack owns", async () => {
        await grant([["OrganizationAdmin"]]);
        const { verdicts } = await preflight({ roles: [], principal: { stack: "org/project/base" } });
        expect(verdicts).not.toHaveProperty(["create the service account"]);
        expect(verdicts).toHaveProperty([keysOfNew], "allowed");
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
            [`see the owner of the keys, ${ownerId}`]: "allowed",
            [`create and delete API keys of ${ownerId}`]: "allowed",
        });
        expect(failure).toBeUndefined();
        const gone = await preflight({ ...narrowStack, principal: { serviceAccountId: "sa-zzz999" } });
        expect(gone.verdicts).toHaveProperty(["see the owner of the keys, sa-zzz999"], "missing");
    });

    it("does not count ResourceKeyAdmin for keys of the caller itself", async () => {
        await grant([["ResourceKeyAdmin"], ["Operator", "/environment=env-abc123"]]);
        const { verdicts } = await preflight({ ...narrowStack, principal: { serviceAccountId: pipelineId } });
        expect(verdicts).toHaveProperty([`create and delete API keys of ${pipelineId}`], "missing");
        const ownerId = await client.makeAccount("owner");
        const others = await preflight({ ...narrowStack, principal: { serviceAccountId: ownerId } });
        expect(others.verdicts).toHaveProperty([`create and delete API keys of ${ownerId}`], "perhaps");
    });

    it("needs the right to grant a statement runner's roles on topics, on the cluster or above", async () => {
        const cluster = "/environment=env-abc123/cloud-cluster=lkc-abc123";
        await grant([["AccountAdmin"], ["ResourceKeyAdmin"], ["CloudClusterAdmin", cluster]]);
        const statementRunner = { kafkaClusterIds: ["lkc-abc123"], topics: ["orders"] };
        const { verdicts } = await preflight({ statementRunner });
        expect(verdicts).toMatchObject({
            "grant FlinkDeveloper on environment=env-abc123": "missing",
            "grant DeveloperRead on environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123/topic=orders":
                "allowed",
        });
    });

    it("shows what it cannot check, and which option helps, if the caller's role bindings are not visible", async () => {
        await grant(least);
        const pair = await client.makeKey(pipelineId, { id: "cloud" });
        emulator.faults.add({ path: "/iam/v2/role-bindings", times: 0, action: { status: 403 } });
        const { verdicts, text, failure } = await preflight(narrowStack, { pair });
        expect(verdicts).toHaveProperty(["create the service account"], "perhaps");
        expect(text).toContain("--principal");
        expect(failure?.exitCode).toBe(4);
    });

    it("prints a line for each right, and below it what to do", async () => {
        await grant(least);
        const { text } = await preflight({}, { json: false });
        expect(text).toContain("allowed  see environment env-abc123\n");
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

it("reports a closed port within 10 s, as the other commands do", async () => {
    const started = Date.now();
    const options = { environment: "env-abc123", region: ["aws.us-east-2"], cwd: folder };
    const env = {
        CONFLUENT_CLOUD_API_KEY: "ABCDEFGH12345678",
        CONFLUENT_CLOUD_API_SECRET: "secret",
        CONFLUENT_CLOUD_ENDPOINT: "http://127.0.0.1:9",
    };
    await expect(runPreflight(undefined, options, env)).rejects.toThrow("connection refused");
    expect(Date.now() - started).toBeLessThan(10_000);
}, 90_000);
