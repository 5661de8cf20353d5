/** @jest-environment ./__tests__/faults/requestsEnvironment.ts */
// Every request of every operation × every fault, once and lasting, each followed by a run without the fault. The cases
// are made from the requests that a clean run of the operation really sends. Asserted of each: every live key is in the
// state or was reclaimed; no second key was minted; no usable key was deleted; no secret outside encrypted fields.
// Not proven here: a process that dies (killed.test.ts), faults one after the other (histories), and what a real engine
// stores of an error (engine layer).
import type { RetryPolicy } from "../../confluent/retry";
import type { FaultAction } from "../../emulator";
import { World } from "../provider/world";
import { type Operation, operations, type Step, up } from "./operations";
import "./requestsEnvironment";

/** Long enough for a loaded machine to answer, short enough to be waited for. */
const hangTimeoutMs = 120;
const policy: RetryPolicy = {
    name: "matrix",
    attempts: 3,
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

/** Faults that last for all of the first run: these at every request; the others in `npm run test:long`. */
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

/** An organization serves some cases, each with an owner of its own; one that failed serves no other. */
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

    // After the fault: what consumers hold still lives, and the state still knows it. A replacement deletes the old
    // key once the new one is proven and stored.
    const held = world.engine.current?.outputs.apiKey;
    const isReplaced = operation.deletesFirst === true || (operation.replaces === true && held !== before);
    if (wasLive && operation.isDeletion !== true && !isReplaced) {
        expect(liveKeys()).toContain(before);
        expect(world.engine.keys()).toContain(before);
    }
    // A key whose secret has been received is in the state from then on, or is removed.
    const received = liveKeys().filter((id) => world.delivered.has(id));
    expect(world.engine.keys()).toEqual(expect.arrayContaining(received));
    const isNew = held !== undefined && held !== before;
    if (isNew) expect(liveKeys()).toContain(held);

    // The second run needs no luck.
    await (operation.again ?? operation.run)(world);
    if (operation.dropsResource) await up()(world);
    // A stray that cannot be read for all of the first run is not deleted: it is named.
    const isUnreadable = `${method} ${path}` === "GET /iam/v2/api-keys/*" && times === 0;
    const isNamed = (id: string) => world.warnings().some((text) => text.includes(`Flink API key ${id}`));
    const live = liveKeys()
        .filter((id) => !(isUnreadable && isNamed(id)))
        .sort();
    expect(live).toEqual(world.engine.keys().sort());
    expect(live).toHaveLength(operation.isDeletion ? 0 : 1 + operation.liveBeside);
    if (operation.isDeletion !== true) {
        const current = world.keys().find(({ id }) => id === world.engine.current?.outputs.apiKey);
        expect(current).toMatchObject({ usable: true });
        expect(world.engine.current?.initErrors).toEqual([]);
        expect(world.engine.current?.outputs.readiness).toBe("ready");
    }
    // A key that was made and stored, or that consumers held, is the one that stays: no second one is minted for it.
    if (isNew) expect(world.engine.keys()).toContain(held);
    if (wasLive && operation.isDeletion !== true && operation.replaces !== true) {
        expect(world.engine.keys()).toContain(before);
    }
    expect(world.leaks()).toEqual([]);
    // A forced replacement looks like a first creation: the key that it replaces is named before it goes.
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

// The reporter counts what is declared under this name.
describe("fault-matrix", () => {
    it.each(
        cases.map((one) => {
            const which = one.nth > 1 ? ` (${one.nth})` : "";
            const title = `${one.operation.name}: ${one.method} ${one.path}${which}: ${one.fault}, ${one.times === 1 ? "once" : "lasting"}`;
            return [title, one] as const;
        }),
    )("%s", (_title, one) => play(one), 30_000);
});

describe("the matrix", () => {
    it("has cases of create, read, update and delete, and every one of their requests", () => {
        for (const { name } of operations) expect(operationRequests[name]?.length).toBeGreaterThan(0);
        expect(cases.length).toBeGreaterThanOrEqual(250);
    });
});
