// Random histories: two stacks that may share project, stack and resource name, with one service account; everything that
// can be asked of the engine, faults, kills, interrupts, hooks that retry, lists that lag, lost rights, lost and restored
// states, deletions by hand. After each step the world is held against the rules of `ledger.ts`; a history that breaks
// one is shrunk and printed with its seed. The engine is simulated: `__tests__/engine/recorded.test.ts` holds it against
// a real one.
//
// HISTORIES=1000 runs so many, SEED=7 other ones, `npm run test:long` ten thousand; one alone runs by its name.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import type { ConfluentApiOptions } from "../../confluent/confluentApi";
import { apiKeyCredentials } from "../../confluent/credentials";
import type { RetryPolicy } from "../../confluent/retry";
import { Secret } from "../../confluent/secret";
import type { FaultAction, FaultRule } from "../../emulator";
import type { Properties } from "../provider/providerPort";
import { Protected, type UpOptions } from "../provider/simulatedEngine";
import { World } from "../provider/world";
import { type Deployment, Ledger } from "./ledger";

const histories = Number(process.env.HISTORIES ?? 500);
const firstSeed = Number(process.env.SEED ?? 20_260_801);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What the program of a stack declares. */
interface Declared {
    displayName: string;
    rotations: number;
    overlap: string;
    region: string;
    /** The tag follows project, stack and name. */
    tag: string;
    /** At an endpoint that refuses every key. */
    isElsewhere: boolean;
}

class Stack implements Deployment {
    readonly declared: Declared = {
        displayName: "orders",
        rotations: 0,
        overlap: "2h",
        region: "us-east-1",
        tag: "pcf-0123456789abcdef",
        isElsewhere: false,
    };
    backup: string | undefined;

    constructor(
        readonly name: string,
        readonly world: World,
        readonly elsewhere: string,
    ) {}

    inputs(): Properties {
        const { displayName, rotations, overlap, region, tag, isElsewhere } = this.declared;
        return this.world.inputs({
            displayName,
            region,
            overlap,
            description: `Pulumi app/prod [${tag}]`,
            readiness: { timeout: "10s", ...(isElsewhere && { restEndpoint: this.elsewhere }) },
            ...(rotations > 0 && { rotationTrigger: `by hand ${rotations}` }),
        });
    }
}

class History {
    readonly stacks: readonly Stack[];
    readonly ledger: Ledger;
    hasRights = true;

    constructor(
        readonly world: World,
        elsewhere: string,
    ) {
        this.stacks = [new Stack("A", world, elsewhere), new Stack("B", world.withEmptyState(), elsewhere)];
        this.ledger = new Ledger(world, this.stacks);
    }

    /** Runs `operation` in a new provider process, and checks what holds however it ends. True where it ended well. */
    async run(
        stack: Stack,
        operation: Operation,
        options: { api?: Partial<ConfluentApiOptions>; isDead?: () => boolean } = {},
    ): Promise<boolean> {
        const { world } = stack;
        world.delivered.clear();
        // After a kill somebody runs pulumi cancel first.
        world.engine.cancel();
        const before = world.engine.keys();
        const port = this.ledger.watch(stack, world.open(options.api), options.isDead);
        const ended = await operation.run(stack, port).then(
            () => true,
            async (error) => {
                await world.failureOf(Promise.reject(error));
                // Protected is not disturbed.
                return error instanceof Protected;
            },
        );
        this.ledger.retained(before, stack);
        this.ledger.expectRules({ isKilled: options.isDead?.() === true, ran: stack });
        return ended;
    }

    /** Nothing disturbs: it ends well. */
    async runWell(stack: Stack, operation: Operation): Promise<void> {
        if (await this.run(stack, operation)) return;
        // A key that no region has accepted yet, and that somebody deleted by hand: nothing proves that it is gone.
        const unproven = /Could not find out whether (\w{16}) exists/.exec(String(stack.world.thrown.at(-1)));
        if (unproven !== null && this.ledger.wasDeletedByHand(unproven[1] as string)) return;
        if (this.hasRights && !stack.declared.isElsewhere) {
            throw new Error(
                `${operation.name} of ${stack.name}: not disturbed, and yet: ${stack.world.thrown.at(-1)}`,
            );
        }
    }

