import { type ApiKey, readApiKey } from "./apiKeys";
import type { ConfluentApi } from "./confluentApi";
import type { FlinkScope } from "./flinkScope";

/** An API key for a Flink region in an environment. */
export type FlinkApiKey = ApiKey & { readonly scope: FlinkScope };

export interface ListedKeys {
    readonly keys: readonly FlinkApiKey[];
    /** Owners of all visible API keys, of every kind, by key id. The caller's own key may be one of them. */
    readonly ownerByKey: ReadonlyMap<string, string>;
    /** The server's time at the last page, in milliseconds since 1970. */
    readonly asOfMs: number | undefined;
}

/**
 * `GET /iam/v2/api-keys`, all pages: every Flink API key of every owner that the caller is allowed to see, and the
 * server's time. Confluent Cloud silently leaves out the others. Keys of other kinds are skipped.
 */
export async function listFlinkApiKeys(api: ConfluentApi): Promise<ListedKeys> {
    const { rows, dateMs } = await api.list("/iam/v2/api-keys", {}, "listing API keys");
    const all = rows.map(readApiKey).filter((key) => key !== undefined);
    const keys = all.filter((key): key is FlinkApiKey => key.scope !== undefined);
    return { keys, ownerByKey: new Map(all.map(({ id, ownerId }) => [id, ownerId])), asOfMs: dateMs };
}
