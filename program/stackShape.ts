import type {
    AccessReadinessArgs,
    FlinkAccessArgs,
    Principal,
    Role,
    RotationArgs,
    StatementRunnerArgs,
} from "../components";
import {
    checkEnvironment,
    type FlinkRegion,
    parseFlinkRegion,
    parseFlinkRegions,
} from "../components/flinkRegion";
import { isExisting } from "../components/principal";
import { rolePresets } from "../components/rolePresets";
import { grantsOf } from "../components/roles";
import { parseRotation } from "../components/rotation";
import { isEnvironmentId } from "../confluent/flinkScope";
import { isEndpoint } from "../provider/keyInputs";

/** Something in a stack's config that the program would refuse. */
export interface StackMistake {
    /** The full key, then the steps into its value: `["confluent-flink:regions", 1]`. */
    readonly path: readonly [string, ...(string | number)[]];
    /** Names the property, the value got and the value wanted. Never contains a secret. */
    readonly message: string;
}

/** A stack's config, parsed. `access` is complete only if there are no mistakes. */
export interface StackShape {
    readonly access: FlinkAccessArgs & { readonly regions: readonly string[] };
    readonly regions: readonly FlinkRegion[];
    readonly mistakes: readonly StackMistake[];
}

/**
 * Checks a stack's config (by full key, with parsed lists and objects) and finds all mistakes. The program stops at
 * the first one; `confluent-flink stacks check` prints all of them. Pulumi.yaml has the keys and their defaults.
 * Undefined means not set.
 */
export function readStackShape(config: Readonly<Record<string, unknown>>, project: string): StackShape {
    const mistakes: StackMistake[] = [];
    const note = (path: StackMistake["path"], message: string): undefined => {
        mistakes.push({ path, message });
    };
    const attempt = <T>(path: StackMistake["path"], read: () => T): T | undefined => {
        try {
            return read();
        } catch (error) {
            return note(exactPath(path, (error as Error).message), (error as Error).message);
        }
    };

    const environmentId = readEnvironmentId(config, `${project}:environmentId`, note);
    const regions = readRegions(config, `${project}:regions`, environmentId, attempt);
    const principal = readPrincipal(config, `${project}:principal`, note);
    const readiness = readReadiness(config, `${project}:readiness`, regions, note);
    const isRolesSaid = !isUnsaid(config[`${project}:roles`]);
    const roles = isRolesSaid ? readRoles(config, `${project}:roles`, note, attempt) : undefined;
    const runner = readStatementRunner(config, `${project}:statementRunner`, note);
    const rotation = readRotation(config, `${project}:rotation`, note, attempt);
    const warn = readBoolean(config, `${project}:warnOnOrganizationAdmin`, note);
    if (principal && isExisting(principal) && !isRolesSaid && !runner) {
        note(
            [`${project}:principal`],
            describeMistake(
                `${project}:roles`,
                undefined,
                `the roles to grant to the existing principal, such as ["FlinkDeveloper"], or [] if it already has its roles`,
            ),
        );
    }
    const granted = runner ? [...widerThanDefault(roles), runner] : roles;
    const access = {
        environmentId: environmentId ?? "",
        regions: regions.map(({ name }) => name),
        ...(principal && { principal }),
        ...(readiness && { readiness }),
        ...(granted && { roles: granted }),
        ...(rotation && { rotation }),
        ...(warn !== undefined && { warnOnOrganizationAdmin: warn }),
    };
    return { access, regions, mistakes };
}

/** `key: got …, expected …`, the format of every message here. */
export function describeMistake(name: string, got: unknown, wanted: string): string {
    const nothing = got === undefined || got === null || got === "";
    return `${name}: got ${nothing ? "nothing" : typeof got === "string" ? got : JSON.stringify(got)}, expected ${wanted}`;
}

type Note = (path: StackMistake["path"], message: string) => undefined;
type Attempt = <T>(path: StackMistake["path"], read: () => T) => T | undefined;
type Config = Readonly<Record<string, unknown>>;

function readEnvironmentId(config: Config, key: string, note: Note): string | undefined {
    const value = config[key];
    if (isEnvironmentId(value)) return value.trim().toLowerCase();
    return note([key], describeMistake(key, value, "an environment id such as env-abc123"));
}

