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
        const figures: Figure[] = [];
        for (const perSecond of allowances) {
            report(`${keys} keys, ${perSecond} requests a second`);
            figures.push(...(await flood(perSecond)));
        }
        return {
            figures,
            notes: [
                "All keys are requested at once, which is more than an engine does. The emulator counts requests per calendar second and announces its limit (X-RateLimit-*, Retry-After) in whole seconds.",
                "The bound counts all requests that were not refused, including probes.",
            ],
        };
    },
};

async function flood(perSecond: number): Promise<Figure[]> {
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
        const answered = requests.filter(({ status }) => status !== 429).length;
        const seconds = tookMs / 1000;
        const at = `${perSecond} a second`;
        return [
            {
                name: `time beside the bound, ${at}`,
                value: seconds / (answered / perSecond),
                unit: "×",
                atMost: atMostTimesBound,
            },
            {
                name: `refusals per request, ${at}`,
                value: (requests.length - answered) / answered,
                unit: "",
                atMost: atMostRefusals,
            },
            {
                name: `keys lost or left behind, ${at}`,
                value: keys - returned.size + orphans,
                unit: "",
                atMost: 0,
            },
            { name: `time, ${at}`, value: seconds, unit: "s" },
            { name: `requests answered, ${at}`, value: answered, unit: "" },
        ];
    } finally {
        await emulator.close();
    }
}
