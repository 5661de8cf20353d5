import { DynamicProviderProcess, emulatorConfig } from "../../__tests__/plugin/dynamicProviderProcess";
import { providerLine } from "../../components/flinkApiKey";
import { type Emulator, type JournalEntry, startEmulator } from "../../emulator";
import { type CreatedKey, concurrency, createKeys, mapConcurrently } from "../createKeys";
import { createOwners } from "../createOwners";
import { EngineProject, engine } from "../engineProject";
import { keysProgram } from "../programs";
import { residentMegabytes } from "../residentMegabytes";
import { countOfKeys, type Figure, type Measurement, type Scenario } from "../scenario";
import { slopeOf, steepening } from "../statistics";

/** With fewer keys of ten owners, the look-ups that a run shares are more than a tenth of a request for each key. */
const manyKeys = 1000;
const requestsPerKey = 2.1;
const stateBytesPerKey = 1300;
/** The request to the region's Flink endpoint that tests whether it accepts the key. */
const probePath = "/sql/v1/";
/** Upper limit of `steepening` for linear growth. */
const linearSteepening = 1.1;

export const costPerKey: Scenario = {
    name: "cost-per-key",
    title: "Cost per key, over 10 owners",
    async run({ keyCounts, report }) {
        const loads: LoadCost[] = [];
        const states: StateCost[] = [];
        for (const keys of keyCounts) {
            report(`${countOfKeys(keys)} in a provider process`);
            loads.push(await measureLoad(keys));
            if ("missing" in engine) continue;
            report(`${countOfKeys(keys)} in a stack`);
            states.push(await measureState(keys));
        }
        return describe(loads, states);
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

interface StateCost {
    readonly keys: number;
    /** Mean size of a key's inputs and outputs in the checkpoint, with the encrypted secret. */
    readonly bytesPerKey: number;
    readonly checkpointBytes: number;
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

async function measureState(keys: number): Promise<StateCost> {
    const emulator = await startEmulator();
    try {
        const owners = await createOwners(emulator, Math.min(10, keys));
        const project = await EngineProject.create(emulator, { program: keysProgram(keys, owners) });
        try {
            await project.time("up");
            const stored = project.stored().filter(({ type }) => type.endsWith(":FlinkApiKey"));
            if (stored.length !== keys)
                throw new Error(`${stored.length} of ${countOfKeys(keys)} are in the state`);
            const bytes = stored.map(({ inputs, outputs }) => sizeOf(inputs) + sizeOf(outputs));
            return {
                keys,
                bytesPerKey: bytes.reduce((sum, size) => sum + size, 0) / keys,
                checkpointBytes: project.checkpointBytes(),
            };
        } finally {
            project.remove();
        }
    } finally {
        await emulator.close();
    }
}

function describe(loads: readonly LoadCost[], states: readonly StateCost[]): Measurement {
    const figures: Figure[] = [{ name: "__provider", value: providerLine.length, unit: "B", atMost: 200 }];
    for (const { keys, besideProbe, probes, toRead, toDelete, memoryMegabytes } of loads) {
        figures.push(
            {
                name: `requests per key beside the probe, ${countOfKeys(keys)}`,
                value: besideProbe / keys,
                unit: "",
                ...(keys >= manyKeys && { atMost: requestsPerKey }),
            },
            { name: `probes per key, ${countOfKeys(keys)}`, value: probes / keys, unit: "" },
            { name: `requests per key of a refresh, ${countOfKeys(keys)}`, value: toRead / keys, unit: "" },
            { name: `requests per key of a destroy, ${countOfKeys(keys)}`, value: toDelete / keys, unit: "" },
            {
                name: `memory of the provider process, ${countOfKeys(keys)}`,
                value: memoryMegabytes,
                unit: "MB",
            },
        );
    }
    for (const { keys, bytesPerKey, checkpointBytes } of states) {
        figures.push(
            {
                name: `inputs and outputs of a key, ${countOfKeys(keys)}`,
                value: bytesPerKey,
                unit: "B",
                atMost: stateBytesPerKey,
            },
            { name: `checkpoint, ${countOfKeys(keys)}`, value: checkpointBytes / 1000, unit: "kB" },
        );
    }
    const largest = loads.at(-1) as LoadCost;
    const points = <T extends { keys: number }>(costs: readonly T[], value: (cost: T) => number) =>
        costs.map((cost) => [cost.keys, value(cost)] as const);
    if (loads.length > 2) {
        figures.push(
            ...growth(
                "requests beside the probe",
                "",
                points(loads, (load) => load.besideProbe),
            ),
            ...growth(
                "memory of the provider process",
                "kB",
                points(loads, (load) => load.memoryMegabytes * 1000),
                "maySteepen",
            ),
        );
    }
    if (states.length > 2) {
        figures.push(
            ...growth(
                "checkpoint",
                "B",
                points(states, (state) => state.checkpointBytes),
            ),
        );
    }
    return {
        figures,
        notes: [
            `With ${largest.keys} keys: ${Object.entries(largest.kinds)
                .map(([kind, count]) => `${count} × ${kind}`)
                .join(", ")}.`,
            `A key takes two requests, POST and PATCH. A run also looks up its environment, the regions and each owner's keys, so the limit counts from ${manyKeys} keys.`,
            ...("missing" in engine ? [`Bytes of state were not measured: ${engine.missing}.`] : []),
        ],
    };
}

/** `maySteepen`: without a limit, for values that are too noisy. */
function growth(
    what: string,
    unit: Figure["unit"],
    points: readonly (readonly [number, number])[],
    maySteepen?: "maySteepen",
): Figure[] {
    return [
        { name: `${what}, for each further key`, value: slopeOf(points), unit },
        {
            name: `${what}, steeper in the last step than before`,
            value: steepening(points),
            unit: "×",
            ...(maySteepen === undefined && { atMost: linearSteepening }),
        },
    ];
}

/** `POST /iam/v2/api-keys`, with `{id}` for an id. */
function kindOfRequest({ method, path }: JournalEntry): string {
    if (path.startsWith(probePath)) return "GET statements (the probe)";
    const resource = path.replace(/^(\/[a-z-]+\/v\d+\/[a-z-]+)\/.+$/, "$1/{id}");
    return `${method} ${resource}`;
}

function sizeOf(value: unknown): number {
    return Buffer.byteLength(JSON.stringify(value ?? {}));
}
