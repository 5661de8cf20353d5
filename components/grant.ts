import type * as pulumi from "@pulumi/pulumi";

/** The ids from which the scope of a role is built. */
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
/** The CRN of the environment. */
export const environmentCrn = (ids: ScopeIds): string =>
    `${ids.organizationCrn}/environment=${ids.environmentId}`;

/** The scope of a role that is given by its name only: the widest one that it can be bound at. */
const defaultScopes = {
    OrganizationAdmin: organization,
    AccountAdmin: organization,
    ResourceKeyAdmin: organization,
    EnvironmentAdmin: environmentCrn,
    FlinkAdmin: environmentCrn,
    FlinkDeveloper: environmentCrn,
    DataDiscovery: environmentCrn,
    DataSteward: environmentCrn,
    Operator: environmentCrn,
} as const satisfies Readonly<Record<string, (ids: ScopeIds) => string>>;

type RoleName = keyof typeof defaultScopes;

/** The roles that have a default scope. */
export const roleNames = Object.keys(defaultScopes) as readonly RoleName[];

export function hasDefaultScope(roleName: string): roleName is RoleName {
    return Object.hasOwn(defaultScopes, roleName);
}

/** The grant of a role at its default scope. */
export function defaultGrant(roleName: RoleName): Grant {
    return { roleName, crnPattern: defaultScopes[roleName], suffix: roleName };
}
