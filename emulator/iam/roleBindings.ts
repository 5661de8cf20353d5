import { hasRole } from "../access/authorization";
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
import { listPage } from "../pagination";
import { requireQuota } from "../quotas";
import { RequestBody } from "../requestBody";
import { resourceRoutes } from "../resourceRoutes";
import type { RoleBinding } from "../resources";
import { type ApiRequest, type ApiResponse, pathParameter, queryParameter, type Route } from "../route";
import { principalExists } from "./principals";

/** From the published specification. The older one in the SDK repository has 10 and 100. */
const pageSizes = { default: 1000, max: 1000 };

/** /iam/v2/role-bindings (mds/v2). Role bindings cannot be changed: there is no PATCH. */
export function roleBindingRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/iam/v2/role-bindings", { list, create, read, remove });
}

function read(cloud: Cloud, request: ApiRequest): ApiResponse {
    return { status: 200, body: roleBindingBody(cloud, find(cloud, request)) };
}

/** 200 with the body, as documented; other resources return 204. */
function remove(cloud: Cloud, request: ApiRequest): ApiResponse {
    const binding = find(cloud, request);
    cloud.roleBindings.delete(binding.id);
    return { status: 200, body: roleBindingBody(cloud, binding) };
}

/** Adds a role binding without checks. It takes effect once it has propagated. */
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

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const pattern = queryParameter(request, "crn_pattern");
    if (pattern === undefined) throw invalidFilter("crn_pattern is required.", "crn_pattern");
    const principal = queryParameter(request, "principal");
    const roleName = queryParameter(request, "role_name");
    const matches = patternMatcher(cloud, pattern);
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "iam/v2",
            kind: "RoleBindingList",
            entries: cloud.roleBindings
                .after(0)
                .filter(
                    ({ item }) =>
                        matches(item.crnPattern) &&
                        (principal === undefined || principal === `User:${item.principalId}`) &&
                        (roleName === undefined || roleName === item.roleName) &&
                        (item.principalId === request.caller.principalId ||
                            mayGrant(cloud, request, item.crnPattern)),
                ),
            toBody: (binding) => roleBindingBody(cloud, binding),
            pages: pageSizes,
        }),
    };
}

/**
 * `…/*` matches a scope and all scopes below it; the Confluent CLI sends it for `--inclusive`. Without `/*`, the emulator option
 * `roleBindingFilter` decides whether the scopes below match: Confluent's documentation can be read both ways.
 */
function patternMatcher(cloud: Cloud, pattern: string): (crnPattern: string) => boolean {
    const wanted = normalizeCrn(pattern);
    const prefix = wanted.replace(/\*$/, "");
    const scope = prefix.replace(/\/$/, "");
    if (cloud.roleBindingFilter === "prefix") {
        return (crnPattern) => normalizeCrn(crnPattern).startsWith(scope);
    }
    return (crnPattern) => {
        const candidate = normalizeCrn(crnPattern);
        return prefix === wanted ? candidate === wanted : candidate === scope || candidate.startsWith(prefix);
    };
}

function create(cloud: Cloud, request: ApiRequest): ApiResponse {
    const body = new RequestBody(request.body, 400);
    const principal = body.text("/principal", { pattern: /^User:.+$/ });
    const roleName = body.text("/role_name");
    const crnPattern = body.text("/crn_pattern", { pattern: /^crn:\/\/.+$/ });
    if (!mayGrant(cloud, request, crnPattern)) {
        throw unauthorized(
            `The principal 'User:${request.caller.principalId}' may not grant roles on '${crnPattern}'.`,
        );
    }
    const principalId = principal.slice("User:".length);
    if (!principalExists(cloud, principalId)) throw forbiddenAccess();
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
    const invalidScope = (detail: string): ApiError => badRequest(detail, { pointer: "/crn_pattern" });
    if (scope === undefined || segmentId(scope, "organization") === undefined) {
        throw invalidScope(`'${crnPattern}' is not a CRN of this organization.`);
    }
    if (!isBindableAt(roleName, scope)) {
        throw roleBindingError(
            400,
            40002,
            `Role ${roleName} must be bound at scope ${bindableKinds(roleName).join(" or ")}, but was bound at ${lastKind(scope)}`,
        );
    }
    const environmentId = segmentId(scope, "environment");
    if (environmentId !== undefined && !cloud.environments.has(environmentId)) {
        throw invalidScope(`The environment '${environmentId}' does not exist.`);
    }
    const accountId = segmentId(scope, "service-account");
    if (accountId !== undefined && !cloud.serviceAccounts.has(accountId)) {
        throw invalidScope(`The service account '${accountId}' does not exist.`);
    }
    return scope;
}

/** Whether the caller is an admin of the scope, or ResourceOwner of the service account. */
function mayGrant(cloud: Cloud, request: ApiRequest, crnPattern: string): boolean {
    return hasRole(
        cloud,
        request.caller.principalId,
        ["OrganizationAdmin", "EnvironmentAdmin", "ResourceOwner"],
        crnPattern,
    );
}

/** The real API has another error shape, without `errors`, for an unknown role binding and for an invalid scope. */
function roleBindingError(status: 400 | 403, errorCode: number, message: string): ApiError {
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

function find(cloud: Cloud, request: ApiRequest): RoleBinding {
    const binding = cloud.roleBindings.get(pathParameter(request, "id"));
    if (binding === undefined || !mayGrant(cloud, request, binding.crnPattern)) {
        throw roleBindingError(
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

function roleBindingBody(cloud: Cloud, binding: RoleBinding) {
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
