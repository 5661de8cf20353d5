// A key that was handed out is not deleted for one that its region has never accepted: under the simulated engine with
// `--continue-on-error`, and where the region cannot be reached. Not proven here: that a real engine calls the same
// (engine/continueOnError.test.ts).
import type { Declared, RunOptions } from "./simulatedEngine";
import { World } from "./world";

let world: World;

beforeEach(async () => {
    world = await World.start();
    await world.up({ readiness });
    world.emulator.journal.clear();
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

const readiness = { timeout: "3s" };
const trust = { readiness: { ...readiness, unreachable: "trust" } };
const elsewhere = { region: "us-east-2", readiness };
const program = (changes: Record<string, unknown> = {}, options = {}): Declared[] => [
    { name: world.engine.only, inputs: world.inputs({ readiness, ...changes }), options },
];
const up = (changes: Record<string, unknown> = {}, options: RunOptions = {}) =>
    world.engine.upAll(world.open(), program(changes), { continueOnError: true, ...options });
const current = () => String(world.engine.current?.outputs.apiKey);
const superseded = () => world.engine.current?.outputs.superseded as { apiKey: string }[];
const slowRegion = () => world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 401 } });
const unreachable = () =>
    world.emulator.faults.add({ path: "/sql/**", times: 0, action: { drop: "before" } });

describe("up --continue-on-error", () => {
    it.each<[string, () => unknown]>([
        ["is not usable in time", slowRegion],
        [
            "is created, and its last PATCH fails",
            () => world.emulator.faults.add({ method: "PATCH", times: 0, action: { status: 500 } }),
        ],
        [
            "cannot be created",
            () => world.emulator.faults.add({ method: "POST", times: 0, action: { status: 402 } }),
        ],
    ])(
        "G22: keeps the old key after a change of region if the new one %s, run after run",
        async (_what, break_) => {
            const old = current();
            break_();
            for (const options of [{}, { refresh: true }, {}]) {
                await world.failureOf(up(elsewhere, options));
                expect(world.keyIds()).toContain(old);
                expect(world.engine.keys()).toContain(old);
            }
            world.emulator.faults.clear();
            await up(elsewhere);
            expect(world.keyIds()).toEqual([current()]);
            expect(current()).not.toBe(old);
        },
    );

    it.each<[string, RunOptions]>([
        ["--replace", { replace: ["key"] }],
        ["--replace and --refresh", { replace: ["key"], refresh: true }],
    ])("G22: keeps the old key if the new one of %s is not usable in time", async (_what, options) => {
        const old = current();
        slowRegion();
        await world.failureOf(up({}, options));
        const half = current();
        expect(world.keyIds()).toEqual([old, half]);
        // Once more: the half-finished one goes, and so does none that works.
        await world.failureOf(up({}, options));
        expect(world.keyIds()).toContain(old);
        world.emulator.faults.clear();
        await up();
        expect(world.keyIds()).toEqual([current()]);
    });

    it("G22: keeps the old key in a later run whose inputs are refused", async () => {
        const old = current();
        slowRegion();
        await world.failureOf(up(elsewhere));
        world.emulator.faults.clear();
        await world.failureOf(up({ ...elsewhere, overlap: "soon" }));
        expect(world.keyIds()).toContain(old);
        // The engine of today deletes nothing then. The provider does not rely on that.
        const provider = world.open();
        const { id = "", outputs = {} } = world.engine.pendingDeletes[0] ?? {};
        await provider.check({}, world.inputs({ ...elsewhere, overlap: "soon" }));
        const error = await world.failureOf(provider.delete(id, outputs));
        expect(error.message).toContain("the inputs of its resource were refused");
        expect(world.keyIds()).toContain(old);
    });

    it("G22: keeps the old key in a later run that skips the resource because a dependency fails", async () => {
        const old = current();
        unreachable();
        await world.failureOf(up({}, { replace: ["key"] }));
        const both = [old, current()];
        expect(world.keyIds()).toEqual(both);
        const other = { name: "first", inputs: world.inputs({ region: "us-west-2" }) };
        const dependent = { ...program()[0], options: { dependsOn: ["first"] } } as Declared;
        const run = world.engine.upAll(world.open(), [other, dependent], {
            continueOnError: true,
            replace: ["key"],
        });
        await world.failureOf(run);
        expect(world.keyIds()).toEqual(expect.arrayContaining(both));
    });

    it("G22: deletes the key of a resource that is removed from the program, whatever else fails", async () => {
        slowRegion();
        const other = {
            name: "other",
            inputs: world.inputs({ ...elsewhere, description: "Other [pcf-fedcba9876543210]" }),
        };
        const old = current();
        await world.failureOf(world.engine.upAll(world.open(), [other], { continueOnError: true }));
        expect(world.keyIds()).not.toContain(old);
    });

    it("G22: deletes first with deleteBeforeReplace", async () => {
        const old = current();
        for (const options of [{}, { replace: ["key"] }]) {
            slowRegion();
            const run = world.engine.upAll(
                world.open(),
                program({ region: "us-east-2" }, { deleteBeforeReplace: true }),
                { continueOnError: true, ...options },
            );
            await world.failureOf(run);
            expect(world.keyIds()).not.toContain(old);
            world.emulator.faults.clear();
        }
    });
});

