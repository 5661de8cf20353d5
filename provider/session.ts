import { type ApiKey, listApiKeys } from "../confluent/apiKeys";
import type { Clock } from "../confluent/clock";
import type { ConfluentApi } from "../confluent/confluentApi";
import { type Environment, getEnvironment } from "../confluent/environments";
import { type FlinkRegion, listFlinkRegions } from "../confluent/flinkRegions";
import type { Notices } from "./notices";

const longestProbeMs = 10_000;

export interface OwnerKeys {
    readonly keys: readonly ApiKey[];
    /** Confluent Cloud's clock when it answered: ages are measured against it. Undefined where it did not say. */
    readonly asOfMs: number | undefined;
}

/**
 * One run of the engine: the client, the clock, where notices go, and look-ups that all keys of the run share, so
 * that a thousand keys ask for their environment, their regions and their owner's keys once.
 */
export class Session {
    /** Limit of one question to a region's Flink endpoint. */
    readonly probeTimeoutMs: number;
    readonly #environments = new Map<string, Promise<Environment>>();
    readonly #ownerKeys = new Map<string, Promise<OwnerKeys>>();
    readonly #regions = new Map<"all", Promise<readonly FlinkRegion[]>>();

    constructor(
        readonly api: ConfluentApi,
        readonly clock: Clock,
        readonly notices: Notices,
    ) {
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
        return once(this.#ownerKeys, ownerId, () => listApiKeys(this.api, ownerId));
    }

    /** The owner's keys as they are now. */
    ownerKeysNow(ownerId: string): Promise<OwnerKeys> {
        this.#ownerKeys.delete(ownerId);
        return this.ownerKeys(ownerId);
    }
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
