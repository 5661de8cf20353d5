import { requireRole } from "../access/authorization";
import { requireNoOther, unusualError } from "../apiError";
import type { Cloud } from "../cloud";
import { resourceRoutes } from "../resourceRoutes";
import type { IdentityProvider } from "../resources";
import type { ApiRequest, Route } from "../route";
import { deleteIdentityPool } from "./principals";

const path = "/iam/v2/identity-providers";
const managers = ["OrganizationAdmin", "AccountAdmin"];
const readers = [...managers, "ResourceKeyAdmin", "EnvironmentAdmin"];
const nameRule = { maxLength: 128 };
const descriptionRule = { maxLength: 512, mayBeEmpty: true };

/** /iam/v2/identity-providers: the base of a set-up without API keys. The issuer is not verified. */
export function identityProviderRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, {
        path,
        kind: "IdentityProvider",
        authorize: (request) => requireReaderOrManager(cloud, request),
        list: () => cloud.identityProviders.entries(),
        find: (_request, id) => findProvider(cloud, id),
        create(body) {
            const displayName = body.text("/display_name", nameRule);
            requireNoOther(
                cloud.identityProviders.find((provider) => provider.displayName === displayName),
                `The identity provider '${displayName}' already exists.`,
                `${cloud.url}${path}`,
            );
            return cloud.identityProviders.add({
                id: cloud.newId("op", cloud.identityProviders),
                displayName,
                description: body.optionalText("/description", descriptionRule) ?? "",
                issuer: body.text("/issuer"),
                jwksUri: body.text("/jwks_uri"),
                identityClaim: body.optionalText("/identity_claim"),
                ...cloud.madeNow(),
            });
        },
        update(provider, body) {
            Object.assign(provider, {
                displayName: body.optionalText("/display_name", nameRule) ?? provider.displayName,
                description: body.optionalText("/description", descriptionRule) ?? provider.description,
                issuer: body.optionalText("/issuer") ?? provider.issuer,
                jwksUri: body.optionalText("/jwks_uri") ?? provider.jwksUri,
                identityClaim: body.optionalText("/identity_claim") ?? provider.identityClaim,
                updatedAt: cloud.now(),
            });
        },
        /** Deletes its identity pools, too. */
        remove({ id }) {
            for (const pool of cloud.identityPools.values()) {
                if (pool.providerId === id) deleteIdentityPool(cloud, pool);
            }
            cloud.identityProviders.delete(id);
        },
        crn: ({ id }) => cloud.crn(["identity-provider", id]),
        fields: ({ displayName, description, identityClaim, issuer, jwksUri }) => ({
            display_name: displayName,
            description,
            ...(identityClaim !== undefined && { identity_claim: identityClaim }),
            state: "ENABLED",
            issuer,
            jwks_uri: jwksUri,
            keys: [],
        }),
    });
}

/** The identity pools of a provider. The filter of a pool is stored but not evaluated. */
export function identityPoolRoutes(cloud: Cloud): Route[] {
    const providerOf = ({ params }: ApiRequest): IdentityProvider =>
        findProvider(cloud, params.provider_id ?? "");
    return resourceRoutes(cloud, {
        path: `${path}/:provider_id/identity-pools`,
        kind: "IdentityPool",
        authorize: (request) => requireReaderOrManager(cloud, request),
        list(request) {
            const { id } = providerOf(request);
            return cloud.identityPools.entries(({ providerId }) => providerId === id);
        },
        find(request, id) {
            const provider = providerOf(request);
            const pool = cloud.identityPools.get(id);
            if (pool?.providerId === provider.id) return pool;
            throw providerNotFound(`Provider ${id} either doesn't exist or is not active`);
        },
        create(body, request) {
            return cloud.identityPools.add({
                providerId: providerOf(request).id,
                id: cloud.newId("pool", cloud.identityPools),
                displayName: body.text("/display_name", nameRule),
                description: body.optionalText("/description", descriptionRule) ?? "",
                identityClaim: body.text("/identity_claim"),
                filter: body.text("/filter"),
                ...cloud.madeNow(),
            });
        },
        update(pool, body) {
            Object.assign(pool, {
                displayName: body.optionalText("/display_name", nameRule) ?? pool.displayName,
                description: body.optionalText("/description", descriptionRule) ?? pool.description,
                identityClaim: body.optionalText("/identity_claim") ?? pool.identityClaim,
                filter: body.optionalText("/filter") ?? pool.filter,
                updatedAt: cloud.now(),
            });
        },
        remove: (pool) => deleteIdentityPool(cloud, pool),
        self: ({ id, providerId }) => `${cloud.url}${path}/${providerId}/identity-pools/${id}`,
        crn: ({ id, providerId }) => cloud.crn(["identity-provider", providerId], ["identity-pool", id]),
        fields: ({ id, displayName, description, identityClaim, filter }) => ({
            display_name: displayName,
            description,
            identity_claim: identityClaim,
            filter,
            principal: id,
            state: "ENABLED",
        }),
    });
}

function findProvider(cloud: Cloud, id: string): IdentityProvider {
    const provider = cloud.identityProviders.get(id);
    if (provider !== undefined) return provider;
    const organization = `Organization ${cloud.organizationId}`;
    throw providerNotFound(`Identity Provider ${id} not found or disabled for ${organization}`);
}

/** The error shape of providers and pools. */
function providerNotFound(message: string) {
    return unusualError(404, { error_code: 404, message });
}

function requireReaderOrManager(cloud: Cloud, { method, caller }: ApiRequest): void {
    requireRole(cloud, caller, method === "GET" ? readers : managers);
}
