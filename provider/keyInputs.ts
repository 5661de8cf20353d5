import ms from "ms";
import { secretProblem } from "../confluent/apiKeySecret";
import { parseDurationMs } from "../confluent/duration";
import { globalScope } from "../confluent/flinkScope";
import {
    checkReadiness,
    cloudRule,
    environmentIdRule,
    longestDurationMs,
    overlapRule,
    ownerRule,
    regionRule,
} from "../confluent/keyRules";
import { isApiKeyId } from "../confluent/resourceIds";
import {
    describeMistake,
    describeValue,
    isObject,
    readText,
    secretValue,
    type ValueRule,
} from "../confluent/valueRule";
import { type KeyScope, keyScope, placeNames } from "./keyScope";
import { withTag } from "./tag";

/**
 * What the engine sends in previews instead of a value that is not known yet (`@pulumi/pulumi` runtime/rpc; pulumi/pulumi,
 * sdk/go/common/resource/plugin/rpc.go): for a string, which is what Node.js programs send, and for an object.
 */
const unknownValues: readonly unknown[] = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

const defaultOverlapMs = ms("7d");
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
 * `warn`: the key is kept, `unverified`, and so is the key whose place it takes. `trust`: an unverified key counts as verified, so
 * that its predecessor is deleted. `fail`: the run fails.
 */
export type Unreachable = "warn" | "trust" | "fail";

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

export function isGlobal({ scope }: Pick<KeyInputs, "scope">): boolean {
    return scope === globalScope.name;
}

/** The regions where the key has to work, `aws.us-east-2`; undefined instead of one of which a part is unknown. */
export function regionsIn(inputs: KeyInputs): readonly (string | undefined)[] {
    const { cloud, region, regions } = inputs;
    const isKnown = (part: unknown): boolean => typeof part === "string" && !isUnknown(part);
    if (!isGlobal(inputs)) return [isKnown(cloud) && isKnown(region) ? `${cloud}.${region}` : undefined];
    return Array.isArray(regions) ? regions.map((name) => (isKnown(name) ? name : undefined)) : [undefined];
}

/** The scope in the inputs; undefined while a part of it is unknown. */
export function scopeOfInputs(inputs: KeyInputs): KeyScope | undefined {
    const { environmentId } = inputs;
    const regions = regionsIn(inputs).filter((name) => name !== undefined);
    const isWhole = regions.length === regionsIn(inputs).length && typeof environmentId === "string";
    return isWhole && !isUnknown(environmentId)
        ? keyScope(environmentId, regions, isGlobal(inputs))
        : undefined;
}

export function requireScope(inputs: KeyInputs): KeyScope {
    const scope = scopeOfInputs(inputs);
    if (scope === undefined)
        throw new Error("environmentId, cloud and region must be known when the key is created.");
    return scope;
}

/** `sa-111aaa/env-abc123.aws.us-east-2`, `sa-111aaa/global`. Ids are stored in clear, so a secret environment is left out. */
export function resourceIdOf(inputs: KeyInputs, scope: KeyScope): string {
    const [place] = placeNames(scope);
    return `${inputs.owner}/${inputs.environmentIsSecret && !scope.isGlobal ? place : scope.name}`;
}

export function overlapMs(inputs: KeyInputs): number {
    return Math.min(parseDurationMs(inputs.overlap) ?? defaultOverlapMs, longestDurationMs);
}

export function readinessTimeoutMs(inputs: KeyInputs): number {
    return parseDurationMs(inputs.readiness?.timeout) ?? defaultTimeoutMs;
}

/** Validates the inputs and converts them to their stored form. Unknown values are accepted. Sends no request. */
export function checkShapes(news: Record<string, unknown>): { inputs: KeyInputs; failures: CheckFailure[] } {
    const failures: CheckFailure[] = [];
    const inputs: Record<string, unknown> = {};

    const secretInputs = Array.isArray(news.secretInputs) ? news.secretInputs : [];
    const isSecret = (property: string): boolean => secretInputs.includes(property);
    const take = (property: string, { read, wanted }: ValueRule): void => {
        const value = news[property];
        if (isUnknown(value)) {
            inputs[property] = value;
            return;
        }
        const stored = read(value);
        if (stored === undefined) failures.push(failureOf(property, value, wanted, isSecret(property)));
        // The SDK cannot send undefined. It would report that instead of the failure.
        if (stored !== undefined || value !== undefined) inputs[property] = stored ?? value;
    };
    const location = isGlobal(news as unknown as KeyInputs) ? globalLocation : regionLocation;
    for (const [property, rule] of Object.entries({ ...required, ...location })) take(property, rule);
    for (const [property, rule] of Object.entries(optional))
        if (news[property] !== undefined && news[property] !== null) take(property, rule);
    if (news.readiness !== undefined && news.readiness !== null) {
        inputs.readiness = news.readiness;
        failures.push(...readinessFailures(news, isSecret("readiness")));
    }
    const { description } = inputs;
    if (typeof news.tag === "string" && typeof description === "string" && !isUnknown(description))
        inputs.description = withTag(description, news.tag);
    if (isSecret("environmentId")) inputs.environmentIsSecret = true;
    if (news.adopt !== undefined && news.adopt !== null) {
        inputs.adopt = isUnknown(news.adopt) ? news.adopt : trimmed(news.adopt);
        const reason = isUnknown(news.adopt) ? undefined : adoptMistake(news.adopt);
        if (reason !== undefined) failures.push({ property: "", reason });
    }
    return { inputs: inputs as unknown as KeyInputs, failures };
}

