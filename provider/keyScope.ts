import {
    type ApiKeyScope,
    type FlinkScope,
    flinkScope,
    globalScope,
    regionName,
} from "../confluent/flinkScope";

/** What a key is for, and where it has to work: in its one region, or, if it is global, in each region that the program lists. */
export interface KeyScope {
    /** `env-abc123.aws.us-east-2`, or `global`. */
    readonly name: string;
    readonly resource: ApiKeyScope;
    readonly environmentId: string;
    /** At least one. A key counts as usable when each of them has accepted it. */
    readonly places: readonly FlinkScope[];
    readonly isGlobal: boolean;
}

/** `regions`: `aws.us-east-2`, the only one of a key that is not global. */
export function keyScope(environmentId: string, regions: readonly string[], isGlobal: boolean): KeyScope {
    const places = regions.map((name) => {
        const [cloud = "", region = ""] = name.split(".");
        return flinkScope(environmentId, cloud, region);
    });
    const resource = isGlobal ? globalScope : (places[0] as FlinkScope);
    return { name: resource.name, resource, environmentId, places, isGlobal };
}

/** The names of the places, as inputs and outputs have them: `aws.us-east-2`. */
export function placeNames({ places }: KeyScope): string[] {
    return places.map(regionName);
}
