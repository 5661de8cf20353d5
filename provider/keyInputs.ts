import ms from "ms";
import { clouds, isCloud } from "../confluent/clouds";
import { parseDurationMs } from "../confluent/duration";
import { flinkScope, globalScope } from "../confluent/flinkScope";
import { isEnvironmentId, isPrincipalId } from "../confluent/resourceIds";
import { isEndpoint } from "../confluent/safeEndpoint";
import { type KeyScope, placeNames, placesOf, scopeOfGlobalKey, scopeOfRegion } from "./keyScope";

/**
 * What the engine sends in previews instead of a value that is not known yet (`@pulumi/pulumi` runtime/rpc; pulumi/pulumi,
 * sdk/go/common/resource/plugin/rpc.go): for a string, which is what Node.js programs send, and for an object.
 */
const unknownValues: readonly unknown[] = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

const defaultOverlapMs = ms("7d");
/** Longer would not give a valid date. */
const longestOverlapMs = ms("10y");
const defaultTimeoutMs = ms("5m");

/** The inputs of one key as they are stored: in lower case where Confluent ignores case. */
export interface KeyInputs {
    /** `sa-111aaa` or `u-111aaa` */
    readonly owner: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `global` for a global key. Otherwise not set, or the name of the scope, which `check` adds. */
    readonly scope?: string;
    /** `aws`, `gcp` or `azure`. Not set for a global key. */
    readonly cloud?: string;
    /** `us-east-2`. Not set for a global key. */
    readonly region?: string;
    /** Of a global key: the regions where it has to work, `aws.us-east-2`. */
    readonly regions?: readonly string[];
    readonly displayName: string;
    /** Ends with the resource's tag: see `tag.ts`. */
    readonly description: string;
    /** A change rotates the key. */
    readonly rotationTrigger?: string;
    /** How long a superseded key stays valid: `7d`. */
    readonly overlap?: string;
    readonly readiness?: ReadinessInputs;
    /** The program passes `environmentId` as a secret, so it must not be stored in clear. Default `false`. */
    readonly environmentIsSecret?: boolean;
    readonly adopt?: { readonly apiKey: string; readonly apiSecret: string };
}

/**
 * `warn`: the key is kept, `unverified`, and so is the key whose place it takes. `trust`: an unverified key counts as proven, so
 * that its predecessor is deleted. `fail`: the run fails.
 */
export type Unreachable = (typeof unreachables)[number];
const unreachables = ["warn", "trust", "fail"] as const;

export interface ReadinessInputs {
    /** How long to wait at most until the key is usable. Default `5m`. */
    readonly timeout?: string;
    /** What to do if the endpoint cannot be reached. Default `warn`. */
    readonly unreachable?: Unreachable;
    /** Which of the region's endpoints to use. Default `public`. */
    readonly network?: "public" | "private";
    /** Another endpoint to use instead: `https://flink-1234j.us-east-2.aws.confluent.cloud`. Of a global key: by region. */
    readonly restEndpoint?: string | Readonly<Record<string, string>>;
}

export interface CheckFailure {
    readonly property: string;
    readonly reason: string;
}

export function isUnknown(value: unknown): boolean {
    return unknownValues.includes(value);
}

/** Whether the inputs are those of a global key. */
export function isGlobal({ scope }: Pick<KeyInputs, "scope">): boolean {
    return scope === globalScope.name;
}

/** The scope in the inputs; undefined while a part of it is unknown. */
export function scopeOfInputs(inputs: KeyInputs): KeyScope | undefined {
    const { environmentId, cloud, region, regions } = inputs;
    const parts: readonly unknown[] = isGlobal(inputs)
        ? [environmentId, ...(Array.isArray(regions) ? regions : [undefined])]
        : [environmentId, cloud, region];
    if (parts.some((part) => isUnknown(part) || typeof part !== "string")) return undefined;
    return isGlobal(inputs)
        ? scopeOfGlobalKey(environmentId, placesOf(environmentId, regions as readonly string[]))
        : scopeOfRegion(flinkScope(environmentId, cloud as string, region as string));
}

/** The scope of a key that is about to be created. */
export function requireScope(inputs: KeyInputs): KeyScope {
    const scope = scopeOfInputs(inputs);
    if (scope === undefined)
        throw new Error("environmentId, cloud and region must be known when the key is created.");
    return scope;
}

/**
 * The resource's id: `sa-111aaa/env-abc123.aws.us-east-2`, `sa-111aaa/global`. A secret environment is left out, because ids are
 * stored in clear.
 */
export function resourceIdOf(inputs: KeyInputs, scope: KeyScope): string {
    const [place] = placeNames(scope);
    return `${inputs.owner}/${inputs.environmentIsSecret && !scope.isGlobal ? place : scope.name}`;
}

export function overlapMs(inputs: KeyInputs): number {
    return Math.min(parseDurationMs(inputs.overlap) ?? defaultOverlapMs, longestOverlapMs);
}

export function readinessTimeoutMs(inputs: KeyInputs): number {
    return parseDurationMs(inputs.readiness?.timeout) ?? defaultTimeoutMs;
}

/**
 * Validates the inputs and converts them to their stored form. Each failure has the property, the value got and the value
 * expected. Unknown values are accepted. Sends no request.
 */
