import type * as pulumi from "@pulumi/pulumi";
import { describeMistake } from "../confluent/valueRule";
import { defaultGrant, type Grant, hasDefaultScope, type KnownRole, roleNames } from "./grant";
import { checkLevel } from "./roleLevels";

/** Any role at any scope, in Confluent's terms. */
export interface RoleAtScope {
    /** `DeveloperRead`, or any other role, also one that Confluent adds later. */
    roleName:
        | KnownRole
        | "Assigner"
        | "CloudClusterAdmin"
        | "DeveloperManage"
        | "DeveloperRead"
        | "DeveloperWrite"
        | "NetworkAdmin"
        | "ResourceOwner"
        | (string & {});
    /** `crn://confluent.cloud/organization=…/environment=env-abc123/…` */
    crnPattern: pulumi.Input<string>;
    /**
     * Part of the RoleBinding's name, after the component's and the role's: `orders`. Required if two roles of the same name have
     * outputs as scopes, because their positions in the list may change. Default: derived from the scope.
     */
    name?: string;
}

/** Several grants under one name. Created by {@link rolePresets}. */
export interface RolePreset {
    /** `statementRunner` */
    readonly preset: string;
    /** @internal */
    readonly grants: readonly Grant[];
}

/** A role's name, bound at its default scope; a role with a scope; or a preset. */
export type Role = KnownRole | RoleAtScope | RolePreset;

/**
 * Resolves roles to grants, without repetitions. `property` names the roles in error messages. Throws if a name is unknown or
 * repeated.
 */
export function grantsOf(roles: unknown, property: string): Grant[] {
    const list: readonly Role[] = isList(roles) ? roles : [roles as Role];
    const grants = new Map<string, Grant>();
    for (const [i, role] of list.entries()) {
        const path = isList(roles) ? `${property}[${i}]` : property;
        if (typeof role === "string" && list.indexOf(role) < i) {
            throw new Error(`${path}: got ${JSON.stringify(role)} a second time, expected each role once`);
        }
        for (const grant of grantsOfRole(role, path)) {
            if (grant.isScopeOutput && grants.has(grant.suffix)) {
                throw new Error(
                    `${path}: got another ${grant.roleName} at a scope that is an output, expected a name of its own beside it, such as name: "orders"`,
                );
            }
            if (isNamed(role) && grants.has(grant.suffix)) {
                throw new Error(`${path}.name: got "${role.name}" a second time, expected each name once`);
            }
            if (!grants.has(grant.suffix)) grants.set(grant.suffix, grant);
        }
    }
    return [...grants.values()];
}

function grantsOfRole(role: Role, path: string): readonly Grant[] {
    if (typeof role !== "object" || role === null) {
        if (typeof role === "string" && hasDefaultScope(role)) return [defaultGrant(role)];
        const wanted = `one of ${roleNames.join(", ")}, or { roleName, crnPattern } for any other role`;
        throw new Error(describeMistake(path, role, wanted));
    }
    if ("grants" in role) return role.grants;
    const { roleName, crnPattern } = role;
    if (typeof roleName !== "string" || !/^[A-Za-z]+$/.test(roleName) || !crnPattern) {
        throw new Error(describeMistake(path, role, "{ roleName, crnPattern }"));
    }
    if (typeof crnPattern === "string" && !crnPattern.startsWith("crn://")) {
        throw new Error(
            describeMistake(`${path}.crnPattern`, crnPattern, "crn://confluent.cloud/organization=…"),
        );
    }
    const { name } = role;
    if (name !== undefined && !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
        throw new Error(
            describeMistake(`${path}.name`, name, 'letters, digits, dots and dashes, such as "orders"'),
        );
    }
    const isScopeOutput = typeof crnPattern !== "string";
    if (!isScopeOutput) checkLevel(roleName, crnPattern, `${path}.crnPattern`);
    const place = name ?? (isScopeOutput ? "scope" : describeScope(crnPattern));
    return [{ roleName, crnPattern: () => crnPattern, suffix: `${roleName}-${place}`, isScopeOutput }];
}

/** The ids of a CRN below the organization, with the kind of the last: `env-abc123-lkc-abc123-topic-orders`. */
function describeScope(crn: string): string {
    const [, ...segments] = crn.replace(/^crn:\/\/[^/]*\//, "").split("/");
    if (segments.length === 0) return "organization";
    const last = (segments.at(-1) ?? "").replace("=", "-");
    const above = segments.slice(0, -1).map((segment) => segment.slice(segment.indexOf("=") + 1));
    return [...new Set(above), last].join("-");
}

function isNamed(role: Role): role is RoleAtScope {
    return typeof role === "object" && "name" in role && role.name !== undefined;
}

function isList(value: unknown): value is readonly Role[] {
    return Array.isArray(value);
}
