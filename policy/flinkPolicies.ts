import type {
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";

const roleBindingType = "confluentcloud:index/roleBinding:RoleBinding";
const flinkApiKeyType = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
const dayMs = 86_400_000;

/** The parts of a resource that the rules look at. */
type Resource = Pick<ResourceValidationArgs, "type" | "name" | "props">;

export interface AgeConfig {
    /** Default 100: a window of 90 days, and ten for a run that comes late. */
    maxAgeDays: number;
}

/** What is wrong with a role binding; undefined where nothing is. */
export function findOrganizationAdmin({ type, name, props }: Resource): string | undefined {
    if (type !== roleBindingType || props.roleName !== "OrganizationAdmin") return undefined;
    return `${name} grants OrganizationAdmin, which opens the whole organization. Running statements takes far less: roles: rolePresets.statementRunner({ kafkaClusterIds, topics }), or FlinkDeveloper.`;
}

/** What is wrong with a Flink key's rotation; undefined where nothing is. */
export function findMissingRotation({ type, name, props }: Resource): string | undefined {
    if (type !== flinkApiKeyType || props.rotationTrigger) return undefined;
    return `${name} is never exchanged for a new key. Set rotation: { every: "90d", overlap: "7d" } on its FlinkAccess, or rotationTrigger on the FlinkApiKey.`;
}

/** What is wrong with a Flink key's age; undefined where nothing is, or where there is no key yet. */
export function findOldKey(
    { type, name, props }: Resource,
    { maxAgeDays }: AgeConfig,
    nowMs: number,
): string | undefined {
    if (type !== flinkApiKeyType) return undefined;
    const ageMs = nowMs - Date.parse(String(props.createdAt ?? ""));
    if (!(ageMs > maxAgeDays * dayMs)) return undefined;
    return `${name}: key ${props.apiKey} is ${Math.floor(ageMs / dayMs)} days old, at most ${maxAgeDays} are allowed. Set rotation: { every: "90d" }, or ask for one now: rotation: { trigger: "<any new text>" }; and run pulumi up at least once in that time.`;
}

/** Judged before anything is made. */
export const noOrganizationAdmin: ResourceValidationPolicy = {
    name: "no-organization-admin",
    description: "No principal is granted OrganizationAdmin.",
    enforcementLevel: "mandatory",
    validateResource: reporting(findOrganizationAdmin),
};

/** Judged before anything is made. */
export const flinkKeyRotates: ResourceValidationPolicy = {
    name: "flink-key-rotates",
    description: "Every Flink API key has a rotation.",
    enforcementLevel: "mandatory",
    validateResource: reporting(findMissingRotation),
};

/**
 * Judged on what the stack holds, at the end of a preview and of an update. A run that rotates a key that is too old is
 * not held up: in its preview the new key is not there yet. Not seen: the age of superseded keys, which end by themselves.
 */
export const flinkKeyAge: StackValidationPolicy = {
    name: "flink-key-age",
    description: "No Flink API key is older than maxAgeDays.",
    enforcementLevel: "mandatory",
    configSchema: {
        properties: { maxAgeDays: { type: "number", minimum: 1, default: 100 } },
    },
    validateStack: (args: StackValidationArgs, reportViolation: ReportViolation): void => {
        for (const resource of args.resources) {
            const problem = findOldKey(resource, args.getConfig<AgeConfig>(), Date.now());
            if (problem !== undefined) reportViolation(problem, resource.urn);
        }
    },
};

function reporting(find: (resource: Resource) => string | undefined) {
    return (args: ResourceValidationArgs, reportViolation: ReportViolation): void => {
        const problem = find(args);
        if (problem !== undefined) reportViolation(problem);
    };
}
