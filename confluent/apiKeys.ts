import type { ApiRequest } from "./apiRequest";
import type { ConfluentApi } from "./confluentApi";
import { type ApiKeyScope, globalScope, regionName, scopeOfResource } from "./flinkScope";
import { Secret } from "./secret";

/** An API key as Confluent Cloud lists it. Its secret is shown only once, when the key is created. */
export interface ApiKey {
    /** 16 upper-case letters and digits. */
    readonly id: string;
    readonly displayName: string;
    readonly description: string;
    /** `sa-111aaa` or `u-111aaa`. */
    readonly ownerId: string;
    /** A Flink region or global; undefined for keys of another kind. */
    readonly scope: ApiKeyScope | undefined;
    /** ISO 8601. */
    readonly createdAt: string;
}

export interface NewFlinkApiKey {
    readonly ownerId: string;
    readonly scope: ApiKeyScope;
    readonly displayName: string;
    readonly description: string;
}

/**
 * `POST /iam/v2/api-keys` → 202, the only response with the secret. 402: a quota. A request that is sent twice creates two keys.
 */
export async function createFlinkApiKey(
    api: ConfluentApi,
    key: NewFlinkApiKey,
): Promise<{ key: ApiKey; secret: Secret }> {
    const request: ApiRequest = {
        method: "POST",
        path: "/iam/v2/api-keys",
        purpose: `creating a Flink API key for ${key.ownerId} in ${key.scope.name}`,
        body: {
            spec: {
                display_name: key.displayName,
                description: key.description,
                owner: { id: key.ownerId },
                resource: wireResource(key.scope),
            },
        },
    };
    return api.ask(request, (json) => {
        const created = readApiKey(json);
        const secret = text((json as WireApiKey).spec?.secret);
        return created && secret !== "" ? { key: created, secret: new Secret(secret) } : undefined;
    });
}

/** `GET /iam/v2/api-keys/{id}` → 200. 403 or 404: it does not exist, or the caller is not allowed to see it. */
export async function getApiKey(
    api: ConfluentApi,
    id: string,
): Promise<ApiKey & { readonly asOfMs: number | undefined }> {
    const purpose = `reading API key ${id}`;
    return api.ask({ method: "GET", path: keyPath(id), purpose }, (json, { dateMs }) => {
        const key = readApiKey(json);
        return key && { ...key, asOfMs: dateMs };
    });
}

/**
 * `GET /iam/v2/api-keys?spec.owner=…`, all pages, and the server's time. A caller that is not allowed to see them gets an empty
 * list, not 403. There is no documented filter for a Flink scope.
 */
export async function listApiKeys(
    api: ConfluentApi,
    ownerId: string,
): Promise<{ keys: readonly ApiKey[]; asOfMs: number | undefined }> {
    const filter = { "spec.owner": ownerId };
    // A row that cannot be read may be the key that the caller is looking for.
    const { rows, dateMs } = await api.list(
        "/iam/v2/api-keys",
        filter,
        `listing the API keys of ${ownerId}`,
        readApiKey,
    );
    return { keys: rows.filter((key) => key.ownerId === ownerId), asOfMs: dateMs };
}

/** An API key for a Flink region in an environment, or a global one. */
export type FlinkApiKey = ApiKey & { readonly scope: ApiKeyScope };

export interface ListedKeys {
    readonly keys: readonly FlinkApiKey[];
    /** Owners of all visible API keys, of every kind, by key id. The caller's own key may be one of them. */
    readonly ownerByKey: ReadonlyMap<string, string>;
    /** The server's time at the last page, in milliseconds since 1970. */
    readonly asOfMs: number | undefined;
}

/** `GET /iam/v2/api-keys`, all pages: every Flink API key that the caller is allowed to see. The others are silently left out. */
export async function listFlinkApiKeys(api: ConfluentApi): Promise<ListedKeys> {
    const { rows, dateMs } = await api.list("/iam/v2/api-keys", {}, "listing API keys");
    const all = rows.map(readApiKey).filter((key) => key !== undefined);
    const keys = all.filter((key): key is FlinkApiKey => key.scope !== undefined);
    return { keys, ownerByKey: new Map(all.map(({ id, ownerId }) => [id, ownerId])), asOfMs: dateMs };
}

/** `PATCH /iam/v2/api-keys/{id}` → 200: only display name and description can change. */
export async function updateApiKey(
    api: ConfluentApi,
    id: string,
    changes: { displayName?: string; description?: string },
): Promise<ApiKey> {
    const request: ApiRequest = {
        method: "PATCH",
        path: keyPath(id),
        purpose: `renaming API key ${id}`,
        body: {
            spec: {
                ...(changes.displayName !== undefined && { display_name: changes.displayName }),
                ...(changes.description !== undefined && { description: changes.description }),
            },
        },
    };
    return api.ask(request, readApiKey);
}

/**
 * `DELETE /iam/v2/api-keys/{id}` → 204. 403 or 404: already gone, or not allowed. A body must be the key itself: a proxy may
 * answer 200 too, and the key would stay valid without a state that knows it.
 */
export async function deleteApiKey(api: ConfluentApi, id: string): Promise<void> {
    const request: ApiRequest = { method: "DELETE", path: keyPath(id), purpose: `deleting API key ${id}` };
    await api.ask(request, (json) => (json === undefined || readApiKey(json)?.id === id ? true : undefined));
}

interface WireApiKey {
    id?: unknown;
    metadata?: { created_at?: unknown };
    spec?: {
        display_name?: unknown;
        description?: unknown;
        secret?: unknown;
        owner?: { id?: unknown };
        resource?: unknown;
    };
}

function wireResource(scope: ApiKeyScope): Record<string, string> {
    if (scope.environmentId === undefined) return { id: globalScope.name };
    return { id: regionName(scope), environment: scope.environmentId };
}

function keyPath(id: string): string {
    return `/iam/v2/api-keys/${encodeURIComponent(id)}`;
}

export function readApiKey(json: unknown): ApiKey | undefined {
    const { id, metadata, spec } = (json ?? {}) as WireApiKey;
    if (typeof id !== "string" || id === "") return undefined;
    return {
        id,
        displayName: text(spec?.display_name),
        description: text(spec?.description),
        ownerId: text(spec?.owner?.id),
        scope: scopeOfResource(spec?.resource),
        createdAt: text(metadata?.created_at),
    };
}

/** Never throws, because this also reads the response to a POST, and then the key exists already. */
function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}
