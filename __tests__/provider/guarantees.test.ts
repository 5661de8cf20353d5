// What each operation of Pulumi does to keys: the provider under the engine as it is recorded, one row of
// docs/guarantees.md each. Not proven here: faults on the way (`__tests__/faults`) and a real engine (`__tests__/engine`).
import { unfinishedTag, World } from "./world";

let world: World;

beforeEach(async () => {
    world = await World.start();
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

const current = () => String(world.engine.current?.outputs.apiKey);
const readiness = () => world.engine.current?.outputs.status;
const superseded = () =>
    ((world.engine.current?.outputs.superseded ?? []) as { apiKey: string }[]).map((s) => s.apiKey);
const refresh = () => world.engine.refresh(world.open());
const destroy = () => world.engine.destroy(world.open());
/** The region does not accept any key. */
const slow = () => world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
const soon = { readiness: { timeout: "2s" } };

/** One key lives, it is the state's, it is usable and says so, and the next run has nothing to do. */
async function expectAtRest(declared = {}, beside: string[] = []): Promise<void> {
    expect(world.keyIds().sort()).toEqual([current(), ...beside].sort());
    expect(world.keys().find(({ id }) => id === current())).toMatchObject({ usable: true });
    expect(world.engine.current).toMatchObject({ outputs: { status: "ready" }, initErrors: [] });
    expect(world.engine.current?.outputs.description).not.toContain("unfinished");
    expect(await world.up(declared)).toBe("same");
    await refresh();
    expect(await world.up(declared)).toBe("same");
}

describe("up", () => {
    it("G1: creates one key, and returns it when its region accepts it", async () => {
        await world.up();
        await expectAtRest();
    });

    it("G2: sends no request if nothing changed", async () => {
        await world.up();
        world.emulator.journal.clear();
        await world.up();
        expect(world.emulator.journal.entries()).toEqual([]);
    });

    it("G3: renames the key in place", async () => {
        await world.up();
        const key = current();
        await world.up({ displayName: "payments" });
        expect(current()).toBe(key);
        await expectAtRest({ displayName: "payments" });
    });

    it("G4: replaces the key for another owner, environment, cloud or region, and creates before it deletes", async () => {
        await world.up();
        const key = current();
        world.emulator.journal.clear();
        expect(await world.up({ region: "us-east-2" })).toBe("replaced");
        const writes = world.requests().filter((request) => !request.startsWith("GET"));
        expect(writes.at(-1)).toBe(`DELETE /iam/v2/api-keys/${key}`);
        await expectAtRest({ region: "us-east-2" });
    });

    it("G5: rotates for another trigger, and keeps the old key for its overlap", async () => {
        await world.up();
        const key = current();
        await world.up({ rotationTrigger: "leak" });
        await expectAtRest({ rotationTrigger: "leak" }, [key]);
        world.clock.advance(8 * 86_400_000);
        await world.up({ rotationTrigger: "leak" });
        await expectAtRest({ rotationTrigger: "leak" });
    });

    it.each([
        ["--replace, --target-replace, taint or replacementTrigger", { replace: true }],
        ["--replace with --refresh", { replace: true, refresh: true }],
        ["--replace with a hook that retries", { replace: true, hookRetries: 2 }],
    ])("G6: replaces the key for %s: one key is left, the one in the state", async (_how, options) => {
        await world.up();
        const key = current();
        expect(await world.up({}, options)).toBe("replaced");
        expect(current()).not.toBe(key);
        await expectAtRest();
    });

    it("G7: replaces a tainted key, and creates before it deletes", async () => {
        await world.up();
        const key = current();
        world.engine.taint();
        await world.up();
        expect(current()).not.toBe(key);
        await expectAtRest();
    });

    it("G8: deletes first only with deleteBeforeReplace", async () => {
        await world.up();
        world.emulator.journal.clear();
        await world.up({}, { replace: true, deleteBeforeReplace: true });
        const writes = world.requests().filter((request) => !request.startsWith("GET"));
        expect(writes[0]).toMatch(/^DELETE/);
        await expectAtRest();
    });

    it("G9: does not replace for replaceOnChanges, because the provider names no changed properties", async () => {
        await world.up();
        const key = current();
        await world.up({ displayName: "payments" }, { replaceOnChanges: ["*"] });
        expect(current()).toBe(key);
    });

    it("G10: keeps properties that ignoreChanges names", async () => {
        await world.up();
        await world.up({ displayName: "payments" }, { ignoreChanges: ["displayName"] });
        expect(world.keys()[0]?.displayName).toBe("orders");
    });

    it("G11: keeps a replaced key with retainOnDelete", async () => {
        await world.up({}, { retainOnDelete: true });
        const key = current();
        await world.up({}, { replace: true, retainOnDelete: true });
        expect(world.keyIds().sort()).toEqual([key, current()].sort());
    });

    it("G12: keeps the key when resource, stack or project are renamed, and changes its tag", async () => {
        await world.up();
        const key = current();
        const renamed = { description: "For orders [pcf-aaaaaaaaaaaaaaaa]" };
        expect(await world.up(renamed)).toBe("updated");
        expect(current()).toBe(key);
        await expectAtRest(renamed);
    });

    it("G14: creates one key, however often a hook repeats the creation", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 12 });
        await world.up(soon, { hookRetries: 3 }).catch(() => undefined);
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
        world.emulator.faults.clear();
        await world.up();
        await expectAtRest();
    });
});

