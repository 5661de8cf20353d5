/** The CRNs that a role's scope is made of. */
export interface Place {
    /** `crn://confluent.cloud/organization=1111aaaa-…` */
    readonly organizationCrn: string;
    /** `env-abc123` */
    readonly environmentId: string;
}

/** A role and where it holds, as a RoleBinding takes it. */
export interface Grant {
    /** Confluent's name of the role: `OrganizationAdmin`. */
    readonly roleName: string;
    /** The scope: `crn://confluent.cloud/organization=…/environment=env-abc123`. */
    readonly crnPattern: (place: Place) => string;
    /** Behind the component's name, it names the RoleBinding. */
    readonly suffix: string;
}

const organization = (place: Place): string => place.organizationCrn;
const environment = (place: Place): string => `${place.organizationCrn}/environment=${place.environmentId}`;

/** Where a role holds when nothing else is said: the widest scope that it is made for. */
const naturalScopes: Readonly<Record<string, (place: Place) => string>> = {
    OrganizationAdmin: organization,
    EnvironmentAdmin: environment,
    FlinkAdmin: environment,
    FlinkDeveloper: environment,
};

/** The role names that `roles` takes. */
export const roleNames: readonly string[] = Object.keys(naturalScopes);

/** The grants that a list of role names stands for. Throws where a name is unknown or comes twice. */
export function grantsOf(roles: readonly string[], property: string): Grant[] {
    return roles.map((roleName, i) => {
        const crnPattern = naturalScopes[roleName];
        const wanted = `expected one of ${roleNames.join(", ")}`;
        if (crnPattern === undefined)
            throw new Error(`${property}[${i}]: got ${JSON.stringify(roleName)}, ${wanted}`);
        if (roles.indexOf(roleName) !== i) {
            throw new Error(
                `${property}[${i}]: got ${JSON.stringify(roleName)} a second time, ${wanted}, each once`,
            );
        }
        return { roleName, crnPattern, suffix: roleName };
    });
}
