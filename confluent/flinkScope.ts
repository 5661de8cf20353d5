import { isEnvironmentId } from "./resourceIds";

/** An environment and a region of it: where statements run, and what a region's key gives access to. */
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

/** A global key works in every region and environment that its owner may use, and for Kafka, Schema Registry and more. */
export const globalScope = { name: "global" } as const;

/** What an API key is for, as Confluent Cloud stores it. */
export type ApiKeyScope =
    | FlinkScope
    | (typeof globalScope & { readonly [part in keyof Omit<FlinkScope, "name">]?: undefined });

/** `aws.us-east-2`, which names a region within an environment. */
export function regionName({ cloud, region }: Pick<FlinkScope, "cloud" | "region">): string {
    return `${cloud}.${region}`;
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

/** The region in a scope's name: `aws.us-east-2`; `global` for a global key, which has no region of its own. */
export function nameOfRegion({ name }: { readonly name: string }): string {
    return name.slice(name.indexOf(".") + 1);
}

/** Parses `env-abc123.aws.us-east-2`; undefined if the text does not have this form. */
export function parseFlinkScope(name: string): FlinkScope | undefined {
    const match = /^([^.\s]+)\.([^.\s]+)\.([^.\s]+)$/.exec(name.trim());
    return match && isEnvironmentId(match[1])
        ? flinkScope(match[1] as string, match[2] as string, match[3] as string)
        : undefined;
}

/**
 * The scope in an API key's `spec.resource`: `{ id: "aws.us-east-2", environment: "env-abc123" }` (or the environment in
 * `resource_name`), `{ id: "env-abc123.aws.us-east-2" }` or `{ id: "global" }`. Undefined for keys that are not for Flink.
 */
export function scopeOfResource(resource: unknown): ApiKeyScope | undefined {
    const { id, environment, resource_name } = (resource ?? {}) as Record<string, unknown>;
    if (typeof id !== "string") return undefined;
    const whole = parseFlinkScope(id);
    if (whole) return whole;
    if (id.toLowerCase() === globalScope.name) return globalScope;
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
