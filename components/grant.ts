import type * as pulumi from "@pulumi/pulumi";

export interface ScopeIds {
    /** `crn://confluent.cloud/organization=1111aaaa-…` */
    readonly organizationCrn: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** The principal that the role is granted to, `sa-111aaa`. */
    readonly principalId?: pulumi.Input<string>;
}

/** A role and its scope: the inputs of a RoleBinding. */
export interface Grant {
    /** Confluent's name of the role: `OrganizationAdmin`. */
    readonly roleName: string;
    /** The scope: `crn://confluent.cloud/organization=…/environment=env-abc123`. */
    readonly crnPattern: (ids: ScopeIds) => pulumi.Input<string>;
    /** The RoleBinding's name is the component's name and this suffix. Grants with the same suffix are the same grant. */
    readonly suffix: string;
    /** The scope is an output, so two grants with the same suffix may differ. Default `false`. */
    readonly isScopeOutput?: boolean;
}

const organization = (ids: ScopeIds): string => ids.organizationCrn;
export const environmentCrn = (ids: ScopeIds): string =>
    `${ids.organizationCrn}/environment=${ids.environmentId}`;

/** A role that can be given by its name only. It is then bound at the environment, or at the organization if its scope is always that. */
export type KnownRole =
    | "OrganizationAdmin"
    | "AccountAdmin"
    | "ResourceKeyAdmin"
    | "EnvironmentAdmin"
    | "FlinkAdmin"
    | "FlinkDeveloper"
    | "DataDiscovery"
    | "DataSteward"
    | "Operator";

const defaultScopes: Readonly<Record<KnownRole, (ids: ScopeIds) => string>> = {
    OrganizationAdmin: organization,
    AccountAdmin: organization,
    ResourceKeyAdmin: organization,
    EnvironmentAdmin: environmentCrn,
    FlinkAdmin: environmentCrn,
    FlinkDeveloper: environmentCrn,
    DataDiscovery: environmentCrn,
    DataSteward: environmentCrn,
    Operator: environmentCrn,
};

export const roleNames = Object.keys(defaultScopes) as readonly KnownRole[];

export function hasDefaultScope(roleName: string): roleName is KnownRole {
    return Object.hasOwn(defaultScopes, roleName);
}

export function defaultGrant(roleName: KnownRole): Grant {
    return { roleName, crnPattern: defaultScopes[roleName], suffix: roleName };
}
