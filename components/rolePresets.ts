import * as pulumi from "@pulumi/pulumi";
import { isObject, readText, readValue, type ValueRule } from "../confluent/valueRule";
import { requireFields } from "./argumentFields";
import { defaultGrant, environmentCrn, type Grant, type KnownRole, type ScopeIds } from "./grant";
import type { RolePreset } from "./roles";

/** What the statements of a `rolePresets.statementRunner` use. */
export interface StatementRunnerArgs {
    /** Kafka clusters whose tables the statements use: `lkc-abc123`. */
    kafkaClusterIds: readonly string[];
    /**
     * Topics that the statements may read and write; or separate lists, where `manage` lets them create and drop tables. A `*`
     * at the end makes it a prefix: `orders*`. Default: none.
     */
    topics?: readonly string[] | TopicAccess;
    /** Schema Registry cluster of the environment: `lsrc-abc123`. Required by `subjects`. */
    schemaRegistryId?: string;
    /** Subjects whose schemas the statements may read and register: `orders-value`. Default: none. */
    subjects?: readonly string[] | TopicAccess;
}

/** Topics, or subjects, by what statements do with them. A `*` at the end makes it a prefix: `orders*`. */
export interface TopicAccess {
    /** Granted DeveloperRead. Default: none. */
    read?: readonly string[];
    /** Granted DeveloperWrite. Default: none. */
    write?: readonly string[];
    /** Granted DeveloperManage, to create and drop tables. Default: none. */
    manage?: readonly string[];
}

/**
 * Roles by purpose. Scopes and rights follow Confluent's documentation of Flink RBAC and of predefined roles
 * (docs.confluent.io, "Grant Role-Based Access in Confluent Cloud for Apache Flink").
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
    /** Full access to the organization. Confluent's documentation of Flink API keys asks for it; statements need far less. */
    organizationAdmin: (): RolePreset => presetOf("organizationAdmin", "OrganizationAdmin"),
    /** Full access to the environment, Kafka included. */
    environmentAdmin: (): RolePreset => presetOf("environmentAdmin", "EnvironmentAdmin"),
    /** Statements and compute pools of the environment. */
    flinkAdmin: (): RolePreset => presetOf("flinkAdmin", "FlinkAdmin"),
    /** Statements of the environment; read access to compute pools. */
    flinkDeveloper: (): RolePreset => presetOf("flinkDeveloper", "FlinkDeveloper"),
    /**
     * The least that running statements needs: FlinkDeveloper on the environment, DeveloperRead and DeveloperWrite on the
     * transactional ids `_confluent-flink_*` of each Kafka cluster, and on the given topics and subjects.
     */
    statementRunner: (args: StatementRunnerArgs): RolePreset => {
        checkStatementRunner(args, "statementRunner");
        return {
            preset: "statementRunner",
            grants: [
                defaultGrant("FlinkDeveloper"),
                ...args.kafkaClusterIds.flatMap((id) => kafkaGrants(id, args)),
                ...subjectGrants(args),
            ],
        };
    },
    /**
     * Runs statements as another service account, which has the rights on the data: FlinkDeveloper on the environment, and
     * Assigner on that account. The key's owner only submits statements. `name` is required if two such presets have outputs
     * as accounts.
     */
    assigner: (args: { serviceAccountId: pulumi.Input<string>; name?: string }): RolePreset => ({
        preset: "assigner",
        grants: [
            defaultGrant("FlinkDeveloper"),
            {
                roleName: "Assigner",
                crnPattern: (ids) =>
                    pulumi.interpolate`${ids.organizationCrn}/service-account=${args.serviceAccountId}`,
                suffix: assignerSuffix(args),
                isScopeOutput: typeof args.serviceAccountId !== "string",
            },
        ],
    }),
    /** Assigner on the principal itself: it can then be the principal of statements that are submitted with another's key. */
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

function presetOf(preset: string, role: KnownRole): RolePreset {
    return { preset, grants: [defaultGrant(role)] };
}

const runnerRules: Readonly<Record<keyof StatementRunnerArgs, ValueRule>> = {
    kafkaClusterIds: {
        read: (value) => (readNames(value)?.every((id) => /^lkc-\w+$/.test(id)) ? value : undefined),
        wanted: 'a list of Kafka clusters such as ["lkc-abc123"]',
    },
    topics: accessRule("orders"),
    schemaRegistryId: {
        read: (value) => (/^lsrc-\w+$/.test(readText(value) ?? "") ? value : undefined),
        wanted: "the id of a Schema Registry cluster such as lsrc-abc123",
    },
    subjects: accessRule("orders-value"),
};
const runnerWanted = `an object such as { kafkaClusterIds: ["lkc-abc123"], topics: { read: ["orders"] } }, with the fields ${Object.keys(runnerRules).join(", ")}`;

/** Throws if a field is missing, misspelt or not valid. */
export function checkStatementRunner(
    args: unknown,
    property: string,
): asserts args is Readonly<Record<keyof StatementRunnerArgs, unknown>> {
    requireFields(args, Object.keys(runnerRules), property, runnerWanted);
    for (const [name, rule] of Object.entries(runnerRules)) {
        const isRequired =
            name === "kafkaClusterIds" || (name === "schemaRegistryId" && args.subjects !== undefined);
        if (isRequired || args[name] !== undefined) readValue(rule, args[name], `${property}.${name}`);
    }
}

/** A list of names, or an object with lists for `read`, `write` and `manage`. */
function accessRule(example: string): ValueRule {
    return {
        read: (value) => {
            const isAccess = isObject(value)
                ? Object.entries(value).every(
                      ([kind, names]) => /^(read|write|manage)$/.test(kind) && readNames(names) !== undefined,
                  )
                : readNames(value) !== undefined;
            return isAccess ? value : undefined;
        },
        wanted: `a list such as ["${example}"], or such lists for read, write and manage`,
    };
}

function readNames(value: unknown): readonly string[] | undefined {
    const isList = Array.isArray(value) && value.length > 0;
    return isList && value.every((name) => readText(name) !== undefined) ? value : undefined;
}

function assignerSuffix({ name, serviceAccountId }: Parameters<typeof rolePresets.assigner>[0]): string {
    if (name) return `Assigner-${name}`;
    return typeof serviceAccountId === "string" ? `Assigner-${serviceAccountId}` : "Assigner";
}

function kafkaGrants(clusterId: string, { topics }: StatementRunnerArgs): Grant[] {
    const at = (kind: string, id: string) => (ids: ScopeIds) =>
        `${environmentCrn(ids)}/cloud-cluster=${clusterId}/kafka=${clusterId}/${kind}=${id}`;
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
    return accessGrants(subjects, (roleName, subject) => ({
        roleName,
        crnPattern: (ids) => `${environmentCrn(ids)}/schema-registry=${schemaRegistryId}/subject=${subject}`,
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
