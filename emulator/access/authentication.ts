import { unauthenticated } from "../apiError";
import type { Cloud } from "../cloud";
import type { ApiKey, Token } from "../resources";
import type { Authentication, Caller } from "../route";
import { withStatus } from "../statuses";
import { isOfPool } from "../sts/tokenExchange";

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Finds the caller or refuses with 401. A key that is unknown, deleted, of the wrong kind or not propagated yet
 * gets the same answer, as it does from the real endpoints.
 */
export function authenticate(cloud: Cloud, wanted: Authentication, headers: Headers): Caller {
    if (wanted === "none") {
        return { principalId: "" };
    }
    const header = headers.authorization;
    const [scheme = "", credentials = ""] = header?.split(" ", 2) ?? [];
    switch (scheme.toLowerCase()) {
        case "basic":
            return withApiKey(cloud, wanted, credentials);
        case "bearer":
            return withToken(cloud, wanted, credentials, headers["confluent-identity-pool-id"]);
        default:
            throw unauthenticated("Valid authentication credentials must be provided.");
    }
}

function withApiKey(cloud: Cloud, wanted: Authentication, credentials: string): Caller {
    const pair = Buffer.from(credentials, "base64").toString("utf8");
    const colon = pair.indexOf(":");
    const id = pair.slice(0, Math.max(colon, 0));
    const apiKey =
        cloud.apiKeys.get(id) ?? (wanted === "data" ? cloud.apiKeys.recentlyDeleted(id) : undefined);
    if (
        apiKey === undefined ||
        apiKey.secret !== pair.slice(colon + 1) ||
        !opens(apiKey, wanted) ||
        !isUsable(cloud, apiKey)
    ) {
        const refusal = unauthenticated(
            "invalid API key: make sure you're using a valid API key and secret for this endpoint.",
        );
        const isOnItsWay = wanted === "data" && apiKey !== undefined && apiKey.usableAt > cloud.now();
        throw isOnItsWay ? withStatus(refusal, cloud.statuses.unpropagatedKey) : refusal;
    }
    return { principalId: apiKey.ownerId, apiKey };
}

function opens(apiKey: ApiKey, wanted: Authentication): boolean {
    switch (apiKey.scope.kind) {
        case "cloud":
            return wanted === "control" || wanted === "organization";
        case "global":
            return wanted === "data" || wanted === "organization";
        case "flink":
            return wanted === "data";
        default:
            return false;
    }
}

/** Whether the endpoints know the key: it has propagated, and its environment still exists. */
export function isUsable(cloud: Cloud, apiKey: ApiKey): boolean {
    return (
        apiKey.usableAt <= cloud.now() &&
        (apiKey.scope.kind !== "flink" || cloud.environments.has(apiKey.scope.environmentId))
    );
}

function withToken(
    cloud: Cloud,
    wanted: Authentication,
    credentials: string,
    identityPoolId: string | undefined,
): Caller {
    const token = cloud.tokens.get(credentials);
    if (token === undefined || token.expiresAt <= cloud.now() || !TOKENS[wanted].includes(token.kind)) {
        throw unauthenticated("The access token is invalid or has expired.", "Bearer");
    }
    if (token.kind === "sts") {
        return { principalId: token.identityPoolId };
    }
    if (token.kind !== "external") {
        return { principalId: token.principalId };
    }
    if (identityPoolId === undefined || !cloud.identityPools.has(identityPoolId)) {
        throw unauthenticated("The header confluent-identity-pool-id must name an identity pool.", "Bearer");
    }
    if (!isOfPool(cloud, token.issuer, identityPoolId)) {
        throw unauthenticated("The token is not of the identity provider of this identity pool.", "Bearer");
    }
    return { principalId: identityPoolId };
}

/** The tokens that open a route. */
const TOKENS: Readonly<Record<Authentication, readonly Token["kind"][]>> = {
    control: ["sts", "session"],
    organization: ["sts", "session"],
    data: ["external", "data-plane"],
    session: ["session"],
    none: [],
};
