import { type ApiKey, listApiKeys } from "../confluent/apiKeys";
import type { Clock } from "../confluent/clock";
import type { ConfluentApi } from "../confluent/confluentApi";
import { type Environment, getEnvironment } from "../confluent/environments";
import { type FlinkRegion, listFlinkRegions } from "../confluent/flinkRegions";
import { getOrganizationId } from "../confluent/organizations";
import { plainText } from "../confluent/plainText";
import { DeclaredKeys } from "./declaredKeys";
import type { Engine } from "./engine";
import type { EngineLog } from "./engineLog";
import type { KeyState } from "./keyState";

const longestProbeMs = 10_000;
/** Two clocks that differ by more than this cannot both be right. */
export const clockToleranceMs = 5 * 60_000;

export interface OwnerKeys {
    readonly keys: readonly ApiKey[];
    /** Confluent Cloud's clock at the time of its answer, from which ages are measured. Undefined if the answer had no date. */
    readonly asOfMs: number | undefined;
    /** This machine's clock at the same moment. */
    readonly heardAtMs: number;
}

/** One run of the engine: client, clock, log, and look-ups that all of its keys share. */
export class Session {
    /** Timeout of one request to a region's Flink endpoint. */
    readonly probeTimeoutMs: number;
    readonly engineLog: EngineLog;
    /** This machine's clock when the run began. */
    readonly beganMs: number;
    /** What the program of this run declares, as far as it is known. */
    readonly declared = new DeclaredKeys();
    /** Keys that this run has created, read or adopted, so that they are never strays. */
    readonly known = new Set<string>();
    /** Keys that this run has created. While one is unfinished, nobody else has its secret. */
    readonly created = new Set<string>();
    /** Keys whose deletion Confluent Cloud has confirmed. */
    readonly deleted = new Set<string>();
    /** Keys of which the user was told that this run deletes them, and nothing since. */
    readonly announced = new Set<string>();
    /** By key, the tag of the resource that adopts it in this run. */
    readonly adopters = new Map<string, string>();
    readonly #lookedUp = new Map<string, Promise<unknown>>();
    readonly #reached = new Map<string, KeyState>();

    constructor(
        readonly api: ConfluentApi,
        readonly clock: Clock,
        engineLog: EngineLog,
        /** Aborted when the process is told to stop. Default: never. */
        readonly stop: AbortSignal = new AbortController().signal,
        /** Default: one that never ends. */
        readonly engine: Engine = { isAlive: async () => true },
    ) {
        this.engineLog = neverThrowing(engineLog);
        this.probeTimeoutMs = Math.min(longestProbeMs, api.timeoutMs);
        this.beganMs = clock.now();
    }

    environment(id: string): Promise<Environment> {
        return this.#once(`environment ${id}`, () => getEnvironment(this.api, id));
    }

    /** The id of the organization that the Cloud API key belongs to. */
    organizationId(): Promise<string> {
        return this.#once("organization", () => getOrganizationId(this.api));
    }

    regions(): Promise<readonly FlinkRegion[]> {
        return this.#once("regions", () => listFlinkRegions(this.api));
    }

    /** The owner's keys, listed once in this run. */
    ownerKeys(ownerId: string): Promise<OwnerKeys> {
        return this.#once(`keys of ${ownerId}`, async () => {
            const listed = await listApiKeys(this.api, ownerId);
            return { ...listed, heardAtMs: this.clock.now() };
        });
    }

    /** The owner's keys, listed again. */
    ownerKeysNow(ownerId: string): Promise<OwnerKeys> {
        this.#lookedUp.delete(`keys of ${ownerId}`);
        return this.ownerKeys(ownerId);
    }

    /** The answer to `question`, asked if it was not yet. A failure is not remembered. */
    #once<T>(question: string, ask: () => Promise<T>): Promise<T> {
        const found = this.#lookedUp.get(question) as Promise<T> | undefined;
        if (found) return found;
        const asked = ask();
        this.#lookedUp.set(question, asked);
        asked.catch(() => this.#lookedUp.get(question) === asked && this.#lookedUp.delete(question));
        return asked;
    }

    /** Remembers the keys in the state. What an operation reached with one of them is no longer needed. */
    learnState(apiKeys: ReadonlySet<string>): void {
        for (const apiKey of apiKeys) this.known.add(apiKey);
        for (const [operation, { apiKey }] of this.#reached)
            if (apiKeys.has(apiKey)) this.#reached.delete(operation);
    }

    /**
     * Remembers what a failed operation reached: with an `onError` hook, the engine repeats it in the same process, and passes
     * nothing.
     */
    keepProgress(operation: string, reached: KeyState): void {
        this.#reached.set(operation, { ...reached });
    }

    /** What an earlier attempt at the operation reached; undefined if this is the first. */
    takeProgress(operation: string): KeyState | undefined {
        const reached = this.#reached.get(operation);
        this.#reached.delete(operation);
        return reached;
    }
}

/** What Confluent Cloud says may be in a message. And one that cannot be shown (full disk, closed pipe) must not keep a key out of the state. */
function neverThrowing(engineLog: EngineLog): EngineLog {
    const quietly =
        (log: (text: string) => void) =>
        (text: string): void => {
            try {
                log(plainText(text));
            } catch {
                // The result of the operation is reported anyway.
            }
        };
    return {
        status: quietly((text) => engineLog.status(text)),
        info: quietly((text) => engineLog.info(text)),
        warn: quietly((text) => engineLog.warn(text)),
    };
}
