import { grantsOf, requireRole } from "../access/authorization";
import { alreadyExists, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { covers, parseCrn, segmentId } from "../crn";
import { listPage } from "../pagination";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { Environment } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, type Route } from "../route";
import type { ObjectReference } from "../schemas";

const displayNameRule = { maxLength: 64 };

/**
 * /org/v2/environments. Every authenticated caller may list environments and sees those in which it has a role. A Cloud API key
 * without a role therefore gets an empty list, not 403.
 */
export function environmentRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(
        cloud,
        "/org/v2/environments",
        { list, create, read, update, remove },
        "organization",
    );
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: environmentBody(cloud, find(cloud, request)) };
}

/** The reference to an environment in compute pools and endpoints. */
export function environmentReference(cloud: Cloud, id: string): ObjectReference {
    return { id, related: selfUrl(cloud, id), resource_name: cloud.crn(["environment", id]) };
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "org/v2",
            kind: "EnvironmentList",
            entries: cloud.environments
                .after(0)
                .filter(({ item }) => sees(cloud, request.caller.principalId, item.id)),
            toBody: (environment) => environmentBody(cloud, environment),
        }),
    };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    requireRole(cloud, request.caller.principalId, ["OrganizationAdmin"], cloud.crn());
    const body = new RequestBody(request.body);
    const displayName = body.text("/display_name", displayNameRule);
    const streamGovernancePackage = body.optionalText("/stream_governance_config/package");
    requireFreeName(cloud, displayName);
    requireQuota(
        cloud.quotas,
        "iam.max_environments.per_org",
        cloud.environments.count((environment) => !environment.seeded),
    );
    const now = cloud.now();
    const environment = cloud.environments.add({
        id: cloud.newId("env", cloud.environments),
        displayName,
        streamGovernancePackage,
        createdAt: now,
        updatedAt: now,
        seeded: false,
    });
    return {
        status: 201,
        body: environmentBody(cloud, environment),
        headers: { location: selfUrl(cloud, environment.id) },
    };
}

function update(cloud: Cloud, request: ApiRequest): ApiResponse {
    const environment = find(cloud, request);
    requireAdmin(cloud, request, environment.id);
    const body = new RequestBody(request.body);
    const displayName = body.optionalText("/display_name", displayNameRule);
    const streamGovernancePackage = body.optionalText("/stream_governance_config/package");
    if (displayName !== undefined && displayName !== environment.displayName) {
        requireFreeName(cloud, displayName);
        environment.displayName = displayName;
    }
    environment.streamGovernancePackage = streamGovernancePackage ?? environment.streamGovernancePackage;
    environment.updatedAt = cloud.now();
    return { status: 200, body: environmentBody(cloud, environment) };
}

/**
 * Deletes what is in it and its role bindings, too. Its Flink API keys stay in IAM's list, but endpoints no
 * longer accept them (401).
 */
function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    const { id } = find(cloud, request);
    requireAdmin(cloud, request, id);
    cloud.statements.deleteWhere((statement) => statement.environmentId === id);
    cloud.computePools.deleteWhere((pool) => pool.environmentId === id);
    cloud.kafkaClusters.deleteWhere((cluster) => cluster.environmentId === id);
    cloud.schemaRegistries.deleteWhere((registry) => registry.environmentId === id);
    cloud.connections.deleteWhere((connection) => connection.environmentId === id);
    cloud.flinkArtifacts.deleteWhere((artifact) => artifact.environmentId === id);
    cloud.relations.deleteWhere((relation) => relation.environmentId === id);
    cloud.roleBindings.deleteWhere((binding) => {
        const scope = parseCrn(binding.crnPattern);
        return scope !== undefined && segmentId(scope, "environment") === id;
    });
    cloud.environments.delete(id);
    return { status: 204 };
}

function find(cloud: Cloud, request: ApiRequest): Environment {
    const id = pathParameter(request, "id");
    const environment = cloud.environments.get(id);
    if (environment === undefined || !sees(cloud, request.caller.principalId, id)) {
        throw notFound(`The environment '${id}' does not exist.`);
    }
    return environment;
}

/** Whether the principal has a role on the organization, on the environment, or on a resource in it. */
function sees(cloud: Cloud, principalId: string, environmentId: string): boolean {
    const target = parseCrn(cloud.crn(["environment", environmentId]));
    return (
        target !== undefined &&
        grantsOf(cloud, principalId).some(
            ({ scope }) => covers(scope, target) || segmentId(scope, "environment") === environmentId,
        )
    );
}

function requireAdmin(cloud: Cloud, request: ApiRequest, environmentId: string): void {
    requireRole(
        cloud,
        request.caller.principalId,
        ["OrganizationAdmin", "EnvironmentAdmin"],
        cloud.crn(["environment", environmentId]),
    );
}

function requireFreeName(cloud: Cloud, displayName: string): void {
    const other = cloud.environments.find((environment) => environment.displayName === displayName);
    if (other !== undefined) {
        throw alreadyExists(
            `The environment name '${displayName}' is already in use.`,
            selfUrl(cloud, other.id),
        );
    }
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/org/v2/environments/${id}`;
}

function environmentBody(cloud: Cloud, environment: Environment) {
    return {
        api_version: "org/v2",
        kind: "Environment",
        id: environment.id,
        metadata: {
            self: selfUrl(cloud, environment.id),
            // The Terraform and Pulumi providers read the organization's id from it.
            resource_name: cloud.crn(["environment", environment.id]),
            created_at: timestamp(environment.createdAt),
            updated_at: timestamp(environment.updatedAt),
        },
        display_name: environment.displayName,
        ...(environment.streamGovernancePackage === undefined
            ? {}
            : { stream_governance_config: { package: environment.streamGovernancePackage } }),
    };
}