export function checkShapes(news: Record<string, unknown>): { inputs: KeyInputs; failures: CheckFailure[] } {
    const failures: CheckFailure[] = [];
    const inputs: Record<string, unknown> = {};

    const take = (property: string, wanted: string, normalise: (value: unknown) => unknown): void => {
        const value = news[property];
        if (isUnknown(value)) {
            inputs[property] = value;
            return;
        }
        const normal = normalise(value);
        if (normal === undefined) failures.push(failureOf(property, value, wanted));
        // The SDK cannot send undefined. It would report that instead of the failure.
        if (normal !== undefined || value !== undefined) inputs[property] = normal ?? value;
    };
    const takeOptional = (property: string, wanted: string, normalise: (value: unknown) => unknown): void => {
        if (news[property] !== undefined && news[property] !== null) take(property, wanted, normalise);
    };

    take("owner", "a service account such as sa-111aaa or a user such as u-111aaa", (value) =>
        isPrincipalId(value) ? lowerCase(value) : undefined,
    );
    take("environmentId", "an environment id such as env-abc123", (value) =>
        isEnvironmentId(value) ? lowerCase(value) : undefined,
    );
    take("cloud", `one of ${clouds.join(", ")}`, (value) => {
        const cloud = lowerCase(value);
        return cloud !== undefined && isCloud(cloud) ? cloud : undefined;
    });
    take("region", "the name of a region such as us-east-2", matching(/^[a-z0-9][a-z0-9-]*$/));
    take("displayName", "a name that is not empty", (value) => nonEmpty(value));
    take("description", "a string", (value) => (typeof value === "string" ? value.trim() : undefined));
    takeOptional("rotationTrigger", "a string that is not empty", nonEmpty);
    takeOptional("overlap", "a duration of at most 10y, such as 7d, 12h or 0s", (value) =>
        (parseDurationMs(value) ?? 0) > longestOverlapMs ? undefined : duration(value),
    );
    takeOptional("readiness", wantedReadiness, (value) => value);
    const failure = readinessFailure(news.readiness);
    if (failure !== undefined) failures.push(failure);
    takeOptional("environmentIsSecret", "true, or nothing", (value) => value === true || undefined);
    takeOptional("adopt", "an object { apiKey, apiSecret }", adoption);
    return { inputs: inputs as unknown as KeyInputs, failures };
}

function lowerCase(value: unknown): string | undefined {
    return typeof value === "string" ? value.trim().toLowerCase() : undefined;
}

function matching(pattern: RegExp): (value: unknown) => string | undefined {
    return (value) => {
        const normal = lowerCase(value);
        return normal !== undefined && pattern.test(normal) ? normal : undefined;
    };
}

function nonEmpty(value: unknown): string | undefined {
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function duration(value: unknown): string | undefined {
    return parseDurationMs(value) === undefined ? undefined : (value as string).trim();
}

/** The fields of `readiness` and their valid values. */
const readinessFields: Readonly<Record<string, { fits: (value: unknown) => boolean; wanted: string }>> = {
    timeout: {
        fits: (value) => (parseDurationMs(value) ?? 0) > 0,
        wanted: 'a duration with its unit, such as "90s" or "5m"',
    },
    unreachable: {
        fits: (value) => (unreachables as readonly unknown[]).includes(value),
        wanted: '"warn", "trust" or "fail"',
    },
    network: { fits: (value) => value === "public" || value === "private", wanted: '"public" or "private"' },
    restEndpoint: { fits: isEndpoint, wanted: "a URL that begins with https://" },
};
const wantedReadiness = `an object with the fields ${Object.keys(readinessFields).join(", ")}`;

/**
 * The first invalid field of `readiness`; undefined if all are valid. The failure names no property, because the engine would
 * show `<nil>` for a nested one; the reason has the field's path.
 */
function readinessFailure(value: unknown): CheckFailure | undefined {
    if (value === undefined || value === null || isUnknown(value)) return undefined;
    if (typeof value !== "object") return failureOf("readiness", value, wantedReadiness);
    for (const [name, got] of Object.entries(value)) {
        const field = readinessFields[name];
        const path = `readiness.${name}`;
        if (field === undefined)
            return { property: "", reason: `${path}: got ${show(got)}, expected ${wantedReadiness}` };
        if (got !== undefined && !isUnknown(got) && !field.fits(got))
            return { property: "", reason: `${path}: got ${show(got)}, expected ${field.wanted}` };
    }
    return undefined;
}

function adoption(value: unknown): KeyInputs["adopt"] {
    if (typeof value !== "object" || value === null) return undefined;
    const { apiKey, apiSecret } = value as Record<string, unknown>;
    const [id, secret] = [nonEmpty(apiKey), nonEmpty(apiSecret)];
    return id !== undefined && secret !== undefined ? { apiKey: id, apiSecret: secret } : undefined;
}

/**
 * The engine prints the value of the property that a failure names. A failure for `adopt`, which holds a secret, therefore
 * names no property; the reason does.
 */
function failureOf(property: string, value: unknown, wanted: string): CheckFailure {
    if (property !== "adopt") return { property, reason: `got ${show(value)}, expected ${wanted}` };
    const got = typeof value === "object" ? show(value) : `a ${typeof value}`;
    return { property: "", reason: `adopt: got ${got}, expected ${wanted}` };
}

/** A value for an error message. Of an object only the field names are shown, because it may hold a secret. */
function show(value: unknown): string {
    if (value === undefined || value === null) return "nothing";
    if (typeof value === "object")
        return `an object with the fields ${Object.keys(value).join(", ") || "(none)"}`;
    return JSON.stringify(value);
}
