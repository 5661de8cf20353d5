import { type ApiError, badRequest } from "../apiError";
import type { Cloud } from "../cloud";
import { type ApiRequest, bodyRoute, type Route } from "../route";

const maxLifeS = 900;
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

const fixedFields = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    requested_token_type: accessTokenType,
} as const;

/**
 * POST /sts/v1/oauth2/token: exchanges an external token for a Confluent STS token. The request is a form without credentials.
 * 400 is the only documented error.
 */
export function tokenExchangeRoutes(cloud: Cloud): Route[] {
    return [bodyRoute("POST", "/sts/v1/oauth2/token", "none", (request) => exchange(cloud, request))];
}

function exchange(cloud: Cloud, request: ApiRequest) {
    const form = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    for (const [field, wanted] of Object.entries(fixedFields)) {
        if (form[field] !== wanted) throw invalid(field, `must be ${wanted}.`);
    }
    const external = cloud.tokens.get(String(form.subject_token ?? ""));
    if (external?.kind !== "external" || external.expiresAt <= cloud.now())
        throw invalid("subject_token", "is not a valid token of a known identity provider, or has expired.");
    const identityPoolId = String(form.identity_pool_id ?? "");
    if (!cloud.identityPools.has(identityPoolId))
        throw invalid("identity_pool_id", "names no identity pool of this organization.");
    if (!isIssuerOfPool(cloud, external.issuer, identityPoolId))
        throw invalid("subject_token", "is not of the identity provider of this identity pool.");
    const expiresInS = readExpiresIn(form.expires_in);
    const id = `sts.${cloud.random.hex(48)}`;
    cloud.redactor.learn(id);
    cloud.tokens.add({ id, kind: "sts", identityPoolId, expiresAt: cloud.now() + expiresInS * 1000 });
    return {
        access_token: id,
        issued_token_type: accessTokenType,
        token_type: "Bearer",
        expires_in: expiresInS,
    };
}

/** Whether the identity provider of the pool has this issuer, so that the issuer's tokens may act as the pool. */
export function isIssuerOfPool(cloud: Cloud, issuer: string, identityPoolId: string): boolean {
    const pool = cloud.identityPools.get(identityPoolId);
    return pool !== undefined && cloud.identityProviders.get(pool.providerId)?.issuer === issuer;
}

function readExpiresIn(value: unknown): number {
    if (value === undefined || value === "") return maxLifeS;
    const seconds = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(seconds >= 1 && seconds <= maxLifeS))
        throw invalid("expires_in", `must be an integer from 1 to ${maxLifeS}.`);
    return seconds;
}

function invalid(parameter: string, what: string): ApiError {
    return badRequest(`${parameter} ${what}`, { parameter });
}
