// Which keys count as strays and what becomes of them, against the emulator. Not proven here: that runs killed at any
// moment leave no others (faults layer).
import { tag, unfinishedTag, World } from "./world";

const hourMs = 3_600_000;

let world: World;

beforeEach(async () => {
    world = await World.start();
});

afterEach(() => world.close());

/** Made by a run that did not get to its end. */
const unfinishedKey = (changes = {}) =>
    world.foreignKey({ description: `For orders ${unfinishedTag}`, ...changes });
/** Handed out by a run whose state is not this one, or made by a version that did not mark its keys. */
const handedOutKey = (changes = {}) => world.foreignKey({ description: `For orders ${tag}`, ...changes });
const current = () => world.engine.current?.outputs.apiKey;

describe("create", () => {
    it.each([1, 59, 61, 24 * 60, 400 * 24 * 60])(
        "deletes an unfinished key, created %d minutes ago, before it posts",
        async (minutes) => {
            const { id } = await unfinishedKey();
            world.clock.advance(minutes * 60_000);
            await world.up();
            expect(world.keyIds()).toEqual([current()]);
            expect(world.engineLog).toEqual([
                expect.stringMatching(
                    `^info: Removed Flink API key ${id} \\(env-abc123.aws.us-east-1\\): created .* ago by an interrupted run and never handed out\\.$`,
                ),
            ]);
        },
    );

    it.each([0, 1, 59, 24 * 60])(
        "keeps a key without the mark, created %d minutes ago, and warns with its id and age",
        async (minutes) => {
            const { id } = await handedOutKey();
            world.clock.advance(minutes * 60_000);
            await world.up();
            expect(world.keyIds()).toEqual([id, current()]);
            expect(world.engineLog).toEqual([
                expect.stringMatching(
                    `^warn: Flink API key ${id} of ${world.owner} \\(env-abc123.aws.us-east-1, created .* ago\\) has this resource's tag, so it is kept for now\\. If this run replaces the resource .*, it is the old key, and is deleted as soon as the new one works\\. Otherwise it may be in use by another state: npm run --silent flink -- find ${id}$`,
                ),
            ]);
        },
    );

    it("trusts the key, not the list, which can still show a mark that is gone", async () => {
        const { id } = await unfinishedKey();
        const list = await world.client.send("GET", `/iam/v2/api-keys?spec.owner=${world.owner}`);
        await world.client.send("PATCH", `/iam/v2/api-keys/${id}`, {
            body: { spec: { description: `For orders ${tag}` } },
        });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            action: { status: 200, body: list.body },
        });
        await world.up();
        expect(world.keyIds()).toEqual([id, current()]);
        expect(world.warnings()).toEqual([
            expect.stringMatching(
                / has this resource's tag, so it is kept for now\. If this run replaces .* find /,
            ),
        ]);
        expect(world.warnings().join()).not.toMatch(/never handed out|unfinished|api-key delete/);
    });

    it("names no command that deletes a key that a refresh finds beside its own", async () => {
        const { id } = await unfinishedKey();
        const list = await world.client.send("GET", `/iam/v2/api-keys?spec.owner=${world.owner}`);
        await world.client.send("PATCH", `/iam/v2/api-keys/${id}`, {
            body: { spec: { description: `For orders ${tag}` } },
        });
        const lagging = { method: "GET", path: "/iam/v2/api-keys", action: { status: 200, body: list.body } };
        await world.up();
        world.emulator.faults.add({ ...lagging, times: 0 });
        world.engineLog.length = 0;
        await world.engine.refresh(world.open());
        expect(world.warnings().filter((text) => text.includes(id))).toEqual([
            expect.stringMatching(
                / but is not the key in this state\. It may be in use, so it is kept\. Who has it: npm run .* find /,
            ),
        ]);
        await world.client.send("DELETE", `/iam/v2/api-keys/${id}`);
        world.engineLog.length = 0;
        await world.engine.refresh(world.open());
        expect(world.warnings().filter((text) => text.includes(id))).toEqual([
            expect.stringMatching(
                / is in the list of keys, but cannot be read now, so it was left alone\. It was probably deleted just now/,
            ),
        ]);
        expect(world.warnings().join()).not.toMatch(/may be in use|api-key delete/);
    });

    it("keeps, and names, an unfinished key that cannot be read itself", async () => {
        const { id } = await unfinishedKey();
        world.emulator.faults.add({
            method: "GET",
            path: `/iam/v2/api-keys/${id}`,
            action: { status: 403 },
            times: 0,
        });
        await world.up();
        expect(world.keyIds()).toEqual([id, current()]);
        expect(world.warnings()).toEqual([
            expect.stringContaining(
                `${id} of ${world.owner} (env-abc123.aws.us-east-1, created 0 min ago) is in the list of keys, but cannot be read now, so it was left alone`,
            ),
        ]);
    });

    it("deletes an unfinished key also if Confluent Cloud's answers have no date", async () => {
        await unfinishedKey();
        const { body } = await world.client.send("GET", `/iam/v2/api-keys?spec.owner=${world.owner}`);
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            action: { status: 200, body, headers: { date: "" } },
        });
        await world.up();
        expect(world.keyIds()).toEqual([current()]);
        expect(world.engineLog.join()).toContain("created at an unknown time by an interrupted run");
    });

    it.each([
        ["another tag", { description: "For orders [pcf-fedcba9876543210 unfinished]" }],
        ["no tag", { description: "For orders" }],
        ["another region", { resource: { id: "aws.us-east-2", environment: "env-abc123" } }],
        ["another environment", { resource: { id: "aws.us-east-1", environment: "env-def456" } }],
        ["another owner", { owner: "sa-000aaa" }],
    ])("keeps a key with %s, and does not name it", async (_what, changes) => {
        const { id } = await unfinishedKey(changes);
        await world.up();
        expect(world.keyIds()).toContain(id);
        expect(world.engineLog).toEqual([]);
    });

    it("recognizes a stray whose scope Confluent writes in three parts", async () => {
        await unfinishedKey({ resource: { id: "env-abc123.aws.us-east-1" } });
        await world.up();
        expect(world.keyIds()).toEqual([current()]);
    });

    it("creates no key if a stray cannot be deleted", async () => {
        const { id } = await unfinishedKey();
        world.emulator.faults.add({ method: "DELETE", action: { status: 403 }, times: 0 });
        const error = await world.failureOf(world.up());
        expect(error.message).toContain(`deleting API key ${id}`);
        expect(world.keyIds()).toEqual([id]);
    });

    it("deletes every stray among several pages of keys", async () => {
        await world.close();
        world = await World.start({ quotas: { "iam.max_cluster_api_keys.per_service_account": 1000 } });
        for (let n = 0; n < 100; n++) await world.foreignKey();
        await unfinishedKey();
        await unfinishedKey();
        await world.up();
        expect(world.count("GET /iam/v2/api-keys")).toBe(2);
        expect(world.keyIds()).toHaveLength(101);
        expect(world.keyIds()).toContain(current());
    });
});

