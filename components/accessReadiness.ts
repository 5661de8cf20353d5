import * as pulumi from "@pulumi/pulumi";
import { checkReadiness } from "../confluent/keyRules";
import { isKnownLater } from "./argumentFields";
import type { ReadinessArgs } from "./flinkApiKey";
import { inComponent } from "./programError";

/** As for one key, except that each region can have its own endpoint. */
export interface AccessReadinessArgs extends Omit<ReadinessArgs, "restEndpoint"> {
    /**
     * The Flink endpoint to use instead of the region's own, for all regions or for each:
     * `{ "aws.us-east-2": "https://…" }`. A region that is not listed uses its own endpoint. Default: none.
     */
    restEndpoint?: pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string>>>;
}

/** A region of a FlinkAccess: its name in the arguments, and the region that it stands for, `aws.us-east-2`. */
interface PlacedRegion {
    readonly name: string;
    readonly place: pulumi.Output<string>;
}

/** Throws if a value is not valid, or if an endpoint is for a region that is not one of `regions`. */
export function checkAccessReadiness(readiness: unknown, property: string, regions: readonly string[]): void {
    checkReadiness(readiness, property, { isKnownLater, regions });
}

/** The readiness settings of one region's key (`only`), or of a global key. Those that are an output are checked later. */
export function readinessOfKey(
    name: string,
    readiness: pulumi.Input<AccessReadinessArgs>,
    regions: readonly PlacedRegion[],
    only: string | undefined,
) {
    const names = regions.map((region) => region.name);
    const places = only === undefined ? regions.map(({ place }) => place) : [];
    return pulumi.all([readiness, pulumi.all(places)]).apply(([given, known]) => {
        inComponent(name, () => checkAccessReadiness(given, "readiness", names));
        const { restEndpoint, ...others } = given;
        const urlOf = (region: string): string | undefined =>
            typeof restEndpoint === "object" ? restEndpoint[region] : restEndpoint;
        const urls = known.map((place, i) => [place, urlOf(names[i] as string)] as const);
        const own = only === undefined ? byPlace(urls) : urlOf(only);
        return restEndpoint === undefined || own === undefined ? others : { ...others, restEndpoint: own };
    });
}

function byPlace(
    urls: readonly (readonly [place: string, url: string | undefined])[],
): Readonly<Record<string, string>> {
    return Object.fromEntries(urls.flatMap(([place, url]) => (url === undefined ? [] : [[place, url]])));
}
