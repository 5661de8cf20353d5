import { DynamicProviderProcess, emulatorConfig } from "../__tests__/plugin/dynamicProviderProcess";
import type { Emulator, JournalEntry } from "../emulator";
import { createOwners, environmentId, regions } from "./createOwners";

/** How many keys are created, read or deleted at the same time. This is more than an engine does. */
export const concurrency = 64;

export interface CreateKeysOptions {
    readonly emulator: Emulator;
    readonly keys: number;
    /** Number of service accounts that own the keys. Default 10, or the number of keys if that is lower. */
    readonly owners?: number;
    /** How many keys to create at the same time. Default 64. */
    readonly concurrency?: number;
}

export interface CreatedKey {
    readonly id: string;
    readonly inputs: Record<string, unknown>;
    readonly outputs: Record<string, unknown>;
}

/** The result of `createKeys`. */
export interface CreatedKeys {
    /** The SDK's process for dynamic providers, still running. The caller closes it. */
    readonly provider: DynamicProviderProcess;
    readonly created: readonly CreatedKey[];
    /** The requests for the creation of the keys, without those for their owners. */
    readonly requests: readonly JournalEntry[];
    /** Time from the first call to the last response. */
    readonly tookMs: number;
}

/** Creates keys like an engine: `check`, then `create`, for each. */
export async function createKeys(options: CreateKeysOptions): Promise<CreatedKeys> {
    const { emulator, keys } = options;
    const owners = await createOwners(emulator, options.owners ?? Math.min(10, keys));
    emulator.journal.clear();
    const provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
    try {
        const startMs = performance.now();
        const numbers = Array.from({ length: keys }, (_, i) => i);
        const created = await mapConcurrently(numbers, options.concurrency ?? concurrency, async (i) => {
            const [cloud, region] = regions[i % regions.length] as (typeof regions)[number];
            const { inputs, failures } = await provider.check(
                {},
                {
                    owner: owners[i % owners.length],
                    environmentId,
                    cloud,
                    region,
                    displayName: `key-${i}`,
                    description: `bench [pcf-${i.toString(16).padStart(16, "0")}]`,
                },
            );
            if (failures.length > 0) throw new Error(JSON.stringify(failures));
            return { ...(await provider.create(inputs)), inputs };
        });
        const tookMs = performance.now() - startMs;
        return { provider, created, requests: emulator.journal.entries(), tookMs };
    } catch (error) {
        await provider.close();
        throw error;
    }
}

/** Runs `work` for each item, at most `limit` at the same time. */
export async function mapConcurrently<T, R>(
    items: readonly T[],
    limit: number,
    work: (item: T) => Promise<R>,
): Promise<R[]> {
    const results: R[] = new Array(items.length);
    let next = 0;
    const worker = async (): Promise<void> => {
        for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
    return results;
}
