import { grantsOf, requireRole } from "../access/authorization";
import { alreadyExists, notFound } from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { covers, parseCrn, segmentId } from "../crn";
import { listPage } from "../page";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import type { Environment } from "../resources";
import { type Answer, type Call, pathParameter, type Route } from "../route";
import type { EnvironmentBody, ObjectReference } from "../schemas";

const DISPLAY_NAME = { maxLength: 64 };

/**
 * /org/v2/environments. Anyone who is authenticated may list; one sees the environments one has a role in, so a
 * cloud key without any role gets an empty list rather than 403.
 */
export function environmentRoutes(cloud: Cloud): Route[] {
    const path = "/org/v2/environments";
    return [
        { method: "GET", path, authentication: "organization", answer: (call) => list(cloud, call) },
        { method: "POST", path, authentication: "organization", answer: (call) => create(cloud, call) },
        {
            method: "GET",
            path: `${path}/:id`,
            authentication: "organization",
            answer: (call) => ({ status: 200, body: environmentBody(cloud, find(cloud, call)) }),
        },
        {
            method: "PATCH",
            path: `${path}/:id`,
            authentication: "organization",
            answer: (call) => update(cloud, call),
        },
        {
            method: "DELETE",
            path: `${path}/:id`,
            authentication: "organization",
            answer: (call) => remove(cloud, call),
        },
    ];
}

/** A reference to an environment, the way pools and endpoints carry it. */
export function environmentReference(cloud: Cloud, id: string): ObjectReference {
    return { id, related: selfUrl(cloud, id), resource_name: cloud.crn(["environment", id]) };
}

function list(cloud: Cloud, call: Call): Answer {
    return {
        status: 200,
        body: listPage(cloud, call, {
            apiVersion: "org/v2",
            kind: "EnvironmentList",
            entries: cloud.environments
                .after(0)
                .filter(({ item }) => sees(cloud, call.caller.principalId, item.id)),
            toBody: (environment) => environmentBody(cloud, environment),
        }),
    };
}

function create(cloud: Cloud, call: Call): Answer {
    requireRole(cloud, call.caller.principalId, ["OrganizationAdmin"], cloud.crn());
    const body = new RequestBody(call.body);
    const displayName = body.text("/display_name", DISPLAY_NAME);
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

function update(cloud: Cloud, call: Call): Answer {
    const environment = find(cloud, call);
    requireAdmin(cloud, call, environment.id);
    const body = new RequestBody(call.body);
    const displayName = body.optionalText("/display_name", DISPLAY_NAME);
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
 * Takes clusters, compute pools, statements and role bindings inside with it. Its Flink keys stay listed in IAM, but no
 * endpoint knows them any more: they get 401.
 */
function remove(cloud: Cloud, call: Call): Answer {
    const { id } = find(cloud, call);
    requireAdmin(cloud, call, id);
    cloud.statements.deleteWhere((statement) => statement.environmentId === id);
    cloud.computePools.deleteWhere((pool) => pool.environmentId === id);
    cloud.kafkaClusters.deleteWhere((cluster) => cluster.environmentId === id);
    cloud.schemaRegistries.deleteWhere((registry) => registry.environmentId === id);
    cloud.relations.deleteWhere((relation) => relation.environmentId === id);
    cloud.roleBindings.deleteWhere((binding) => {
        const scope = parseCrn(binding.crnPattern);
        return scope !== undefined && segmentId(scope, "environment") === id;
    });
    cloud.environments.delete(id);
    return { status: 204 };
}

function find(cloud: Cloud, call: Call): Environment {
    const id = pathParameter(call, "id");
    const environment = cloud.environments.get(id);
    if (environment === undefined || !sees(cloud, call.caller.principalId, id)) {
        throw notFound(`The environment '${id}' does not exist.`);
    }
    return environment;
}

/** A role on the organization, on the environment or on anything inside it shows the environment. */
function sees(cloud: Cloud, principalId: string, environmentId: string): boolean {
    const target = parseCrn(cloud.crn(["environment", environmentId]));
    return (
        target !== undefined &&
        grantsOf(cloud, principalId).some(
            ({ scope }) => covers(scope, target) || segmentId(scope, "environment") === environmentId,
        )
    );
}

function requireAdmin(cloud: Cloud, call: Call, environmentId: string): void {
    requireRole(
        cloud,
        call.caller.principalId,
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

function environmentBody(cloud: Cloud, environment: Environment): EnvironmentBody {
    return {
        api_version: "org/v2",
        kind: "Environment",
        id: environment.id,
        metadata: {
            self: selfUrl(cloud, environment.id),
            // The Terraform and Pulumi providers read the organization's id out of this one.
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
