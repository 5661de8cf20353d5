// Keys in use where this machine's clock is wrong, and where lists are seconds behind. Not proven here: how far clocks and lists of
// Confluent Cloud are off (docs/assumptions.md).
import type { Clock } from "../../confluent/clock";
import type { VirtualClock } from "./virtualClock";
import { World } from "./world";

const dayMs = 86_400_000;
const first = { rotationTrigger: "first", overlap: "7d" };
const second = { rotationTrigger: "second", overlap: "7d" };

/** The clock of a machine that is `aheadMs` ahead of Confluent Cloud. */
function wrong(clock: VirtualClock, aheadMs: number): Clock {
    return { now: () => clock.now() + aheadMs, sleep: (ms) => clock.sleep(ms) };
}

/** From here on, reading this key is answered with this `Date`, or with none. */
async function dated(world: World, id: string, date = ""): Promise<void> {
    const path = `/iam/v2/api-keys/${id}`;
    const { body } = await world.client.send("GET", path);
    world.emulator.faults.add({
        method: "GET",
        path,
        times: 0,
        action: { status: 200, body, headers: { date } },
    });
}

describe("a superseded key", () => {
    let world: World;

    beforeEach(async () => {
        world = await World.start();
        await world.up(first);
    });

    afterEach(() => world.close());

    const run = (inputs: Record<string, unknown>, aheadMs = 0) =>
        world.engine.up(world.open({ clock: wrong(world.clock, aheadMs) }), world.inputs(inputs));
    const superseded = () => world.engine.current?.outputs.superseded as { retireAt: string }[];

    it.each([-30, -8, 8, 30])(
        "G72: lives for its overlap by Confluent Cloud's clock if the machine that rotates is %d days off",
        async (days) => {
            const rotatedAtMs = world.clock.now();
            await run(second, days * dayMs);
            expect(Date.parse(superseded()[0]?.retireAt ?? "")).toBeGreaterThanOrEqual(
                rotatedAtMs + 7 * dayMs,
            );
            world.clock.advance(6 * dayMs);
            await run(second);
            expect(world.keyIds()).toHaveLength(2);
            world.clock.advance(2 * dayMs);
            await run(second);
            expect(world.keyIds()).toHaveLength(1);
        },
    );

    it("G72: is not deleted before its overlap has ended by a machine whose clock is ahead, which gets a warning", async () => {
        await run(second);
        await run(second, 30 * dayMs);
        expect(world.keyIds()).toHaveLength(2);
        expect(world.warnings()).toEqual([
            expect.stringMatching(/was not deleted: its overlap ends 2026-08-08T.*Set this machine's clock/),
        ]);
        world.clock.advance(8 * dayMs);
        await run(second, 30 * dayMs);
        expect(world.keyIds()).toHaveLength(1);
    });

    it("G72: is deleted by the machine's own clock if Confluent Cloud's answers have no date", async () => {
        await run(second);
        const [, old] = world.engine.keys();
        await dated(world, String(old));
        await run(second, 8 * dayMs);
        expect(world.keyIds()).toHaveLength(1);
    });

    it("G72: is not deleted if Confluent Cloud cannot be asked", async () => {
        await run(second);
        const [, old] = world.engine.keys();
        world.clock.advance(8 * dayMs);
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys**",
            times: 0,
            action: { status: 503 },
        });
        await world.failureOf(run(second));
        expect(world.keyIds()).toContain(old);
        expect(world.engine.keys()).toContain(old);
    });

    it.each([-30, -8, 30])(
        "G72: lives for its overlap if a header Date is %d days off when the key is replaced",
        async (days) => {
            const date = new Date(world.clock.now() + days * dayMs).toUTCString();
            const { body } = await world.client.send("GET", `/iam/v2/api-keys?spec.owner=${world.owner}`);
            world.emulator.faults.add({
                method: "GET",
                path: "/iam/v2/api-keys",
                times: 0,
                action: { status: 200, body, headers: { date } },
            });
            await run(second);
            world.emulator.faults.clear();
            world.clock.advance(6 * dayMs);
            await run(second);
            expect(world.keyIds()).toHaveLength(2);
            world.clock.advance(2 * dayMs);
            await run(second);
            expect(world.keyIds()).toHaveLength(1);
        },
    );

    it.each([-10, 0, 10])(
        "G72: without an overlap is deleted by the next run, although the machine's clock is %d minutes off",
        async (minutes) => {
            const aheadMs = minutes * 60_000;
            world.emulator.faults.add({ method: "DELETE", times: 0, action: { status: 403 } });
            await world.failureOf(run({ rotationTrigger: "second", overlap: "0s" }, aheadMs));
            expect(world.keyIds()).toHaveLength(2);
            world.emulator.faults.clear();
            // Of a rotation on demand, the stack file does not have the overlap.
            await run(second, aheadMs);
            expect(world.keyIds()).toEqual([world.engine.current?.outputs.apiKey]);
        },
    );

    it("G75: is named in the preview, and again if the update does not delete it", async () => {
        await run(second);
        const [, old] = world.engine.keys();
        world.clock.advance(8 * dayMs);
        world.emulator.faults.add({ method: "PATCH", times: 0, action: { status: 422 } });
        await world.failureOf(run({ ...second, displayName: "payments" }));
        expect(world.engineLog).toEqual([
            expect.stringMatching(`info: pulumi up deletes Flink API key ${old} `),
            expect.stringMatching(`warn: Flink API key ${old} .* was not deleted`),
        ]);
    });

    it("G74: keeps its end if the inputs have no overlap, as after a refresh with ignoreChanges", async () => {
        const longer = { ...second, overlap: "30d" };
        await run(longer);
        const { retireAt } = superseded()[0] ?? {};
        expect(await run({ rotationTrigger: "second" })).toBe("same");
        expect(superseded()).toMatchObject([{ retireAt }]);
        world.clock.advance(8 * dayMs);
        await run({ rotationTrigger: "second" });
        expect(world.keyIds()).toHaveLength(2);
    });
});