describe("the mark", () => {
    const description = () => world.keys()[0]?.description;

    it("stays until the key is verified, and is gone when create returns", async () => {
        await world.close();
        const seen: unknown[] = [];
        world = await World.start({
            onExchange: ({ path }) => {
                if (path.startsWith("/sql/")) seen.push(description());
            },
        });
        await world.up();
        expect(new Set(seen)).toEqual(new Set([`For orders ${unfinishedTag}`]));
        expect(description()).toBe(`For orders ${tag}`);
        expect(world.engine.current?.outputs.description).toBe(`For orders ${tag}`);
    });

    it("stays on a key whose create failed half-way, in Confluent Cloud and in the state, until a later run finishes it", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        await world.failureOf(world.up({ readiness: { timeout: "3s" } }));
        expect(description()).toBe(`For orders ${unfinishedTag}`);
        expect(world.engine.current?.outputs).toMatchObject({
            status: "pending",
            description: `For orders ${unfinishedTag}`,
        });
        world.emulator.faults.clear();
        await world.up();
        expect(description()).toBe(`For orders ${tag}`);
        expect(world.engine.current?.outputs).toMatchObject({
            status: "ready",
            description: `For orders ${tag}`,
        });
    });

    it("keeps the key pending if it cannot be removed", async () => {
        world.emulator.faults.add({ method: "PATCH", action: { status: 403 }, times: 0 });
        const error = await world.failureOf(world.up());
        expect(error.message).toContain("renaming API key");
        expect(world.engine.current?.outputs).toMatchObject({
            apiKey: world.keyIds()[0],
            status: "pending",
        });
        world.emulator.faults.clear();
        expect(await world.up()).toBe("updated");
        expect(world.engine.current?.outputs.status).toBe("ready");
        expect(world.keyIds()).toEqual([current()]);
    });
});

describe("update", () => {
    it("deletes the unfinished key of an interrupted rotation before it posts again", async () => {
        await world.up();
        const old = current();
        await unfinishedKey();
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(world.keyIds()).toEqual([old, current()]);
    });

    it("finds the key of an interrupted run under the resource's tag before a rename", async () => {
        await world.up();
        await unfinishedKey();
        await world.up({ description: "For orders [pcf-aaaaaaaaaaaaaaaa]" });
        expect(world.keyIds()).toEqual([current()]);
    });
});

describe("delete", () => {
    it("deletes unfinished strays and names the others", async () => {
        await world.up();
        const other = await handedOutKey();
        await unfinishedKey();
        world.clock.advance(hourMs);
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([other.id]);
        expect(world.warnings()).toEqual([expect.stringContaining(other.id)]);
    });

    it("keeps the key that the same run created to replace the deleted one", async () => {
        await world.up();
        await world.up({}, { replace: true });
        expect(world.keyIds()).toEqual([current()]);
    });

    it("keeps a key that another resource has adopted since", async () => {
        await world.up();
        const apiKey = String(current());
        await world.client.send("PATCH", `/iam/v2/api-keys/${apiKey}`, {
            body: { spec: { description: "Pulumi other/prod [pcf-bbbbbbbbbbbbbbbb]" } },
        });
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([apiKey]);
        expect(world.warnings()).toEqual([
            expect.stringContaining(
                `${apiKey} (env-abc123.aws.us-east-1) is now managed by another resource`,
            ),
        ]);
    });
});

describe("two states that share project, stack and resource name", () => {
    it("keep each other's keys", async () => {
        await world.up();
        const first = current();
        const other = world.withEmptyState();
        await other.up();
        expect(world.keyIds()).toEqual([first, other.engine.current?.outputs.apiKey]);
        expect(other.warnings()).toEqual([expect.stringContaining(String(first))]);
        await other.up({ rotationTrigger: "2026-09-01" });
        await other.engine.destroy(other.open());
        expect(world.keyIds()).toEqual([first]);
    });
});
