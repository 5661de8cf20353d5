import type { AccessReadinessArgs, Principal, Role, RotationArgs, StatementRunnerArgs } from "../components";
import {
    checkEnvironment,
    type FlinkRegion,
    parseFlinkRegion,
    parseFlinkRegions,
} from "../components/flinkRegion";
import { rolePresets } from "../components/rolePresets";
import { grantsOf } from "../components/roles";
import { parseRotation } from "../components/rotation";
import { isEnvironmentId } from "../confluent/resourceIds";
import { isEndpoint } from "../confluent/safeEndpoint";
import { type ConfigReader, describeMistake } from "./configReader";

// Each function reads one setting of the stack's FlinkAccess, and adds its mistakes to the reader.

export function readEnvironmentId(reader: ConfigReader): string | undefined {
    const value = reader.value("environmentId");
    if (isEnvironmentId(value)) return value.trim().toLowerCase();
    return reader.refuse("environmentId", value, "an environment id such as env-abc123");
}

export function readRegions(reader: ConfigReader, environmentId: string | undefined): FlinkRegion[] {
    const key = reader.key("regions");
    const list = reader.value("regions");
    if (!Array.isArray(list)) {
        reader.attempt([key], () => parseFlinkRegions(list, key));
        return [];
    }
    const parsed = list.map((text, i) =>
        reader.attempt([key, i], () => parseFlinkRegion(text, `${key}[${i}]`)),
    );
    const regions = parsed.filter((region) => region !== undefined);
    if (regions.length < list.length) return regions;
    reader.attempt([key], () => {
        parseFlinkRegions(list, key);
        if (environmentId !== undefined) checkEnvironment(regions, environmentId, key);
    });
    return regions;
}

const wantedPrincipal =
    "at most one of serviceAccountId (sa-111aaa), userId (u-111aaa) and stack (org/project/base), or displayName and description of a new service account";

/** The fields of each kind of principal. Fields of two kinds cannot be combined. */
const principalKinds: readonly Readonly<Record<string, { format: RegExp; wanted: string }>>[] = [
    {
        serviceAccountId: {
            format: /^sa-[a-z0-9]+$/,
            wanted: "the id of a service account such as sa-111aaa",
        },
    },
    { userId: { format: /^u-[a-z0-9]+$/, wanted: "the id of a user such as u-111aaa" } },
    {
        stack: {
            format: /^[^/\s]+\/[^/\s]+\/[^/\s]+$/,
            wanted: "the full name of the stack that owns the principal, such as org/project/base",
        },
    },
    {
        displayName: {
            format: /^(?=.*\S).{1,64}$/s,
            wanted: "a name of 1 to 64 characters",
        },
        description: { format: /^(?=.*\S).{1,128}$/s, wanted: "a text of 1 to 128 characters" },
    },
];

export function readPrincipal(reader: ConfigReader): Principal | undefined {
    const value = reader.object("principal", wantedPrincipal);
    if (value === undefined) return undefined;
    const given = Object.keys(value);
    const unknown = given.find((field) => !principalKinds.some((kind) => field in kind));
    if (unknown !== undefined) return reader.refuseUnknownField("principal", unknown, wantedPrincipal);
    if (!principalKinds.some((kind) => given.every((field) => field in kind))) {
        return reader.refuse("principal", value, wantedPrincipal);
    }
    const fields = Object.assign({}, ...principalKinds) as Record<string, { format: RegExp; wanted: string }>;
    for (const field of given) {
        const { format, wanted } = fields[field] as { format: RegExp; wanted: string };
        if (typeof value[field] !== "string" || !format.test(value[field])) {
            return reader.refuseField("principal", field, value[field], wanted);
        }
    }
    return value as unknown as Principal;
}

const wantedReadiness =
    'an object such as { timeout: "5m", unreachable: "warn", network: "public" }, and optionally restEndpoint';
const wantedEndpoint =
    "a URL that begins with https://, or one for each region: { aws.us-east-2: https://… }";

