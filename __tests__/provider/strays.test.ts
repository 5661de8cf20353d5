// Which keys count as strays and what becomes of them, against the emulator. Not proven here: that runs killed at any
// moment leave no others (faults layer).
import { findStrays, tagOf } from "../../provider/strays";
import { tag, World } from "./world";

const minuteMs = 60_000;

let world: World;

beforeEach(async () => {
    world = await World.start();
});

afterEach(() => world.close());

const stray = (changes = {}) => world.foreignKey({ description: `For orders ${tag}`, ...changes });

describe("tagOf", () => {
    it.each([
        [`For orders ${tag}`, "pcf-0123456789abcdef"],
        [tag, "pcf-0123456789abcdef"],
        [`${tag} `, "pcf-0123456789abcdef"],
        [`${tag} and more`, undefined],
        ["[pcf-0123456789ABCDEF]", undefined],
        ["[pcf-0123]", undefined],
        ["", undefined],
    ])("reads %j as %s", (description, found) => {
        expect(tagOf(description)).toBe(found);
    });
});

describe("findStrays", () => {
    it("finds none for a resource without a tag", async () => {
        const search = {
            owner: "sa-1",
            scopeName: "",
            description: "",
            known: new Set<string>(),
            mayDelete: true,
        };
        expect(findStrays([], search)).toEqual([]);
        const key = {
            id: "A",
            displayName: "",
            description: "",
            ownerId: "sa-1",
            scope: undefined,
            createdAt: "",
        };
        expect(findStrays([key], search)).toEqual([]);
    });
});

describe("create", () => {
    it("deletes a stray younger than an hour before it posts", async () => {
        const { id } = await stray();
        world.clock.advance(59 * minuteMs);
        await world.up();
        expect(world.keyIds()).toEqual([world.engine.current?.outputs.apiKey]);
        expect(world.notices).toEqual([
            `info: Removed Flink API key ${id} (env-abc123.aws.us-east-1): made 59 min ago by a run that was interrupted, handed to nobody.`,
        ]);
    });

    it("keeps one that is an hour old, and warns with its id and age", async () => {
        const { id } = await stray();
        world.clock.advance(60 * minuteMs);
        await world.up();
        expect(world.keyIds()).toEqual([id, world.engine.current?.outputs.apiKey]);
        expect(world.notices).toEqual([
            `warn: Flink API key ${id} of ${world.owner} (env-abc123.aws.us-east-1, made 60 min ago) carries this resource's tag but is not the key in the state. It may be in use, so it is kept; if it is not, delete it: confluent api-key delete ${id}`,
        ]);
    });

    it("measures the age by Confluent Cloud's clock, not by this machine's", async () => {
        const { id } = await stray();
        world.clock.advance(90 * minuteMs);
        const fast = {
            now: () => world.clock.now() - 120 * minuteMs,
            sleep: (ms: number) => world.clock.sleep(ms),
        };
        await world.engine.up(world.open({ clock: fast }), world.inputs());
        expect(world.keyIds()).toContain(id);
    });

    it("keeps one whose age cannot be told, because no Date came with the list", async () => {
        const { id } = await stray();
        const { body } = await world.client.send("GET", `/iam/v2/api-keys?spec.owner=${world.owner}`);
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            action: { status: 200, body, headers: { date: "" } },
        });
        await world.up();
        expect(world.keyIds()).toContain(id);
        expect(world.warnings()).toEqual([expect.stringContaining("made at an unknown time")]);
    });

    it.each([
        ["another tag", { description: "For orders [pcf-fedcba9876543210]" }],
        ["no tag", { description: "For orders" }],
        ["another region", { resource: { id: "aws.us-east-2", environment: "env-abc123" } }],
        ["another environment", { resource: { id: "aws.us-east-1", environment: "env-def456" } }],
        ["another owner", { owner: "u-111aaa" }],
    ])("leaves a key with %s alone, and does not speak of it", async (_what, changes) => {
        const { id } = await stray(changes);
        await world.up();
        expect(world.keyIds()).toContain(id);
        expect(world.notices).toEqual([]);
    });

    it("knows a stray whose scope Confluent writes in three parts", async () => {
        await stray({ resource: { id: "env-abc123.aws.us-east-1" } });
        await world.up();
        expect(world.keyIds()).toEqual([world.engine.current?.outputs.apiKey]);
    });

    it("makes no key where a stray cannot be deleted", async () => {
        const { id } = await stray();
        world.emulator.faults.add({ method: "DELETE", action: { status: 403 }, times: 0 });
        const error = await world.failureOf(world.up());
        expect(error.message).toContain(`deleting API key ${id}`);
        expect(world.keyIds()).toEqual([id]);
    });

    it("deletes every stray among more than a page of keys", async () => {
        await world.close();
        world = await World.start({ quotas: { "iam.max_cluster_api_keys.per_service_account": 1000 } });
        for (let n = 0; n < 100; n++) await world.foreignKey();
        await stray();
        await stray();
        await world.up();
        expect(world.count("GET /iam/v2/api-keys")).toBe(2);
        expect(world.keyIds()).toHaveLength(101);
        expect(world.keyIds()).toContain(world.engine.current?.outputs.apiKey);
    });
});

describe("update", () => {
    it("deletes a young stray of an interrupted rotation before it posts again", async () => {
        await world.up();
        const old = world.engine.current?.outputs.apiKey;
        await stray();
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(world.keyIds()).toEqual([old, world.engine.current?.outputs.apiKey]);
    });
});

describe("delete", () => {
    it("takes young strays with it and names older ones", async () => {
        await world.up();
        const older = await stray();
        world.clock.advance(61 * minuteMs);
        await stray();
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([older.id]);
        expect(world.warnings()).toEqual([expect.stringContaining(older.id)]);
    });

    it("leaves the key alone that the same run made in place of the deleted one", async () => {
        await world.up();
        await world.up({}, { replace: true });
        expect(world.keyIds()).toEqual([world.engine.current?.outputs.apiKey]);
    });
});
