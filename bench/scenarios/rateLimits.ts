import { startEmulator } from "../../emulator";
import { createKeys } from "../createKeys";
import type { Figure, Scenario } from "../scenario";

/** Requests per second that the emulator allows for all callers together. It answers 429 to any more. */
const allowances = [50, 20];
const keys = 1000;
const atMostTimesBound = 1.2;
const atMostRefusals = 1;

export const rateLimits: Scenario = {
    name: "rate-limits",
    title: "Rate limits: 1,000 keys against a server that refuses",
    async run({ report }) {
        const floods: Flood[] = [];
        for (const perSecond of allowances) {
            report(`${keys} keys, ${perSecond} requests a second`);
            floods.push(await flood(perSecond));
        }
        return {
            figures: floods.flatMap(floodFigures),
            notes: [
                "All keys are requested at once, which is more than an engine does. The emulator counts requests per calendar second and announces its limit (X-RateLimit-*, Retry-After) in whole seconds.",
                "The bound counts all requests that were not refused, including probes.",
            ],
        };
    },
};

interface Flood {
    readonly perSecond: number;
    readonly seconds: number;
    readonly answered: number;
    readonly refused: number;
    /** Keys that were requested but do not exist, or exist but were not returned. */
    readonly lost: number;
    readonly answeredInSecond: readonly number[];
}

async function flood(perSecond: number): Promise<Flood> {
    const emulator = await startEmulator({ rateLimit: { requestsPerSecond: perSecond } });
    try {
        const { provider, created, requests, tookMs } = await createKeys({
            emulator,
            keys,
            concurrency: keys,
        });
        await provider.close();
        const returned = new Set(created.map(({ outputs }) => outputs.apiKey));
        const live = emulator.state().apiKeys.filter(({ seeded }) => !seeded);
        const orphans = live.filter(({ id }) => !returned.has(id)).length;
        const answered = requests.filter(({ status }) => status !== 429);
        const startMs = Date.parse(requests[0]?.at ?? "");
        const answeredInSecond: number[] = [];
        for (const { at } of answered) {
            const second = Math.floor((Date.parse(at) - startMs) / 1000);
            answeredInSecond[second] = (answeredInSecond[second] ?? 0) + 1;
        }
        return {
            perSecond,
            seconds: tookMs / 1000,
            answered: answered.length,
            refused: requests.length - answered.length,
            lost: keys - returned.size + orphans,
            answeredInSecond: Array.from(answeredInSecond, (n) => n ?? 0),
        };
    } finally {
        await emulator.close();
    }
}

function boundSeconds({ answered, perSecond }: Flood): number {
    return answered / perSecond;
}

function floodFigures(result: Flood): Figure[] {
    const at = `${result.perSecond} a second`;
    return [
        {
            name: `time beside the bound, ${at}`,
            value: result.seconds / boundSeconds(result),
            unit: "×",
            atMost: atMostTimesBound,
        },
        {
            name: `refusals per request, ${at}`,
            value: result.refused / result.answered,
            unit: "",
            atMost: atMostRefusals,
        },
        { name: `keys lost or left behind, ${at}`, value: result.lost, unit: "", atMost: 0 },
        { name: `time, ${at}`, value: result.seconds, unit: "s" },
        { name: `requests answered, ${at}`, value: result.answered, unit: "" },
    ];
}
