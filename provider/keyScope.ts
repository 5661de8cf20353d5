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

export function scopeOfRegion(place: FlinkScope): KeyScope {
    return {
        name: place.name,
        resource: place,
        environmentId: place.environmentId,
        places: [place],
        isGlobal: false,
    };
}

export function scopeOfGlobalKey(environmentId: string, places: readonly FlinkScope[]): KeyScope {
    return { name: globalScope.name, resource: globalScope, environmentId, places, isGlobal: true };
}

/** The names of the places, as inputs and outputs have them: `aws.us-east-2`. */
export function placeNames({ places }: KeyScope): string[] {
    return places.map(regionName);
}

export function placesOf(environmentId: string, names: readonly string[]): FlinkScope[] {
    return names.map((name) => {
        const [cloud = "", region = ""] = name.split(".");
        return flinkScope(environmentId, cloud, region);
    });
}
