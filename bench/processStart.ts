import { residentMegabytes } from "./residentMegabytes";
import type { Figure } from "./scenario";
import { fastest, rangeOf } from "./statistics";

/** Time and memory of a new process at its first answer. */
export interface Start {
    readonly ms: number;
    readonly megabytes: number;
}

interface ProviderProcess {
    readonly pid: number;
    check(olds: object, news: Record<string, unknown>): Promise<{ failures: readonly unknown[] }>;
    close(): Promise<void>;
}

/** Settings with which a provider can start, without a server behind them. */
export const settings = {
    endpoint: "http://127.0.0.1:9",
    cloudApiKey: "BENCHBENCHBENCH0",
    cloudApiSecret: "not-a-secret",
};

/** The same as the config of a stack. */
export const config = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`confluentcloud:${name}`, value]),
);

/** The engine's marker for a value that is unknown in a preview: such inputs need no request. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const inputs = {
    owner: unknown,
    environmentId: unknown,
    cloud: unknown,
    region: unknown,
    displayName: "bench",
    description: "bench",
};

/** Measures from the start of a provider's process until it has answered one `check`. */
export async function measureStart(start: () => Promise<ProviderProcess>, more: object = {}): Promise<Start> {
    const startMs = performance.now();
    const provider = await start();
    try {
        const { failures } = await provider.check({}, { ...inputs, ...more });
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        return { ms: performance.now() - startMs, megabytes: residentMegabytes(provider.pid) };
    } finally {
        await provider.close();
    }
}

export function timeOf(what: string, starts: readonly Start[]): Figure {
    const times = starts.map(({ ms }) => ms);
    return { name: `${what}, time`, value: fastest(times), unit: "ms", range: rangeOf(times) };
}
