import { type ApiKey, listApiKeys } from "../confluent/apiKeys";
import type { Clock } from "../confluent/clock";
import type { ConfluentApi } from "../confluent/confluentApi";
import { type Environment, getEnvironment } from "../confluent/environments";
import { type FlinkRegion, listFlinkRegions } from "../confluent/flinkRegions";
import type { EngineLog } from "./engineLog";
import type { KeyState } from "./keyState";

const longestProbeMs = 10_000;
/** Clocks that differ by more than this are not both right. */
export const clockToleranceMs = 5 * 60_000;

export interface OwnerKeys {
    readonly keys: readonly ApiKey[];
    /** Confluent Cloud's clock when it answered: ages are measured against it. Undefined where it did not say. */
    readonly asOfMs: number | undefined;
    /** This machine's clock at the same moment. */
    readonly heardAtMs: number;
}

/**
 * One run of the engine: the client, the clock, where messages go, and look-ups that all keys of the run share, so
 * that a thousand keys ask for their environment, their regions and their owner's keys once.
 */
export class Session {
    /** Limit of one question to a region's Flink endpoint. */
    readonly probeTimeoutMs: number;
    readonly engineLog: EngineLog;
    readonly #environments = new Map<string, Promise<Environment>>();
    readonly #ownerKeys = new Map<string, Promise<OwnerKeys>>();
    readonly #regions = new Map<"all", Promise<readonly FlinkRegion[]>>();
    readonly #known = new Set<string>();
    readonly #adopted = new Map<string, string>();
    readonly #reached = new Map<string, KeyState>();

    constructor(
        readonly api: ConfluentApi,
        readonly clock: Clock,
        engineLog: EngineLog,
        /** Aborted when the process is told to end. Default: never. */
        readonly stop: AbortSignal = new AbortController().signal,
    ) {
        this.engineLog = harmless(engineLog);
        this.probeTimeoutMs = Math.min(longestProbeMs, api.timeoutMs);
    }

    environment(id: string): Promise<Environment> {
        return once(this.#environments, id, () => getEnvironment(this.api, id));
    }

    regions(): Promise<readonly FlinkRegion[]> {
        return once(this.#regions, "all", () => listFlinkRegions(this.api));
    }

    /** The owner's keys as they were when this run first asked. */
    ownerKeys(ownerId: string): Promise<OwnerKeys> {
        return once(this.#ownerKeys, ownerId, async () => {
            const listed = await listApiKeys(this.api, ownerId);
            return { ...listed, heardAtMs: this.clock.now() };
        });
    }

    /** The owner's keys as they are now. */
    ownerKeysNow(ownerId: string): Promise<OwnerKeys> {
        this.#ownerKeys.delete(ownerId);
        return this.ownerKeys(ownerId);
    }

    /**
     * How far Confluent Cloud's clock is ahead of this machine's; 0 where they differ by no more than clocks do, and where it does
     * not say.
     */
    async clockLeadMs(ownerId: string): Promise<number> {
        const { asOfMs, heardAtMs } = await this.ownerKeys(ownerId).catch((): Partial<OwnerKeys> => ({}));
        if (asOfMs === undefined || heardAtMs === undefined) return 0;
        const leadMs = asOfMs - heardAtMs;
        return Math.abs(leadMs) > clockToleranceMs ? leadMs : 0;
    }

    /** A key that this run has made, read, adopted or been given: it is never a stray. */
    learn(apiKeys: Iterable<string>): void {
        for (const apiKey of apiKeys) this.#known.add(apiKey);
    }

    /** The state holds these keys, so what an operation reached with one of them is not needed any more. */
    given(apiKeys: ReadonlySet<string>): void {
        this.learn(apiKeys);
        for (const [operation, { apiKey }] of this.#reached)
            if (apiKeys.has(apiKey)) this.#reached.delete(operation);
    }

    knows(apiKey: string): boolean {
        return this.#known.has(apiKey);
    }

    /** A resource with this tag has taken the key over. */
    learnAdoption(apiKey: string, tag: string | undefined): void {
        this.learn([apiKey]);
        if (tag !== undefined) this.#adopted.set(apiKey, tag);
    }

    /** The tag of the resource that took the key over in this run. */
    adoptedBy(apiKey: string): string | undefined {
        return this.#adopted.get(apiKey);
    }

    /**
     * How far an operation came that then failed. The engine repeats one in the same process where an `onError` hook says
     * so, and tells it nothing of the first attempt.
     */
    keep(operation: string, reached: KeyState): void {
        this.#reached.set(operation, { ...reached });
    }

    /** What an earlier attempt at the operation reached; undefined where this is the first. */
    takeUp(operation: string): KeyState | undefined {
        const reached = this.#reached.get(operation);
        this.#reached.delete(operation);
        return reached;
    }
}

/** A notice that cannot be shown (a full disk, a closed pipe) must not keep a key out of the state. */
function harmless(engineLog: EngineLog): EngineLog {
    const quietly =
        (say: (text: string) => void) =>
        (text: string): void => {
            try {
                say(text);
            } catch {
                // The outcome is reported by other means.
            }
        };
    return {
        status: quietly((text) => engineLog.status(text)),
        info: quietly((text) => engineLog.info(text)),
        warn: quietly((text) => engineLog.warn(text)),
    };
}

/** The promise kept under `key`, made when there is none; one that fails is not kept. */
function once<K, V>(kept: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
    const found = kept.get(key);
    if (found) return found;
    const made = make();
    kept.set(key, made);
    made.catch(() => kept.get(key) === made && kept.delete(key));
    return made;
}
