import fc from "fast-check";
import { apiKeyCredentials } from "../../confluent/credentials";
import type { RetryPolicy } from "../../confluent/retry";
import { Secret } from "../../confluent/secret";
import type { FaultAction, FaultRule } from "../../emulator";
import { adoption, type History, type Operation, refresh, type Stack, up } from "./history";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

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
    up({ continueOnError: true }),
    up({ continueOnError: true, replace: true }),
    up({ continueOnError: true, refresh: true }),
    up(
        { continueOnError: true },
        (declared) => (declared.region = flip(declared.region, "us-east-1", "us-east-2")),
        "other region",
    ),
    adoption,
    adoption,
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
    { name: "destroy", deletes: true, run: ({ world }, port) => world.engine.destroy(port) },
    {
        name: "destroy --refresh",
        deletes: true,
        run: ({ world }, port) => world.engine.destroy(port, { refresh: true }),
    },
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
    // The PATCH fails if the key was deleted.
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

/** The request that a fault applies to: the n-th of all requests, or the n-th of a kind that matters most. */
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

/** A short deadline, so that retries do not always overcome a fault of two or three requests. */
const impatient: RetryPolicy = {
    deadlineMs: 1_000,
    rateLimitDeadlineMs: 1_000,
    unreachableDeadlineMs: 1_500,
    proxyDeadlineMs: 1_000,
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

/** One stack adopts the key of the other, which goes on. */
const takeOver = fc.record({ at: fc.constantFrom(0, 1), operation: anyOperation }).map(({ at, operation }) =>
    command(`${"AB"[at]}: ${adoption.name}; ${"BA"[at]}: ${operation.name}`, async (history) => {
        await history.runWell(history.stacks[at] as Stack, adoption);
        await history.runWell(history.stacks[1 - at] as Stack, operation);
    }),
);

/** What a region may do for a whole run: not know the keys within the readiness timeout, be out of reach, throttle, fail. */
const regions: Readonly<Record<string, FaultAction>> = {
    slow: { status: 401 },
    unreachable: { drop: "before" },
    throttled: { status: 429 },
    failing: { status: 503 },
};
const badRegion = fc
    .record({
        at: anyStack,
        operation: anyOperation,
        what: fc.constantFrom(...Object.keys(regions)),
        times: fc.constantFrom(0, 0, 1, 3),
    })
    .map(({ at, operation, what, times }) =>
        command(`${"AB"[at]}: ${operation.name}, ${what} region ×${times || "∞"}`, async (history) => {
            const { faults } = history.world.emulator;
            const action = regions[what] as FaultAction;
            const id = faults.add({ path: "/sql/**", action, times });
            await history.run(history.stacks[at] as Stack, operation);
            faults.remove(id);
        }),
    );

/** The machine that runs has a wrong clock. */
const wrongClock = fc
    .record({
        at: anyStack,
        operation: anyOperation,
        aheadMs: fc.constantFrom(-30 * dayMs, -10 * minuteMs, 10 * minuteMs, 30 * dayMs),
    })
    .map(({ at, operation, aheadMs }) =>
        command(`${"AB"[at]}: ${operation.name}, clock ${aheadMs / minuteMs} min ahead`, async (history) => {
            const { clock } = history.world;
            const wrong = { now: () => clock.now() + aheadMs, sleep: (ms: number) => clock.sleep(ms) };
            await history.run(history.stacks[at] as Stack, operation, { api: { clock: wrong } });
        }),
    );

/** The engine alone is killed during a request; the provider may send none that changes anything after it. */
const engineKill = fc
    .record({ at: anyStack, operation: anyOperation, target })
    .map(({ at, operation, target }) =>
        command(
            `${"AB"[at]}: ${operation.name}, engine killed at ${describeTarget(target)}`,
            async (history) => {
                const { emulator } = history.world;
                const id = emulator.faults.add({ ...target, action: { delayMs: 0 } });
                const nth = target.nth ?? 1;
                const isDead = (): boolean =>
                    (emulator.faults.list().find((rule) => rule.id === id)?.matched ?? nth) >= nth;
                await history.run(history.stacks[at] as Stack, operation, { isDead, engineDiesAt: id });
                emulator.faults.remove(id);
            },
        ),
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
            // After that request the process does nothing: its waits and its requests' headers never resolve.
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

/** Random sequences of commands. */
export const commands = fc.commands(
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
        takeOver,
        takeOver,
        badRegion,
        badRegion,
        wrongClock,
        interrupt,
        kill,
        kill,
        kill,
        engineKill,
        engineKill,
    ],
    { maxCommands: 14, size: "max" },
);
