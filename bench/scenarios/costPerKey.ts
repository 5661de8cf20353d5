import { DynamicProviderProcess, emulatorConfig } from "../../__tests__/plugin/dynamicProviderProcess";
import { providerLine } from "../../components/flinkApiKey";
import { type Emulator, type JournalEntry, startEmulator } from "../../emulator";
import { type CreatedKey, concurrency, createKeys, mapConcurrently } from "../createKeys";
import { residentMegabytes } from "../residentMegabytes";
import { countOfKeys, type Figure, type Scenario } from "../scenario";

/** With fewer keys of ten owners, the look-ups that a run shares are more than a tenth of a request for each key. */
const manyKeys = 1000;
const requestsPerKey = 2.1;
/** The request to the region's Flink endpoint that tests whether it accepts the key. */
const probePath = "/sql/v1/";

export const costPerKey: Scenario = {
    name: "cost-per-key",
    title: "Cost per key, over 10 owners",
    async run({ keyCounts, report }) {
        const loads: LoadCost[] = [];
        for (const keys of keyCounts) {
            report(`${countOfKeys(keys)} in a provider process`);
            loads.push(await measureLoad(keys));
        }
        const { keys, kinds } = loads.at(-1) as LoadCost;
        const counts = Object.entries(kinds).map(([kind, count]) => `${count} × ${kind}`);
        return {
            figures: [
                { name: "__provider", value: providerLine.length, unit: "B", atMost: 200 },
                ...loads.flatMap(figuresOf),
            ],
            notes: [
                `With ${keys} keys: ${counts.join(", ")}.`,
                `A key takes two requests, POST and PATCH. A run also looks up its environment, the regions and each owner's keys, so the limit counts from ${manyKeys} keys.`,
            ],
        };
    },
};

interface LoadCost {
    readonly keys: number;
    /** Number of requests by kind. */
    readonly kinds: Readonly<Record<string, number>>;
    /** Number of requests without the probes. */
    readonly besideProbe: number;
    readonly probes: number;
    readonly toRead: number;
    readonly toDelete: number;
    readonly memoryMegabytes: number;
}

/** The cost of creating, reading and deleting keys, with the provider in the SDK's own process. */
export async function measureLoad(keys: number): Promise<LoadCost> {
    const emulator = await startEmulator();
    try {
        const { provider, created, requests } = await createKeys({ emulator, keys });
        const memoryMegabytes = residentMegabytes(provider.pid);
        await provider.close();
        const kinds: Record<string, number> = {};
        for (const request of requests) {
            const kind = kindOfRequest(request);
            kinds[kind] = (kinds[kind] ?? 0) + 1;
        }
        const probes = requests.filter(({ path }) => path.startsWith(probePath)).length;
        const toRead = await requestsOfRun(emulator, created, (run, { id, outputs }) =>
            run.read(id, outputs),
        );
        const toDelete = await requestsOfRun(emulator, created, (run, { id, outputs }) =>
            run.delete(id, outputs),
        );
        const besideProbe = requests.length - probes;
        return { keys, kinds, probes, besideProbe, memoryMegabytes, toRead, toDelete };
    } finally {
        await emulator.close();
    }
}

/** Number of requests of another run. Like each run of an engine, it has its own provider process. */
async function requestsOfRun(
    emulator: Emulator,
    keys: readonly CreatedKey[],
    work: (run: DynamicProviderProcess, key: CreatedKey) => Promise<unknown>,
): Promise<number> {
    emulator.journal.clear();
    const run = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
    try {
        await mapConcurrently(keys, concurrency, (key) => work(run, key));
        return emulator.journal.entries().length;
    } finally {
        await run.close();
    }
}

function figuresOf({ keys, besideProbe, probes, toRead, toDelete, memoryMegabytes }: LoadCost): Figure[] {
    const perKey = (what: string, requests: number, atMost?: number): Figure => ({
        name: `${what}, ${countOfKeys(keys)}`,
        value: requests / keys,
        unit: "",
        atMost,
    });
    return [
        perKey(
            "requests per key beside the probe",
            besideProbe,
            keys >= manyKeys ? requestsPerKey : undefined,
        ),
        perKey("probes per key", probes),
        perKey("requests per key of a refresh", toRead),
        perKey("requests per key of a destroy", toDelete),
        {
            name: `memory of the provider process, ${countOfKeys(keys)}`,
            value: memoryMegabytes,
            unit: "MB",
        },
    ];
}

/** `POST /iam/v2/api-keys`, with `{id}` for an id. */
function kindOfRequest({ method, path }: JournalEntry): string {
    if (path.startsWith(probePath)) return "GET statements (the probe)";
    const resource = path.replace(/^(\/[a-z-]+\/v\d+\/[a-z-]+)\/.+$/, "$1/{id}");
    return `${method} ${resource}`;
}
