// One FlinkApiKey in a program of its own under a real Pulumi engine: what the engine makes of the provider's answers
// when things go another way than planned. One stack, each test a step that goes on from the one before. Not proven
// here: FlinkAccess, and the rules of the key's life, which the provider layer has.
import type { StoredResource } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, liveKeys, PulumiProject, send, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const stack = "key";
const region = "aws.us-east-2";

const program = `
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
new FlinkApiKey("orders", new pulumi.Config().requireObject("key"));
`;

/** Owned by the account that the emulator starts with, which is OrganizationAdmin. */
const declared = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    readiness: { timeout: "1s" },
};

describeWithEngine("a stack of one FlinkApiKey", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    let keysPropagate = false;

    function declare(changes: Record<string, unknown> = {}): void {
        project.configure(stack, { "confluent-flink:key": { ...declared, ...changes } });
    }

    function stored(): StoredResource | undefined {
        return project.stored(stack, "FlinkApiKey")[0];
    }

    beforeAll(async () => {
        emulator = await startEmulator({
            // Longer than any test: a key becomes usable when the emulator's clock is moved.
            keyPropagation: { minMs: 3_600_000, maxMs: 3_600_000 },
            makeSecret: () => sentinel,
            onExchange: ({ method }) => {
                if (keysPropagate && method === "POST") emulator.clock.advance(3_600_000);
            },
        });
        project = new PulumiProject(emulator, program);
        await project.init(stack);
    });

    beforeEach(() => emulator.journal.clear());

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    it("stores id and secret of a key that does not become usable in time, and fails", async () => {
        declare();
        const run = await project.run(stack, ["up", "--yes", "--skip-preview"]);
        const apiKey = liveKeys(emulator)[region];
        expect(run.code).not.toBe(0);
        expect(run.text).toContain(
            `Flink API key ${apiKey} (env-abc123.aws.us-east-2) was not usable after 1.`,
        );
        expect(run.text).toContain("raise readiness.timeout");
        expect(run.text).toContain("The key is kept; run pulumi up again to go on waiting.");
        expect(run.text).not.toContain(sentinel);
        expect(stored()).toMatchObject({
            id: "sa-000aaa/env-abc123.aws.us-east-2",
            initErrors: [expect.stringContaining("was not usable")],
            outputs: { apiKey, apiSecret: { ciphertext: expect.any(String) }, status: "pending" },
        });
        expect(project.anyFileHolds(sentinel)).toBe(false);
    });

    it("continues with it in the next up, without a second POST", async () => {
        const apiKey = liveKeys(emulator)[region];
        emulator.clock.advance(3_600_000);
        keysPropagate = true;
        const run = await project.do(stack, "up");
        expect(run.text).toContain("~ 1 updated");
        expect(stored()).toMatchObject({ outputs: { apiKey, status: "ready" } });
        expect(stored()?.initErrors).toBeUndefined();
        expect(stored()?.outputs?.apiSecret).toMatchObject({ ciphertext: expect.any(String) });
        expect(writes(emulator)).toEqual([`PATCH /iam/v2/api-keys/${liveKeys(emulator)[region]} 200`]);
    });

    it("renames the key in place", async () => {
        const apiKey = liveKeys(emulator)[region];
        declare({ displayName: "payments" });
        await project.do(stack, "up");
        expect(writes(emulator)).toEqual([`PATCH /iam/v2/api-keys/${apiKey} 200`]);
        expect(stored()).toMatchObject({ outputs: { apiKey, displayName: "payments" } });
        expect(emulator.state().apiKeys.find(({ id }) => id === apiKey)?.displayName).toBe("payments");
    });

    it("restores a name that was changed by hand, after a refresh has found it", async () => {
        const apiKey = liveKeys(emulator)[region];
        await send(emulator, "PATCH", `/iam/v2/api-keys/${apiKey}`, {
            body: { spec: { display_name: "mine" } },
        });
        emulator.journal.clear();
        await project.do(stack, "up", "--refresh");
        expect(writes(emulator)).toEqual([`PATCH /iam/v2/api-keys/${apiKey} 200`]);
        expect(emulator.state().apiKeys.find(({ id }) => id === apiKey)?.displayName).toBe("payments");
    });

    it("replaces the key for another owner, and creates before it deletes", async () => {
        const before = liveKeys(emulator)[region];
        const { json } = await send(emulator, "POST", "/iam/v2/service-accounts", {
            body: { display_name: "other" },
        });
        const role = { role_name: "OrganizationAdmin", crn_pattern: crn() };
        await send(emulator, "POST", "/iam/v2/role-bindings", {
            body: { principal: `User:${json.id}`, ...role },
        });
        emulator.journal.clear();
        declare({ displayName: "payments", owner: json.id });
        await project.do(stack, "up");
        expect(writes(emulator)).toEqual([
            "POST /iam/v2/api-keys 202",
            `PATCH /iam/v2/api-keys/${liveKeys(emulator)[region]} 200`,
            `DELETE /iam/v2/api-keys/${before} 204`,
        ]);
        expect(stored()).toMatchObject({
            id: `${json.id}/env-abc123.aws.us-east-2`,
            outputs: { apiKey: liveKeys(emulator)[region], owner: json.id, status: "ready" },
        });
    });

    it("drops a key in a refresh that was deleted by hand, and creates another in the next up", async () => {
        const before = liveKeys(emulator)[region];
        await send(emulator, "DELETE", `/iam/v2/api-keys/${before}`);
        emulator.journal.clear();
        await project.do(stack, "refresh");
        expect(stored()).toBeUndefined();
        expect(writes(emulator)).toEqual([]);
        await project.do(stack, "up");
        expect(stored()).toMatchObject({
            outputs: { apiKey: liveKeys(emulator)[region], status: "ready" },
        });
        expect(liveKeys(emulator)[region]).not.toBe(before);
        expect(writes(emulator)).toEqual([
            "POST /iam/v2/api-keys 202",
            `PATCH /iam/v2/api-keys/${liveKeys(emulator)[region]} 200`,
        ]);
    });

    it("leaves nothing behind when it is destroyed", async () => {
        await project.do(stack, "destroy");
        expect(liveKeys(emulator)).toEqual({});
        expect(project.stored(stack, "FlinkApiKey")).toEqual([]);
    });

    function crn(): string {
        return `crn://confluent.cloud/organization=${emulator.organizationId}`;
    }
});
