// Two years of rotation on one virtual clock: the windows of `components/rotation.ts`, the provider object and the
// emulator. Not proven here: the engine itself, and how long Confluent Cloud goes on accepting a deleted key.
import fc from "fast-check";
import { parseRotation, rotationWindow } from "../../components/rotation";
import type { EmulatorOptions } from "../../emulator";
import type { Properties } from "../provider/providerPort";
import { SimulatedEngine } from "../provider/simulatedEngine";
import { VirtualClock } from "../provider/virtualClock";
import { World } from "../provider/world";
import { runsAll, sampleOf, seed } from "../sample";

const dayMs = 86_400_000;
const overlapMs = 7 * dayMs;
const yearsMs = 2 * 365 * dayMs;
const rotation = parseRotation({ every: "90d", overlap: "7d" }, "rotation");
const regions = ["aws.us-east-2", "gcp.us-east1", "azure.eastus"];

/** Holds a key, and reads the stack's outputs anew once within the overlap, whatever happens. */
interface Consumer {
    pair: string;
    readonly readAtMs: number[];
}

interface Outcome {
    /** Answers other than 200 that a consumer got. */
    refusals: string[];
    /** The most keys of one region that lived at any moment. */
    mostKeys: number;
    /** The most keys of one resource that one run deleted. */
    mostDeletedByRun: number;
    /** The most regions that rotated in one run. */
    mostRotatedByRun: number;
    rotations: number;
    /** Runs of a region that changed its state without making or deleting a key. */
    idleUpdates: number;
    /** Age that the oldest current key reached at a run, in days. */
    oldestKeyDays: number;
}

/** Runs `pulumi up` at the given times, in ms from the start, and destroys at the end. */
async function live(runTimesMs: readonly number[]): Promise<Outcome> {
    let countKeys = (): void => undefined;
    const propagation: EmulatorOptions["keyPropagation"] = { minMs: 1_000, maxMs: 9_000 };
    const world = await World.start({
        keyPropagation: propagation,
        onExchange: ({ method }) => method === "POST" && countKeys(),
    });
    const startMs = world.clock.now();
    const outcome: Outcome = {
        refusals: [],
        mostKeys: 0,
        mostDeletedByRun: 0,
        mostRotatedByRun: 0,
        rotations: 0,
        idleUpdates: 0,
        oldestKeyDays: 0,
    };
    const engines = regions.map(() => new SimulatedEngine());
    const outputs = (i: number): Properties => engines[i]?.current?.outputs ?? {};
    const consumers = regions.map(
        (_, i): Consumer => ({
            pair: "",
            // Each at a phase of its own; the last moment of the overlap is early enough.
            readAtMs: Array.from({ length: 110 }, (_, n) => n * overlapMs + i * dayMs),
        }),
    );
    countKeys = () => {
        for (const region of regions) {
            const living = world.keys().filter((key) => key.region === region).length;
            outcome.mostKeys = Math.max(outcome.mostKeys, living);
        }
    };

    const moveTo = (ms: number): void => world.clock.advance(Math.max(0, startMs + ms - world.clock.now()));
    // A region answers otherwise only if a key was created, deleted or read.
    let asked = "";
    const use = async (when: string): Promise<void> => {
        const answeredBy = [...consumers.map(({ pair }) => pair), ...world.keyIds()].join();
        if (answeredBy === asked) return;
        asked = answeredBy;
        for (const [i, { pair }] of consumers.entries()) {
            const status = await world.client.probe(pair);
            if (status !== 200) outcome.refusals.push(`${regions[i]} ${when}: ${status}`);
        }
    };
    const read = async (i: number): Promise<void> => {
        const consumer = consumers[i] as Consumer;
        consumer.readAtMs.shift();
        consumer.pair = `${outputs(i).apiKey}:${outputs(i).apiSecret}`;
    };
    const run = async (): Promise<void> => {
        const provider = world.open();
        let rotated = 0;
        for (const [i, engine] of engines.entries()) {
            const region = regions[i] as string;
            const [cloud, name] = region.split(".");
            const { rotationTrigger } = rotationWindow(rotation, region, world.clock.now());
            const before = engine.keys();
            const ageMs = world.clock.now() - Date.parse(String(outputs(i).createdAt ?? ""));
            outcome.oldestKeyDays = Math.max(outcome.oldestKeyDays, Math.floor((ageMs || 0) / dayMs));
            const result = await engine.up(
                provider,
                world.inputs({
                    cloud,
                    region: name,
                    rotationTrigger,
                    overlap: rotation.overlap,
                    description: `For orders [pcf-${String(i).repeat(16)}]`,
                }),
            );
            const after = engine.keys();
            const made = after.filter((key) => !before.includes(key)).length;
            const deleted = before.filter((key) => !after.includes(key)).length;
            outcome.mostDeletedByRun = Math.max(outcome.mostDeletedByRun, deleted);
            if (result === "updated" && made + deleted === 0) outcome.idleUpdates += 1;
            if (result === "updated" && made > 0) rotated += 1;
        }
        outcome.rotations += rotated;
        outcome.mostRotatedByRun = Math.max(outcome.mostRotatedByRun, rotated);
        expect(world.keyIds().sort()).toEqual(engines.flatMap((engine) => engine.keys()).sort());
    };

    try {
        await run();
        for (const i of regions.keys()) await read(i);
        for (const runMs of runTimesMs) {
            for (;;) {
                const next = consumers
                    .map(({ readAtMs }, i) => ({ i, ms: readAtMs[0] ?? Number.POSITIVE_INFINITY }))
                    .sort((a, b) => a.ms - b.ms)[0] as { i: number; ms: number };
                if (next.ms > runMs) break;
                moveTo(next.ms);
                await read(next.i);
            }
            moveTo(runMs);
            await run();
            await use(`day ${Math.round(runMs / dayMs)}`);
            world.emulator.journal.clear();
        }
        const last = world.open();
        for (const engine of engines) await engine.destroy(last);
        expect(world.keys()).toEqual([]);
        return outcome;
    } finally {
        await world.close();
    }
}

