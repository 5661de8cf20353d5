// The life of a global key: one key for several regions, with the rules of any key. Not proven here: that a real engine asks for the
// same (engine tests), and that Confluent's regions accept a global key as the emulator's do.
import type { Properties } from "./providerPort";
import { tag, unfinishedTag, World } from "./world";

let world: World;

beforeEach(async () => {
    world = await World.start({ keyPropagation: { minMs: 2_000, maxMs: 2_000 } });
});

afterEach(() => world.close());

/** The global key of the owner, for these regions. */
function globalInputs(regions: readonly string[], changes: Properties = {}): Properties {
    const { cloud: _cloud, region: _region, ...others } = world.inputs(changes);
    return { ...others, scope: "global", regions };
}

const up = (regions: readonly string[], changes: Properties = {}) =>
    world.engine.up(world.open(), globalInputs(regions, changes));
const outputs = () => world.engine.current?.outputs ?? {};
const globalKeys = () =>
    world.emulator
        .state()
        .apiKeys.filter(({ kind, ownerId }) => kind === "global" && ownerId === world.owner);
const pair = () => `${outputs().apiKey}:${outputs().apiSecret}`;
const two = ["aws.us-east-1", "gcp.us-east1"];

describe("a global key", () => {
    it("G78: is created once, and ready when each region has accepted it", async () => {
        expect(await up(two)).toBe("created");
        expect(outputs()).toMatchObject({
            scope: "global",
            status: "ready",
            environmentId: "env-abc123",
            description: `For orders ${tag}`,
        });
        const endpoints = outputs().restEndpoints as Record<string, string>;
        expect(Object.keys(endpoints)).toEqual(two);
        expect(outputs()).not.toHaveProperty("restEndpoint");
        expect(world.engine.current?.id).toBe(`${world.owner}/global`);
        expect(globalKeys().map(({ id }) => id)).toEqual([outputs().apiKey]);
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
        expect(await world.client.probe(pair())).toBe(200);
        expect(await up(two)).toBe("same");
        expect(world.leaks()).toEqual([]);
    });

    it("G78: is not ready as long as one of its regions cannot be reached, and says which", async () => {
        const readiness = { restEndpoint: { "gcp.us-east1": "http://127.0.0.1:9" }, timeout: "30s" };
        await up(two, { readiness });
        expect(outputs()).toMatchObject({ status: "unverified" });
        const [warning, ...others] = world.warnings().filter((text) => text.includes("could not be reached"));
        expect(warning).toContain("(env-abc123.gcp.us-east1)");
        expect(others).toEqual([]);
        const failing = { ...readiness, unreachable: "fail" };
        const error = await world.failureOf(up(two, { readiness: failing }));
        expect(error.message).toContain("env-abc123.gcp.us-east1");
        expect(await up(two)).toBe("updated");
        expect(outputs()).toMatchObject({ status: "ready" });
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
    });

    it("G79: is verified in a region that is added, and stays the same key", async () => {
        await up(["aws.us-east-1"]);
        const before = outputs().apiKey;
        world.emulator.journal.clear();
        expect(await up(two)).toBe("updated");
        expect(outputs()).toMatchObject({ apiKey: before, status: "ready" });
        expect(Object.keys(outputs().restEndpoints as object)).toEqual(two);
        expect(world.requests().filter((request) => !request.startsWith("GET "))).toEqual([]);
        const [added] = world.emulator.journal.entries().filter(({ path }) => path.startsWith("/sql/"));
        expect(added).toBeDefined();
        expect(await up(["gcp.us-east1"])).toBe("updated");
        expect(Object.keys(outputs().restEndpoints as object)).toEqual(["gcp.us-east1"]);
        expect(outputs().apiKey).toBe(before);
        expect(await up(["gcp.us-east1"])).toBe("same");
    });

    it.each(["5m", "5s"])(
        "G84: is found to be gone when a region is added, and the next run creates another (limit %s)",
        async (timeout) => {
            await up(["aws.us-east-1"]);
            const before = String(outputs().apiKey);
            await world.deleteByHand(before);
            const startMs = world.clock.now();
            const error = await world.failureOf(up(two, { readiness: { timeout } }));
            expect(error.message).toContain(`${before} was deleted outside Pulumi`);
            expect(world.clock.now() - startMs).toBeLessThan(60_000);
            expect(outputs()).toMatchObject({ status: "gone" });
            expect(await up(two)).toBe("updated");
            expect(outputs()).toMatchObject({ status: "ready" });
            expect(globalKeys().map(({ id }) => id)).toEqual([outputs().apiKey]);
        },
    );

    it("G80: rotates with an overlap, in which both keys work", async () => {
        await up(two, { rotationTrigger: "first", overlap: "7d" });
        const old = pair();
        await up(two, { rotationTrigger: "second", overlap: "7d" });
        expect(outputs().superseded).toMatchObject([{ apiKey: old.split(":")[0] }]);
        expect([await world.client.probe(old), await world.client.probe(pair())]).toEqual([200, 200]);
        world.clock.advance(8 * 86_400_000);
        await up(two, { rotationTrigger: "second", overlap: "7d" });
        expect(globalKeys().map(({ id }) => id)).toEqual([outputs().apiKey]);
    });

    it("G82: is adopted if it exists already; a region key is refused", async () => {
        const made = await world.foreignKey({ resource: { id: "global" } });
        world.clock.advance(5_000);
        await up(two, { adopt: { apiKey: made.id, apiSecret: made.secret } });
        expect(outputs()).toMatchObject({ apiKey: made.id, status: "ready" });
        expect(globalKeys()).toMatchObject([{ id: made.id, description: expect.stringContaining("[pcf-") }]);
        const other = world.withEmptyState();
        const regional = await other.foreignKey();
        other.clock.advance(5_000);
        const adopt = { apiKey: regional.id, apiSecret: regional.secret };
        const error = await other.failureOf(other.engine.up(other.open(), { ...globalInputs(two), adopt }));
        expect(error.message).toContain("whose scope is env-abc123.aws.us-east-1, expected global.");
    });

    it("G83: leaves no stray: the next run deletes an unfinished key, and keeps one that was handed out", async () => {
        const [left, kept] = [
            await world.foreignKey({
                resource: { id: "global" },
                description: `For orders ${unfinishedTag}`,
            }),
            await world.foreignKey({ resource: { id: "global" }, description: `For orders ${tag}` }),
        ];
        await up(two);
        const live = globalKeys().map(({ id }) => id);
        expect(live).not.toContain(left.id);
        expect(live.sort()).toEqual([kept.id, outputs().apiKey].sort());
        expect(world.warnings().join()).toContain(`Flink API key ${kept.id}`);
    });

    it("G84: is dropped by a refresh when it is proven gone, and deleted with its resource", async () => {
        await up(two);
        await world.deleteByHand(String(outputs().apiKey));
        world.clock.advance(60_000);
        await world.engine.refresh(world.open());
        expect(world.engine.current).toBeUndefined();
        await up(two);
        await world.engine.destroy(world.open());
        expect(globalKeys()).toEqual([]);
    });

    it("G81: replaces a region key, and is replaced by one, and creates before it deletes", async () => {
        await world.up();
        const regional = outputs().apiKey;
        expect(await up(two)).toBe("replaced");
        expect(outputs()).toMatchObject({ scope: "global", status: "ready" });
        expect(world.keyIds()).not.toContain(regional);
        expect(await world.up()).toBe("replaced");
        expect(globalKeys()).toEqual([]);
        expect(outputs()).toMatchObject({ scope: "env-abc123.aws.us-east-1", status: "ready" });
        expect(outputs()).not.toHaveProperty("restEndpoints");
    });

    it.each([
        [{ regions: undefined }, "regions"],
        [{ regions: [] }, "regions"],
        [{ regions: ["us-east-1"] }, "regions"],
        [{ regions: ["aws.us-east-1", "AWS.us-east-1"] }, "regions"],
        [{ readiness: { restEndpoint: { "aws.us-east-1": "ftp://x" } } }, ""],
    ])("G85: is refused with %j", async (changes, property) => {
        const { failures } = await world.open().check({}, { ...globalInputs(two), ...changes });
        expect(failures.map((failure) => failure.property)).toEqual([property]);
    });

    it("G85: is refused with a region that does not exist, and nothing is created", async () => {
        const { failures } = await world
            .open()
            .check({}, globalInputs(["aws.us-east-1", "aws.us-nowhere-9"]));
        expect(failures).toMatchObject([
            { property: "regions", reason: expect.stringContaining("us-nowhere-9") },
        ]);
    });
});
