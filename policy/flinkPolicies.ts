import type {
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";

const roleBindingType = "confluentcloud:index/roleBinding:RoleBinding";
/** As a dynamic resource, which programs in TypeScript declare, and as a resource of the plugin. */
const flinkApiKeyTypes = [
    "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey",
    "confluent-flink:index:FlinkApiKey",
];
const dayMs = 86_400_000;

/** The parts of a resource that the rules use. */
type Resource = Pick<ResourceValidationArgs, "type" | "name" | "props">;

export interface RetirementConfig {
    /** Default 7. With runs on two days a week, a key is deleted at most five days after its overlap ended. */
    maxDaysAfterOverlap: number;
}

export interface AgeConfig {
    /** Default 100: a window of 90 days, and ten days for a late run. */
    maxAgeDays: number;
}

/** The violation of a role binding; undefined if there is none. */
export function findOrganizationAdmin({ type, name, props }: Resource): string | undefined {
    if (type !== roleBindingType || props.roleName !== "OrganizationAdmin") return undefined;
    return `${name} grants OrganizationAdmin, which gives access to the whole organization. Running statements needs far less: roles: rolePresets.statementRunner({ kafkaClusterIds, topics }), or FlinkDeveloper.`;
}

/** A trigger with a window: its start as a date or a time. The text of `rotation.trigger` may follow. */
const window = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?( \+ |$)/;

/** The violation of a key's rotation; undefined if there is none. */
export function findMissingRotation({ type, name, props }: Resource): string | undefined {
    if (!flinkApiKeyTypes.includes(type)) return undefined;
    const { rotationTrigger } = props;
    const remedy = `Set rotation: { every: "90d", overlap: "7d" } on its FlinkAccess, or set a rotationTrigger with the date of its window on the FlinkApiKey.`;
    if (!rotationTrigger) return `${name} never rotates. ${remedy}`;
    if (window.test(String(rotationTrigger))) return undefined;
    return `${name} only rotates by hand: its trigger is ${JSON.stringify(rotationTrigger)}, which is not a date. ${remedy}`;
}

/** The violation of a key's age; undefined if there is none, or no key yet. */
export function findOldKey(
    { type, name, props }: Resource,
    { maxAgeDays }: AgeConfig,
    nowMs: number,
): string | undefined {
    if (!flinkApiKeyTypes.includes(type)) return undefined;
    const ageMs = nowMs - Date.parse(String(props.createdAt ?? ""));
    if (!(ageMs > maxAgeDays * dayMs)) return undefined;
    return `${name}: key ${props.apiKey} is ${Math.floor(ageMs / dayMs)} days old, at most ${maxAgeDays} are allowed. Set rotation: { every: "90d" } and run pulumi up at least once in that time. To rotate now: rotation: { trigger: "<any new text>" }.`;
}

/** The violations of superseded keys: each one that still exists long after its overlap ended. */
export function findUnretiredKeys(
    { type, name, props }: Resource,
    { maxDaysAfterOverlap }: RetirementConfig,
    nowMs: number,
): string[] {
    if (!flinkApiKeyTypes.includes(type) || !Array.isArray(props.superseded)) return [];
    const late = (props.superseded as { apiKey?: unknown; retireAt?: unknown }[]).filter(
        ({ retireAt }) => nowMs - Date.parse(String(retireAt ?? "")) > maxDaysAfterOverlap * dayMs,
    );
    return late.map(
        ({ apiKey, retireAt }) =>
            `${name}: superseded key ${apiKey} should have been deleted at ${retireAt}. The first pulumi up after that time deletes it: run it on a schedule, or now.`,
    );
}

/** Checked before anything is created. */
export const noOrganizationAdmin: ResourceValidationPolicy = {
    name: "no-organization-admin",
    description: "No role binding grants OrganizationAdmin.",
    enforcementLevel: "mandatory",
    validateResource: reporting(findOrganizationAdmin),
};

/** Checked before anything is created. */
export const flinkKeyRotates: ResourceValidationPolicy = {
    name: "flink-key-rotates",
    description: "Every Flink API key rotates on a schedule.",
    enforcementLevel: "mandatory",
    validateResource: reporting(findMissingRotation),
};

/**
 * Checked on what the stack contains at the end of a preview and of an update. This does not block a run that rotates
 * an over-age key, although its preview does not show the new key yet.
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

/** Checked like the age, but by the end of the overlap, because the state has no creation time of a superseded key. */
export const flinkKeyOverlap: StackValidationPolicy = {
    name: "flink-key-overlap",
    description: "No superseded Flink API key still exists after its overlap.",
    enforcementLevel: "mandatory",
    configSchema: {
        properties: { maxDaysAfterOverlap: { type: "number", minimum: 0, default: 7 } },
    },
    validateStack: (args: StackValidationArgs, reportViolation: ReportViolation): void => {
        for (const resource of args.resources) {
            const config = args.getConfig<RetirementConfig>();
            for (const problem of findUnretiredKeys(resource, config, Date.now()))
                reportViolation(problem, resource.urn);
        }
    },
};

function reporting(find: (resource: Resource) => string | undefined) {
    return (args: ResourceValidationArgs, reportViolation: ReportViolation): void => {
        const problem = find(args);
        if (problem !== undefined) reportViolation(problem);
    };
}
