import * as pulumi from "@pulumi/pulumi";
import { checkReadiness, readinessRules } from "../confluent/keyRules";
import { isKnownLater, readInput } from "./argumentFields";
import type { GlobalReadinessArgs, ReadinessArgs } from "./flinkApiKey";
import { inComponent } from "./programError";

/** As for one key, except that each region can have its own endpoint. */
export interface AccessReadinessArgs extends Omit<ReadinessArgs, "restEndpoint"> {
    /**
     * The Flink endpoint to use instead of the region's own, for all regions or for each:
     * `{ "aws.us-east-2": "https://…" }`. A region that is not listed uses its own endpoint. Default: none.
     */
    restEndpoint?: pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string>>>;
}

/** Throws if a value is not valid, or if an endpoint is for a region that is not one of `regions`. */
export function checkAccessReadiness(readiness: unknown, property: string, regions: readonly string[]): void {
    const endpoints = endpointsByRegion(readiness);
    const others =
        endpoints === undefined ? readiness : { ...(readiness as object), restEndpoint: undefined };
    checkReadiness(others, property, isKnownLater);
    for (const [region, endpoint] of Object.entries(endpoints ?? {})) {
        const path = `${property}.restEndpoint["${region}"]`;
        if (!regions.includes(region))
            throw new Error(`${path}: got another region, expected one of regions: ${regions.join(", ")}`);
        readInput(readinessRules.restEndpoint, endpoint, path);
    }
}

/** The readiness settings of one region's key. Those that are an output are checked when they are known. */
export function readinessOfRegion(
    name: string,
    readiness: pulumi.Input<AccessReadinessArgs>,
    region: string,
    regions: readonly string[],
): pulumi.Output<pulumi.Unwrap<ReadinessArgs>> {
    return pulumi.output(readiness).apply((given) => {
        inComponent(name, () => checkAccessReadiness(given, "readiness", regions));
        const { restEndpoint, ...others } = given;
        const own = typeof restEndpoint === "object" ? restEndpoint[region] : restEndpoint;
        return { ...others, ...(own !== undefined && { restEndpoint: own }) };
    });
}

/** The readiness settings of a global key: each place with the endpoint that is set for its region. */
export function readinessOfGlobalKey(
    name: string,
    readiness: pulumi.Input<AccessReadinessArgs>,
    regions: readonly { readonly name: string; readonly place: pulumi.Output<string> }[],
): pulumi.Output<pulumi.Unwrap<GlobalReadinessArgs>> {
    const places = pulumi.all(regions.map(({ place }) => place));
    return pulumi.all([readiness, places]).apply(([given, known]) => {
        const names = regions.map((region) => region.name);
        inComponent(name, () => checkAccessReadiness(given, "readiness", names));
        const { restEndpoint, ...others } = given;
        if (restEndpoint === undefined) return others;
        const urlOf = (region: string) =>
            typeof restEndpoint === "object" ? restEndpoint[region] : restEndpoint;
        const urls = names.flatMap((region, i) => {
            const url = urlOf(region);
            return url === undefined ? [] : [[known[i] as string, url] as const];
        });
        return { ...others, restEndpoint: Object.fromEntries(urls) };
    });
}

/** `readiness.restEndpoint`, if it is an object by region. */
function endpointsByRegion(readiness: unknown): Readonly<Record<string, unknown>> | undefined {
    if (isKnownLater(readiness)) return undefined;
    const { restEndpoint } = (readiness ?? {}) as { restEndpoint?: unknown };
    const isByRegion =
        typeof restEndpoint === "object" &&
        restEndpoint !== null &&
        !Array.isArray(restEndpoint) &&
        !isKnownLater(restEndpoint);
    return isByRegion ? (restEndpoint as Readonly<Record<string, unknown>>) : undefined;
}