    /** Everything is as it should be again, and every stack has run and was refreshed. */
    async rest(): Promise<void> {
        const { emulator } = this.world;
        emulator.faults.clear();
        emulator.setLags({ listLagMs: 0, revocationMs: 0 });
        if (!this.hasRights) await this.world.regainRights();
        this.hasRights = true;
        this.world.clock.advance(10 * minuteMs);
        for (const stack of this.stacks) {
            stack.declared.isElsewhere = false;
            await this.runWell(stack, refresh);
            await this.runWell(stack, up());
        }
        for (const { world } of this.stacks) world.engineLog.length = 0;
        for (const stack of this.stacks) await this.runWell(stack, refresh);
        this.ledger.expectRest(this.stacks.flatMap(({ world }) => world.warnings()));
    }
}

type Model = Record<string, never>;
type Command = fc.AsyncCommand<Model, History>;

function command(name: string, run: (history: History) => Promise<unknown>): Command {
    return {
        check: () => true,
        run: async (_model, history) => {
            await run(history);
        },
        toString: () => name,
    };
}

/** Something that is asked of the engine. */
interface Operation {
    readonly name: string;
    run(stack: Stack, port: ReturnType<World["open"]>): Promise<unknown>;
}

function up(
    options: UpOptions = {},
    change: (declared: Declared) => void = () => undefined,
    name = "",
): Operation {
    const flags = Object.entries(options).map(([key, value]) => `${key}=${value}`);
    return {
        name: ["up", name, ...flags].filter(Boolean).join(" "),
        run: ({ world, declared, inputs, ...stack }, port) => {
            change(declared);
            return world.engine.up(port, inputs.call({ world, declared, ...stack } as Stack), options);
        },
    };
}

const refresh: Operation = { name: "refresh", run: ({ world }, port) => world.engine.refresh(port) };
const operations: readonly Operation[] = [
    up(),
    up(),
    up({ refresh: true }),
    up({ replace: true }),
    up({ replace: true }),
    up({ deleteBeforeReplace: true, replace: true }),
    up({ hookRetries: 2 }),
    up({ hookRetries: 1, replace: true }),
    up({ ignoreChanges: ["displayName"] }),
    up({ replaceOnChanges: ["*"] }),
    up({ retainOnDelete: true }),
    up({ refresh: true, runProgram: true }),
    up({}, (declared) => (declared.displayName = flip(declared.displayName, "orders", "payments")), "rename"),
    up({}, (declared) => (declared.rotations += 1), "rotate"),
    up({}, (declared) => (declared.rotations += 1), "rotate"),
    up({ hookRetries: 2 }, (declared) => (declared.rotations += 1), "rotate"),
    up({ refresh: true }, (declared) => (declared.rotations += 1), "rotate"),
    up(
        {},
        (declared) => {
            declared.rotations += 1;
            declared.overlap = flip(declared.overlap, "0s", "2h");
        },
        "rotate, other overlap",
    ),
    up({}, (declared) => (declared.region = flip(declared.region, "us-east-1", "us-east-2")), "other region"),
    up(
        { hookRetries: 1 },
        (declared) => (declared.region = flip(declared.region, "us-east-1", "us-east-2")),
        "other region",
    ),
    up(
        {},
        (declared) => (declared.tag = flip(declared.tag, "pcf-0123456789abcdef", "pcf-aaaaaaaaaaaaaaaa")),
        "stack renamed",
    ),
    up({}, (declared) => (declared.isElsewhere = !declared.isElsewhere), "other endpoint"),
    refresh,
    refresh,
    { name: "preview", run: (stack, port) => stack.world.engine.previewUp(port, stack.inputs()) },
    {
        name: "taint and up",
        run: (stack, port) => {
            stack.world.engine.taint();
            return stack.world.engine.up(port, stack.inputs());
        },
    },
    { name: "destroy", run: ({ world }, port) => world.engine.destroy(port) },
    { name: "destroy --refresh", run: ({ world }, port) => world.engine.destroy(port, { refresh: true }) },
    {
        name: "protect, and destroy",
        run: async (stack, port) => {
            await stack.world.engine.up(port, stack.inputs(), { protect: true });
            await stack.world.engine.destroy(port);
        },
    },
];

