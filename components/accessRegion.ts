import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../confluent/clouds";
import { isObject } from "../confluent/valueRule";
import { parseEach, parseFlinkRegion } from "./flinkRegion";

/** A cloud and a region of it: `aws.us-east-2`. */
export type CloudRegion = `${Cloud | Uppercase<Cloud>}.${string}`;

/** A region with its environment: `env-abc123.aws.us-east-2`. */
export type RegionScope = `${`env-${string}` | `t${number}`}.${CloudRegion}`;

/** A text in `regions`: a literal must be a {@link CloudRegion} or a {@link RegionScope}; a plain `string` is checked later. */
export type RegionText<Text extends string> = string extends Text ? string : CloudRegion | RegionScope;

/** The name of a region in `keys`: `aws.us-east-2` for `AWS.us-east-2` and for `env-abc123.aws.us-east-2`. */
export type RegionName<Text extends string> = string extends Text
    ? string
    : Text extends `${string}.${infer C extends Cloud | Uppercase<Cloud>}.${infer Name}`
      ? RegionName<`${C}.${Name}`>
      : Text extends `${infer C extends Cloud | Uppercase<Cloud>}.${infer Name}`
        ? `${Lowercase<C>}.${string extends Name ? string : Lowercase<Name>}`
        : Text;

/** A region that is an output, such as a compute pool's, with a name that you choose. */
export interface NamedRegion<Name extends string = string> {
    /** The key's name in `keys`, and part of its resource name after the component's: `pool`. */
    name: Name;
    /** `aws`, `gcp` or `azure`, in either case. */
    cloud: pulumi.Input<Cloud | (string & {})>;
    /** `us-east-2` */
    region: pulumi.Input<string>;
}

/** A region of a FlinkAccess: a plain `aws.us-east-2`, or a {@link NamedRegion}. */
export interface AccessRegion {
    /** `aws.us-east-2`, or the name given. */
    readonly name: string;
    readonly cloud: pulumi.Input<string>;
    readonly region: pulumi.Input<string>;
    /** The environment, if the region was given as a whole scope. */
    readonly environmentId: string | undefined;
}

/** The regions of a FlinkAccess. Throws if it is no list, a value has another shape, or a region is repeated. */
export function parseAccessRegions(regions: unknown, property: string): AccessRegion[] {
    return parseEach(
        regions,
        property,
        (region, path): AccessRegion =>
            isObject(region) ? namedRegion(region, path) : parseFlinkRegion(region, path),
    );
}

/** The name of a region that is a key of `adopt`. */
export function regionNameOf(text: string, regions: readonly AccessRegion[], property: string): string {
    return regions.some(({ name }) => name === text) ? text : parseFlinkRegion(text, property).name;
}

function namedRegion({ name, cloud, region }: Partial<NamedRegion>, property: string): AccessRegion {
    if (typeof name !== "string" || !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
        throw new Error(
            `${property}.name: got ${JSON.stringify(name) ?? "nothing"}, expected a name of letters, digits, dots and dashes, such as "pool"`,
        );
    }
    if (cloud === undefined || region === undefined) {
        throw new Error(
            `${property}.${cloud === undefined ? "cloud" : "region"}: got nothing, expected { name: "pool", cloud: pool.cloud, region: pool.region }`,
        );
    }
    if (typeof cloud === "string" && typeof region === "string")
        return { ...parseFlinkRegion(`${cloud}.${region}`, property), name };
    const cloudName = pulumi.output(cloud).apply((known) => known.toLowerCase());
    return { name, cloud: cloudName, region, environmentId: undefined };
}
