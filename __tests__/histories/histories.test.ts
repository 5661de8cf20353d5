// Random histories of one key: deployments, refreshes, deletions by hand, faults, killed processes, time, lost state.
// After each step the world is held against what may be true; a history that breaks a rule is shrunk and printed with
// its seed. Not proven here: several keys at once, and what a real engine stores (engine layer).
//
// HISTORIES=1000 runs so many, SEED=7 other ones, `npm run test:long` both; one alone runs by its name.
import fc from "fast-check";
import type { ConfluentApiOptions } from "../../confluent/confluentApi";
import { apiKeyCredentials } from "../../confluent/credentials";
import type { RetryPolicy } from "../../confluent/retry";
import { Secret } from "../../confluent/secret";
import type { FaultAction, FaultRule } from "../../emulator";
import type { Properties } from "../provider/providerPort";
import { World } from "../provider/world";

const histories = Number(process.env.HISTORIES ?? 300);
const firstSeed = Number(process.env.SEED ?? 20_260_801);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What the user has declared, and what nobody can hold the provider to. */
interface Declared {
    displayName: string;
    rotation: number;
}

/** The world with the rules that hold in it. */
class History {
    readonly declared: Declared = { displayName: "orders", rotation: 0 };
    /** Keys that a state held which was lost. */
    readonly lost = new Set<string>();
    readonly #othersKeys: ReadonlySet<string>;
    /** What the state held before the last step. */
    #held: ReadonlySet<string> = new Set();

    constructor(readonly world: World) {
        this.#othersKeys = new Set(world.keyIds());
    }

    inputs(): Properties {
        const { displayName, rotation } = this.declared;
        return this.world.inputs({
            displayName,
            readiness: { timeout: "10s" },
            ...(rotation > 0 && { rotationTrigger: `by hand ${rotation}` }),
        });
    }

    live(): string[] {
        return this.world.keyIds().filter((id) => !this.#othersKeys.has(id));
    }

    current(): string | undefined {
        return this.world.engine.current?.outputs.apiKey as string | undefined;
    }

    currentLives(): boolean {
        return this.live().includes(String(this.current()));
    }

    /** Runs `step`, which nothing disturbs: it ends well. */
    async runWell(step: () => Promise<unknown>, options = {}): Promise<void> {
        if (!(await this.run(step, options)))
            throw new Error(`Not disturbed, and yet: ${this.world.thrown.at(-1)}`);
    }

    /** Runs `step` and checks what holds whatever it does and however it ends; true where it ended well. */
    async run(step: () => Promise<unknown>, { mayDelete = false, isKilled = false } = {}): Promise<boolean> {
        const before = this.current();
        const wasLive = this.currentLives();
        const mayBeInUse = this.#lostAndOld();
        this.world.delivered.clear();
        this.#held = new Set(this.world.engine.keys());
        const ended = await step().then(
            () => true,
            async (error) => {
                await this.world.failureOf(Promise.reject(error));
                return false;
            },
        );
        if (wasLive && !mayDelete) {
            expect(this.live()).toContain(before);
            expect(this.world.engine.keys()).toContain(before);
        }
        // A key whose secret has been received is in the state from then on, or is removed.
        if (!isKilled) {
            const received = this.live().filter((id) => this.world.delivered.has(id));
            expect(this.world.engine.keys()).toEqual(expect.arrayContaining(received));
        }
        // A lost state's key may be in use unless it is so young that nobody was given it.
        expect(this.live()).toEqual(expect.arrayContaining(mayBeInUse));
        expect(this.world.leaks()).toEqual([]);
        return ended;
    }

    #lostAndOld(): string[] {
        const isOld = (createdAt: string): boolean =>
            this.world.clock.now() - Date.parse(createdAt) > hourMs + minuteMs;
        return this.world
            .keys()
            .filter(({ id, createdAt }) => this.lost.has(id) && isOld(createdAt))
            .map(({ id }) => id);
    }

    /** After an `up` that ended well: one usable current key, and nothing lives that is neither stored nor named. */
    expectInOrder(): void {
        const { engine } = this.world;
        expect(this.live()).toContain(this.current());
        expect(this.world.keys().find(({ id }) => id === this.current())).toMatchObject({ usable: true });
        expect(engine.current?.initErrors).toEqual([]);
        this.expectNothingForgotten();
    }

