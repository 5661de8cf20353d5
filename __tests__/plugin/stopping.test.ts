// A signal to the SDK's own provider process, as when a container is stopped, and the engine's cancel, which Ctrl-C causes. Not
// proven here: when the engine sends signals and cancels (`../engine/stopping.test.ts`).
import { type Emulator, startEmulator } from "../../emulator";
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { DynamicProviderProcess, emulatorConfig } from "./dynamicProviderProcess";
import type { Properties } from "./propertyStruct";
import { failureOf } from "./providerCallError";

jest.setTimeout(30_000);

const inputs: Properties = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    displayName: "orders",
    description: "For orders [pcf-0123456789abcdef]",
};

let emulator: Emulator;
let provider: DynamicProviderProcess;
let refused: Promise<void>;
/** How far the emulator's clock is ahead of the provider's. */
let aheadMs = 0;

/** Starts the emulator and the provider. `refused` resolves when a Flink endpoint first rejects a key with 401. */
async function start(propagationMs: number): Promise<void> {
    let note: () => void = () => undefined;
    refused = new Promise((resolve) => {
        note = resolve;
    });
    aheadMs = 0;
    emulator = await startEmulator({
        clock: { now: () => Date.now() + aheadMs },
        keyPropagation: { minMs: propagationMs, maxMs: propagationMs },
        onExchange: ({ path, status }) => {
            if (path.startsWith("/sql/") && status === 401) note();
        },
    });
    provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
}

afterEach(async () => {
    await provider.close();
    await emulator.close();
});

describe("a signal to the provider process, or the engine's cancel", () => {
    it.each(["SIGINT", "SIGTERM", "cancelled"] as const)(
        "ends the wait at once, keeps id and secret for the state, and the next update continues: %s",
        async (signal) => {
            await start(60_000);
            const call = failureOf(provider.create(inputs));
            await refused;
            const startMs = Date.now();
            if (signal === "cancelled") await provider.cancel();
            else process.kill(provider.pid, signal);
            const { message, initFailure } = await call;
            expect(Date.now() - startMs).toBeLessThan(1_000);
            expect(message).toContain(`was stopped after`);
            expect(message).toContain(`(${signal}). The key is kept; run pulumi up again to go on waiting.`);
            const { id, properties } = initFailure ?? { id: "", properties: {} as Record<string, unknown> };
            const [key] = emulator.state().apiKeys.filter(({ seeded }) => !seeded);
            expect(properties).toMatchObject({ apiKey: key?.id, status: "pending" });
            expect(String(properties.apiSecret)).toHaveLength(64);

            aheadMs = 60_000;
            // The next run has its own process.
            await provider.close();
            provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator) });
            const { outputs } = await provider.update(id, properties, inputs);
            expect(outputs).toMatchObject({ apiKey: key?.id, status: "ready" });
            expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toHaveLength(1);
        },
    );

    it("starts no new operation after a cancel, even when none was running", async () => {
        await start(0);
        await provider.create(inputs);
        await provider.cancel();
        const { message } = await failureOf(provider.create({ ...inputs, region: "us-east-1" }));
        expect(message).toBe(
            "No Flink API key was created for env-abc123.aws.us-east-1: the deployment was stopped (cancelled).",
        );
        expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toHaveLength(1);
    });

    it("stops verifying a key to adopt and does not change it", async () => {
        await start(60_000);
        const { apiKey, apiSecret } = await makeKeyByHand(emulator);
        emulator.journal.clear();
        const description = "For orders [pcf-fedcba9876543210]";
        const call = failureOf(provider.create({ ...inputs, description, adopt: { apiKey, apiSecret } }));
        await refused;
        await provider.cancel();
        expect((await call).message).toBe(
            `Flink API key ${apiKey} was not changed: the deployment was stopped (cancelled).`,
        );
        expect(emulator.journal.entries().filter(({ method }) => method !== "GET")).toEqual([]);
    });

    it("starts no new operation after a signal", async () => {
        await start(60_000);
        const first = failureOf(provider.create(inputs));
        await refused;
        process.kill(provider.pid, "SIGINT");
        await first;
        const { message, initFailure } = await failureOf(
            provider.create({ ...inputs, region: "us-east-1", displayName: "other" }),
        );
        expect(message).toBe(
            "No Flink API key was created for env-abc123.aws.us-east-1: the deployment was stopped (SIGINT).",
        );
        expect(initFailure).toBeUndefined();
        expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toHaveLength(1);
    });

    it("ends an idle process at once, as the engine expects of its plugins", async () => {
        await start(0);
        expect((await provider.create(inputs)).outputs.status).toBe("ready");
        const { pid } = provider;
        process.kill(pid, "SIGINT");
        await provider.exited();
        expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    });
});
