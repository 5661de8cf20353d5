import { DynamicProviderProcess, emulatorConfig } from "../__tests__/plugin/dynamicProviderProcess";
import type { Emulator, JournalEntry } from "../emulator";
import { environmentId, makeOwners, regions } from "./flinkOwners";

/** Keys that are made, read or deleted side by side: more than an engine has under way at once. */
export const sideBySide = 64;

export interface LoadOptions {
    readonly emulator: Emulator;
    readonly keys: number;
    /** Accounts that own them. Default 10, or fewer for fewer keys. */
    readonly owners?: number;
    /** Default 64. */
    readonly sideBySide?: number;
}

export interface MadeKey {
    readonly id: string;
    readonly inputs: Record<string, unknown>;
    readonly outputs: Record<string, unknown>;
}

/** Keys in a provider process of the SDK's own, which is left running: `close` it. */
export interface Load {
    readonly provider: DynamicProviderProcess;
    readonly made: readonly MadeKey[];
    /** Requests that making them took, the owners' own left out. */
    readonly requests: readonly JournalEntry[];
    /** From the first call to the last answer. */
    readonly tookMs: number;
}

/** Makes keys as an engine does: `check`, then `create`, for each. */
export async function makeKeys(options: LoadOptions): Promise<Load> {
    const { emulator, keys } = options;
    const owners = await makeOwners(emulator, options.owners ?? Math.min(10, keys));
    emulator.journal.clear();
    const provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
    try {
        const startMs = performance.now();
        const numbers = Array.from({ length: keys }, (_, i) => i);
        const made = await mapSideBySide(numbers, options.sideBySide ?? sideBySide, async (i) => {
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
        return { provider, made, requests: emulator.journal.entries(), tookMs: performance.now() - startMs };
    } catch (error) {
        await provider.close();
        throw error;
    }
}

/** `work` on each item, so many at once. */
export async function mapSideBySide<T, R>(
    items: readonly T[],
    atOnce: number,
    work: (item: T) => Promise<R>,
): Promise<R[]> {
    const results: R[] = new Array(items.length);
    let next = 0;
    const worker = async (): Promise<void> => {
        for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
    return results;
}

/** What a request was for, in the words of the journal: `POST /iam/v2/api-keys`, ids left out. */
export function kindOfRequest({ method, path }: Pick<JournalEntry, "method" | "path">): string {
    if (isProbe({ method, path })) return "GET statements (the probe)";
    const resource = path.replace(/^(\/[a-z-]+\/v\d+\/[a-z-]+)\/.+$/, "$1/{id}");
    return `${method} ${resource}`;
}

/** The question to the region's Flink endpoint whether it accepts the key. */
export function isProbe({ path }: Pick<JournalEntry, "method" | "path">): boolean {
    return path.startsWith("/sql/v1/");
}
