import * as pulumi from "@pulumi/pulumi";
import { checkLevel } from "./roleLevels";

/** The CRNs that a role's scope is made of. */
export interface Place {
    /** `crn://confluent.cloud/organization=1111aaaa-…` */
    readonly organizationCrn: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** The one that the role is granted to, `sa-111aaa`. */
    readonly principalId?: pulumi.Input<string>;
}

/** A role and where it holds, as a RoleBinding takes it. */
export interface Grant {
    /** Confluent's name of the role: `OrganizationAdmin`. */
    readonly roleName: string;
    /** The scope: `crn://confluent.cloud/organization=…/environment=env-abc123`. */
    readonly crnPattern: (place: Place) => pulumi.Input<string>;
    /** Behind the component's name, it names the RoleBinding. Two grants of one suffix are the same. */
    readonly suffix: string;
    /** The scope is known only while Pulumi runs, so that two of one suffix may differ. Default `false`. */
    readonly isScopeOpen?: boolean;
}

/** Any role at any scope, in Confluent's own terms. */
export interface RoleAtScope {
    /** `DeveloperRead` */
    roleName: string;
    /** `crn://confluent.cloud/organization=…/environment=env-abc123/…` */
    crnPattern: pulumi.Input<string>;
    /**
     * Behind the component's and the role's name it names the RoleBinding: `orders`. Wanted where two roles of one name have a scope
     * that is an output, for their places in the list may change. Default: what the scope says.
     */
    name?: string;
}

/** Several grants under one name: see {@link rolePresets}, which makes them. */
export interface RolePreset {
    /** `statementRunner` */
    readonly preset: string;
    /** @internal */
    readonly grants: readonly Grant[];
}

/** A role's name, which holds at its natural scope; a role at a scope of your own; or a preset. */
export type Role = string | RoleAtScope | RolePreset;

/** What the statements of a `rolePresets.statementRunner` use. */
export interface StatementRunnerArgs {
    /** Kafka clusters whose tables the statements use: `lkc-abc123`. */
    kafkaClusterIds: readonly string[];
    /**
     * Topics that the statements may read and write, or each apart; `manage` lets them create and drop tables. A `*` at
     * the end makes a prefix: `orders*`. Default: none.
     */
    topics?: readonly string[] | TopicAccess;
    /** Schema Registry cluster of the environment: `lsrc-abc123`. Wanted by `subjects`. */
    schemaRegistryId?: string;
    /** Subjects whose schemas the statements may read and register: `orders-value`. Default: none. */
    subjects?: readonly string[] | TopicAccess;
}

/** Topics, or subjects, by what statements do with them. A `*` at the end makes a prefix: `orders*`. */
export interface TopicAccess {
    /** Those that are read: DeveloperRead. Default: none. */
    read?: readonly string[];
    /** Those that are written: DeveloperWrite. Default: none. */
    write?: readonly string[];
    /** Those that are created and dropped: DeveloperManage. Default: none. */
    manage?: readonly string[];
}

const organization = (place: Place): string => place.organizationCrn;
const environment = (place: Place): string => `${place.organizationCrn}/environment=${place.environmentId}`;

/** Where a role holds when nothing else is said: the widest scope that it is made for. */
const naturalScopes: Readonly<Record<string, (place: Place) => string>> = {
    OrganizationAdmin: organization,
    AccountAdmin: organization,
    ResourceKeyAdmin: organization,
    EnvironmentAdmin: environment,
    FlinkAdmin: environment,
    FlinkDeveloper: environment,
    DataDiscovery: environment,
    DataSteward: environment,
    Operator: environment,
};

/** The role names that hold at a natural scope. */
export const roleNames: readonly string[] = Object.keys(naturalScopes);

