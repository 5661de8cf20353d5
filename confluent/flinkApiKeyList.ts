import { type ApiKey, readApiKey } from "./apiKeys";
import type { ConfluentApi } from "./confluentApi";
import type { FlinkScope } from "./flinkScope";

/** An API key that opens a Flink region in an environment. */
export type FlinkApiKey = ApiKey & { readonly scope: FlinkScope };

/**
 * `GET /iam/v2/api-keys`, all pages: every Flink API key of every owner that the caller may see, and the server's time.
 * What the caller may not see is left out without a word; keys of other kinds are passed over.
 */
export async function listFlinkApiKeys(
    api: ConfluentApi,
): Promise<{ keys: readonly FlinkApiKey[]; asOfMs: number | undefined }> {
    const { rows, dateMs } = await api.list("/iam/v2/api-keys", {}, "listing API keys");
    const keys = rows.map(readApiKey).filter((key): key is FlinkApiKey => key?.scope !== undefined);
    return { keys, asOfMs: dateMs };
}
