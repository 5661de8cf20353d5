import { clouds, isCloud } from "../confluent/clouds";
import { describeMistake } from "../confluent/valueRule";

/** A region of a cloud where Confluent Cloud runs Flink. */
export interface FlinkRegion {
    /** `aws`, `gcp` or `azure` */
    readonly cloud: string;
    /** `us-east-2` */
    readonly region: string;
    /** `aws.us-east-2` */
    readonly name: string;
    /** The environment, if the region was given as a whole scope: `env-abc123`. */
    readonly environmentId: string | undefined;
}

/** Parses `aws.us-east-2`, or the whole scope `env-abc123.aws.us-east-2`, into lower case. `property` is for messages. */
export function parseFlinkRegion(text: unknown, property: string): FlinkRegion {
    const wanted = `a cloud and region such as "aws.us-east-2" (clouds: ${clouds.join(", ")})`;
    const match = /^(?:(env-[a-z0-9]+|t\d+)\.)?([a-z]+)\.([a-z0-9][a-z0-9-]*)$/.exec(
        typeof text === "string" ? text.trim().toLowerCase() : "",
    );
    const [, environmentId, cloud = "", region = ""] = match ?? [];
    if (!isCloud(cloud)) throw new Error(describeMistake(property, text, wanted));
    return { cloud, region, name: `${cloud}.${region}`, environmentId };
}

/** Parses a list of regions. Throws if it is no list, a value has another shape, or a region is repeated. */
export function parseFlinkRegions(list: unknown, property: string): FlinkRegion[] {
    return parseEach(list, property, parseFlinkRegion);
}

/** The same with another way to parse one. */
export function parseEach<T extends { readonly name: string }>(
    list: unknown,
    property: string,
    parse: (value: unknown, property: string) => T,
): T[] {
    if (!Array.isArray(list))
        throw new Error(describeMistake(property, list, 'a list of regions such as ["aws.us-east-2"]'));
    const regions = list.map((value, i) => parse(value, `${property}[${i}]`));
    for (const [i, { name }] of regions.entries()) {
        const first = regions.findIndex((region) => region.name === name);
        const got = JSON.stringify(typeof list[i] === "string" ? list[i] : name);
        if (first !== i)
            throw new Error(
                `${property}[${i}]: got ${got}, which ${property}[${first}] names already; expected each region once`,
            );
    }
    return regions;
}

/** Throws if a region was given as a scope of another environment. `isSecret`: `environmentId` is not shown. */
export function checkEnvironment(
    regions: readonly Pick<FlinkRegion, "name" | "environmentId">[],
    environmentId: string,
    property: string,
    isSecret = false,
): void {
    for (const [i, region] of regions.entries()) {
        if (region.environmentId !== undefined && region.environmentId !== environmentId.toLowerCase()) {
            throw new Error(
                `${property}[${i}]: got "${region.environmentId}.${region.name}", expected ${isSecret ? "the environment that environmentId names" : `environment ${environmentId}, which environmentId names`}; write "${region.name}", or use one FlinkAccess for each environment`,
            );
        }
    }
}