function readRegions(
    config: Config,
    key: string,
    environmentId: string | undefined,
    attempt: Attempt,
): FlinkRegion[] {
    const list = config[key] ?? [];
    if (!Array.isArray(list) || list.length === 0) {
        attempt([key], () => parseFlinkRegions(list, key));
        return [];
    }
    const parsed = list.map((text, i) => attempt([key, i], () => parseFlinkRegion(text, `${key}[${i}]`)));
    const regions = parsed.filter((region) => region !== undefined);
    if (regions.length < list.length) return regions;
    attempt([key], () => {
        parseFlinkRegions(list, key);
        if (environmentId !== undefined) checkEnvironment(regions, environmentId, key);
    });
    return regions;
}

const wantedPrincipal =
    "at most one of serviceAccountId (sa-111aaa), userId (u-111aaa) and stack (org/project/base), or displayName and description of a new service account";

/** The fields of `principal`, by kind of owner. */
const principalKinds: readonly Readonly<Record<string, { shape: RegExp; wanted: string }>>[] = [
    {
        serviceAccountId: {
            shape: /^sa-[a-z0-9]+$/,
            wanted: "the id of a service account such as sa-111aaa",
        },
    },
    { userId: { shape: /^u-[a-z0-9]+$/, wanted: "the id of a user such as u-111aaa" } },
    {
        stack: {
            shape: /^[^/\s]+\/[^/\s]+\/[^/\s]+$/,
            wanted: "the full name of the stack that owns the principal, such as org/project/base",
        },
    },
    {
        displayName: {
            shape: /^(?=.*\S).{1,64}$/s,
            wanted: "a name of 1 to 64 characters",
        },
        description: { shape: /^(?=.*\S).{1,128}$/s, wanted: "a text of 1 to 128 characters" },
    },
];

function readPrincipal(config: Config, key: string, note: Note): Principal | undefined {
    const value = readObject(config, key, wantedPrincipal, note);
    if (value === undefined) return undefined;
    const given = Object.keys(value);
    const strange = given.find((field) => !principalKinds.some((kind) => field in kind));
    if (strange !== undefined) {
        return note([key, strange], describeMistake(key, value, wantedPrincipal));
    }
    if (!principalKinds.some((kind) => given.every((field) => field in kind))) {
        return note([key], describeMistake(key, value, wantedPrincipal));
    }
    const shapes = Object.assign({}, ...principalKinds) as Record<string, { shape: RegExp; wanted: string }>;
    for (const field of given) {
        const { shape, wanted } = shapes[field] as { shape: RegExp; wanted: string };
        if (typeof value[field] !== "string" || !shape.test(value[field])) {
            return note([key, field], describeMistake(`${key}.${field}`, value[field], wanted));
        }
    }
    return value as unknown as Principal;
}

const wantedReadiness =
    'an object such as { timeout: "5m", unreachable: "warn", network: "public" }, and optionally restEndpoint';
const wantedEndpoint =
    "a URL that begins with https://, or one for each region: { aws.us-east-2: https://… }";

function readReadiness(
    config: Config,
    key: string,
    regions: readonly FlinkRegion[],
    note: Note,
): AccessReadinessArgs | undefined {
    const value = readObject(config, key, wantedReadiness, note);
    if (value === undefined) return undefined;
    const { timeout, unreachable, network, restEndpoint, ...others } = value;
    const strange = Object.keys(others)[0];
    if (strange !== undefined) return note([key, strange], describeMistake(key, value, wantedReadiness));
    if (timeout !== undefined && !/^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(String(timeout))) {
        return note([key, "timeout"], describeMistake(`${key}.timeout`, timeout, 'a duration such as "5m"'));
    }
    if (unreachable !== undefined && unreachable !== "warn" && unreachable !== "fail") {
        return note([key, "unreachable"], describeMistake(`${key}.unreachable`, unreachable, "warn or fail"));
    }
    if (network !== undefined && network !== "public" && network !== "private") {
        return note([key, "network"], describeMistake(`${key}.network`, network, "public or private"));
    }
    if (typeof restEndpoint === "object" && restEndpoint !== null && !Array.isArray(restEndpoint)) {
        for (const [region, endpoint] of Object.entries(restEndpoint)) {
            const path = `${key}.restEndpoint.${region}`;
            const names = regions.map(({ name }) => name);
            if (!names.includes(region)) {
                const wanted = `one of the stack's regions: ${names.join(", ")}`;
                return note([key, "restEndpoint", region], describeMistake(path, region, wanted));
            }
            if (!isEndpoint(endpoint)) {
                return note([key, "restEndpoint", region], describeMistake(path, endpoint, wantedEndpoint));
            }
        }
    } else if (restEndpoint !== undefined && !isEndpoint(restEndpoint)) {
        return note(
            [key, "restEndpoint"],
            describeMistake(`${key}.restEndpoint`, restEndpoint, wantedEndpoint),
        );
    }
    return value as AccessReadinessArgs;
}

