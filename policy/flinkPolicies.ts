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

export interface RetirementConfig {
    /** Default 7: with a run on two days a week, a key is deleted within five days of its time. */
    maxDaysAfterOverlap: number;
}

export interface AgeConfig {
    /** Default 100: a window of 90 days, and ten for a run that comes late. */
    maxAgeDays: number;
}

/** What is wrong with a role binding; undefined where nothing is. */
export function findOrganizationAdmin({ type, name, props }: Resource): string | undefined {
    if (type !== roleBindingType || props.roleName !== "OrganizationAdmin") return undefined;
    return `${name} grants OrganizationAdmin, which opens the whole organization. Running statements takes far less: roles: rolePresets.statementRunner({ kafkaClusterIds, topics }), or FlinkDeveloper.`;
}

/** A window begins at a date, or a time of day; the text of `rotation.trigger` may stand behind it. */
const window = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?( \+ |$)/;

/** What is wrong with a Flink key's rotation; undefined where nothing is. */
export function findMissingRotation({ type, name, props }: Resource): string | undefined {
    if (type !== flinkApiKeyType) return undefined;
    const { rotationTrigger } = props;
    const cure = `Set rotation: { every: "90d", overlap: "7d" } on its FlinkAccess, or a rotationTrigger that is the date of its window on the FlinkApiKey.`;
    if (!rotationTrigger) return `${name} is never exchanged for a new key. ${cure}`;
    if (window.test(String(rotationTrigger))) return undefined;
    return `${name} is exchanged by hand alone: its trigger is ${JSON.stringify(rotationTrigger)}, and no date. ${cure}`;
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

/** What is wrong with the keys that another one took over from: each that lives on long after its overlap. */
export function findUnretiredKeys(
    { type, name, props }: Resource,
    { maxDaysAfterOverlap }: RetirementConfig,
    nowMs: number,
): string[] {
    if (type !== flinkApiKeyType || !Array.isArray(props.superseded)) return [];
    const late = (props.superseded as { apiKey?: unknown; retireAt?: unknown }[]).filter(
        ({ retireAt }) => nowMs - Date.parse(String(retireAt ?? "")) > maxDaysAfterOverlap * dayMs,
    );
    return late.map(
        ({ apiKey, retireAt }) =>
            `${name}: superseded key ${apiKey} should have been deleted at ${retireAt}. The first pulumi up after that does it: run it on a schedule, or now.`,
    );
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
    description: "Every Flink API key has a rotation that comes by itself.",
    enforcementLevel: "mandatory",
    validateResource: reporting(findMissingRotation),
};

/**
 * Judged on what the stack holds, at the end of a preview and of an update. A run that rotates a key that is too old is
 * not held up: in its preview the new key is not there yet.
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

/** Judged as the age is. The state does not hold when a superseded key was made, and does hold when it should have ended. */
export const flinkKeyRetires: StackValidationPolicy = {
    name: "flink-key-retires",
    description: "No superseded Flink API key lives on after its overlap.",
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
