import { unauthenticated } from "../apiError";
import type { Cloud } from "../cloud";
import type { ApiKey, KeyScope, Token } from "../resources";
import type { Authentication, Caller } from "../route";
import { withStatus } from "../statuses";
import { isIssuerOfPool } from "../sts/tokenExchange";

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Returns the caller, or throws a 401. The response is the same for a key that is unknown, deleted, not valid for this API or
 * region, or not propagated yet, as at the real endpoints.
 * @param regionId the region whose Flink endpoint is called
 */
export function authenticate(
    cloud: Cloud,
    required: Authentication,
    headers: Headers,
    regionId: string | undefined,
): Caller {
    if (required === "none") return { principalId: "" };
    const header = headers.authorization;
    const [scheme = "", credentials = ""] = header?.split(" ", 2) ?? [];
    switch (scheme.toLowerCase()) {
        case "basic":
            return withApiKey(cloud, required, credentials, regionId);
        case "bearer":
            return withToken(cloud, required, credentials, headers["confluent-identity-pool-id"]);
        default:
            throw unauthenticated("Valid authentication credentials must be provided.");
    }
}

function withApiKey(
    cloud: Cloud,
    required: Authentication,
    credentials: string,
    regionId: string | undefined,
): Caller {
    const pair = Buffer.from(credentials, "base64").toString("utf8");
    const colon = pair.indexOf(":");
    const id = pair.slice(0, Math.max(colon, 0));
    const apiKey =
        cloud.apiKeys.get(id) ?? (required === "data" ? cloud.apiKeys.recentlyDeleted(id) : undefined);
    if (
        apiKey === undefined ||
        apiKey.secret !== pair.slice(colon + 1) ||
        !isAcceptedFor(cloud, apiKey, required, regionId) ||
        !isUsable(cloud, apiKey)
    ) {
        const error = unauthenticated(
            "invalid API key: make sure you're using a valid API key and secret for this endpoint.",
        );
        const isPropagating = required === "data" && apiKey !== undefined && apiKey.usableAt > cloud.now();
        throw isPropagating ? withStatus(error, cloud.statuses.unpropagatedKey) : error;
    }
    return { principalId: apiKey.ownerId, apiKey };
}

function isAcceptedFor(
    cloud: Cloud,
    { scope }: ApiKey,
    required: Authentication,
    regionId: string | undefined,
): boolean {
    if (scope.kind === "flink" && regionId !== undefined && regionId !== scope.regionId) return false;
    if (scope.kind === "global" && required === "control") return cloud.choices.globalKeyApis === "all";
    return accepted[required].keys.includes(scope.kind);
}

/** Whether endpoints accept the key: it has propagated, and its environment exists. */
export function isUsable(cloud: Cloud, apiKey: ApiKey): boolean {
    return (
        apiKey.usableAt <= cloud.now() &&
        (apiKey.scope.kind !== "flink" || cloud.environments.has(apiKey.scope.environmentId))
    );
}

function withToken(
    cloud: Cloud,
    required: Authentication,
    credentials: string,
    identityPoolId: string | undefined,
): Caller {
    const token = cloud.tokens.get(credentials);
    if (
        token === undefined ||
        token.expiresAt <= cloud.now() ||
        !accepted[required].tokens.includes(token.kind)
    )
        throw unauthenticated("The access token is invalid or has expired.", "Bearer");
    if (token.kind === "sts") return { principalId: token.identityPoolId };
    if (token.kind !== "external") return { principalId: token.principalId };
    if (identityPoolId === undefined || !cloud.identityPools.has(identityPoolId))
        throw unauthenticated("The header confluent-identity-pool-id must name an identity pool.", "Bearer");
    if (!isIssuerOfPool(cloud, token.issuer, identityPoolId))
        throw unauthenticated("The token is not of the identity provider of this identity pool.", "Bearer");
    return { principalId: identityPoolId };
}

/** The kinds of API key and token that a route accepts. */
const accepted: Readonly<Record<Authentication, { keys: KeyScope["kind"][]; tokens: Token["kind"][] }>> = {
    control: { keys: ["cloud", "global"], tokens: ["sts", "session"] },
    organization: { keys: ["cloud", "global"], tokens: ["sts", "session"] },
    data: { keys: ["flink", "global"], tokens: ["external", "data-plane"] },
    session: { keys: [], tokens: ["session"] },
    none: { keys: [], tokens: [] },
};