describe("a run that ends half way", () => {
    it("G17: stores key and secret as pending, and the next up continues with the same key", async () => {
        slow();
        await world.failureOf(world.up(soon));
        const key = current();
        expect(readiness()).toBe("pending");
        world.emulator.faults.clear();
        await world.up();
        expect(current()).toBe(key);
        await expectAtRest();
    });

    it("G18: stays pending after a refresh, and the next up continues with it", async () => {
        slow();
        await world.failureOf(world.up(soon));
        const key = current();
        await refresh();
        expect(world.engine.current).toMatchObject({ initErrors: [], outputs: { status: "pending" } });
        world.emulator.faults.clear();
        expect(await world.up({}, { refresh: true })).toBe("updated");
        expect(current()).toBe(key);
        await expectAtRest();
    });

    it("G19: keeps the old key after a change of region until the new one is verified", async () => {
        await world.up();
        const old = current();
        slow();
        const moved = { region: "us-east-2", ...soon };
        await world.failureOf(world.up(moved));
        for (const options of [{}, { refresh: true }]) {
            await world.failureOf(world.up(moved, options));
            expect(world.keyIds()).toContain(old);
            expect(world.engine.keys()).toContain(old);
        }
        world.emulator.faults.clear();
        await world.up({ region: "us-east-2" });
        await expectAtRest({ region: "us-east-2" });
    });

    it("G31: deletes the unfinished key in a forced replacement, and creates another", async () => {
        slow();
        await world.failureOf(world.up(soon));
        world.emulator.faults.clear();
        await world.up({}, { replace: true });
        await expectAtRest();
    });

    it("G32: repeats a failed deletion in the next run, and changes nothing else", async () => {
        await world.up();
        world.emulator.faults.add({ method: "DELETE", action: { status: 500 }, times: 0 });
        await world.failureOf(world.up({ region: "us-east-2" }));
        const key = current();
        expect(world.keyIds()).toHaveLength(2);
        world.emulator.faults.clear();
        await world.up({ region: "us-east-2" });
        expect(current()).toBe(key);
        await expectAtRest({ region: "us-east-2" });
    });

    it("G33: ends with one key if a change is reverted while a deletion is pending", async () => {
        await world.up();
        world.emulator.faults.add({ method: "DELETE", action: { status: 500 }, times: 0 });
        await world.failureOf(world.up({ region: "us-east-2" }));
        world.emulator.faults.clear();
        await world.up();
        await expectAtRest();
    });
});

