// The one gate for every deletion: each caller × each question, against the emulator. docs/decisions/009-one-gate.md has the same
// table. Not proven here: when an engine calls `delete` (engine tests), and a real process whose engine has ended
// (engine.test.ts).
import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../../confluent/clock";
import { unfinishedTag, World } from "./world";

const dayMs = 86_400_000;
const otherTag = "[pcf-fedcba9876543210]";

let world: World;
/** The clock of the machine that runs. */
let clock: Clock;

beforeEach(async () => {
    world = await World.start();
    clock = world.clock;
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

const open = () => world.open({ clock });
const up = (changes: Record<string, unknown> = {}, options = {}) =>
    world.engine.up(open(), world.inputs({ readiness: { timeout: "3s" }, ...changes }), options);
const rotated = (overlap: string) => ({ rotationTrigger: "second", overlap });
const retag = (id: string) =>
    world.asAdmin("PATCH", `/iam/v2/api-keys/${id}`, { spec: { description: `Elsewhere ${otherTag}` } });
const refuseKeys = (readiness = {}) => {
    world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 401 } });
    return { readiness: { timeout: "3s", ...readiness } };
};
const unreachable = () =>
    world.emulator.faults.add({ path: "/sql/**", times: 0, action: { drop: "before" } });

interface Caller {
    readonly name: string;
    /** The key that the run deletes; undefined for one that the run creates first. */
    prepare(): Promise<string | undefined>;
    run(): Promise<unknown>;
}

const callers: readonly Caller[] = [
    {
        name: "destroy, or a resource that is taken out of the program",
        prepare: async () => {
            await up();
            return world.keyIds()[0];
        },
        run: () => world.engine.destroy(open()),
    },
    {
        name: "a key that was replaced",
        prepare: async () => {
            await up();
            return world.keyIds()[0];
        },
        run: () => up({}, { replace: true }),
    },
    {
        name: "a superseded key whose overlap has ended",
        prepare: async () => {
            await up();
            await up(rotated("7d"));
            const [old] = world.keyIds();
            // A state in which what takes its place is not proven.
            Object.assign(world.engine.current?.outputs ?? {}, { status: "unverified" });
            return old;
        },
        run: async () => {
            if (clock === world.clock) world.clock.advance(8 * dayMs);
            await up({ ...rotated("7d"), displayName: "payments" });
        },
    },
    {
        name: "a rotation without overlap",
        prepare: async () => {
            await up();
            return world.keyIds()[0];
        },
        run: () => up(rotated("0s")),
    },
    {
        name: "a new key that never became usable",
        prepare: async () => {
            await up();
            return undefined;
        },
        run: () => {
            const { readiness } = refuseKeys({ unreachable: "fail" });
            return up({ ...rotated("7d"), readiness });
        },
    },
    {
        name: "a key that an interrupted run left",
        prepare: async () => (await world.foreignKey({ description: `For orders ${unfinishedTag}` })).id,
        run: () => up(),
    },
];

const all = callers.map(({ name }) => name);
const [resource, replaced, superseded, withoutOverlap, discarded, stray] = all as [
    string,
    string,
    string,
    string,
    string,
    string,
];

interface Question {
    readonly name: string;
    /** Callers for which an answer that forbids the deletion keeps the key. */
    readonly askedFor: readonly string[];
    /** Sees to it that the answer forbids it. */
    forbid(victim: string | undefined): Promise<unknown> | unknown;
    /** The key is not this resource's business any more: it leaves the state. */
    readonly releases?: true;
}

const questions: readonly Question[] = [
    {
        name: "Is the engine still there?",
        askedFor: all,
        forbid: () => {
            // It ends while the key is read.
            world.emulator.journal.clear();
            world.isEngineAlive = () =>
                !world.requests().some((request) => /^GET .*api-keys\/\w{16}$/.test(request));
        },
    },
    {
        name: "Is the key still ours?",
        askedFor: all,
        releases: true,
        forbid: async (victim) => {
            // Lists show the earlier tag.
            world.clock.advance(60_000);
            world.emulator.setLags({ listLagMs: 60_000 });
            if (victim !== undefined) return retag(victim);
            // The new key is taken over while it is awaited.
            const before = world.keyIds();
            const { clock: theirs } = world;
            clock = {
                now: () => theirs.now(),
                sleep: async (ms) => {
                    const made = world.keyIds().find((id) => !before.includes(id));
                    if (made !== undefined) await retag(made);
                    await theirs.sleep(ms);
                },
            };
        },
    },
    {
        name: "Does what takes its place work?",
        askedFor: [replaced, superseded, withoutOverlap],
        forbid: unreachable,
    },
    {
        name: "Has its time come, by both clocks?",
        askedFor: [superseded],
        forbid: () => {
            const { clock: theirs } = world;
            clock = { now: () => theirs.now() + 30 * dayMs, sleep: (ms) => theirs.sleep(ms) };
        },
    },
    {
        name: "Is it proven gone?",
        askedFor: all,
        forbid: () => world.emulator.faults.add({ method: "DELETE", times: 0, action: { status: 503 } }),
    },
];

const cases = callers.flatMap((caller) =>
    questions.map((question) => {
        const isAsked = question.askedFor.includes(caller.name);
        return [
            question.name,
            caller.name,
            isAsked ? "keeps it" : "is not asked",
            caller,
            question,
            isAsked,
        ] as const;
    }),
);

describe("every deletion of a key", () => {
    it.each(cases)("asks: %s For %s, a no %s", async (_q, _c, _what, caller, question, isAsked) => {
        const victim = await caller.prepare();
        const before = world.keyIds();
        await question.forbid(victim);
        await caller.run().catch((error: unknown) => world.failureOf(Promise.reject(error)));
        world.isEngineAlive = () => true;
        const made = world.keyIds().filter((id) => !before.includes(id));
        if (victim === undefined) {
            expect(made).toHaveLength(isAsked ? 1 : 0);
        } else if (isAsked) {
            expect(world.keyIds()).toContain(victim);
        } else {
            expect(world.keyIds()).not.toContain(victim);
        }
        // What is kept is known to the state, or named: a stray by its mark.
        const kept = isAsked ? (victim ?? made[0]) : undefined;
        if (kept === undefined || caller.name === stray) return;
        const isHeld = world.engine.keys().includes(kept);
        if (question.releases) {
            expect(isHeld).toBe(false);
            expect(world.warnings().join()).toMatch(
                new RegExp(`${kept} .*is now managed by another resource`),
            );
        } else expect(isHeld).toBe(true);
    });

    it("goes through deleteKey: nothing else of the provider sends the request", () => {
        const senders = readdirSync("provider").filter((file) =>
            /\bdeleteApiKey\b|"DELETE"/.test(readFileSync(`provider/${file}`, "utf8")),
        );
        expect(senders).toEqual(["deleteKey.ts"]);
    });

    it("asks what docs/decisions/009-one-gate.md says", () => {
        const record = readFileSync("docs/decisions/009-one-gate.md", "utf8");
        const [, table = ""] = /<!-- gate -->\n([\s\S]*?)<!-- \/gate -->/.exec(record) ?? [];
        const rows = questions.map(({ name, askedFor }) => {
            const cells = callers.map((caller) => (askedFor.includes(caller.name) ? "yes" : "–"));
            return `| ${[name, ...cells].join(" | ")} |`;
        });
        expect(table.trim().split("\n").slice(2)).toEqual(rows);
        expect(table).toContain(`| Question | ${all.join(" | ")} |`);
        expect([resource, discarded]).toEqual([all[0], all[4]]);
    });
});
