import type * as pulumi from "@pulumi/pulumi";
import { type AccessRegion, type NamedRegion, parseAccessRegions, regionNameOf } from "./accessRegion";
import { requireFields, withoutNulls } from "./argumentFields";
import type { AdoptedKey, ReadinessArgs } from "./flinkApiKey";
import type { Grant } from "./grant";
import { isExisting, type Principal, requirePrincipalId } from "./principal";
import { grantsOf, type Role } from "./roles";
import { parseRotation, type Rotation, type RotationArgs } from "./rotation";

/** As for one key, except that each region can have its own endpoint. */
export interface AccessReadinessArgs extends Omit<ReadinessArgs, "restEndpoint"> {
    /**
     * The Flink endpoint to use instead of the region's own, for all regions or for each:
     * `{ "aws.us-east-2": "https://…" }`. A region that is not listed uses its own endpoint. Default: none.
     */
    restEndpoint?: pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string>>>;
}

/** The inputs of a `FlinkAccess`. */
export interface FlinkAccessArgs {
    /** The environment that the keys give access to: `env-abc123`. */
    environmentId: pulumi.Input<string>;
    /**
     * One key is created for each region: `aws.us-east-2`, or the whole scope `env-abc123.aws.us-east-2`. A region that is
     * an output needs a name of its own: `{ name: "pool", cloud: pool.cloud, region: pool.region }`. The name becomes part of
     * the child resource's name. `[]`: a principal with roles and no key, which only runs statements.
     */
    regions: readonly (string | NamedRegion)[];
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
     * resources are created. Every other region gets a new key. Default: none.
     */
    adopt?: Readonly<Record<string, pulumi.Input<AdoptedKey>>>;
}

/** Validated arguments, with their defaults. */
export interface ParsedAccessArgs {
    readonly environmentId: pulumi.Input<string>;
    readonly regions: readonly AccessRegion[];
    readonly principal: Principal;
    readonly grants: readonly Grant[];
    /** Whether nobody wrote the roles, so that a new service account gets OrganizationAdmin. */
    readonly hasDefaultRole: boolean;
    readonly rotation: Rotation | undefined;
    readonly readiness: pulumi.Input<AccessReadinessArgs> | undefined;
    /** By the region's name. */
    readonly adopt: NonNullable<FlinkAccessArgs["adopt"]>;
}

const argumentNames = ["environmentId", "regions", "principal", "roles", "rotation", "readiness", "adopt"];
const principalFields = ["displayName", "description", "serviceAccountId", "userId", "stack"];
const rotationFields = ["every", "overlap", "anchor", "stagger", "trigger"];

/** Validates the arguments. Throws for the first that is invalid: the argument, the value got and the value expected. */
export function parseAccessArgs(given: FlinkAccessArgs): ParsedAccessArgs {
    const args = requireShape(given);
    // JavaScript programs and empty variables can leave an id out. The look-up's message would be misleading.
    if (!args.environmentId)
        throw new Error("environmentId: got nothing, expected an environment id such as env-abc123");
    const principal = args.principal ?? {};
    requirePrincipalId(principal);
    const regions = parseAccessRegions(args.regions, "regions");
    return {
        environmentId: args.environmentId,
        regions,
        principal,
        readiness: args.readiness,
        grants: grantsOf(rolesOf(args), "roles"),
        hasDefaultRole: args.roles === undefined,
        rotation: args.rotation && parseRotation(args.rotation, "rotation"),
        adopt: adoptByRegion(args.adopt ?? {}, regions, "adopt"),
    };
}

/** The arguments without those that are null. Throws if one is misspelt or has another shape. */
function requireShape(given: FlinkAccessArgs): FlinkAccessArgs {
    requireFields(given, argumentNames, "", `only ${argumentNames.join(", ")}`);
    const args = withoutNulls(given);
    const { principal, rotation } = args;
    if (principal !== undefined) {
        const example =
            'an object such as { serviceAccountId: "sa-111aaa" }, with one of serviceAccountId, userId and stack, or displayName and description of a new service account';
        requireFields(principal, principalFields, "principal", example);
    }
    if (rotation !== undefined) {
        const example = `an object such as { every: "90d", overlap: "7d" }, with the fields ${rotationFields.join(", ")}`;
        requireFields(rotation, rotationFields, "rotation", example);
    }
    return args;
}

/** An existing principal never becomes an administrator because an argument was left out. */
function rolesOf({ roles, principal }: FlinkAccessArgs): Role | readonly Role[] {
    if (roles !== undefined) return roles;
    if (principal === undefined || !isExisting(principal)) return ["OrganizationAdmin"];
    throw new Error(
        `roles: got nothing, expected the roles to grant to an existing principal, such as ["FlinkDeveloper"], or [] if it already has its roles`,
    );
}

/** `adopt`, by the names of the regions. Throws if it has a region that is not one of them. */
function adoptByRegion(
    adopt: NonNullable<FlinkAccessArgs["adopt"]>,
    regions: readonly AccessRegion[],
    property: string,
): NonNullable<FlinkAccessArgs["adopt"]> {
    const names = regions.map(({ name }) => name);
    return Object.fromEntries(
        Object.entries(adopt).map(([region, key]) => {
            const name = regionNameOf(region, regions, property);
            if (names.includes(name)) return [name, key];
            throw new Error(
                `${property}: got a key for ${JSON.stringify(region)}, expected one of regions: ${names.join(", ")}`,
            );
        }),
    );
}
