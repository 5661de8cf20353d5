import { isEnvironmentId } from "./resourceIds";

/** The scope of a Flink API key: an environment and a region. */
export interface FlinkScope {
    /** `env-abc123` */
    readonly environmentId: string;
    /** `aws`, `gcp` or `azure` */
    readonly cloud: string;
    /** `us-east-2` */
    readonly region: string;
    /** `env-abc123.aws.us-east-2` */
    readonly name: string;
}

/** The scope with these parts, in lower case, because Confluent's resource ids are case-insensitive. */
export function flinkScope(environmentId: string, cloud: string, region: string): FlinkScope {
    const [e, c, r] = [environmentId, cloud, region].map((part) => part.trim().toLowerCase()) as [
        string,
        string,
        string,
    ];
    return { environmentId: e, cloud: c, region: r, name: `${e}.${c}.${r}` };
}

/** Parses `env-abc123.aws.us-east-2`; undefined if the text does not have this form. */
export function parseFlinkScope(name: string): FlinkScope | undefined {
    const match = /^([^.\s]+)\.([^.\s]+)\.([^.\s]+)$/.exec(name.trim());
    return match && isEnvironmentId(match[1])
        ? flinkScope(match[1] as string, match[2] as string, match[3] as string)
        : undefined;
}

/**
 * The scope in an API key's `spec.resource`. Confluent Cloud uses two forms: `{ id: "aws.us-east-2", environment:
 * "env-abc123" }` and `{ id: "env-abc123.aws.us-east-2" }`; the environment may also be in `resource_name`. Undefined
 * for keys that are not for Flink.
 */
export function flinkScopeOfResource(resource: unknown): FlinkScope | undefined {
    const { id, environment, resource_name } = (resource ?? {}) as Record<string, unknown>;
    if (typeof id !== "string") return undefined;
    const whole = parseFlinkScope(id);
    if (whole) return whole;
    const regionId = /^([a-z]+)\.([a-z0-9-]+)$/i.exec(id);
    if (!regionId) return undefined;
    const environmentId =
        typeof environment === "string" && environment !== ""
            ? environment
            : /\/environment=([^/]+)/.exec(typeof resource_name === "string" ? resource_name : "")?.[1];
    return environmentId
        ? flinkScope(environmentId, regionId[1] as string, regionId[2] as string)
        : undefined;
}
