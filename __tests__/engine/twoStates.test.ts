// States that forget a key, remember an old one or pass it on, under a real Pulumi engine: what any run handed out lives.
// One stack, each test a step that goes on from the one before. Two states that share everything are in
// keysInUse.test.ts. Not proven here: the same in any order (the histories).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { providerLine } from "../../components/flinkApiKey";
import { KeyStack } from "./keyStack";
import { describeWithEngine, send, writes } from "./pulumiProject";

jest.setTimeout(120_000);

describeWithEngine("a state", () => {
    let keys: KeyStack;
    let before: string;

    beforeAll(async () => {
        keys = await KeyStack.open();
    });

    beforeEach(() => {
        before = keys.apiKey();
        keys.emulator.journal.clear();
    });

    afterAll(() => keys?.close());

    it("put back from a backup after a rotation costs no key: the one made since is kept and named", async () => {
        keys.declare({ orders: { rotationTrigger: "1", overlap: "7d" } });
        await keys.up();
        const first = keys.apiKey();
        const backup = join(keys.project.folder, "backup.json");
        await keys.pulumi("stack", "export", "--file", backup);
        keys.declare({ orders: { rotationTrigger: "2", overlap: "7d" } });
        await keys.up();
        const second = keys.apiKey();
        expect(keys.live()).toEqual([first, second].sort());
        await keys.pulumi("stack", "import", "--file", backup);
        expect(keys.apiKey()).toBe(first);
        const run = await keys.up();
        expect(run).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([first, second, keys.apiKey()].sort());
        const refreshed = await keys.pulumi("refresh", "--yes", "--skip-preview");
        expect(refreshed.text).toContain(`Flink API key ${second} of`);
        keys.expectSettled(second);
        await deleteByHand(second);
    });

    it("lost and made anew leaves the old keys alone, and names them", async () => {
        const held = keys.live();
        const anew = await KeyStack.open(keys.emulator);
        try {
            anew.declare({ orders: {} });
            const run = await anew.up();
            expect(run.code).toBe(0);
            for (const id of held) expect(run.text).toContain(`Flink API key ${id} of`);
            expect(anew.posts()).toBe(1);
            anew.expectSettled(...held);
        } finally {
            await keys.close({ keepEmulator: true });
            keys = anew;
            for (const id of held) await deleteByHand(id);
        }
    });

    it("of a stack that is renamed keeps its key; one PATCH gives it the tag of the new name", async () => {
        await keys.pulumi("stack", "rename", "live");
        keys.isCalled("live");
        keys.declare({ orders: {} });
        expect((await keys.up()).code).toBe(0);
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${before} 200`]);
        expect(keys.apiKey()).toBe(before);
        keys.expectSettled();
    });

    it("that is moved to another stack takes its key along, and the stack it has left touches nothing", async () => {
        await keys.project.init("second");
        const moved = await keys.move("second", keys.urn());
        expect(moved).toMatchObject({ code: 0 });
        keys.declare({});
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toEqual([before]);
        keys.isCalled("second");
        keys.declare({ orders: {} });
        expect((await keys.up()).code).toBe(0);
        expect(keys.apiKey()).toBe(before);
        expect(writes(keys.emulator)).toEqual([`PATCH /iam/v2/api-keys/${before} 200`]);
        keys.expectSettled();
    });

    it("that imports a key by file, with inputs and outputs, goes on with it", async () => {
        const { json } = await send(keys.emulator, "POST", "/iam/v2/api-keys", {
            body: {
                spec: {
                    display_name: "payments",
                    description: "made elsewhere",
                    owner: { id: "sa-000aaa" },
                    resource: { id: "aws.us-east-2", environment: "env-abc123" },
                },
            },
        });
        const spec = json.spec as { secret: string };
        const scope = { environmentId: "env-abc123", cloud: "aws", region: "us-east-2" };
        const shared = {
            ...{ owner: "sa-000aaa", ...scope, displayName: "payments", description: "made elsewhere" },
            __provider: providerLine,
        };
        const outputs = {
            ...shared,
            apiKey: json.id,
            apiSecret: spec.secret,
            createdAt: (json.metadata as { created_at: string }).created_at,
            scope: "env-abc123.aws.us-east-2",
            restEndpoint: keys.emulator.url,
            readiness: "ready",
            superseded: [],
        };
        const resource = {
            type: "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey",
            name: "payments",
            id: "sa-000aaa/env-abc123.aws.us-east-2",
            inputs: shared,
            outputs,
        };
        const file = join(keys.project.folder, "import.json");
        writeFileSync(file, JSON.stringify({ resources: [resource] }));
        keys.declare({ orders: {}, payments: {} });
        const imported = await keys.pulumi(
            ...["import", "--file", file, "--generate-code=false", "--protect=false"],
            ...["--yes", "--skip-preview"],
        );
        expect(imported).toMatchObject({ code: 0 });
        expect((await keys.up()).code).toBe(0);
        expect(keys.apiKey("payments")).toBe(json.id);
        expect(keys.live()).toEqual([before, String(json.id)].sort());
        await keys.expectAtRest();
    });

    async function deleteByHand(apiKey: string): Promise<void> {
        await send(keys.emulator, "DELETE", `/iam/v2/api-keys/${apiKey}`);
    }
});
