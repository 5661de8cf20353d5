import { holds } from "../access/authorization";
import { bindableKinds, isBindableAt, isRole } from "../access/roles";
import {
    ApiError,
    alreadyExists,
    badRequest,
    forbiddenAccess,
    invalidFilter,
    unauthorized,
} from "../apiError";
import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import { type Crn, lastKind, parseCrn, segmentId } from "../crn";
import { listPage } from "../page";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import type { RoleBinding } from "../resources";
import { type Answer, type Call, pathParameter, queryParameter, type Route } from "../route";
import type { RoleBindingBody } from "../schemas";
import { principalExists } from "./principals";

/** The published specification's sizes; the older one in the SDK repository says 10 and 100. */
const PAGES = { default: 1000, max: 1000 };

/** /iam/v2/role-bindings (mds/v2). There is no PATCH: a binding is made and deleted. */
export function roleBindingRoutes(cloud: Cloud): Route[] {
    const path = "/iam/v2/role-bindings";
    return [
        { method: "GET", path, authentication: "control", answer: (call) => list(cloud, call) },
        { method: "POST", path, authentication: "control", answer: (call) => create(cloud, call) },
        {
            method: "GET",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => ({ status: 200, body: roleBindingBody(cloud, find(cloud, call)) }),
        },
        {
            // 200 with the body, as documented, where other resources answer 204.
            method: "DELETE",
            path: `${path}/:id`,
            authentication: "control",
            answer: (call) => {
                const binding = find(cloud, call);
                cloud.roleBindings.delete(binding.id);
                return { status: 200, body: roleBindingBody(cloud, binding) };
            },
        },
    ];
}

/** Adds a binding without any check. It counts once it has propagated. */
export function bindRole(
    cloud: Cloud,
    principalId: string,
    roleName: string,
    crnPattern: string,
): RoleBinding {
    return cloud.roleBindings.add({
        id: cloud.newId("rb", cloud.roleBindings),
        principalId,
        roleName,
        crnPattern,
        createdAt: cloud.now(),
        effectiveAt: cloud.roleEffectiveAt(),
        seeded: false,
    });
}

function list(cloud: Cloud, call: Call): Answer {
    const pattern = queryParameter(call, "crn_pattern");
    if (pattern === undefined) {
        throw invalidFilter("crn_pattern is required.", "crn_pattern");
    }
    const principal = queryParameter(call, "principal");
    const roleName = queryParameter(call, "role_name");
    const matches = patternMatcher(cloud, pattern);
    return {
        status: 200,
        body: listPage(cloud, call, {
            apiVersion: "iam/v2",
            kind: "RoleBindingList",
            entries: cloud.roleBindings
                .after(0)
                .filter(
                    ({ item }) =>
                        matches(item.crnPattern) &&
                        (principal === undefined || principal === `User:${item.principalId}`) &&
                        (roleName === undefined || roleName === item.roleName) &&
                        (item.principalId === call.caller.principalId ||
                            mayGrant(cloud, call, item.crnPattern)),
                ),
            toBody: (binding) => roleBindingBody(cloud, binding),
            pages: PAGES,
        }),
    };
}

/**
 * `…/*` is a scope and all below it: what the CLI sends for `--inclusive`. A scope by itself is that scope alone, or the
 * same as with the wildcard, by the emulator's setting: Confluent's documents can be read in both ways.
 */
function patternMatcher(cloud: Cloud, pattern: string): (crnPattern: string) => boolean {
    const wanted = normalizeCrn(pattern);
    const beginning = wanted.replace(/\*$/, "");
    const scope = beginning.replace(/\/$/, "");
    if (cloud.roleBindingFilter === "prefix") {
        return (crnPattern) => normalizeCrn(crnPattern).startsWith(scope);
    }
    return (crnPattern) => {
        const bound = normalizeCrn(crnPattern);
        return beginning === wanted ? bound === wanted : bound === scope || bound.startsWith(beginning);
    };
}

