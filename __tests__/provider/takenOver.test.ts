// A key that another resource has adopted: whatever the first resource does, the key lives, and keeps the other's tag. Not proven
// here: the order in which an engine calls (engine/adoption.test.ts).
import type { Declared, RunOptions } from "./simulatedEngine";
import { World } from "./world";

const dayMs = 86_400_000;
const otherTag = "[pcf-fedcba9876543210]";

let world: World;
let key: { apiKey: string; apiSecret: string };

const a = (changes: Record<string, unknown> = {}): Declared => ({
    name: "a",
    inputs: world.inputs({ overlap: "7d", ...changes }),
});
const b = (changes: Record<string, unknown> = {}): Declared => ({
    name: "b",
    inputs: world.inputs({ description: `Elsewhere ${otherTag}`, adopt: key, ...changes }),
});
const up = (program: readonly Declared[], options: RunOptions = {}) =>
    world.engine.upAll(world.open(), program, options);
const outputs = (name: string) =>
    world.engine.stored().find((one) => one.name === name && !one.isPendingDelete)?.stored.outputs;

beforeEach(async () => {
    world = await World.start();
    await up([a()]);
    const { apiKey, apiSecret } = outputs("a") as { apiKey: string; apiSecret: string };
    key = { apiKey, apiSecret };
    world.clock.advance(3_600_000);
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

/** The key belongs to b, which can go on with it. */
async function expectOthers(): Promise<void> {
    const adopted = world.keys().find(({ id }) => id === key.apiKey);
    expect(adopted).toMatchObject({ usable: true });
    expect(adopted?.description).toMatch(/^Elsewhere \[pcf-fedcba9876543210 [0-9a-f]{10}\]$/);
    if (outputs("b") !== undefined) expect(outputs("b")).toMatchObject({ ...key, status: "ready" });
}

const rotation = { rotationTrigger: "leak" };

describe("a key that another resource of the program has adopted", () => {
    beforeEach(async () => {
        await up([a(), b()]);
        await expectOthers();
        world.engineLog.length = 0;
    });

    const destroyA = (options: RunOptions = {}) =>
        world.engine.destroy(world.open(), { target: ["a"], ...options });

    it.each<[string, () => Promise<unknown>]>([
        [
            "refresh, then destroy",
            async () => {
                await world.engine.refresh(world.open());
                await destroyA();
            },
        ],
        ["destroy", () => destroyA()],
        ["destroy --refresh", () => destroyA({ refresh: true })],
        ["up --refresh", () => up([a(), b()], { refresh: true })],
        ["up --refresh, and the resource is taken out of the program", () => up([b()], { refresh: true })],
        ["the removal of the resource", () => up([b()])],
        ["a replacement", () => up([a(), b()], { replace: ["a"] })],
        ["a change of region", () => up([a({ region: "us-east-2" }), b()])],
        ["a rotation without overlap", () => up([a({ ...rotation, overlap: "0s" }), b()])],
        [
            "the end of an overlap",
            async () => {
                await up([a(rotation), b()]);
                world.clock.advance(8 * dayMs);
                await up([a(rotation), b()]);
                expect(outputs("a")?.superseded).toEqual([]);
            },
        ],
        [
            "a rotation after a refresh",
            async () => {
                await world.engine.refresh(world.open());
                await up([a({ ...rotation, overlap: "0s" }), b()]);
            },
        ],
        [
            "a rotation together with another name",
            () => up([a({ ...rotation, overlap: "0s", displayName: "payments" }), b()]),
        ],
    ])("G60: stays after %s", async (_what, run) => {
        await run();
        await expectOthers();
        // Nothing is left over: each key is in the state.
        expect(world.keyIds().sort()).toEqual([...new Set(world.engine.keys())].sort());
    });

    it("G60: is named by a refresh, which takes nothing back", async () => {
        const before = outputs("a");
        await world.engine.refresh(world.open());
        expect(world.warnings()).toEqual([
            expect.stringMatching(`Flink API key ${key.apiKey} .*is now managed by another resource`),
        ]);
        expect(outputs("a")).toEqual(before);
        expect(await up([a(), b()])).toEqual(
            new Map([
                ["a", "same"],
                ["b", "same"],
            ]),
        );
    });

    it.each([{ displayName: "payments" }, { description: "Others [pcf-0123456789abcdef]" }])(
        "G60: is not renamed by the first resource: %j",
        async (changes) => {
            const error = await world.failureOf(up([a(changes), b()]));
            expect(error.message).toMatch(
                new RegExp(`^Flink API key ${key.apiKey} .* was not renamed: it is now managed by another`),
            );
            await expectOthers();
        },
    );

    it("G60: stays in the first state until the other resource has finished its adoption", async () => {
        await world.engine.destroy(world.open(), { target: ["b"] });
        await world.engine.destroy(world.open());
        await up([a()]);
        const { apiKey, apiSecret } = outputs("a") as { apiKey: string; apiSecret: string };
        key = { apiKey, apiSecret };
        const provider = world.open();
        // Its secret is being proven: the region has not answered yet.
        const rule = world.emulator.faults.add({ path: "/sql/**", action: { delayMs: 0, effect: "last" } });
        const adopting = provider.create(b().inputs as Record<string, unknown>);
        const stored = world.engine.stored()[0]?.stored;
        const deleting = provider.delete(stored?.id ?? "", stored?.outputs ?? {});
        const [adopted, deleted] = await Promise.allSettled([adopting, deleting]);
        world.emulator.faults.remove(rule);
        expect(adopted.status).toBe("fulfilled");
        expect(world.keyIds()).toEqual([apiKey]);
        // Whichever came first: it was released, or is kept for the next run.
        if (deleted.status === "rejected") expect(String(deleted.reason)).toContain("adopts it");
    });
});

describe("a key that another state with the same tag has adopted", () => {
    it.each<[string, (world: World) => Promise<unknown>]>([
        ["destroy", (first) => first.engine.destroy(first.open())],
        ["a replacement", (first) => first.up({ overlap: "7d" }, { replace: true })],
        ["a rotation without overlap", (first) => first.up({ ...rotation, overlap: "0s" })],
    ])("G61: stays after the first state's %s", async (_what, run) => {
        const first = world.withEmptyState();
        await first.up({ overlap: "7d" });
        const { apiKey, apiSecret } = first.engine.current?.outputs ?? {};
        const second = world.withEmptyState();
        await second.up({ adopt: { apiKey, apiSecret } });
        await run(first);
        expect(world.keyIds()).toContain(apiKey);
        await second.engine.refresh(second.open());
        expect(await second.up()).toBe("same");
        await second.engine.destroy(second.open());
        expect(world.keyIds()).not.toContain(apiKey);
    });
});

describe("an adoption that was interrupted", () => {
    let world2: World;
    let found: { id: string; secret: string };
    const adopt = () => ({ adopt: { apiKey: found.id, apiSecret: found.secret } });

    beforeEach(async () => {
        world2 = world.withEmptyState();
        found = await world2.foreignKey({ description: "from the CLI" });
    });

    const expectAdopted = async () => {
        expect(world2.engine.current?.outputs).toMatchObject({ apiKey: found.id, status: "ready" });
        expect(await world2.up()).toBe("same");
        await world2.engine.refresh(world2.open());
        expect(await world2.up()).toBe("same");
        await world2.engine.destroy(world2.open());
        expect(world2.keyIds()).not.toContain(found.id);
    };

    it("G41: after its PATCH, before the state was stored: is repeated by the next run", async () => {
        await world2.open().create(world2.inputs(adopt()));
        await world2.up(adopt());
        await expectAdopted();
    });

    it("G41: with the secret of another key: is refused, whatever tag the key has", async () => {
        await world2.open().create(world2.inputs(adopt()));
        const wrong = { adopt: { apiKey: found.id, apiSecret: "SENTINELsecretSENTINELsecretSENTINEL" } };
        const error = await world2.failureOf(world2.up(wrong));
        expect(error.message).toContain("adopt.apiSecret");
    });

    it.each([false, true])(
        "G40: at its PATCH (with effect: %s): continues in the next run",
        async (after) => {
            world2.emulator.faults.add({ method: "PATCH", action: { status: 500, after }, times: 0 });
            await world2.failureOf(world2.up(adopt()));
            world2.emulator.faults.clear();
            await world2.engine.refresh(world2.open());
            await world2.up(adopt());
            await expectAdopted();
        },
    );

    it("G39: before its PATCH: destroy does not delete the key", async () => {
        world2.emulator.faults.add({ method: "PATCH", action: { status: 500 }, times: 0 });
        await world2.failureOf(world2.up(adopt()));
        world2.emulator.faults.clear();
        await world2.engine.destroy(world2.open());
        expect(world2.keyIds()).toContain(found.id);
        expect(world2.warnings().join()).toContain(found.id);
    });

    it("G39: before its PATCH, of another resource's key: that resource keeps it", async () => {
        const { apiKey, apiSecret } = key;
        world2.emulator.faults.add({ method: "PATCH", action: { status: 500 }, times: 0 });
        const inputs = { description: `Elsewhere ${otherTag}`, adopt: { apiKey, apiSecret } };
        await world2.failureOf(world2.up(inputs));
        world2.emulator.faults.clear();
        await world2.engine.destroy(world2.open());
        expect(world.keyIds()).toContain(apiKey);
        await up([a({ displayName: "payments" })]);
        expect(world.keys().find(({ id }) => id === apiKey)).toMatchObject({ displayName: "payments" });
    });
});