describe("a replaced key", () => {
    it("G4: is deleted if a failed run has given it the tag of a renamed stack without an answer", async () => {
        const renamed = { description: "Pulumi app/prod [pcf-aaaaaaaaaaaaaaaa]" };
        world.emulator.faults.add({ method: "PATCH", times: 0, action: { drop: "after" } });
        await world.failureOf(up(renamed));
        world.emulator.faults.clear();
        const old = current();
        expect(world.keys().find(({ id }) => id === old)?.description).toContain("pcf-aaaaaaaaaaaaaaaa");
        expect(world.engine.current?.outputs.description).not.toContain("pcf-aaaaaaaaaaaaaaaa");
        await up({ ...elsewhere, ...renamed });
        expect(world.keyIds()).toEqual([current()]);
        expect(current()).not.toBe(old);
    });

    it.each([
        ["older", true],
        ["newer", false],
    ])(
        "G8: goes with --replace and deleteBeforeReplace if another key with its tag is %s: %s",
        async (age, goes) => {
            const first = current();
            world.clock.advance(60_000);
            if (age === "older") {
                world.engine.stateDelete();
                await world.up({ readiness });
            } else await world.withEmptyState().up({ readiness });
            const old = current();
            const run = world.engine.upAll(world.open(), program({}, { deleteBeforeReplace: true }), {
                replace: ["key"],
            });
            const failed = await run.then(
                () => false,
                () => true,
            );
            expect(failed).toBe(!goes);
            expect(world.keyIds().includes(old)).toBe(!goes);
            expect(world.keyIds()).toHaveLength(2);
            expect(world.keyIds()).toContain(first);
        },
    );
});

describe("a destroy", () => {
    it.each<[string, () => Promise<unknown>]>([
        ["of a change of region", () => up(elsewhere)],
        ["of --replace", () => up({}, { replace: ["key"] })],
    ])(
        "G62: deletes a half-finished replacement %s and the key that it was to replace",
        async (_what, run) => {
            slowRegion();
            await world.failureOf(run());
            expect(world.keyIds()).toHaveLength(2);
            await world.engine.destroy(world.open());
            expect(world.keyIds()).toEqual([]);
            expect(world.engine.stored()).toEqual([]);
        },
    );

    it("G62: deletes an unverified key, and the one that it replaced", async () => {
        unreachable();
        await world.failureOf(world.up({ readiness }, { replace: true }));
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([]);
    });

    it("G62: keeps a key for which another process of the same run is creating another", async () => {
        const stored = world.engine.current;
        const deleting = world.open();
        // The provider of the resource has changed: the engine creates with one process and deletes with another.
        slowRegion();
        world.clock.advance(2_000);
        await world.failureOf(world.open().create(world.inputs({ readiness })));
        const error = await world.failureOf(deleting.delete(stored?.id ?? "", stored?.outputs ?? {}));
        expect(error.message).toContain("was created in this run and is not finished");
        expect(world.keyIds()).toHaveLength(2);
    });
});

