import { requireRole } from "../access/authorization";
import { ApiError, alreadyExists } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { IdentityProvider } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";
import { deleteIdentityPool } from "./principals";

const managers = ["OrganizationAdmin", "AccountAdmin"];
const readers = [...managers, "ResourceKeyAdmin", "EnvironmentAdmin"];
/** The limits of providers and pools. */
export const nameRule = { maxLength: 128 };
export const descriptionRule = { maxLength: 512, mayBeEmpty: true };

/** /iam/v2/identity-providers: the base of a set-up without API keys. The issuer is not verified. */
export function identityProviderRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(
        cloud,
        "/iam/v2/identity-providers",
        { list, create, read, update, remove },
        "control",
        "provider_id",
    );
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
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
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireReader(cloud, request);
    return { status: 200, body: providerBody(cloud, findProvider(cloud, request)) };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const body = new RequestBody(request.body);
    const displayName = body.text("/display_name", nameRule);
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
        description: body.optionalText("/description", descriptionRule) ?? "",
        issuer: body.text("/issuer"),
        jwksUri: body.text("/jwks_uri"),
        identityClaim: body.optionalText("/identity_claim"),
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    return { status: 201, body: providerBody(cloud, provider) };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const provider = findProvider(cloud, request);
    const body = new RequestBody(request.body);
    provider.displayName = body.optionalText("/display_name", nameRule) ?? provider.displayName;
    provider.description = body.optionalText("/description", descriptionRule) ?? provider.description;
    provider.issuer = body.optionalText("/issuer") ?? provider.issuer;
    provider.jwksUri = body.optionalText("/jwks_uri") ?? provider.jwksUri;
    provider.identityClaim = body.optionalText("/identity_claim") ?? provider.identityClaim;
    provider.updatedAt = cloud.now();
    return { status: 200, body: providerBody(cloud, provider) };
}

/** Deletes its identity pools, too. */
function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const { id } = findProvider(cloud, request);
    for (const pool of cloud.identityPools.values()) {
        if (pool.providerId === id) deleteIdentityPool(cloud, pool);
    }
    cloud.identityProviders.delete(id);
    return { status: 204 };
}

/** The provider in the path, or a 404. */
export function findProvider(cloud: Cloud, request: ApiRequest): IdentityProvider {
    const id = pathParameter(request, "provider_id");
    const provider = cloud.identityProviders.get(id);
    if (provider === undefined)
        throw providerNotFound(
            `Identity Provider ${id} not found or disabled for Organization ${cloud.organizationId}`,
        );
    return provider;
}

/** The error shape of providers and pools, without `errors`. */
export function providerNotFound(message: string): ApiError {
    return new ApiError(404, undefined, "Not Found", message, undefined, {}, { error_code: 404, message });
}

/** A 403 unless the caller may read providers and pools. */
export function requireReader(cloud: Cloud, request: ApiRequest): void {
    requireRole(cloud, request.caller.principalId, readers, cloud.crn());
}

/** A 403 unless the caller may create, change and delete providers and pools. */
export function requireManager(cloud: Cloud, request: ApiRequest): void {
    requireRole(cloud, request.caller.principalId, managers, cloud.crn());
}

export function providerUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/iam/v2/identity-providers/${id}`;
}

function providerBody(cloud: Cloud, provider: IdentityProvider) {
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