describe("a key that goes while lists are behind", () => {
    let world: World;

    beforeEach(async () => {
        world = await World.start();
        await world.up();
        world.emulator.setLags({ listLagMs: 20_000 });
        world.clock.advance(60_000);
    });

    afterEach(() => world.close());

    const otherTag = "[pcf-fedcba9876543210]";

    it("G73: is deleted although the list still shows its former tag", async () => {
        await world.up({ description: `For orders ${otherTag}` });
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([]);
        expect(world.warnings()).toEqual([]);
    });

    it("G73: is kept if another resource has just adopted it, although the list does not show that yet", async () => {
        const [id] = world.keyIds();
        await world.asAdmin("PATCH", `/iam/v2/api-keys/${id}`, {
            spec: { description: `Elsewhere ${otherTag}` },
        });
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([id]);
        expect(world.warnings()).toEqual([expect.stringContaining("is now managed by another resource")]);
    });
});

describe("a key at an endpoint that the user has set", () => {
    it("G74: stays there with ignoreChanges, after a refresh that found another name", async () => {
        const world = await World.start();
        try {
            const restEndpoint = world.emulator.url.replace("127.0.0.1", "localhost");
            await world.up({ readiness: { restEndpoint } });
            await world.asAdmin("PATCH", `/iam/v2/api-keys/${world.keyIds()[0]}`, {
                spec: { display_name: "by hand" },
            });
            const { id, outputs } = world.engine.current ?? { id: "", outputs: {} };
            const { inputs } = await world.open().read(id, outputs);
            expect(inputs).toMatchObject({ displayName: "by hand", readiness: { restEndpoint } });
            const updated = await world.open().update(id, outputs, { ...inputs, displayName: "orders" });
            expect(updated.outputs).toMatchObject({ restEndpoint, endpointSetting: restEndpoint });
        } finally {
            await world.close();
        }
    });
});
