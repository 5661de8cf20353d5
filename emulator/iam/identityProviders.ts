import { requireRole } from "../access/authorization";
import { alreadyExists, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { RequestBody } from "../requestBody";
import type { IdentityPool, IdentityProvider } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";
import type { IdentityPoolBody, IdentityProviderBody } from "../schemas";

const MANAGERS = ["OrganizationAdmin", "AccountAdmin"];
const READERS = [...MANAGERS, "ResourceKeyAdmin", "EnvironmentAdmin"];
const NAME = { maxLength: 128 };
const DESCRIPTION = { maxLength: 512, mayBeEmpty: true };

/**
 * /iam/v2/identity-providers and their identity pools, the base of a set-up without API keys. The issuer is not verified, and
 * the filter of a pool is stored but not evaluated.
 */
export function identityProviderRoutes(cloud: Cloud): Route[] {
    const path = "/iam/v2/identity-providers";
    const pools = `${path}/:provider_id/identity-pools`;
    const control = "control" as const;
    return [
        {
            method: "GET",
            path,
            authentication: control,
            handle: (request) => {
                requireReader(cloud, request);
                return {
                    status: 200,
                    body: listPage(cloud, request, {
                        apiVersion: "iam/v2",
                        kind: "IdentityProviderList",
                        entries: cloud.identityProviders.after(0),
                        toBody: (provider) => providerBody(cloud, provider),
                    }),
                };
            },
        },
        {
            method: "POST",
            path,
            authentication: control,
            handle: (request) => createProvider(cloud, request),
        },
        {
            method: "GET",
            path: `${path}/:provider_id`,
            authentication: control,
            handle: (request) => {
                requireReader(cloud, request);
                return { status: 200, body: providerBody(cloud, findProvider(cloud, request)) };
            },
        },
        {
            method: "PATCH",
            path: `${path}/:provider_id`,
            authentication: control,
            handle: (request) => updateProvider(cloud, request),
        },
        {
            method: "DELETE",
            path: `${path}/:provider_id`,
            authentication: control,
            handle: (request) => removeProvider(cloud, request),
        },
        {
            method: "GET",
            path: pools,
            authentication: control,
            handle: (request) => {
                requireReader(cloud, request);
                const provider = findProvider(cloud, request);
                return {
                    status: 200,
                    body: listPage(cloud, request, {
                        apiVersion: "iam/v2",
                        kind: "IdentityPoolList",
                        entries: cloud.identityPools
                            .after(0)
                            .filter(({ item }) => item.providerId === provider.id),
                        toBody: (pool) => poolBody(cloud, pool),
                    }),
                };
            },
        },
        {
            method: "POST",
            path: pools,
            authentication: control,
            handle: (request) => createPool(cloud, request),
        },
        {
            method: "GET",
            path: `${pools}/:id`,
            authentication: control,
            handle: (request) => {
                requireReader(cloud, request);
                return { status: 200, body: poolBody(cloud, findPool(cloud, request)) };
            },
        },
        {
            method: "PATCH",
            path: `${pools}/:id`,
            authentication: control,
            handle: (request) => updatePool(cloud, request),
        },
        {
            method: "DELETE",
            path: `${pools}/:id`,
            authentication: control,
            handle: (request) => {
                requireManager(cloud, request);
                deletePool(cloud, findPool(cloud, request));
                return { status: 204 };
            },
        },
    ];
}

function createProvider(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const body = new RequestBody(request.body);
    const displayName = body.text("/display_name", NAME);
    const same = cloud.identityProviders.find((provider) => provider.displayName === displayName);
    if (same !== undefined) {
        throw alreadyExists(
            `The identity provider '${displayName}' already exists.`,
            providerUrl(cloud, same.id),
        );
    }
    const now = cloud.now();
    const provider = cloud.identityProviders.add({
        id: cloud.newId("op", cloud.identityProviders),
        displayName,
        description: body.optionalText("/description", DESCRIPTION) ?? "",
        issuer: body.text("/issuer"),
        jwksUri: body.text("/jwks_uri"),
        identityClaim: body.optionalText("/identity_claim"),
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    return { status: 201, body: providerBody(cloud, provider) };
}

function updateProvider(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const provider = findProvider(cloud, request);
    const body = new RequestBody(request.body);
    provider.displayName = body.optionalText("/display_name", NAME) ?? provider.displayName;
    provider.description = body.optionalText("/description", DESCRIPTION) ?? provider.description;
    provider.issuer = body.optionalText("/issuer") ?? provider.issuer;
    provider.jwksUri = body.optionalText("/jwks_uri") ?? provider.jwksUri;
    provider.identityClaim = body.optionalText("/identity_claim") ?? provider.identityClaim;
    provider.updatedAt = cloud.now();
    return { status: 200, body: providerBody(cloud, provider) };
}

/** Deletes its identity pools, too. */
function removeProvider(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const { id } = findProvider(cloud, request);
    for (const pool of cloud.identityPools.values()) {
        if (pool.providerId === id) {
            deletePool(cloud, pool);
        }
    }
    cloud.identityProviders.delete(id);
    return { status: 204 };
}

function createPool(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const provider = findProvider(cloud, request);
    const body = new RequestBody(request.body);
    const now = cloud.now();
    const pool = cloud.identityPools.add({
        id: cloud.newId("pool", cloud.identityPools),
        providerId: provider.id,
        displayName: body.text("/display_name", NAME),
        description: body.optionalText("/description", DESCRIPTION) ?? "",
        identityClaim: body.text("/identity_claim"),
        filter: body.text("/filter"),
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    return { status: 201, body: poolBody(cloud, pool) };
}

function updatePool(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const pool = findPool(cloud, request);
    const body = new RequestBody(request.body);
    pool.displayName = body.optionalText("/display_name", NAME) ?? pool.displayName;
    pool.description = body.optionalText("/description", DESCRIPTION) ?? pool.description;
    pool.identityClaim = body.optionalText("/identity_claim") ?? pool.identityClaim;
    pool.filter = body.optionalText("/filter") ?? pool.filter;
    pool.updatedAt = cloud.now();
    return { status: 200, body: poolBody(cloud, pool) };
}

/** Deletes its role bindings and STS tokens, too. */
function deletePool(cloud: Cloud, { id }: IdentityPool): void {
    cloud.roleBindings.deleteWhere((binding) => binding.principalId === id);
    cloud.tokens.deleteWhere((token) => token.kind === "sts" && token.identityPoolId === id);
    cloud.identityPools.delete(id);
}

function findProvider(cloud: Cloud, request: ApiRequest): IdentityProvider {
    const id = pathParameter(request, "provider_id");
    const provider = cloud.identityProviders.get(id);
    if (provider === undefined) {
        throw notFound(`The identity provider '${id}' does not exist.`);
    }
    return provider;
}

function findPool(cloud: Cloud, request: ApiRequest): IdentityPool {
    const provider = findProvider(cloud, request);
    const id = pathParameter(request, "id");
    const pool = cloud.identityPools.get(id);
    if (pool?.providerId !== provider.id) {
        throw notFound(`The identity pool '${id}' does not exist.`);
    }
    return pool;
}

function requireReader(cloud: Cloud, request: ApiRequest): void {
    requireRole(cloud, request.caller.principalId, READERS, cloud.crn());
}

function requireManager(cloud: Cloud, request: ApiRequest): void {
    requireRole(cloud, request.caller.principalId, MANAGERS, cloud.crn());
}

function providerUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/iam/v2/identity-providers/${id}`;
}

function providerBody(cloud: Cloud, provider: IdentityProvider): IdentityProviderBody {
    return {
        api_version: "iam/v2",
        kind: "IdentityProvider",
        id: provider.id,
        metadata: {
            self: providerUrl(cloud, provider.id),
            resource_name: cloud.crn(["identity-provider", provider.id]),
            created_at: timestamp(provider.createdAt),
            updated_at: timestamp(provider.updatedAt),
        },
        display_name: provider.displayName,
        description: provider.description,
        ...(provider.identityClaim === undefined ? {} : { identity_claim: provider.identityClaim }),
        state: "ENABLED",
        issuer: provider.issuer,
        jwks_uri: provider.jwksUri,
        keys: [],
    };
}

function poolBody(cloud: Cloud, pool: IdentityPool): IdentityPoolBody {
    return {
        api_version: "iam/v2",
        kind: "IdentityPool",
        id: pool.id,
        metadata: {
            self: `${providerUrl(cloud, pool.providerId)}/identity-pools/${pool.id}`,
            resource_name: cloud.crn(["identity-provider", pool.providerId], ["identity-pool", pool.id]),
            created_at: timestamp(pool.createdAt),
            updated_at: timestamp(pool.updatedAt),
        },
        display_name: pool.displayName,
        description: pool.description,
        identity_claim: pool.identityClaim,
        filter: pool.filter,
        principal: pool.id,
        state: "ENABLED",
    };
}