function readRoles(config: Config, key: string, note: Note, attempt: Attempt): string[] | undefined {
    const value = config[key];
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.some((role) => typeof role !== "string")) {
        return note([key], describeMistake(key, value, 'a list of role names such as ["FlinkDeveloper"]'));
    }
    return attempt([key], () => grantsOf(value, key)) && value;
}

/**
 * Pulumi requires a value for every setting that Pulumi.yaml declares. But no role can be the default, because the
 * roles of an existing principal must be set explicitly. So the default is a word that means "not set".
 */
function isUnsaid(roles: unknown): boolean {
    return roles === undefined || (Array.isArray(roles) && roles.length === 1 && roles[0] === "unsaid");
}

/** Roles in addition to a statement runner, which replaces OrganizationAdmin, the default for a new account. */
function widerThanDefault(roles: readonly string[] | undefined): readonly string[] {
    return (roles ?? []).filter((role) => role !== "OrganizationAdmin");
}

const wantedRunner =
    "an object such as { kafkaClusterIds: [lkc-abc123], topics: { read: [orders], write: [totals] } }; subjects also need schemaRegistryId (lsrc-abc123)";

function readStatementRunner(config: Config, key: string, note: Note): Role | undefined {
    const value = readObject(config, key, wantedRunner, note);
    if (value === undefined) return undefined;
    const { kafkaClusterIds, topics, schemaRegistryId, subjects, ...others } = value;
    const wrongField = Object.entries({
        kafkaClusterIds: isNames(kafkaClusterIds) && kafkaClusterIds.every((id) => /^lkc-\w+$/.test(id)),
        topics: topics === undefined || isTopicAccess(topics),
        subjects: subjects === undefined || (isTopicAccess(subjects) && schemaRegistryId !== undefined),
        schemaRegistryId: schemaRegistryId === undefined || /^lsrc-\w+$/.test(String(schemaRegistryId)),
        ...Object.fromEntries(Object.keys(others).map((field) => [field, false])),
    }).find(([, fits]) => !fits)?.[0];
    if (wrongField !== undefined) {
        return note(
            [key, wrongField],
            describeMistake(`${key}.${wrongField}`, value[wrongField], wantedRunner),
        );
    }
    return rolePresets.statementRunner(value as unknown as StatementRunnerArgs);
}

function isNames(value: unknown): value is string[] {
    return (
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((name) => typeof name === "string" && name !== "")
    );
}

/** A list of names, or lists for `read`, `write` and `manage`. */
function isTopicAccess(value: unknown): boolean {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return isNames(value);
    return Object.entries(value).every(
        ([kind, names]) => /^(read|write|manage)$/.test(kind) && isNames(names),
    );
}

const wantedRotation =
    'an object such as { every: "90d", overlap: "7d" }, and optionally anchor, stagger and trigger';

function readRotation(config: Config, key: string, note: Note, attempt: Attempt): RotationArgs | undefined {
    const value = readObject(config, key, wantedRotation, note);
    if (value === undefined) return undefined;
    const known = ["every", "overlap", "anchor", "stagger", "trigger"];
    const strange = Object.keys(value).find((field) => !known.includes(field));
    if (strange !== undefined) return note([key, strange], describeMistake(key, value, wantedRotation));
    return attempt([key], () => parseRotation(value as RotationArgs, key)) && (value as RotationArgs);
}

function readBoolean(config: Config, key: string, note: Note): boolean | undefined {
    const value = config[key];
    if (value === undefined || typeof value === "boolean") return value;
    return note([key], describeMistake(key, value, "true or false"));
}

function readObject(
    config: Config,
    key: string,
    wanted: string,
    note: Note,
): Record<string, unknown> | undefined {
    const value = config[key];
    if (value === undefined) return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return note([key], describeMistake(key, value, wanted));
    }
    return Object.keys(value).length === 0 ? undefined : (value as Record<string, unknown>);
}

/** The path at the beginning of a message, if it is longer than `path`: `confluent-flink:regions[1]: …`. */
function exactPath(path: StackMistake["path"], message: string): StackMistake["path"] {
    if (path.length > 1 || !message.startsWith(`${path[0]}[`)) return path;
    const index = /^\[(\d+)\]/.exec(message.slice(path[0].length))?.[1];
    return index === undefined ? path : [path[0], Number(index)];
}