function every(days: number, fromDay = days, untilMs = yearsMs): number[] {
    const times: number[] = [];
    for (let ms = fromDay * dayMs; ms <= untilMs; ms += days * dayMs) times.push(ms);
    return times;
}

function expectNoHarm(outcome: Outcome): void {
    expect(outcome).toMatchObject({ refusals: [], mostKeys: 2, idleUpdates: 0 });
    expect(outcome.mostDeletedByRun).toBe(1);
    expect(outcome.mostRotatedByRun).toBeLessThan(regions.length);
}

describe("two years of rotation, every 90 days with an overlap of 7", () => {
    // 730 days hold eight or nine beginnings of a window for each region.
    const paces = [
        { pace: "a run a day", days: 1, fewest: 8 },
        { pace: "a run a week", days: 7, fewest: 7 },
    ];

    it.each(sampleOf(paces, 1))(
        "with $pace: no consumer is refused, each key rotates in the first run of its window",
        async ({ days, fewest }) => {
            const outcome = await live(every(days));
            expectNoHarm(outcome);
            expect(outcome.oldestKeyDays).toBeLessThanOrEqual(days === 1 ? 90 : 90 + days);
            expect(outcome.rotations).toBeGreaterThanOrEqual(regions.length * fewest);
            expect(outcome.rotations).toBeLessThanOrEqual(regions.length * 9);
        },
        120_000,
    );

    it.each(runsAll ? [seed, seed + 1, seed + 2] : [seed])(
        "with runs at random (seed %i): no consumer is refused",
        async (seed) => {
            const gaps = fc.sample(fc.integer({ min: 1, max: 24 * 45 }), { seed, numRuns: 300 });
            let ms = 0;
            const times = gaps
                .map((hours) => {
                    ms += hours * 3_600_000;
                    return ms;
                })
                .filter((time) => time <= (runsAll ? yearsMs : yearsMs / 4));
            expectNoHarm(await live(times));
        },
        120_000,
    );

    it("with no run for five windows: the key that consumers hold by then stays valid for the full overlap", async () => {
        const outcome = await live([...every(7, 7, 100 * dayMs), ...every(1, 100 + 5 * 90)]);
        // All are late together, so all rotate together.
        expect(outcome).toMatchObject({ refusals: [], mostKeys: 2, idleUpdates: 0, mostDeletedByRun: 1 });
        expect(outcome.oldestKeyDays).toBeGreaterThan(400);
    }, 120_000);

    it("with a late run just before a window ends: the next window waits for the overlap, no third key is made", async () => {
        const startMs = new VirtualClock().now();
        const { rotatesAt } = rotationWindow(rotation, regions[0] as string, startMs);
        const beginsOnDay = (Date.parse(rotatesAt as string) - startMs) / dayMs;
        const outcome = await live(every(1, beginsOnDay + 88, (beginsOnDay + 100) * dayMs));
        expect(outcome).toMatchObject({ refusals: [], mostKeys: 2, idleUpdates: 0, mostDeletedByRun: 1 });
        // Late by 88 days on the first; then by the 5 that were left of that rotation's overlap, not by 90 again.
        expect(outcome.rotations).toBeGreaterThan(regions.length);
    }, 120_000);
});
