/** @jest-environment ./__tests__/faults/requestsEnvironment.ts */
// Every request of every operation × every fault, once and lasting. Each case is followed by a run without the fault. The
// cases come from the requests that the operation sends in a run without faults. Asserted for each case: every live key is in
// the state or was removed; no second key was created; no usable key was deleted; no secret is outside encrypted fields.
// Not proven here: a provider process that is killed (killedProvider.test.ts), sequences of faults (histories), and what a real
// engine stores after an error (engine tests).
import type { RetryPolicy } from "../../confluent/retry";
import type { FaultAction } from "../../emulator";
import { World } from "../provider/world";
import { sampleOf } from "../sample";
import { type Operation, operations, type Step, up } from "./operations";
import "./requestsEnvironment";

/** Long enough for a response on a busy machine, and short enough for a fast test. */
const hangTimeoutMs = 120;
const policy: RetryPolicy = {
    deadlineMs: 1_500,
    rateLimitDeadlineMs: 10_000,
    unreachableDeadlineMs: 1_500,
    proxyDeadlineMs: 1_000,
    baseMs: 500,
    capMs: 2_000,
    longestRetryAfterMs: 120_000,
};

const faults: Readonly<Record<string, FaultAction>> = {
    "drop before": { drop: "before" },
    "drop after": { drop: "after" },
    hang: { hang: true },
    "reset mid-body": { reset: "mid-body" },
    "401": { status: 401 },
    "402": { status: 402 },
    "403": { status: 403 },
    "404": { status: 404 },
    "409": { status: 409 },
    "429": { status: 429, body: undefined },
    "429 with Retry-After": { status: 429, body: undefined, retryAfter: 3 },
    "500": { status: 500 },
    "500 after the effect": { status: 500, after: true },
    "502": { status: 502, body: "<html>Bad Gateway</html>", headers: { "content-type": "text/html" } },
    "503": { status: 503, retryAfter: 5 },
    "garbled JSON": { garble: true },
    "wrong content type": { contentType: "text/html" },
};

/** Faults that also last for the whole first run. `npm run test:long` does this with every fault. */
const lastingFaults = ["drop after", "403", "500 after the effect"];
const isLong = process.env.TEST_LONG !== undefined;

interface Case extends Step {
    readonly operation: Operation;
    readonly fault: string;
    readonly times: 0 | 1;
}

async function attempt(world: World, run: Promise<unknown>): Promise<boolean> {
    try {
        await run;
        return true;
    } catch (error) {
        await world.failureOf(Promise.reject(error));
        return false;
    }
}

/** Cases share an organization, each with its own owner. After a failed case there is a new organization. */
let organization: World | undefined;
let served = 0;

async function nextWorld(): Promise<World> {
    if (organization === undefined || ++served > 30) {
        await organization?.close();
        organization = await World.start();
        served = 1;
    }
    return organization.again();
}

afterAll(() => organization?.close());

async function play(one: Case): Promise<void> {
    const world = await nextWorld();
    const others = new Set(world.keyIds());
    try {
        await playIn(world, () => world.keyIds().filter((id) => !others.has(id)), one);
    } catch (error) {
        served = Number.POSITIVE_INFINITY;
        throw error;
    }
}

async function playIn(
    world: World,
    liveKeys: () => string[],
    { operation, fault, times, method, path, nth }: Case,
): Promise<void> {
    await operation.prepare(world);
    const before = world.engine.current?.outputs.apiKey;
    const wasLive = liveKeys().includes(String(before));
    const action = faults[fault] as FaultAction;
    world.emulator.faults.add({ method, path, nth, times, action });
    world.delivered.clear();
    const limit = "hang" in action && { timeoutMs: hangTimeoutMs };
    await attempt(world, operation.run(world, world.open({ policy, ...limit })));
    world.emulator.faults.clear();

    // After the fault: a key in use still exists and is still in the state. A replacement deletes the old key once the new
    // one is verified and stored.
    const held = world.engine.current?.outputs.apiKey;
    const isReplaced =
        operation.deletesBeforeReplace === true || (operation.replaces === true && held !== before);
    if (wasLive && operation.isDeletion !== true && !isReplaced) {
        expect(liveKeys()).toContain(before);
        expect(world.engine.keys()).toContain(before);
    }
    // Not for one that is not proven, whatever the engine deletes under `--continue-on-error`.
    const isUnproven = held !== undefined && world.engine.current?.outputs.status !== "ready";
    if (wasLive && operation.replaces === true && !operation.deletesBeforeReplace && isUnproven)
        expect(liveKeys()).toContain(before);
    // A key whose secret was received is in the state, or was deleted.
    const received = liveKeys().filter((id) => world.delivered.has(id));
    expect(world.engine.keys()).toEqual(expect.arrayContaining(received));
    const isNew = held !== undefined && held !== before;
    if (isNew) expect(liveKeys()).toContain(held);

    // The second run, without the fault.
    await (operation.rerun ?? operation.run)(world);
    if (operation.dropsResource) await up()(world);
    // A stray that cannot be read during the whole first run is not deleted, but named in a warning.
    const isUnreadable = `${method} ${path}` === "GET /iam/v2/api-keys/*" && times === 0;
    const isNamed = (id: string) => world.warnings().some((text) => text.includes(`Flink API key ${id}`));
    const live = liveKeys()
        .filter((id) => !(isUnreadable && isNamed(id)))
        .sort();
    expect(live).toEqual(world.engine.keys().sort());
    expect(live).toHaveLength(operation.isDeletion ? 0 : 1 + operation.otherLiveKeys);
    if (operation.isDeletion !== true) {
        const current = world.keys().find(({ id }) => id === world.engine.current?.outputs.apiKey);
        expect(current).toMatchObject({ usable: true });
        expect(world.engine.current?.initErrors).toEqual([]);
        expect(world.engine.current?.outputs.status).toBe("ready");
    }
    // A key that was created and stored, or was in use, stays: no second key is created for it.
    if (isNew) expect(world.engine.keys()).toContain(held);
    if (wasLive && operation.isDeletion !== true && operation.replaces !== true) {
        expect(world.engine.keys()).toContain(before);
    }
    expect(world.leaks()).toEqual([]);
    // The provider cannot distinguish a forced replacement from a first create: it names the old key in a warning.
    const named = world.warnings().filter((text) => text.includes("has this resource's tag"));
    expect(named.filter((text) => !text.includes(`Flink API key ${before} `))).toEqual([]);
    if (operation.replaces !== true) expect(named).toEqual([]);
}

const cases: Case[] = operations.flatMap((operation) =>
    (operationRequests[operation.name] ?? []).flatMap((step) =>
        Object.keys(faults).flatMap((fault) =>
            ([1, 0] as const)
                .filter((times) => times === 1 || isLong || lastingFaults.includes(fault))
                .map((times) => ({ operation, ...step, fault, times })),
        ),
    ),
);

// tallyReporter.js counts the tests below this name.
describe("fault-matrix", () => {
    it.each(
        sampleOf(cases, 60).map((one) => {
            const which = one.nth > 1 ? ` (${one.nth})` : "";
            const title = `${one.operation.name}: ${one.method} ${one.path}${which}: ${one.fault}, ${one.times === 1 ? "once" : "lasting"}`;
            return [title, one] as const;
        }),
    )("%s", (_title, one) => play(one), 30_000);
});

describe("the matrix", () => {
    it("has cases for every request of create, read, update and delete", () => {
        for (const { name } of operations) expect(operationRequests[name]?.length).toBeGreaterThan(0);
        expect(cases.length).toBeGreaterThanOrEqual(250);
    });
});