describe("a region that cannot be reached", () => {
    const expectKept = (old: string, unverified: string, text: string) => {
        expect(text).toContain(`Flink API key ${old}`);
        expect(text).toContain(unverified);
        expect(text).toContain('readiness.unreachable: "trust"');
    };

    it("G23: keeps a verified key that --replace replaces, and names both, until a run reaches the region", async () => {
        const old = current();
        unreachable();
        const error = await world.failureOf(world.up({ readiness }, { replace: true }));
        expectKept(old, current(), error.message);
        expect(world.keyIds()).toEqual([old, current()]);
        await world.failureOf(world.up({ readiness }));
        expect(world.keyIds()).toContain(old);
        world.emulator.faults.clear();
        await world.up({ readiness });
        expect(world.keyIds()).toEqual([current()]);
        expect(world.engine.current?.outputs.status).toBe("ready");
    });

    it.each(["0s", "1h"])(
        "G23: keeps a verified key that a rotation with overlap %s replaces, in later runs too",
        async (overlap) => {
            const old = current();
            const rotated = { rotationTrigger: "leak", overlap, readiness };
            unreachable();
            for (let run = 1; run <= 3; run++) {
                world.engineLog.length = 0;
                await world.up(rotated);
                expect(world.keyIds()).toContain(old);
                expect(superseded()).toMatchObject([{ apiKey: old }]);
                if (overlap === "0s" || run > 1) expectKept(old, current(), world.warnings().join("\n"));
                world.clock.advance(7_200_000);
            }
            // A window never leads to a third key.
            const window = { ...rotated, rotationTrigger: "2099-01-01" };
            await world.up(window);
            expect(world.keyIds()).toHaveLength(2);
            world.emulator.faults.clear();
            await world.up(rotated);
            expect(world.keyIds()).toEqual([current()]);
        },
    );

    it("G23: finds no difference if nothing else changed", async () => {
        unreachable();
        const rotated = { rotationTrigger: "leak", overlap: "0s", readiness };
        await world.up(rotated);
        expect(await world.up(rotated)).toBe("same");
    });

    it.each<[string, () => Promise<unknown>]>([
        ["--replace", () => world.up(trust, { replace: true })],
        ["a rotation without overlap", () => world.up({ ...trust, rotationTrigger: "leak", overlap: "0s" })],
        [
            "a rotation, when its overlap has ended",
            async () => {
                const rotated = { ...trust, rotationTrigger: "leak", overlap: "1h" };
                await world.up(rotated);
                world.clock.advance(7_200_000);
                await world.up(rotated);
            },
        ],
        [
            "a setting that comes later",
            async () => {
                await world.failureOf(world.up({ readiness }, { replace: true }));
                await world.up(trust);
            },
        ],
    ])(
        "G24: treats an unverified key as verified with readiness.unreachable: trust: %s",
        async (_what, run) => {
            const old = current();
            unreachable();
            await run();
            expect(world.keyIds()).toEqual([current()]);
            expect(current()).not.toBe(old);
            expect(world.engine.current?.outputs.status).toBe("unverified");
        },
    );

    it("G24: does not treat a refused key as verified with trust", async () => {
        const old = current();
        slowRegion();
        await world.failureOf(
            world.engine.upAll(world.open(), program({ ...trust, region: "us-east-2" }), {
                continueOnError: true,
            }),
        );
        expect(world.keyIds()).toContain(old);
    });
});

describe("a refused deletion", () => {
    it("G75: is reported after a run that announced the deletion", async () => {
        const old = current();
        unreachable();
        await world.up({ rotationTrigger: "leak", overlap: "0s", readiness });
        expect(world.engineLog.filter((line) => line.includes(`Flink API key ${old}`))).toEqual([
            expect.stringMatching("^info: pulumi up deletes"),
            expect.stringMatching(/^warn: .* was not deleted/),
        ]);
    });
});