/**
 * Roles by what they are for. Scopes and rights are those of Confluent's documentation of Flink RBAC and of predefined
 * roles (docs.confluent.io, "Grant Role-Based Access in Confluent Cloud for Apache Flink").
 *
 * @example
 * ```ts
 * import { FlinkAccess, rolePresets } from "pulumi-confluent-flink";
 *
 * new FlinkAccess("totals", {
 *     environmentId: "env-abc123",
 *     regions: ["aws.us-east-2"],
 *     roles: rolePresets.statementRunner({
 *         kafkaClusterIds: ["lkc-abc123"],
 *         topics: { read: ["orders*"], write: ["totals"] },
 *     }),
 * });
 * ```
 */
export const rolePresets = {
    /** Everything in the organization. What the documentation of Flink API keys asks for, and far more than they need. */
    organizationAdmin: (): RolePreset => presetOf("organizationAdmin", "OrganizationAdmin"),
    /** Everything in the environment, Kafka included. */
    environmentAdmin: (): RolePreset => presetOf("environmentAdmin", "EnvironmentAdmin"),
    /** Statements and compute pools of the environment. */
    flinkAdmin: (): RolePreset => presetOf("flinkAdmin", "FlinkAdmin"),
    /** Statements of the environment; compute pools to read only. */
    flinkDeveloper: (): RolePreset => presetOf("flinkDeveloper", "FlinkDeveloper"),
    /**
     * What running statements takes and no more: FlinkDeveloper on the environment, DeveloperRead and DeveloperWrite on
     * the transactional ids `_confluent-flink_*` of each Kafka cluster, and the topics and subjects named.
     */
    statementRunner: (args: StatementRunnerArgs): RolePreset => ({
        preset: "statementRunner",
        grants: [
            naturalGrant("FlinkDeveloper"),
            ...args.kafkaClusterIds.flatMap((id) => kafkaGrants(id, args)),
            ...subjectGrants(args),
        ],
    }),
    /**
     * Runs statements as another service account: FlinkDeveloper on the environment and Assigner on that account, which
     * holds the rights on the data. The key then belongs to the one who deploys. `name` is wanted where two of them have
     * an account that is an output.
     */
    assigner: (args: { serviceAccountId: pulumi.Input<string>; name?: string }): RolePreset => ({
        preset: "assigner",
        grants: [
            naturalGrant("FlinkDeveloper"),
            {
                roleName: "Assigner",
                crnPattern: (place) =>
                    pulumi.interpolate`${place.organizationCrn}/service-account=${args.serviceAccountId}`,
                suffix: args.name
                    ? `Assigner-${args.name}`
                    : isPlain(args.serviceAccountId)
                      ? `Assigner-${args.serviceAccountId}`
                      : "Assigner",
                isScopeOpen: !isPlain(args.serviceAccountId),
            },
        ],
    }),
    /** Assigner on the principal itself, which lets it run statements as itself from a key of another's. */
    selfAssigner: (): RolePreset => ({
        preset: "selfAssigner",
        grants: [
            {
                roleName: "Assigner",
                crnPattern: ({ organizationCrn, principalId }) =>
                    pulumi.interpolate`${organizationCrn}/service-account=${principalId}`,
                suffix: "Assigner-self",
            },
        ],
    }),
};

/**
 * The grants that roles stand for, each once. `property` is how the message of an error names them; it throws where a
 * name is unknown or comes twice.
 */