function flip(value: string, one: string, other: string): string {
    return value === one ? other : one;
}

const anyOperation = fc.constantFrom(...operations);
const anyStack = fc.constantFrom(0, 0, 0, 1);

const quiet = fc
    .record({ at: anyStack, operation: anyOperation })
    .map(({ at, operation }) =>
        command(`${"AB"[at]}: ${operation.name}`, (history) =>
            history.runWell(history.stacks[at] as Stack, operation),
        ),
    );

const deleteByHand = fc.nat({ max: 3 }).map((n) =>
    command(`delete by hand: key ${n}`, async ({ ledger, world }) => {
        const live = ledger.live();
        const id = live[n % Math.max(1, live.length)];
        if (id === undefined) return;
        ledger.deletedByHand(id);
        await world.deleteByHand(id);
    }),
);

const renameByHand = command("rename by hand", async ({ stacks: [stack], world }) => {
    const id = stack?.world.engine.current?.outputs.apiKey;
    if (id === undefined) return;
    // It may have been deleted.
    await world
        .asAdmin("PATCH", `/iam/v2/api-keys/${id}`, { spec: { display_name: "by hand" } })
        .catch(() => undefined);
});

const forward = fc
    .constantFrom(5_000, minuteMs, 30 * minuteMs, 3 * hourMs, 8 * dayMs)
    .map((ms) => command(`clock forward: ${ms / 1000} s`, async ({ world }) => world.clock.advance(ms)));

const stateEdits = fc
    .record({
        at: anyStack,
        edit: fc.constantFrom("state delete", "backup", "backup", "restore", "restore", "untaint"),
    })
    .map(({ at, edit }) =>
        command(`${"AB"[at]}: ${edit}`, async ({ stacks, ledger }) => {
            const stack = stacks[at] as Stack;
            const { engine } = stack.world;
            const before = engine.keys();
            engine.cancel();
            if (edit === "state delete") engine.stateDelete();
            if (edit === "backup") stack.backup = engine.export();
            if (edit === "restore" && stack.backup) engine.restore(stack.backup);
            if (edit === "untaint") engine.taint(false);
            ledger.retained(before, stack);
        }),
    );

const rights = command("rights taken away, or given back", async (history) => {
    if (history.hasRights) await history.world.loseRights();
    else await history.world.regainRights();
    history.hasRights = !history.hasRights;
});

const lags = fc
    .constantFrom(
        { listLagMs: 0, revocationMs: 0 },
        { listLagMs: 4_000 },
        { listLagMs: 15_000 },
        { revocationMs: 8_000 },
    )
    .map((chosen) =>
        command(`lags: ${JSON.stringify(chosen)}`, async ({ world }) => world.emulator.setLags(chosen)),
    );

/** Which request it hits: any one by its number, or the n-th of those that matter most. */
const target: fc.Arbitrary<Omit<FaultRule, "action">> = fc.oneof(
    fc.record({ nth: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ method: fc.constant("POST"), nth: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ method: fc.constant("PATCH"), nth: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ method: fc.constant("DELETE"), nth: fc.integer({ min: 1, max: 2 }) }),
    fc.record({
        method: fc.constant("GET"),
        path: fc.constantFrom("/iam/v2/api-keys", "/iam/v2/api-keys/*", "/sql/**"),
        nth: fc.integer({ min: 1, max: 3 }),
    }),
);

function describeTarget({ method = "request", path = "", nth }: Omit<FaultRule, "action">): string {
    return `${method} ${path} (${nth})`;
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
    ...[403, 407].map((status) => ({
        status,
        body: "<html>proxy</html>",
        headers: { "content-type": "text/html" },
    })),
    { status: 500, after: true },
    { garble: true },
    { contentType: "text/html" },
];

