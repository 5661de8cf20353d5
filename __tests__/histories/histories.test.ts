// Random histories of two stacks that may have the same project, stack and resource name, with one service account: every
// operation of the engine, faults, kills, interrupts, hooks that retry, lists that lag, lost rights, lost and restored states,
// keys deleted by hand. After each step the rules of `ledger.ts` are checked. A history that breaks a rule is shrunk and printed
// with its seed. The engine is simulated: `__tests__/engine/recorded.test.ts` compares it with a real one.
//
// HISTORIES=1000 runs that many. `npm run test:long` runs ten thousand. `SEED=7 jest -t "seed 7$"` runs a single one.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { World } from "../provider/world";
import { runsAll, seed as sampleSeed } from "../sample";
import { commands } from "./commands";
import { History } from "./history";

const histories = Number(process.env.HISTORIES ?? (runsAll ? 500 : 20));
const firstSeed = sampleSeed;

/** A Flink endpoint that rejects every key. */
let elsewhere: Server;

beforeAll(async () => {
    elsewhere = createServer((_request, response) => {
        response.writeHead(401, { "content-type": "application/json" });
        response.end(JSON.stringify({ errors: [{ status: "401", detail: "unknown key" }] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
});

/** Histories share an organization, each with its own owner. After a failed history there is a new organization. */
let organization: World | undefined;
let served = 0;

async function nextWorld(): Promise<World> {
    if (organization === undefined || ++served > 20) {
        await organization?.close();
        organization = await World.start({ keyPropagation: { minMs: 600, maxMs: 600 } });
        served = 1;
    }
    return organization.again();
}

afterAll(async () => {
    await organization?.close();
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
});

// tallyReporter.js counts the tests below this name.
describe("histories", () => {
    it.each(Array.from({ length: histories }, (_, n) => firstSeed + n))(
        "seed %d",
        async (seed) => {
            const property = fc.asyncProperty(commands, async (history) => {
                const world = await nextWorld();
                try {
                    const real = new History(
                        world,
                        `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
                    );
                    await fc.asyncModelRun(() => ({ model: {}, real }), history);
                    await real.rest();
                } catch (error) {
                    served = Number.POSITIVE_INFINITY;
                    throw error;
                }
            });
            await fc.assert(property, { seed, numRuns: 1 });
        },
        120_000,
    );
});