describe("refresh", () => {
    it("G55: changes nothing if nothing changed", async () => {
        await world.up();
        const before = world.engine.export();
        await refresh();
        expect(JSON.parse(world.engine.export())).toEqual(JSON.parse(before));
    });

    it("G56: drops a key that is proven gone, and the next up creates another", async () => {
        await world.up();
        await world.foreignKey();
        await world.deleteByHand(current());
        await refresh();
        expect(world.engine.current).toBeUndefined();
        await world.up();
        expect(world.keys().find(({ id }) => id === current())).toMatchObject({ usable: true });
    });
});

describe("destroy", () => {
    it("G57: deletes the current key and the superseded ones", async () => {
        await world.up();
        await world.up({ rotationTrigger: "leak" });
        await destroy();
        expect(world.keyIds()).toEqual([]);
        expect(world.engine.stored()).toEqual([]);
    });

    it("G58: deletes no key with protect or retainOnDelete", async () => {
        await world.up({}, { protect: true });
        await world.failureOf(destroy());
        expect(world.keyIds()).toEqual([current()]);
        await world.up({}, { retainOnDelete: true });
        await destroy();
        expect(world.keyIds()).toHaveLength(1);
    });

    it("G59: deletes a pending key", async () => {
        slow();
        await world.failureOf(world.up(soon));
        world.emulator.faults.clear();
        await destroy();
        expect(world.keyIds()).toEqual([]);
    });
});

describe("the state", () => {
    it("G67: without its key (state delete, a lost state): the next run keeps the old key, and names it", async () => {
        await world.up();
        const old = current();
        world.engine.stateDelete();
        await world.up();
        expect(world.keyIds().sort()).toEqual([old, current()].sort());
        expect(world.warnings()).toEqual([expect.stringContaining(`Flink API key ${old} `)]);
    });

    it("G69: from a backup: the next run keeps keys that were created since, and names them", async () => {
        await world.up();
        const backup = world.engine.export();
        await world.up({ rotationTrigger: "leak" });
        const newer = current();
        world.engine.restore(backup);
        await refresh();
        await world.up();
        expect(world.keyIds()).toContain(newer);
        expect(world.warnings().join()).toContain(`Flink API key ${newer} `);
        expect(superseded()).toEqual([]);
    });

    it("G70: of another stack, after state move: has the same key", async () => {
        await world.up();
        const key = current();
        const other = world.withEmptyState();
        world.engine.moveTo(other.engine);
        await other.up({ description: "For orders [pcf-bbbbbbbbbbbbbbbb]" });
        expect(other.engine.keys()).toEqual([key]);
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([key]);
    });

    it("G71: with a resource imported by file: continues with its key", async () => {
        await world.up();
        const { id, inputs, outputs } = world.engine.current as NonNullable<typeof world.engine.current>;
        const other = world.withEmptyState();
        await other.engine.importFile(other.open(), other.engine.only, { id, inputs, outputs });
        expect(await other.up()).toBe("same");
        expect(other.engine.keys()).toEqual(world.keyIds());
    });

    it("G76: with the same project, stack and name as another one: changes none of the other's keys", async () => {
        await world.up();
        const key = current();
        const other = world.withEmptyState();
        await other.up();
        await other.up({ rotationTrigger: "leak" });
        await other.up({ rotationTrigger: "leak" }, { replace: true });
        await other.engine.destroy(other.open());
        expect(world.keyIds()).toEqual([key]);
    });
});

describe("a key that an interrupted run left", () => {
    it("G34: is deleted by the next run that creates a key, however old it is", async () => {
        await world.foreignKey({ description: `For orders ${unfinishedTag}` });
        world.clock.advance(400 * 86_400_000);
        await world.up();
        await expectAtRest();
    });
});
