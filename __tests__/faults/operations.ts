import { unfinished } from "../../provider/tag";
import type { Properties, ProviderPort } from "../provider/providerPort";
import type { UpOptions } from "../provider/simulatedEngine";
import { World } from "../provider/world";

/** Something that is asked of the engine, from a state it begins in. */
export interface Operation {
    readonly name: string;
    /** Brings the state to where the operation begins. */
    prepare(world: World): Promise<unknown>;
    run(world: World, provider?: ProviderPort): Promise<unknown>;
    /** What is asked after a run that something disturbed. Default: the same. */
    readonly again?: Operation["run"];
    /** Keys that are to live in the end beside the current one. */
    readonly liveBeside: number;
    /** The state, and Confluent Cloud, hold nothing in the end. Default false. */
    readonly isDeletion?: boolean;
    /** The current key gives way to that of another place. Default false. */
    readonly replaces?: boolean;
    /** Makes a key. Default true. */
    readonly mints?: boolean;
    /** The user asked for the old key to go before there is a new one. Default false. */
    readonly deletesFirst?: boolean;
    /** The resource leaves the state, and the next `up` makes it anew. Default false. */
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

/** A create that ended when its key was made and not proven. */
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
    { name: "create", prepare: nothing, run: up(), liveBeside: 0 },
    { name: "create beside a stray", prepare: strayLeft, run: up(), liveBeside: 0 },
    {
        name: "create by adoption",
        prepare: async (world) => adoptions.set(world, await adoptable(world)),
        run: (world, provider) => up({ adopt: adoptions.get(world) })(world, provider),
        liveBeside: 0,
    },
    { name: "read", prepare: up(), run: refresh, liveBeside: 0 },
    {
        name: "read of a key that is gone",
        prepare: deletedByHand,
        run: refresh,
        liveBeside: 0,
        dropsResource: true,
    },
    {
        name: "update: rename",
        prepare: up(),
        run: up({ displayName: "payments" }),
        liveBeside: 0,
        mints: false,
    },
    {
        name: "update: rename of a key that is gone",
        prepare: deletedByHand,
        run: up({ displayName: "payments" }),
        liveBeside: 0,
    },
    { name: "update: rotation", prepare: up(), run: rotated, liveBeside: 1 },
    { name: "update: finishing a create", prepare: halfCreated, run: up(), liveBeside: 0, mints: false },
    {
        name: "update: retiring",
        prepare: async (world) => {
            await up()(world);
            await rotated(world);
            // In the past of any clock, the machine's too.
            const outputs = world.engine.current?.outputs ?? {};
            outputs.superseded = (outputs.superseded as { apiKey: string }[]).map(({ apiKey }) => ({
                apiKey,
                retireAt: "2020-01-01T00:00:00.000Z",
            }));
        },
        run: rotated,
        liveBeside: 0,
    },
    { name: "replace", prepare: up(), run: up({ region: "us-east-2" }), liveBeside: 0, replaces: true },
    {
        name: "forced replacement (--replace, taint)",
        prepare: up(),
        run: up({}, { replace: true }),
        again: up(),
        liveBeside: 0,
        replaces: true,
    },
    {
        name: "forced replacement, delete before replace",
        prepare: up(),
        run: up({}, { replace: true, deleteBeforeReplace: true }),
        again: up(),
        liveBeside: 0,
        replaces: true,
        deletesFirst: true,
    },
    {
        name: "up --refresh, finishing a create",
        prepare: halfCreated,
        run: up({}, { refresh: true }),
        liveBeside: 0,
        mints: false,
    },
    {
        name: "create, with a hook that retries",
        prepare: nothing,
        run: up({}, { hookRetries: 2 }),
        liveBeside: 0,
    },
    {
        name: "update: rotation, with a hook that retries",
        prepare: up(),
        run: up({ rotationTrigger: "2099-01-01" }, { hookRetries: 2 }),
        liveBeside: 1,
    },
    { name: "delete", prepare: up(), run: destroy, liveBeside: 0, isDeletion: true },
    {
        name: "delete with a superseded key",
        prepare: async (world) => {
            await up()(world);
            await rotated(world);
        },
        run: destroy,
        liveBeside: 0,
        isDeletion: true,
    },
];

/** A request that a clean run of an operation sends. */
export interface Step {
    readonly method: string;
    /** A pattern: `*` stands for the id of a key. */
    readonly path: string;
    /** The how manieth request with this method and path. */
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

/** What each operation sends in a clean run, by the operation's name. */
export async function requestsOfOperations(): Promise<Record<string, Step[]>> {
    const requests: Record<string, Step[]> = {};
    const world = await World.start();
    for (const operation of operations) {
        requests[operation.name] = await requestsOfOperation(operation, await world.again());
    }
    await world.close();
    return requests;
}