const required: Readonly<Record<string, ValueRule>> = {
    owner: ownerRule,
    environmentId: environmentIdRule,
    displayName: { read: readText, wanted: "a name that is not empty" },
    description: {
        read: (value) => (typeof value === "string" ? value.trim() : undefined),
        wanted: "a string",
    },
};
const regionLocation = { cloud: cloudRule, region: regionRule };
const globalLocation: Readonly<Record<string, ValueRule>> = {
    scope: { read: (value) => value, wanted: globalScope.name },
    regions: { read: regionNames, wanted: 'a list of regions such as ["aws.us-east-2"], each once' },
};
const optional: Readonly<Record<string, ValueRule>> = {
    rotationTrigger: { read: readText, wanted: "a string that is not empty" },
    overlap: overlapRule,
};

/** The regions of a global key. One that is known later is checked then. */
function regionNames(value: unknown): unknown[] | undefined {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const names = value.map((name) => (typeof name === "string" ? name.trim().toLowerCase() : name));
    const areValid = names.every((name) => {
        const [cloud, region, ...others] = String(name).split(".");
        const isRegion = cloudRule.read(cloud) !== undefined && regionRule.read(region) !== undefined;
        return isUnknown(name) || (others.length === 0 && isRegion);
    });
    return areValid && new Set(names).size === names.length ? names : undefined;
}

/** Names no property, because the engine would show `<nil>` for a nested one; the reason has the field's path. */
function readinessFailures(news: Record<string, unknown>, isSecret: boolean): CheckFailure[] {
    const ofGlobalKey = isGlobal(news as unknown as KeyInputs) && ({ regions: "any" } as const);
    try {
        checkReadiness(news.readiness, "readiness", { isKnownLater: isUnknown, isSecret, ...ofGlobalKey });
        return [];
    } catch (error) {
        return [{ property: "", reason: (error as Error).message }];
    }
}

/** What is wrong with `adopt`. It holds a secret, and somebody may have swapped the two, so neither is shown. */
function adoptMistake(adopt: unknown): string | undefined {
    const wanted = "an object { apiKey, apiSecret }";
    if (!isObject(adopt))
        return `adopt: got a ${Array.isArray(adopt) ? "list" : typeof adopt}, expected ${wanted}`;
    const { apiKey, apiSecret } = adopt;
    const isGiven = (value: unknown): boolean => isUnknown(value) || readText(value) !== undefined;
    if (!isGiven(apiKey) || !isGiven(apiSecret)) return describeMistake("adopt", adopt, wanted);
    if (!isUnknown(apiKey) && !isApiKeyId(apiKey)) {
        const length = (apiKey as string).trim().length;
        return `adopt.apiKey: got a text of ${length} characters, which is not shown, expected the id of an API key: 16 upper-case letters and digits. Are apiKey and apiSecret swapped?`;
    }
    const problem = isUnknown(apiSecret) ? undefined : secretProblem((apiSecret as string).trim());
    return problem && `adopt.apiSecret: ${problem}`;
}

/** Space around an id or a secret comes from copying. */
function trimmed(adopt: unknown): unknown {
    if (!isObject(adopt)) return adopt;
    return Object.fromEntries(Object.entries(adopt).map(([name, value]) => [name, readText(value) ?? value]));
}

/** The engine prints the value of the property that a failure names. So one that may not be shown is named in the reason only. */
function failureOf(property: string, value: unknown, wanted: string, isSecret: boolean): CheckFailure {
    const got = describeValue(isSecret ? secretValue : value);
    const isShown = typeof value !== "string" || value === "" || got === JSON.stringify(value);
    const reason = `got ${got}, expected ${wanted}`;
    return isShown && !isSecret ? { property, reason } : { property: "", reason: `${property}: ${reason}` };
}
