import type * as pulumi from "@pulumi/pulumi";
import { environmentIdRule } from "../confluent/keyRules";
import { describeMistake, oneOf, readValue } from "../confluent/valueRule";
import { type AccessReadinessArgs, checkAccessReadiness } from "./accessReadiness";
import {
    type AccessRegion,
    type NamedRegion,
    parseAccessRegions,
    type RegionName,
    type RegionText,
    regionNameOf,
} from "./accessRegion";
import { readInput, requireFields, withoutNulls } from "./argumentFields";
import type { AdoptedKey } from "./flinkApiKey";
import type { Grant } from "./grant";
import { isExisting, type Principal, parsePrincipal } from "./principalArgs";
import { grantsOf, type Role } from "./roles";
import { parseRotation, type Rotation, type RotationArgs } from "./rotation";

/** The inputs of a `FlinkAccess`. `Region` is the regions as they are written, where they are literals. */
export interface FlinkAccessArgs<Region extends string = string> {
    /** The environment that the keys give access to: `env-abc123`. */
    environmentId: pulumi.Input<string>;
    /**
     * One key is created for each region: `aws.us-east-2`, or the whole scope `env-abc123.aws.us-east-2`. A region that is
     * an output needs a name of its own: `{ name: "pool", cloud: pool.cloud, region: pool.region }`. The name becomes part of
     * the child resource's name. `[]`: a principal with roles and no key, which only runs statements.
     */
    regions: readonly (Region | NamedRegion<Region>)[] & readonly (RegionText<Region> | NamedRegion)[];
    /**
     * `region`: a key for each region, which gives access to nothing else. `global`: one key for all `regions`, which also works
     * for Kafka, Schema Registry and the control plane. A change replaces the keys. Default `"region"`.
     */
    keyScope?: "region" | "global";
    /** The owner of the keys. Default: a new service account. */
    principal?: Principal;
    /**
     * Roles granted to the principal: role names, which are bound at their default scope, `{ roleName, crnPattern }`, or
     * `rolePresets`. `[]` grants nothing, for a principal that already has its roles. Default `["OrganizationAdmin"]` for a
     * new service account. An existing principal has no default: its roles must be set.
     */
    roles?: Role | readonly Role[];
    /** When keys are rotated. Default: never. */
    rotation?: RotationArgs;
    /** How to wait until a key is usable. Applies to every key. Default `{ timeout: "5m", unreachable: "warn" }`. */
    readiness?: pulumi.Input<AccessReadinessArgs>;
    /**
     * Existing keys to take over, by region: `{ "aws.us-east-2": { apiKey, apiSecret } }`. They are read when their
     * resources are created. Every other region gets a new key. With `keyScope: "global"`: `{ global: { apiKey, apiSecret } }`.
     * Default: none.
     */
    adopt?: Readonly<Partial<Record<RegionName<Region> | "global", pulumi.Input<AdoptedKey>>>>;
}

/** Validated arguments, with their defaults. */
export interface ParsedAccessArgs {
    readonly environmentId: pulumi.Input<string>;
    readonly regions: readonly AccessRegion[];
    readonly keyScope: "region" | "global";
    readonly principal: Principal;
    readonly grants: readonly Grant[];
    /** Whether nobody wrote the roles, so that a new service account gets OrganizationAdmin. */
    readonly hasDefaultRole: boolean;
    readonly rotation: Rotation | undefined;
    readonly readiness: pulumi.Input<AccessReadinessArgs> | undefined;
    /** By the region's name. */
    readonly adopt: NonNullable<FlinkAccessArgs["adopt"]>;
}

export const keyScopeRule = oneOf("region", "global");

const argumentNames = [
    "environmentId",
    "regions",
    "keyScope",
    "principal",
    "roles",
    "rotation",
    "readiness",
    "adopt",
];

/** Validates the arguments. Throws for the first that is invalid: the argument, the value got and the value expected. */
export function parseAccessArgs<Region extends string>(given: FlinkAccessArgs<Region>): ParsedAccessArgs {
    requireFields(given, argumentNames, "", `only ${argumentNames.join(", ")}`);
    const args = withoutNulls(given);
    const principal = parsePrincipal(args.principal ?? {}, "principal");
    const regions = parseAccessRegions(args.regions, "regions");
    const regionNames = regions.map(({ name }) => name);
    const keyScope =
        args.keyScope === undefined ? "region" : readValue(keyScopeRule, args.keyScope, "keyScope");
    if (args.readiness !== undefined) checkAccessReadiness(args.readiness, "readiness", regionNames);
    return {
        environmentId: readInput(environmentIdRule, args.environmentId, "environmentId"),
        regions,
        keyScope,
        principal,
        readiness: args.readiness,
        grants: grantsOf(rolesOf(args.roles, principal, "roles"), "roles"),
        hasDefaultRole: args.roles === undefined,
        rotation: args.rotation && parseRotation(args.rotation, "rotation"),
        adopt: parseAdopt(args.adopt ?? {}, keyScope, regions),
    };
}

/** The roles given, or the default. An existing principal never becomes an administrator because an argument was left out. */
export function rolesOf<T>(
    roles: T | undefined,
    principal: Principal,
    property: string,
): T | readonly ["OrganizationAdmin"] {
    if (roles !== undefined) return roles;
    if (!isExisting(principal)) return ["OrganizationAdmin"];
    const wanted =
        'the roles to grant to an existing principal, such as ["FlinkDeveloper"], or [] if it already has its roles';
    throw new Error(describeMistake(property, undefined, wanted));
}

/** `adopt`, by the names of the keys: those of the regions, or `global`. Throws if it has a key for anything else. */
function parseAdopt(
    adopt: ParsedAccessArgs["adopt"],
    keyScope: "region" | "global",
    regions: readonly AccessRegion[],
): ParsedAccessArgs["adopt"] {
    const isGlobal = keyScope === "global";
    const names = isGlobal ? ["global"] : regions.map(({ name }) => name);
    const wanted = isGlobal
        ? '{ global: { apiKey, apiSecret } }, because keyScope is "global"'
        : `one of regions: ${names.join(", ")}`;
    return Object.fromEntries(
        Object.entries(adopt).map(([given, key]) => {
            const name = isGlobal ? given : regionNameOf(given, regions, "adopt");
            if (names.includes(name)) return [name, key];
            throw new Error(`adopt: got a key for ${JSON.stringify(given)}, expected ${wanted}`);
        }),
    );
}
