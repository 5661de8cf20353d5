import type { AddressInfo } from "node:net";
import { apiRoutes } from "./apiRoutes";
import { Cloud } from "./cloud";
import { addControlRoutes } from "./controlApi";
import { checkOptions, type EmulatorOptions, type Lags } from "./emulatorOptions";
import { describeState, type EmulatorState } from "./emulatorState";
import { Faults } from "./faults";
import { Journal } from "./journal";
import { rateLimiter } from "./rateLimit";
import { seed } from "./seed";
import { createServer } from "./server";
import { degradeStatement } from "./sql/statementPhase";

export type { EmulatorClock } from "./clock";
export type { Choices, EmulatorOptions, Lags } from "./emulatorOptions";
export type { EmulatorState } from "./emulatorState";
export type { Exchange } from "./exchange";
export type { ActiveFault, FaultAction, FaultRule, Faults } from "./faults";
export type { Journal, JournalEntry } from "./journal";
export { type ProfileOptions, profileOptions, readProfile } from "./profile";
export type { Quotas } from "./quotas";
export type { DurationRange } from "./seededRandom";
export type { Statuses } from "./statuses";

/** A running emulator. */
export interface Emulator {
    /**
     * `http://127.0.0.1:41234`: the endpoint of the API. The Flink endpoint of a region is below it, at `/flink/aws.us-east-1`. The
     * bare URL serves Flink too: there, the key or the compute pool of a request decides the region.
     */
    readonly url: string;
    readonly organizationId: string;
    readonly environmentIds: readonly string[];
    /** A Cloud API key whose owner has the role OrganizationAdmin. */
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
    /** The requests so far, without credentials. */
    readonly journal: Journal;
    /** The resources of the organization now. */
    state(): EmulatorState;
    readonly faults: Faults;
    /** Changes the options of the same names from now on. */
    setLags(lags: Lags): void;
    /** Sets the phase of a running statement to DEGRADED, or back to RUNNING. */
    degradeStatement(name: string, isDegraded?: boolean): void;
    readonly clock: { now(): number; advance(ms: number): void };
    /** Stops listening and closes every connection, also of requests that hang. */
    close(): Promise<void>;
}

const defaultEnvironmentIds = ["env-abc123", "env-def456"];

/** Starts an emulator of Confluent Cloud's APIs on loopback. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    checkOptions(options);
    const environmentIds = [...new Set(options.environmentIds ?? defaultEnvironmentIds)];
    const cloud = new Cloud(options);
    const { clock } = cloud;
    const bootstrapKey = seed(cloud, environmentIds);
    const faults = new Faults();
    const journal = new Journal(options.journalFile);
    const pipeline = {
        cloud,
        faults,
        journal,
        spend: options.rateLimit && rateLimiter(clock, options.rateLimit.requestsPerSecond),
        onExchange: options.onExchange,
    };
    const server = createServer(pipeline, apiRoutes(cloud));
    addControlRoutes(server, cloud, faults, journal);
    await server.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
    const { address, port, family } = server.server.address() as AddressInfo;
    cloud.url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    return {
        url: cloud.url,
        organizationId: cloud.organizationId,
        environmentIds,
        cloudApiKey: bootstrapKey.id,
        cloudApiSecret: bootstrapKey.secret,
        journal,
        state: () => describeState(cloud),
        faults,
        degradeStatement: (name, isDegraded = true) => degradeStatement(cloud, name, isDegraded),
        setLags: (lags) => cloud.setLags(lags),
        clock,
        close: async () => {
            clock.wakeAll();
            await server.close();
        },
    };
}
