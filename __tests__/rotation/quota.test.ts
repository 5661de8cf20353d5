// Room for a second key, asked before an overlap opens. Not proven here: which quota Confluent Cloud itself counts Flink
// keys for; it is not documented, and the emulator counts them as cluster keys.
import { World } from "../provider/world";

const perAccount = "iam.max_cluster_api_keys.per_service_account";
const quotaPath = "/service-quota/v1/applied-quotas";

describe("requireRoomForKey", () => {
    let world: World;

    afterEach(() => world.close());

    async function start(limit: number): Promise<void> {
        world = await World.start({ quotas: { [perAccount]: limit } });
        await world.up({ rotationTrigger: "v1" });
    }

    it("stops a rotation before anything is made, and says which quota, how full, which key stays and what to do", async () => {
        await start(1);
        const before = world.keyIds();
        const error = await world.failureOf(world.up({ rotationTrigger: "v2" }));
        expect(error.message).toContain("Confluent Cloud counts 1 of 1 for the quota");
        expect(error.message).toContain(perAccount);
        expect(error.message).toContain(`${before[0]} stays the current key`);
        expect(error.message).toContain(`Delete API keys of ${world.owner} that are no longer used`);
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
        expect(world.keyIds()).toEqual(before);
        expect(world.engine.keys()).toEqual(before);
    });

    it("lets the rotation go on by the next run once there is room", async () => {
        await start(2);
        const other = await world.foreignKey();
        await world.failureOf(world.up({ rotationTrigger: "v2" }));
        await world.deleteByHand(other.id);
        expect(await world.up({ rotationTrigger: "v2" })).toBe("updated");
        expect(world.keyIds()).toHaveLength(2);
    });

    it("counts the room that a key deleted in the same run gives", async () => {
        await start(2);
        await world.up({ rotationTrigger: "v2", overlap: "7d" });
        world.clock.advance(8 * 86_400_000);
        expect(await world.up({ rotationTrigger: "v3", overlap: "7d" })).toBe("updated");
        expect(world.keyIds()).toHaveLength(2);
    });

    it("counts what other resources of the same run have begun to make", async () => {
        world = await World.start({ quotas: { [perAccount]: 3 } });
        const [first, second] = [world.inputs(), world.inputs({ description: "[pcf-fedcba9876543210]" })];
        const run = world.open();
        const one = await run.create(first);
        const two = await run.create(second);
        world.emulator.journal.clear();
        const next = world.open();
        const trigger = { rotationTrigger: "v2" };
        const results = await Promise.allSettled([
            next.update(one.id, one.outputs, { ...first, ...trigger }),
            next.update(two.id, two.outputs, { ...second, ...trigger }),
        ]);
        expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
    });

    it.each([403, 404, 429, 500])(
        "does not keep a rotation from happening where quotas are answered %i",
        async (status) => {
            await start(100);
            world.emulator.faults.add({ method: "GET", path: quotaPath, times: 0, action: { status } });
            expect(await world.up({ rotationTrigger: "v2" })).toBe("updated");
            expect(world.warnings()).toEqual([]);
        },
    );

    it("warns only, and tries, where a full quota may count other keys than Flink's", async () => {
        await start(100);
        // Ten keys for clusters, as the list shows them, and a quota that counts just those.
        const cloudKeys = await Promise.all(
            Array.from({ length: 10 }, () => world.client.createKey(world.owner, { id: "cloud" })),
        );
        expect(cloudKeys.every(({ status }) => status === 202)).toBe(true);
        const quota = {
            id: perAccount,
            user: { id: world.owner },
            applied_limit: 10,
            usage: 10,
            scope: "SERVICE_ACCOUNT",
        };
        world.emulator.faults.add({
            method: "GET",
            path: quotaPath,
            query: { scope: "SERVICE_ACCOUNT" },
            times: 0,
            action: { status: 200, body: { data: [quota], metadata: {} } },
        });
        expect(await world.up({ rotationTrigger: "v2" })).toBe("updated");
        expect(world.warnings()).toHaveLength(1);
        expect(world.warnings()[0]).toContain("whether that counts Flink keys is not known");
    });

    it("passes over the quotas of Cloud API keys and of other owners", async () => {
        await start(100);
        const full = { applied_limit: 1, usage: 1 };
        const data = [
            { id: "iam.max_cloud_api_keys.per_service_account", user: { id: world.owner }, ...full },
            { id: perAccount, user: { id: "sa-zzz999" }, ...full },
        ];
        const answer = { status: 200, body: { data, metadata: {} } };
        world.emulator.faults.add({ method: "GET", path: quotaPath, times: 0, action: answer });
        expect(await world.up({ rotationTrigger: "v2" })).toBe("updated");
        expect(world.warnings()).toEqual([]);
    });

    it("asks nothing where no overlap opens", async () => {
        await start(100);
        await world.up({ displayName: "renamed" });
        expect(world.count(`GET ${quotaPath}`)).toBe(0);
    });
});
