import { unfinished } from "../../provider/tag";
import type { Properties, ProviderPort } from "../provider/providerPort";
import type { UpOptions } from "../provider/simulatedEngine";
import { World } from "../provider/world";

/** An operation of the engine, and the state that it starts from. */
export interface Operation {
    readonly name: string;
    /** Sets up the state that the operation starts from. */
    prepare(world: World): Promise<unknown>;
    run(world: World, provider?: ProviderPort): Promise<unknown>;
    /** The operation after a run that a fault disturbed. Default: the same. */
    readonly rerun?: Operation["run"];
    /** The number of live keys at the end, without the current one. */
    readonly otherLiveKeys: number;
    /** Whether neither the state nor Confluent Cloud has a key at the end. Default: false. */
    readonly isDeletion?: boolean;
    /** Whether it replaces the resource, and with it the current key. Default: false. */
    readonly replaces?: boolean;
    /** Whether it creates a key. Default: true. */
    readonly createsKey?: boolean;
    /** Whether the old key is deleted before the new one is created. Default: false. */
    readonly deletesBeforeReplace?: boolean;
    /** Whether the resource is dropped from the state, so that the next `up` creates it again. Default: false. */
    readonly dropsResource?: boolean;
}

const readiness = { timeout: "3s" };

export function up(changes: Properties = {}, options: UpOptions = {}): Operation["run"] {
    return (world, provider = world.open()) =>
        world.engine.up(provider, world.inputs({ readiness, ...changes }), options);
}

const refresh: Operation["run"] = (world, provider = world.open()) => world.engine.refresh(provider);
const destroy: Operation["run"] = (world, provider = world.open()) => world.engine.destroy(provider);
const nothing = async () => undefined;
const rotated = up({ rotationTrigger: "2099-01-01" });

/** A create that failed after it had created its key and before the key was verified. */
async function halfCreated(world: World): Promise<void> {
    const id = world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
    await world.failureOf(up()(world));
    world.emulator.faults.remove(id);
}

async function deletedByHand(world: World): Promise<void> {
    await up()(world);
    await world.deleteByHand(String(world.engine.current?.outputs.apiKey));
}

async function strayLeft(world: World): Promise<void> {
    await world.foreignKey({ description: unfinished(String(world.inputs().description)) });
}

async function adoptable(world: World): Promise<unknown> {
    const { id, secret } = await world.foreignKey();
    return { apiKey: id, apiSecret: secret };
}

const adoptions = new WeakMap<World, unknown>();