export function readReadiness(
    reader: ConfigReader,
    regions: readonly FlinkRegion[],
): AccessReadinessArgs | undefined {
    const value = reader.object("readiness", wantedReadiness);
    if (value === undefined) return undefined;
    const { timeout, unreachable, network, restEndpoint, ...others } = value;
    const unknown = Object.keys(others)[0];
    if (unknown !== undefined) return reader.refuseUnknownField("readiness", unknown, wantedReadiness);
    if (timeout !== undefined && !/^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(String(timeout))) {
        return reader.refuseField("readiness", "timeout", timeout, 'a duration such as "5m"');
    }
    if (unreachable !== undefined && unreachable !== "warn" && unreachable !== "fail") {
        return reader.refuseField("readiness", "unreachable", unreachable, "warn or fail");
    }
    if (network !== undefined && network !== "public" && network !== "private") {
        return reader.refuseField("readiness", "network", network, "public or private");
    }
    if (!isEndpointOrMap(restEndpoint)) {
        return reader.refuseField("readiness", "restEndpoint", restEndpoint, wantedEndpoint);
    }
    const names = regions.map(({ name }) => name);
    for (const [region, endpoint] of Object.entries(typeof restEndpoint === "object" ? restEndpoint : {})) {
        const path = [reader.key("readiness"), "restEndpoint", region] as const;
        if (!names.includes(region)) {
            const wanted = `one of the stack's regions: ${names.join(", ")}`;
            return reader.add(path, describeMistake(path.join("."), region, wanted));
        }
        if (!isEndpoint(endpoint)) {
            return reader.add(path, describeMistake(path.join("."), endpoint, wantedEndpoint));
        }
    }
    return value as AccessReadinessArgs;
}

/** An endpoint, an object with one for each region, or not set. */
function isEndpointOrMap(value: unknown): value is string | Record<string, unknown> | undefined {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    return value === undefined || isMap || isEndpoint(value);
}

/** The roles in the config. `isSet` is false if they are the default. */
export function readRoles(reader: ConfigReader): { isSet: boolean; value: string[] | undefined } {
    const value = reader.value("roles");
    if (value === undefined) return { isSet: false, value };
    if (!Array.isArray(value) || value.some((role) => typeof role !== "string")) {
        reader.refuse("roles", value, 'a list of role names such as ["FlinkDeveloper"]');
        return { isSet: true, value: undefined };
    }
    const key = reader.key("roles");
    return { isSet: true, value: reader.attempt([key], () => grantsOf(value, key)) && value };
}

const wantedRunner =
    "an object such as { kafkaClusterIds: [lkc-abc123], topics: { read: [orders], write: [totals] } }; subjects also need schemaRegistryId (lsrc-abc123)";

/** The role of a statement runner. */
export function readStatementRunner(reader: ConfigReader): Role | undefined {
    const value = reader.object("statementRunner", wantedRunner);
    if (value === undefined) return undefined;
    const { kafkaClusterIds, topics, schemaRegistryId, subjects, ...others } = value;
    const invalidField = Object.entries({
        kafkaClusterIds: isNames(kafkaClusterIds) && kafkaClusterIds.every((id) => /^lkc-\w+$/.test(id)),
        topics: topics === undefined || isTopicAccess(topics),
        subjects: subjects === undefined || (isTopicAccess(subjects) && schemaRegistryId !== undefined),
        schemaRegistryId: schemaRegistryId === undefined || /^lsrc-\w+$/.test(String(schemaRegistryId)),
        ...Object.fromEntries(Object.keys(others).map((field) => [field, false])),
    }).find(([, isValid]) => !isValid)?.[0];
    if (invalidField !== undefined) {
        return reader.refuseField("statementRunner", invalidField, value[invalidField], wantedRunner);
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

export function readRotation(reader: ConfigReader): RotationArgs | undefined {
    const value = reader.object("rotation", wantedRotation);
    if (value === undefined) return undefined;
    const fields = ["every", "overlap", "anchor", "stagger", "trigger"];
    const unknown = Object.keys(value).find((field) => !fields.includes(field));
    if (unknown !== undefined) return reader.refuseUnknownField("rotation", unknown, wantedRotation);
    const rotation = value as RotationArgs;
    const key = reader.key("rotation");
    return reader.attempt([key], () => parseRotation(rotation, key)) && rotation;
}
