import { type ApiKey, readApiKey } from "./apiKeys";
import type { ConfluentApi } from "./confluentApi";
import type { FlinkScope } from "./flinkScope";

/** An API key that opens a Flink region in an environment. */
export type FlinkApiKey = ApiKey & { readonly scope: FlinkScope };

export interface ListedKeys {
    readonly keys: readonly FlinkApiKey[];
    /** Owners of API keys of every kind that the caller may see, by key id: among them perhaps the caller's own. */
    readonly ownerByKey: ReadonlyMap<string, string>;
    /** The server's time when the last page was answered, in milliseconds since 1970. */
    readonly asOfMs: number | undefined;
}

/**
 * `GET /iam/v2/api-keys`, all pages: every Flink API key of every owner that the caller may see, and the server's time.
 * What the caller may not see is left out without a word; keys of other kinds are passed over.
 */
export async function listFlinkApiKeys(api: ConfluentApi): Promise<ListedKeys> {
    const { rows, dateMs } = await api.list("/iam/v2/api-keys", {}, "listing API keys");
    const all = rows.map(readApiKey).filter((key) => key !== undefined);
    const keys = all.filter((key): key is FlinkApiKey => key.scope !== undefined);
    return { keys, ownerByKey: new Map(all.map(({ id, ownerId }) => [id, ownerId])), asOfMs: dateMs };
}