const fault = fc
    .record({
        at: anyStack,
        operation: anyOperation,
        action: fc.constantFrom(...actions),
        target,
        times: fc.constantFrom(0, 1, 2),
    })
    .map(({ at, operation, action, target, times }) =>
        command(
            `${"AB"[at]}: ${operation.name}, ${describeTarget(target)} ×${times || "∞"} ${JSON.stringify(action)}`,
            async (history) => {
                const { faults } = history.world.emulator;
                const id = faults.add({ ...target, action, times });
                await history.run(history.stacks[at] as Stack, operation, { api: { policy: impatient } });
                faults.remove(id);
            },
        ),
    );

/** The region takes longer than the limit to learn of keys. */
const slowRegion = fc.record({ at: anyStack, operation: anyOperation }).map(({ at, operation }) =>
    command(`${"AB"[at]}: ${operation.name}, slow region`, async (history) => {
        const { faults } = history.world.emulator;
        const id = faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        await history.run(history.stacks[at] as Stack, operation);
        faults.remove(id);
    }),
);

const interrupt = fc
    .record({ at: anyStack, operation: anyOperation, nth: fc.integer({ min: 1, max: 12 }) })
    .map(({ at, operation, nth }) =>
        command(`${"AB"[at]}: ${operation.name}, interrupted at request ${nth}`, async (history) => {
            const stack = history.stacks[at] as Stack;
            const { emulator } = history.world;
            const id = emulator.faults.add({ nth, action: { delayMs: 0 } });
            const run = history.run(stack, operation);
            let isOver = false;
            const watch = async (): Promise<void> => {
                while (!isOver) {
                    if ((emulator.faults.list().find((rule) => rule.id === id)?.matched ?? nth) >= nth) {
                        stack.world.engine.interrupt();
                        return;
                    }
                    await new Promise((resolve) => setImmediate(resolve));
                }
            };
            await Promise.all([run.finally(() => (isOver = true)), watch()]);
            emulator.faults.remove(id);
        }),
    );

const kill = fc
    .record({ at: anyStack, operation: anyOperation, target, hasEffect: fc.boolean() })
    .map(({ at, operation, target, hasEffect }) => {
        const when = `${hasEffect ? "after" : "before"} the effect of ${describeTarget(target)}`;
        return command(`${"AB"[at]}: ${operation.name}, killed ${when}`, async (history) => {
            const { emulator, clock } = history.world;
            const id = emulator.faults.add({ ...target, action: { drop: hasEffect ? "after" : "before" } });
            const nth = target.nth ?? 1;
            // From that request on the process does nothing more: it never gets another moment, nor another header.
            const isDead = (): boolean =>
                (emulator.faults.list().find((rule) => rule.id === id)?.matched ?? nth) >= nth;
            const dead = new Promise<never>(() => undefined);
            const credentials = apiKeyCredentials(emulator.cloudApiKey, new Secret(emulator.cloudApiSecret));
            await history.run(history.stacks[at] as Stack, operation, {
                isDead,
                api: {
                    clock: { now: () => clock.now(), sleep: (ms) => (isDead() ? dead : clock.sleep(ms)) },
                    credentials: { ...credentials, headers: () => (isDead() ? dead : credentials.headers()) },
                },
            });
            emulator.faults.remove(id);
        });
    });

/** A Flink endpoint that knows no key. */
let elsewhere: Server;

beforeAll(async () => {
    elsewhere = createServer((_request, response) => {
        response.writeHead(401, { "content-type": "application/json" });
        response.end(JSON.stringify({ errors: [{ status: "401", detail: "unknown key" }] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
});

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

afterAll(async () => {
    await organization?.close();
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
});

const history = fc.commands(
    [
        quiet,
        quiet,
        quiet,
        deleteByHand,
        fc.constant(renameByHand),
        forward,
        stateEdits,
        stateEdits,
        fc.constant(rights),
        lags,
        fault,
        fault,
        fault,
        slowRegion,
        interrupt,
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
                    const real = new History(
                        world,
                        `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
                    );
                    await fc.asyncModelRun(() => ({ model: {}, real }), commands);
                    await real.rest();
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
