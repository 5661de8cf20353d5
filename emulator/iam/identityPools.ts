import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { listPage } from "../pagination";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { IdentityPool } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";
import {
    descriptionRule,
    findProvider,
    nameRule,
    providerNotFound,
    providerUrl,
    requireManager,
    requireReader,
} from "./identityProviders";
import { deleteIdentityPool } from "./principals";

/** The identity pools of /iam/v2/identity-providers. The filter of a pool is stored but not evaluated. */
export function identityPoolRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/iam/v2/identity-providers/:provider_id/identity-pools", {
        list,
        create,
        read,
        update,
        remove,
    });
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireReader(cloud, request);
    const provider = findProvider(cloud, request);
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "iam/v2",
            kind: "IdentityPoolList",
            entries: cloud.identityPools.after(0).filter(({ item }) => item.providerId === provider.id),
            toBody: (pool) => poolBody(cloud, pool),
        }),
    };
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireReader(cloud, request);
    return { status: 200, body: poolBody(cloud, find(cloud, request)) };
}

function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    deleteIdentityPool(cloud, find(cloud, request));
    return { status: 204 };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const provider = findProvider(cloud, request);
    const body = new RequestBody(request.body);
    const now = cloud.now();
    const pool = cloud.identityPools.add({
        id: cloud.newId("pool", cloud.identityPools),
        providerId: provider.id,
        displayName: body.text("/display_name", nameRule),
        description: body.optionalText("/description", descriptionRule) ?? "",
        identityClaim: body.text("/identity_claim"),
        filter: body.text("/filter"),
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    return { status: 201, body: poolBody(cloud, pool) };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireManager(cloud, request);
    const pool = find(cloud, request);
    const body = new RequestBody(request.body);
    pool.displayName = body.optionalText("/display_name", nameRule) ?? pool.displayName;
    pool.description = body.optionalText("/description", descriptionRule) ?? pool.description;
    pool.identityClaim = body.optionalText("/identity_claim") ?? pool.identityClaim;
    pool.filter = body.optionalText("/filter") ?? pool.filter;
    pool.updatedAt = cloud.now();
    return { status: 200, body: poolBody(cloud, pool) };
}

function find(cloud: Cloud, request: ApiRequest): IdentityPool {
    const provider = findProvider(cloud, request);
    const id = pathParameter(request, "id");
    const pool = cloud.identityPools.get(id);
    if (pool?.providerId !== provider.id)
        throw providerNotFound(`Provider ${id} either doesn't exist or is not active`);
    return pool;
}

function poolBody(cloud: Cloud, pool: IdentityPool) {
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
