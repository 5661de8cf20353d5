// Rotation that a person asks for, by another text in the trigger, against the emulator. Not proven here: the engine.
import { World } from "../provider/world";

const dayMs = 86_400_000;
const leaked = { rotationTrigger: "2026-08-01 + leak", overlap: "0s" };

describe("a key that leaked", () => {
    let world: World;

    const outputs = () => world.engine.current?.outputs ?? {};
    const pair = () => `${outputs().apiKey}:${outputs().apiSecret}`;

    beforeEach(async () => {
        world = await World.start({ keyPropagation: { minMs: 4_000, maxMs: 4_000 } });
        await world.up({ rotationTrigger: "2026-08-01", overlap: "7d" });
    });

    afterEach(() => world.close());

    it("is deleted in the same run, after the new one has proven usable", async () => {
        const old = { id: outputs().apiKey, pair: pair() };
        world.emulator.journal.clear();
        await world.up(leaked);
        expect(await world.client.probe(old.pair)).toBe(401);
        expect(await world.client.probe(pair())).toBe(200);
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(outputs().superseded).toEqual([]);
        const steps = world.emulator.journal
            .entries()
            .filter(({ method, path }) => method !== "GET" || path.startsWith("/sql/"))
            .map(
                ({ method, path, status }) =>
                    `${method} ${path.startsWith("/sql/") ? "probe" : path} ${status}`,
            );
        const provenAt = steps.indexOf("GET probe 200");
        expect(steps.indexOf("POST /iam/v2/api-keys 202")).toBeLessThan(provenAt);
        expect(steps.indexOf(`DELETE /iam/v2/api-keys/${old.id} 204`)).toBeGreaterThan(provenAt);
    });

    it("stays the only key where the new one never becomes usable: that one is removed", async () => {
        const before = outputs();
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        const error = await world.failureOf(world.up({ ...leaked, readiness: { timeout: "5s" } }));
        expect(error.message).toContain(`It was removed; ${before.apiKey} stays the current key`);
        expect(world.keyIds()).toEqual([before.apiKey]);
        expect(outputs()).toEqual(before);
    });

    it("is kept until the next run where the new one could not be proven, for nothing answers", async () => {
        const old = outputs().apiKey;
        world.emulator.faults.add({ path: "/sql/**", action: { drop: "before" }, times: 0 });
        await world.up(leaked);
        expect(outputs()).toMatchObject({ status: "unverified", superseded: [{ apiKey: old }] });
        expect(world.keyIds()).toHaveLength(2);
        world.emulator.faults.clear();
        await world.up(leaked);
        expect(outputs()).toMatchObject({ status: "ready", superseded: [] });
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });

    it("takes the key it had itself taken over from with it, in the next run: one key a run", async () => {
        const first = outputs().apiKey;
        await world.up({ rotationTrigger: "2026-08-01 + new owner", overlap: "7d" });
        const second = outputs().apiKey;
        await world.up(leaked);
        expect(world.keyIds().sort()).toEqual([first, outputs().apiKey].sort());
        expect(world.keyIds()).not.toContain(second);
        expect(await world.up(leaked)).toBe("updated");
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(await world.up(leaked)).toBe("same");
    });

    it("is deleted before one whose overlap has ended: one key a run", async () => {
        const first = outputs().apiKey;
        await world.up({ rotationTrigger: "2026-08-01 + new owner", overlap: "7d" });
        const second = outputs().apiKey;
        world.clock.advance(8 * dayMs);
        await world.up(leaked);
        expect(world.keyIds().sort()).toEqual([first, outputs().apiKey].sort());
        expect(world.keyIds()).not.toContain(second);
        await world.up(leaked);
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });

    it("asked for while an overlap is open, with an overlap: every key keeps the time it was promised", async () => {
        const first = { pair: pair(), untilMs: 0 };
        await world.up({ rotationTrigger: "2026-08-01 + one", overlap: "7d" });
        first.untilMs = world.clock.now() + 7 * dayMs;
        const second = pair();
        world.clock.advance(dayMs);
        await world.up({ rotationTrigger: "2026-08-01 + two", overlap: "7d" });
        expect(world.keyIds()).toHaveLength(3);
        world.clock.advance(first.untilMs - world.clock.now() - 60_000);
        await world.up({ rotationTrigger: "2026-08-01 + two", overlap: "7d" });
        expect(await world.client.probe(first.pair)).toBe(200);
        world.clock.advance(60_000);
        await world.up({ rotationTrigger: "2026-08-01 + two", overlap: "7d" });
        expect(await world.client.probe(first.pair)).toBe(401);
        expect(await world.client.probe(second)).toBe(200);
    });

    it("shows as a change in a preview, once: the text that was used, or is taken away, asks for nothing", async () => {
        const diff = async (rotationTrigger: string) => {
            const { inputs } = await world.open().check({}, world.inputs({ rotationTrigger }));
            return world.open().diff("", outputs(), inputs);
        };
        expect((await diff(leaked.rotationTrigger)).changes).toBe("some");
        await world.up(leaked);
        expect((await diff(leaked.rotationTrigger)).changes).toBe("none");
        world.emulator.journal.clear();
        await world.up({ rotationTrigger: "2026-08-01", overlap: "7d" });
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });
});

describe("an overlap that is open", () => {
    let world: World;

    const outputs = () => world.engine.current?.outputs ?? {};
    const superseded = () => outputs().superseded as { apiKey: string; retireAt: string }[];

    beforeEach(async () => {
        world = await World.start({ keyPropagation: { minMs: 0, maxMs: 0 } });
        await world.up({ rotationTrigger: "2026-08-01", overlap: "7d" });
        await world.up({ rotationTrigger: "v2", overlap: "7d" });
    });

    afterEach(() => world.close());

    it("ends with the next up when overlap becomes 0s, and makes no key", async () => {
        expect(world.keyIds()).toHaveLength(2);
        world.clock.advance(1_000);
        world.emulator.journal.clear();
        await world.up({ rotationTrigger: "v2", overlap: "0s" });
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(superseded()).toEqual([]);
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
    });

    it("becomes longer and shorter as its setting does, and the key lives on", async () => {
        const startMs = Date.parse(superseded()[0]?.retireAt ?? "") - 7 * dayMs;
        for (const days of [14, 3]) {
            await world.up({ rotationTrigger: "v2", overlap: `${days}d` });
            expect(superseded().map(({ retireAt }) => Date.parse(retireAt) - startMs)).toEqual([
                days * dayMs,
            ]);
            expect(world.keyIds()).toHaveLength(2);
        }
    });
});