export const operations: readonly Operation[] = [
    { name: "create", prepare: nothing, run: up(), otherLiveKeys: 0 },
    { name: "create beside a stray", prepare: strayLeft, run: up(), otherLiveKeys: 0 },
    {
        name: "create by adoption",
        prepare: async (world) => adoptions.set(world, await adoptable(world)),
        run: (world, provider) => up({ adopt: adoptions.get(world) })(world, provider),
        otherLiveKeys: 0,
        createsKey: false,
    },
    { name: "read", prepare: up(), run: refresh, otherLiveKeys: 0 },
    {
        name: "read of a key that is gone",
        prepare: deletedByHand,
        run: refresh,
        otherLiveKeys: 0,
        dropsResource: true,
    },
    {
        name: "update: rename",
        prepare: up(),
        run: up({ displayName: "payments" }),
        otherLiveKeys: 0,
        createsKey: false,
    },
    {
        name: "update: rename of a key that is gone",
        prepare: deletedByHand,
        run: up({ displayName: "payments" }),
        otherLiveKeys: 0,
    },
    { name: "update: rotation", prepare: up(), run: rotated, otherLiveKeys: 1 },
    {
        name: "update: rotation without overlap",
        prepare: up(),
        run: up({ rotationTrigger: "2099-01-01", overlap: "0s" }),
        otherLiveKeys: 0,
        replaces: true,
    },
    {
        name: "update: finishing a create",
        prepare: halfCreated,
        run: up(),
        otherLiveKeys: 0,
        createsKey: false,
    },
    {
        name: "update: retiring",
        prepare: async (world) => {
            await up()(world);
            await rotated(world);
            // In the past, by the emulator's clock and by the machine's.
            const outputs = world.engine.current?.outputs ?? {};
            outputs.superseded = (outputs.superseded as { apiKey: string }[]).map(({ apiKey }) => ({
                apiKey,
                retireAt: "2020-01-01T00:00:00.000Z",
            }));
        },
        run: rotated,
        otherLiveKeys: 0,
    },
    { name: "replace", prepare: up(), run: up({ region: "us-east-2" }), otherLiveKeys: 0, replaces: true },
    {
        name: "replace, --continue-on-error",
        prepare: up(),
        run: up({ region: "us-east-2" }, { continueOnError: true }),
        otherLiveKeys: 0,
        replaces: true,
    },
    {
        name: "forced replacement by adoption",
        prepare: async (world) => {
            await up()(world);
            adoptions.set(world, await adoptable(world));
        },
        run: (world, provider) => up({ adopt: adoptions.get(world) }, { replace: true })(world, provider),
        rerun: (world) => {
            const adopt = adoptions.get(world) as { apiKey: string };
            const isDone = world.engine.current?.outputs.apiKey === adopt.apiKey;
            return up({ adopt }, { replace: !isDone })(world);
        },
        otherLiveKeys: 0,
        replaces: true,
        createsKey: false,
    },
    {
        name: "forced replacement (--replace, taint)",
        prepare: up(),
        run: up({}, { replace: true }),
        rerun: up(),
        otherLiveKeys: 0,
        replaces: true,
    },
    {
        name: "forced replacement, delete before replace",
        prepare: up(),
        run: up({}, { replace: true, deleteBeforeReplace: true }),
        rerun: up(),
        otherLiveKeys: 0,
        replaces: true,
        deletesBeforeReplace: true,
    },
    {
        name: "up --refresh, finishing a create",
        prepare: halfCreated,
        run: up({}, { refresh: true }),
        otherLiveKeys: 0,
        createsKey: false,
    },
    {
        name: "create, with a hook that retries",
        prepare: nothing,
        run: up({}, { hookRetries: 2 }),
        otherLiveKeys: 0,
    },
    {
        name: "update: rotation, with a hook that retries",
        prepare: up(),
        run: up({ rotationTrigger: "2099-01-01" }, { hookRetries: 2 }),
        otherLiveKeys: 1,
    },
    { name: "delete", prepare: up(), run: destroy, otherLiveKeys: 0, isDeletion: true },
    {
        name: "delete with a superseded key",
        prepare: async (world) => {
            await up()(world);
            await rotated(world);
        },
        run: destroy,
        otherLiveKeys: 0,
        isDeletion: true,
    },
];

/** A request that an operation sends in a run without faults. */
export interface Step {
    readonly method: string;
    /** A pattern in which `*` replaces the id of a key. */
    readonly path: string;
    /** The number of this request among those with the same method and path, from 1. */
    readonly nth: number;
}

async function requestsOfOperation(operation: Operation, world: World): Promise<Step[]> {
    await operation.prepare(world);
    world.emulator.journal.clear();
    await operation.run(world);
    const seen = new Map<string, number>();
    return world.emulator.journal.entries().map((entry) => {
        const { method } = entry;
        const path = entry.path.replace(/[A-Z0-9]{16}$/, "*").replace(/^\/sql\/.*/, "/sql/**");
        const nth = (seen.get(`${method} ${path}`) ?? 0) + 1;
        seen.set(`${method} ${path}`, nth);
        return { method, path, nth };
    });
}

/** The requests of each operation in a run without faults, by the operation's name. */
export async function requestsOfOperations(): Promise<Record<string, Step[]>> {
    const requests: Record<string, Step[]> = {};
    const world = await World.start();
    for (const operation of operations) {
        requests[operation.name] = await requestsOfOperation(operation, await world.again());
    }
    await world.close();
    return requests;
}
