import { clouds, isCloud } from "./clouds";
import { durationForm, parseDurationMs } from "./duration";
import { isEnvironmentId, isPrincipalId, isServiceAccountId, isUserId } from "./resourceIds";
import { isEndpoint } from "./safeEndpoint";
import { describeMistake, isObject, oneOf, readText, secretValue, type ValueRule } from "./valueRule";

// The rules for the values of which a Flink API key is made. Where Confluent ignores case, a value is stored in lower case.

export const environmentIdRule = idRule(isEnvironmentId, "an environment id such as env-abc123");
export const serviceAccountIdRule = idRule(
    isServiceAccountId,
    "the id of a service account such as sa-111aaa",
);
export const userIdRule = idRule(isUserId, "the id of a user such as u-111aaa");
export const ownerRule = idRule(
    isPrincipalId,
    "a service account such as sa-111aaa or a user such as u-111aaa",
);

export const cloudRule: ValueRule<string> = {
    read: (value) => {
        const cloud = readText(value)?.toLowerCase() ?? "";
        return isCloud(cloud) ? cloud : undefined;
    },
    wanted: `one of ${clouds.join(", ")}`,
};

export const regionRule: ValueRule<string> = {
    read: (value) => {
        const region = readText(value)?.toLowerCase();
        return region !== undefined && /^[a-z0-9][a-z0-9-]*$/.test(region) ? region : undefined;
    },
    wanted: "the name of a region such as us-east-2",
};

/** Longer would not give a valid date. */
export const longestDurationMs = parseDurationMs("10y") as number;

/** How long a superseded key stays valid. */
export const overlapRule = durationRule("0s", "10y", "7d");

/** The fields of `readiness`. */
export const readinessRules = {
    timeout: durationRule("1ms", "1d", "5m"),
    unreachable: oneOf("warn", "trust", "fail"),
    network: oneOf("public", "private"),
    restEndpoint: {
        read: (value) => (isEndpoint(value) ? value.trim() : undefined),
        wanted: "a URL that begins with https:// (http:// for this machine only), without a query",
    },
} as const satisfies Readonly<Record<string, ValueRule<string>>>;

const readinessWanted = `an object with the fields ${Object.keys(readinessRules).join(", ")}`;

/** How {@link checkReadiness} reads what it is given. */
export interface ReadinessCheck {
    /** Whether a value is known only when the deployment runs, and is checked then. */
    readonly isKnownLater: (value: unknown) => boolean;
    /** The program has marked it as secret, so no value of it is shown. Default `false`. */
    readonly isSecret?: boolean;
    /** `restEndpoint` may also be an object with the endpoint of each of these regions. Default: it may not. */
    readonly regions?: readonly string[] | "any";
}

/** Throws for the first field of `readiness` that is not valid. */
export function checkReadiness(
    readiness: unknown,
    property: string,
    { isKnownLater, isSecret = false, regions }: ReadinessCheck,
): void {
    if (isKnownLater(readiness)) return;
    const mistake = (path: string, got: unknown, wanted: string): Error =>
        new Error(describeMistake(path, isSecret ? secretValue : got, wanted));
    if (!isObject(readiness)) throw mistake(property, readiness, readinessWanted);
    const rules: Readonly<Record<string, ValueRule>> = readinessRules;
    for (const [name, value] of Object.entries(readiness)) {
        if (value === undefined || isKnownLater(value)) continue;
        const path = `${property}.${name}`;
        const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
        if (rule === undefined) throw mistake(path, value, readinessWanted);
        if (regions === undefined || name !== "restEndpoint" || !isObject(value)) {
            if (rule.read(value) === undefined) throw mistake(path, value, rule.wanted);
            continue;
        }
        for (const [region, url] of Object.entries(value)) {
            const at = `${path}["${region}"]`;
            if (regions !== "any" && !regions.includes(region))
                throw new Error(`${at}: got another region, expected one of regions: ${regions.join(", ")}`);
            if (!isKnownLater(url) && rule.read(url) === undefined) throw mistake(at, url, rule.wanted);
        }
    }
}

/** A duration between two others, stored as text. */
export function durationRule(least: string, most: string, example: string): ValueRule<string> {
    const [leastMs, mostMs] = [least, most].map((limit) => parseDurationMs(limit)) as [number, number];
    return {
        read: (value) => {
            const valueMs = parseDurationMs(value);
            return valueMs !== undefined && valueMs >= leastMs && valueMs <= mostMs
                ? (value as string).trim()
                : undefined;
        },
        wanted: `a duration from ${least} to ${most} such as ${JSON.stringify(example)} (${durationForm})`,
    };
}

function idRule(isId: (value: unknown) => value is string, wanted: string): ValueRule<string> {
    return { read: (value) => (isId(value) ? value.trim().toLowerCase() : undefined), wanted };
}