export function grantsOf(roles: Role | readonly Role[], property: string): Grant[] {
    const list = isList(roles) ? roles : [roles];
    const grants = new Map<string, Grant>();
    for (const [i, role] of list.entries()) {
        const path = isList(roles) ? `${property}[${i}]` : property;
        if (typeof role === "string" && list.indexOf(role) < i) {
            throw new Error(`${path}: got ${JSON.stringify(role)} a second time, expected each role once`);
        }
        for (const grant of grantsOfRole(role, path)) {
            if (grant.isScopeOpen && grants.has(grant.suffix)) {
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
        if (typeof role === "string" && naturalScopes[role] !== undefined) return [naturalGrant(role)];
        const wanted = `expected one of ${roleNames.join(", ")}, or { roleName, crnPattern } for any other role`;
        throw new Error(`${path}: got ${JSON.stringify(role)}, ${wanted}`);
    }
    if ("grants" in role) return role.grants;
    const { roleName, crnPattern } = role;
    if (typeof roleName !== "string" || !/^[A-Za-z]+$/.test(roleName) || !crnPattern) {
        throw new Error(
            `${path}: got an object with the fields ${Object.keys(role).join(", ") || "(none)"}, expected { roleName, crnPattern }`,
        );
    }
    if (typeof crnPattern === "string" && !crnPattern.startsWith("crn://")) {
        throw new Error(
            `${path}.crnPattern: got ${JSON.stringify(crnPattern)}, expected crn://confluent.cloud/organization=…`,
        );
    }
    const { name } = role;
    if (name !== undefined && !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
        throw new Error(
            `${path}.name: got ${JSON.stringify(name)}, expected letters, digits, dots and dashes, such as "orders"`,
        );
    }
    if (isPlain(crnPattern)) {
        checkLevel(roleName, crnPattern, `${path}.crnPattern`);
        return [
            {
                roleName,
                crnPattern: () => crnPattern,
                suffix: `${roleName}-${name ?? describeScope(crnPattern)}`,
            },
        ];
    }
    return [
        {
            roleName,
            crnPattern: () => crnPattern,
            suffix: `${roleName}-${name ?? "scope"}`,
            isScopeOpen: true,
        },
    ];
}

function kafkaGrants(clusterId: string, { topics }: StatementRunnerArgs): Grant[] {
    const at = (kind: string, id: string) => (place: Place) =>
        `${environment(place)}/cloud-cluster=${clusterId}/kafka=${clusterId}/${kind}=${id}`;
    const grant = (roleName: string, kind: string, id: string): Grant => ({
        roleName,
        crnPattern: at(kind, id),
        suffix: `${roleName}-${clusterId}-${kind}-${id}`,
    });
    return [
        grant("DeveloperRead", "transactional-id", "_confluent-flink_*"),
        grant("DeveloperWrite", "transactional-id", "_confluent-flink_*"),
        ...accessGrants(topics, (roleName, topic) => grant(roleName, "topic", topic)),
    ];
}

function subjectGrants({ schemaRegistryId, subjects }: StatementRunnerArgs): Grant[] {
    if (subjects === undefined) return [];
    if (schemaRegistryId === undefined) {
        throw new Error(
            "statementRunner: subjects are given, expected schemaRegistryId (lsrc-abc123) beside them",
        );
    }
    return accessGrants(subjects, (roleName, subject) => ({
        roleName,
        crnPattern: (place) => `${environment(place)}/schema-registry=${schemaRegistryId}/subject=${subject}`,
        suffix: `${roleName}-${schemaRegistryId}-subject-${subject}`,
    }));
}

function accessGrants(
    access: readonly string[] | TopicAccess | undefined,
    grant: (roleName: string, name: string) => Grant,
): Grant[] {
    if (access === undefined) return [];
    const {
        read = [],
        write = [],
        manage = [],
    } = Array.isArray(access) ? { read: access, write: access } : (access as TopicAccess);
    return [
        ...read.map((name) => grant("DeveloperRead", name)),
        ...write.map((name) => grant("DeveloperWrite", name)),
        ...manage.map((name) => grant("DeveloperManage", name)),
    ];
}

function presetOf(preset: string, roleName: string): RolePreset {
    return { preset, grants: [naturalGrant(roleName)] };
}

function naturalGrant(roleName: string): Grant {
    return { roleName, crnPattern: naturalScopes[roleName] as (place: Place) => string, suffix: roleName };
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

function isPlain(value: pulumi.Input<string>): value is string {
    return typeof value === "string";
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
    return Array.isArray(value);
}
