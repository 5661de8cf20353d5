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

/**
 * One run of the engine: the client, the clock, the log, and look-ups that all keys of the run share. A thousand keys look up
 * their environment, the regions and their owner's keys once.
 */
export class Session {
    /** Timeout of one request to a region's Flink endpoint. */
    readonly probeTimeoutMs: number;
    readonly engineLog: EngineLog;
    /** This machine's clock when the run began. */
    readonly beganMs: number;
    /** What the program of this run declares, as far as it is known. */
    readonly declared = new DeclaredKeys();
    readonly #environments = new Map<string, Promise<Environment>>();
    readonly #ownerKeys = new Map<string, Promise<OwnerKeys>>();
    readonly #regions = new Map<"all", Promise<readonly FlinkRegion[]>>();
    readonly #known = new Set<string>();
    readonly #created = new Set<string>();
    readonly #deleted = new Set<string>();
    readonly #organizations = new Map<"own", Promise<string>>();
    readonly #adopters = new Map<string, string>();
    readonly #announced = new Set<string>();
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
        return once(this.#environments, id, () => getEnvironment(this.api, id));
    }

    /** The id of the organization that the Cloud API key belongs to. */
    organizationId(): Promise<string> {
        return once(this.#organizations, "own", () => getOrganizationId(this.api));
    }

    regions(): Promise<readonly FlinkRegion[]> {
        return once(this.#regions, "all", () => listFlinkRegions(this.api));
    }

    /** The owner's keys, listed once in this run. */
    ownerKeys(ownerId: string): Promise<OwnerKeys> {
        return once(this.#ownerKeys, ownerId, async () => {
            const listed = await listApiKeys(this.api, ownerId);
            return { ...listed, heardAtMs: this.clock.now() };
        });
    }

    /** The owner's keys, listed again. */
    ownerKeysNow(ownerId: string): Promise<OwnerKeys> {
        this.#ownerKeys.delete(ownerId);
        return this.ownerKeys(ownerId);
    }

    /** Remembers a key that this run has created. Its secret was not given to anybody yet. */
    learnCreated(apiKey: string): void {
        this.learn([apiKey]);
        this.#created.add(apiKey);
    }

    hasCreated(apiKey: string): boolean {
        return this.#created.has(apiKey);
    }

    /** Remembers keys that this run has read or adopted, so that they are never strays. */
    learn(apiKeys: Iterable<string>): void {
        for (const apiKey of apiKeys) this.#known.add(apiKey);
    }

    /** Remembers the keys in the state. What an operation reached with one of them is no longer needed. */
    learnState(apiKeys: ReadonlySet<string>): void {
        this.learn(apiKeys);
        for (const [operation, { apiKey }] of this.#reached)
            if (apiKeys.has(apiKey)) this.#reached.delete(operation);
    }

    knows(apiKey: string): boolean {
        return this.#known.has(apiKey);
    }

    /** Remembers that the resource with this tag adopts the key; undefined: that it does not after all. */
    learnAdopter(apiKey: string, tag: string | undefined): void {
        if (tag === undefined) this.#adopters.delete(apiKey);
        else this.#adopters.set(apiKey, tag);
    }

    /** The tag of the resource that adopts the key in this run. */
    adopterOf(apiKey: string): string | undefined {
        return this.#adopters.get(apiKey);
    }

    /** Remembers that Confluent Cloud has confirmed the deletion of the key. */
    learnDeleted(apiKey: string): void {
        this.#deleted.add(apiKey);
    }

    hasDeleted(apiKey: string): boolean {
        return this.#deleted.has(apiKey);
    }

    /** Remembers that the user was told that this run deletes the key. */
    announce(apiKey: string): void {
        this.#announced.add(apiKey);
    }

    /** The user knows what became of the key. Returns whether its deletion was announced, and nothing was said since. */
    settle(apiKey: string): boolean {
        return this.#announced.delete(apiKey);
    }

    /**
     * Remembers what a failed operation reached. With an `onError` hook, the engine repeats the operation in the same process,
     * and passes nothing of the first attempt.
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

/** The promise stored under `key`, created if there is none. A promise that fails is not stored. */
function once<K, V>(kept: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
    const found = kept.get(key);
    if (found) return found;
    const made = make();
    kept.set(key, made);
    made.catch(() => kept.get(key) === made && kept.delete(key));
    return made;
}
