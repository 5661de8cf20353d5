import { hasRole } from "../access/authorization";
import { bindableAt } from "../access/roles";
import {
    ApiError,
    badRequest,
    forbiddenAccess,
    requireNoOther,
    unauthorized,
    unusualError,
} from "../apiError";
import type { Cloud } from "../cloud";
import { lastKind, parseCrn, segmentId } from "../crn";
import { resourceRoutes } from "../resourceRoutes";
import type { RoleBinding } from "../resources";
import { type ApiRequest, queryParameter, type Route, requiredParameter } from "../route";
import { requireQuota } from "../serviceQuota/quotaUsage";
import { principalExists } from "./principals";

const path = "/iam/v2/role-bindings";

/** /iam/v2/role-bindings (mds/v2). Role bindings cannot be changed: there is no PATCH. */
export function roleBindingRoutes(cloud: Cloud): Route[] {
    return resourceRoutes<RoleBinding>(cloud, {
        path,
        kind: "RoleBinding",
        /** From the published specification. The older one in the SDK repository has 10 and 100. */
        pages: { default: 1000, max: 1000 },
        invalid: 400,
        removed: 200,
        returnsRemoved: true,
        list(request) {
            const matches = patternMatcher(cloud, requiredParameter(request, "crn_pattern"));
            const principal = queryParameter(request, "principal");
            const role = queryParameter(request, "role_name");
            return cloud.roleBindings.entries(
                ({ crnPattern, principalId, roleName }) =>
                    matches(crnPattern) &&
                    (principal === undefined || principal === `User:${principalId}`) &&
                    (role === undefined || role === roleName) &&
                    (principalId === request.caller.principalId || mayGrant(cloud, request, crnPattern)),
            );
        },
        find(request, id) {
            const binding = cloud.roleBindings.get(id);
            if (binding !== undefined && mayGrant(cloud, request, binding.crnPattern)) return binding;
            const detail = "Either unauthorized to access role binding or role binding does not exist";
            throw roleBindingError(403, 40301, detail);
        },
        create(body, request) {
            const principal = body.text("/principal", { pattern: /^User:.+$/ });
            const roleName = body.text("/role_name");
            const crnPattern = body.text("/crn_pattern", { pattern: /^crn:\/\/.+$/ });
            if (!mayGrant(cloud, request, crnPattern)) {
                const who = `The principal 'User:${request.caller.principalId}'`;
                throw unauthorized(`${who} may not grant roles on '${crnPattern}'.`);
            }
            const principalId = principal.slice("User:".length);
            if (!principalExists(cloud, principalId)) throw forbiddenAccess();
            requireScope(cloud, roleName, crnPattern);
            const same = cloud.roleBindings.find(
                (binding) =>
                    binding.principalId === principalId &&
                    binding.roleName === roleName &&
                    normalizeCrn(binding.crnPattern) === normalizeCrn(crnPattern),
            );
            requireNoOther(same, `The role binding '${same?.id}' already exists.`, `${cloud.url}${path}`);
            requireQuota(cloud, "iam.max_rbac_role_bindings_all_roles.per_org", undefined, 400);
            return bindRole(cloud, principalId, roleName, crnPattern);
        },
        remove: ({ id }) => cloud.roleBindings.delete(id),
        crn: ({ id }) => cloud.crn(["role-binding", id]),
        fields: ({ principalId, roleName, crnPattern }) => ({
            principal: `User:${principalId}`,
            role_name: roleName,
            crn_pattern: crnPattern,
        }),
    });
}

/** Adds a role binding without checks. It takes effect once it has propagated. */
export function bindRole(
    cloud: Cloud,
    principalId: string,
    roleName: string,
    crnPattern: string,
): RoleBinding {
    const id = cloud.newId("rb", cloud.roleBindings);
    const effectiveAt = cloud.roleEffectiveAt();
    return cloud.roleBindings.add({ id, principalId, roleName, crnPattern, effectiveAt, ...cloud.madeNow() });
}

/**
 * `…/*` matches a scope and all scopes below it; the Confluent CLI sends it for `--inclusive`. Without `/*`, the emulator option
 * `roleBindingFilter` decides whether the scopes below match: Confluent's documentation can be read both ways.
 */
function patternMatcher(cloud: Cloud, pattern: string): (crnPattern: string) => boolean {
    const wanted = normalizeCrn(pattern);
    const prefix = wanted.replace(/\*$/, "");
    const scope = prefix.replace(/\/$/, "");
    if (cloud.choices.roleBindingFilter === "prefix")
        return (crnPattern) => normalizeCrn(crnPattern).startsWith(scope);
    return (crnPattern) => {
        const candidate = normalizeCrn(crnPattern);
        return prefix === wanted ? candidate === wanted : candidate === scope || candidate.startsWith(prefix);
    };
}

function requireScope(cloud: Cloud, roleName: string, crnPattern: string): void {
    const kinds = bindableAt.get(roleName);
    if (kinds === undefined) {
        throw new ApiError(400, "invalid-role", "Bad Request", `Invalid role name : ${roleName}`, {
            pointer: "/role_name",
        });
    }
    const scope = parseCrn(crnPattern);
    const invalidScope = (detail: string): ApiError => badRequest(detail, { pointer: "/crn_pattern" });
    if (scope === undefined || segmentId(scope, "organization") === undefined)
        throw invalidScope(`'${crnPattern}' is not a CRN of this organization.`);
    if (!kinds.includes(lastKind(scope))) {
        const wanted = kinds.join(" or ");
        const detail = `Role ${roleName} must be bound at scope ${wanted}, but was bound at ${lastKind(scope)}`;
        throw roleBindingError(400, 40002, detail);
    }
    const environmentId = segmentId(scope, "environment");
    if (environmentId !== undefined && !cloud.environments.has(environmentId))
        throw invalidScope(`The environment '${environmentId}' does not exist.`);
    const accountId = segmentId(scope, "service-account");
    if (accountId !== undefined && !cloud.serviceAccounts.has(accountId))
        throw invalidScope(`The service account '${accountId}' does not exist.`);
}

/** Whether the caller is an admin of the scope, or ResourceOwner of the service account. */
function mayGrant(cloud: Cloud, { caller }: ApiRequest, crnPattern: string): boolean {
    const granters = ["OrganizationAdmin", "EnvironmentAdmin", "ResourceOwner"];
    return hasRole(cloud, caller.principalId, granters, crnPattern);
}

/** The real API has another error shape for an unknown role binding and for an invalid scope. */
function roleBindingError(status: 400 | 403, errorCode: number, message: string): ApiError {
    return unusualError(status, { error_code: errorCode, message });
}

function normalizeCrn(crn: string): string {
    return crn.replace(/%3a/gi, ":");
}