function create(cloud: Cloud, call: Call): Answer {
    const body = new RequestBody(call.body, 400);
    const principal = body.text("/principal", { pattern: /^User:.+$/ });
    const roleName = body.text("/role_name");
    const crnPattern = body.text("/crn_pattern", { pattern: /^crn:\/\/.+$/ });
    if (!mayGrant(cloud, call, crnPattern)) {
        throw unauthorized(
            `The principal 'User:${call.caller.principalId}' may not grant roles on '${crnPattern}'.`,
        );
    }
    const principalId = principal.slice("User:".length);
    if (!principalExists(cloud, principalId)) {
        throw forbiddenAccess();
    }
    if (!isRole(roleName)) {
        throw new ApiError(400, "invalid-role", "Bad Request", `Invalid role name : ${roleName}`, {
            pointer: "/role_name",
        });
    }
    requireScope(cloud, roleName, crnPattern);
    const same = cloud.roleBindings.find(
        (binding) =>
            binding.principalId === principalId &&
            binding.roleName === roleName &&
            normalizeCrn(binding.crnPattern) === normalizeCrn(crnPattern),
    );
    if (same !== undefined) {
        throw alreadyExists(`The role binding '${same.id}' already exists.`, selfUrl(cloud, same.id));
    }
    requireQuota(
        cloud.quotas,
        "iam.max_rbac_role_bindings_all_roles.per_org",
        cloud.roleBindings.count((binding) => !binding.seeded),
        400,
    );
    const binding = bindRole(cloud, principalId, roleName, crnPattern);
    return {
        status: 201,
        body: roleBindingBody(cloud, binding),
        headers: { location: selfUrl(cloud, binding.id) },
    };
}

function requireScope(cloud: Cloud, roleName: string, crnPattern: string): Crn {
    const scope = parseCrn(crnPattern);
    const refuse = (why: string): ApiError => badRequest(why, { pointer: "/crn_pattern" });
    if (scope === undefined || segmentId(scope, "organization") === undefined) {
        throw refuse(`'${crnPattern}' is not a CRN of this organization.`);
    }
    if (!isBindableAt(roleName, scope)) {
        throw unlikeTheRest(
            400,
            40002,
            `Role ${roleName} must be bound at scope ${bindableKinds(roleName).join(" or ")}, but was bound at ${lastKind(scope)}`,
        );
    }
    const environmentId = segmentId(scope, "environment");
    if (environmentId !== undefined && !cloud.environments.has(environmentId)) {
        throw refuse(`The environment '${environmentId}' does not exist.`);
    }
    const accountId = segmentId(scope, "service-account");
    if (accountId !== undefined && !cloud.serviceAccounts.has(accountId)) {
        throw refuse(`The service account '${accountId}' does not exist.`);
    }
    return scope;
}

/** Admins of the scope and owners of a service account may read, grant and revoke roles on it; one may list one's own. */
function mayGrant(cloud: Cloud, call: Call, crnPattern: string): boolean {
    return holds(
        cloud,
        call.caller.principalId,
        ["OrganizationAdmin", "EnvironmentAdmin", "ResourceOwner"],
        crnPattern,
    );
}

/** The real API's refusals for an unknown binding and for a wrong scope have a shape of their own, without `errors`. */
function unlikeTheRest(status: 400 | 403, errorCode: number, message: string): ApiError {
    return new ApiError(
        status,
        undefined,
        status === 400 ? "Bad Request" : "Forbidden",
        message,
        undefined,
        {},
        { error_code: errorCode, message },
    );
}

function find(cloud: Cloud, call: Call): RoleBinding {
    const binding = cloud.roleBindings.get(pathParameter(call, "id"));
    if (binding === undefined || !mayGrant(cloud, call, binding.crnPattern)) {
        throw unlikeTheRest(
            403,
            40301,
            "Either unauthorized to access role binding or role binding does not exist",
        );
    }
    return binding;
}

function normalizeCrn(crn: string): string {
    return crn.replace(/%3a/gi, ":");
}

function selfUrl(cloud: Cloud, id: string): string {
    return `${cloud.url}/iam/v2/role-bindings/${id}`;
}

function roleBindingBody(cloud: Cloud, binding: RoleBinding): RoleBindingBody {
    return {
        api_version: "iam/v2",
        kind: "RoleBinding",
        id: binding.id,
        metadata: {
            self: selfUrl(cloud, binding.id),
            resource_name: cloud.crn(["role-binding", binding.id]),
            created_at: timestamp(binding.createdAt),
            updated_at: timestamp(binding.createdAt),
        },
        principal: `User:${binding.principalId}`,
        role_name: binding.roleName,
        crn_pattern: binding.crnPattern,
    };
}