    /** After a `destroy` that ended well: none of the keys lives that the state held. */
    expectDestroyed(): void {
        expect(this.live().filter((id) => this.#held.has(id))).toEqual([]);
    }

    /** Every live key is in the state, or is too old to be taken for nobody's and a warning has named it. */
    expectNothingForgotten(): void {
        const stored = new Set(this.world.engine.keys());
        const warnings = this.world.warnings().join("\n");
        for (const { id, createdAt } of this.world.keys()) {
            if (stored.has(id) || !this.live().includes(id)) continue;
            expect(warnings).toContain(id);
            expect(this.world.clock.now() - Date.parse(createdAt)).toBeGreaterThan(hourMs - minuteMs);
        }
    }
}

type Model = Record<string, never>;
type Command = fc.AsyncCommand<Model, History>;

function command(name: string, run: (history: History) => Promise<void>): Command {
    return { check: () => true, run: (_model, history) => run(history), toString: () => name };
}

/** A deployment without a fault succeeds, whatever went before. */
async function up(history: History): Promise<void> {
    const { world } = history;
    const wasGone = history.current() !== undefined && !history.currentLives();
    await history.runWell(() => world.engine.up(world.open(), history.inputs()));
    // Without a refresh an engine does not learn that a key was deleted by hand.
    if (!wasGone || history.currentLives()) history.expectInOrder();
}

const upCommand = command("up", up);

const refresh = command("refresh", async (history) => {
    const { engine } = history.world;
    const wasLive = history.currentLives();
    await history.runWell(() => engine.refresh(history.world.open()));
    if (!wasLive) expect([undefined, "gone"]).toContain(engine.current?.outputs.readiness);
});

const destroy = command("destroy", async (history) => {
    const { world } = history;
    const hadResource = history.current() !== undefined;
    await history.runWell(() => world.engine.destroy(world.open()), { mayDelete: true });
    expect(history.current()).toBeUndefined();
    history.expectDestroyed();
    if (hadResource) history.expectNothingForgotten();
});

const deleteByHand = fc.nat({ max: 3 }).map((n) =>
    command(`delete by hand: key ${n}`, async (history) => {
        const live = history.live();
        const id = live[n % Math.max(1, live.length)];
        if (id !== undefined) await history.world.deleteByHand(id);
    }),
);

const rename = fc.constantFrom("orders", "payments").map((displayName) =>
    command(`rename: ${displayName}`, async (history) => {
        history.declared.displayName = displayName;
        await up(history);
    }),
);

const renameByHand = command("rename by hand", async (history) => {
    const id = history.current();
    if (id === undefined) return;
    await history.world.client.send("PATCH", `/iam/v2/api-keys/${id}`, {
        body: { spec: { display_name: "by hand" } },
    });
});

const rotate = command("rotate", async (history) => {
    history.declared.rotation++;
    await up(history);
});

const forward = fc
    .constantFrom(minuteMs, 30 * minuteMs, 2 * hourMs, 8 * dayMs)
    .map((ms) =>
        command(`clock forward: ${ms / minuteMs} min`, async ({ world }) => world.clock.advance(ms)),
    );

const loseState = command("state lost", async ({ world, lost }) => {
    for (const id of world.engine.keys()) lost.add(id);
    world.engine.current = undefined;
    world.engine.pendingDeletes.length = 0;
});

/** What is asked of the engine while something goes wrong. */
const operation = fc.constantFrom(
    "up",
    "rename and up",
    "rotate and up",
    "rotate and up",
    "refresh",
    "destroy",
);

/** Which request it hits: any one by its number, or the n-th of those that matter most. */
const target: fc.Arbitrary<Omit<FaultRule, "action">> = fc.oneof(
    fc.record({ nth: fc.integer({ min: 1, max: 10 }) }),
    fc.record({ method: fc.constant("POST"), nth: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ method: fc.constant("POST"), nth: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ method: fc.constantFrom("DELETE", "PATCH"), nth: fc.integer({ min: 1, max: 2 }) }),
    fc.record({
        method: fc.constant("GET"),
        path: fc.constantFrom("/iam/v2/api-keys", "/iam/v2/api-keys/*", "/sql/**"),
        nth: fc.integer({ min: 1, max: 3 }),
    }),
);

function describeTarget({ method = "request", path = "", nth }: Omit<FaultRule, "action">): string {
    return `${method} ${path} (${nth})`;
}

function start(history: History, what: string, options: Partial<ConfluentApiOptions>): Promise<unknown> {
    const { world, declared } = history;
    if (what.startsWith("rename"))
        declared.displayName = declared.displayName === "orders" ? "payments" : "orders";
    if (what.startsWith("rotate")) declared.rotation++;
    const provider = world.open(options);
    switch (what) {
        case "refresh":
            return world.engine.refresh(provider);
        case "destroy":
            return world.engine.destroy(provider);
        default:
            return world.engine.up(provider, history.inputs());
    }
}

/** Few attempts, so that a fault of two or three requests is not always ridden out. */
const impatient: RetryPolicy = {
    name: "impatient",
    attempts: 3,
    baseMs: 500,
    capMs: 1_000,
    longestRetryAfterMs: 60_000,
};

const actions: FaultAction[] = [
    { drop: "before" },
    { drop: "after" },
    { reset: "mid-body" },
    ...[401, 402, 403, 404, 409, 429, 503].map((status) => ({ status })),
    { status: 500, after: true },
    { garble: true },
    { contentType: "text/html" },
];

const fault = fc
    .record({
        what: operation,
        action: fc.constantFrom(...actions),
        target,
        times: fc.constantFrom(0, 1, 2),
    })
    .map(({ what, action, target, times }) =>
        command(
            `${what}, ${describeTarget(target)} ×${times || "∞"} ${JSON.stringify(action)}`,
            async (history) => {
                const { faults } = history.world.emulator;
                faults.add({ ...target, action, times });
                const hadResource = history.current() !== undefined;
                const mayDelete = what === "destroy";
                const ended = await history.run(() => start(history, what, { policy: impatient }), {
                    mayDelete,
                });
                faults.clear();
                if (ended && mayDelete && hadResource) history.expectDestroyed();
            },
        ),
    );

const kill = fc
    .record({ what: operation, target, hasEffect: fc.boolean() })
    .map(({ what, target, hasEffect }) => {
        const when = `${hasEffect ? "after" : "before"} the effect of ${describeTarget(target)}`;
        return command(`${what}, killed ${when}`, async (history) => {
            const { emulator, clock } = history.world;
            const id = emulator.faults.add({ ...target, action: { drop: hasEffect ? "after" : "before" } });
            const nth = target.nth ?? 1;
            // From that request on the process does nothing more: it never gets another moment, nor another header.
            const isDead = (): boolean =>
                (emulator.faults.list().find((rule) => rule.id === id)?.matched ?? nth) >= nth;
            const dead = new Promise<never>(() => undefined);
            const credentials = apiKeyCredentials(emulator.cloudApiKey, new Secret(emulator.cloudApiSecret));
            const run = (): Promise<unknown> =>
                start(history, what, {
                    clock: { now: () => clock.now(), sleep: (ms) => (isDead() ? dead : clock.sleep(ms)) },
                    credentials: {
                        ...credentials,
                        headers: () => (isDead() ? dead : credentials.headers()),
                    },
                });
            await history.run(() => Promise.race([run(), until(isDead)]), {
                mayDelete: what === "destroy",
                isKilled: true,
            });
            emulator.faults.remove(id);
        });
    });

async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** An organization serves some histories, each with an owner of its own; one that was broken serves no other. */
let organization: World | undefined;
let served = 0;

async function nextWorld(): Promise<World> {
    if (organization === undefined || ++served > 20) {
        await organization?.close();
        organization = await World.start({ keyPropagation: { minMs: 600, maxMs: 600 } });
        served = 1;
    }
    return organization.again();
}

afterAll(() => organization?.close());

const history = fc.commands(
    [
        fc.constant(upCommand),
        fc.constant(refresh),
        fc.constant(destroy),
        deleteByHand,
        rename,
        fc.constant(renameByHand),
        fc.constant(rotate),
        forward,
        fc.constant(loseState),
        fault,
        fault,
        fault,
        kill,
        kill,
        kill,
    ],
    { maxCommands: 14, size: "max" },
);

// The reporter counts what is declared under this name.
describe("histories", () => {
    it.each(Array.from({ length: histories }, (_, n) => firstSeed + n))(
        "seed %d",
        async (seed) => {
            const property = fc.asyncProperty(history, async (commands) => {
                const world = await nextWorld();
                try {
                    await fc.asyncModelRun(() => ({ model: {}, real: new History(world) }), commands);
                } catch (error) {
                    served = Number.POSITIVE_INFINITY;
                    throw error;
                }
            });
            await fc.assert(property, { seed, numRuns: 1 });
        },
        120_000,
    );
});
