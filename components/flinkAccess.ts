import type * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { type AccessRegion, type NamedRegion, parseAccessRegions, regionNameOf } from "./accessRegion";
import { requireFields, withoutNulls } from "./argumentFields";
import { type AdoptedKey, FlinkApiKey, type ReadinessArgs, type SupersededKey } from "./flinkApiKey";
import { defaultPackages, requireProvider } from "./flinkProvider";
import { parseFlinkRegion } from "./flinkRegion";
import { requireInstalled } from "./installedProvider";
import { lookUpLocation } from "./location";
import { isExisting, type Principal, principalFor } from "./principal";
import { inComponent, programError } from "./programError";
import { bindRole, warnOfOrganizationAdmin } from "./roleBinding";
import { grantsOf, type Role } from "./roles";
import { parseRotation, type RotationArgs, rotationWindow } from "./rotation";
import { type FlinkProviderArgs, type KeySettings, StatementProviders } from "./statementProvider";

const accessType = "confluent-flink:index:FlinkAccess";

/** As for one key, but the endpoint may be named for each region. */
export interface AccessReadinessArgs extends Omit<ReadinessArgs, "restEndpoint"> {
    /**
     * The endpoint to ask instead of the region's own, or each region's: `{ "aws.us-east-2": "https://…" }`. Regions that
     * are not named ask their own. Default: none.
     */
    restEndpoint?: pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string>>>;
}

/** The inputs of a {@link FlinkAccess}. */
export interface FlinkAccessArgs {
    /** Environment that the keys open: `env-abc123`. */
    environmentId: pulumi.Input<string>;
    /**
     * A key is made for each: `aws.us-east-2`, or the whole scope `env-abc123.aws.us-east-2`; a region that is an output goes by
     * a name of its own, `{ name: "pool", cloud: pool.cloud, region: pool.region }`. The names are the children's. `"none"`: a
     * principal with its roles and no key, which only runs statements.
     */
    regions: readonly (string | NamedRegion)[] | "none";
    /** Who owns the keys. Default: a new service account. */
    principal?: Principal;
    /**
     * Roles granted to the principal: names, which hold at the scope each is made for, `{ roleName, crnPattern }`, or
     * `rolePresets`. `[]` grants nothing, for a principal that has its roles. Default `["OrganizationAdmin"]` for a service
     * account that is made here; for a principal that exists there is none, and it must be said.
     */
    roles?: Role | readonly Role[];
    /** Whether granting OrganizationAdmin gives a warning that names a narrower role. Default `true`. */
    warnOnOrganizationAdmin?: boolean;
    /** When keys are exchanged for new ones. Default: never. */
    rotation?: RotationArgs;
    /** The wait until a key is usable, handed to every key. Default `{ timeout: "5m", unreachable: "warn" }`. */
    readiness?: pulumi.Input<AccessReadinessArgs>;
    /**
     * Keys made elsewhere that are taken over when their resources are created, by region:
     * `{ "aws.us-east-2": { apiKey, apiSecret } }`. Other regions get a new key. Default: none.
     */
    adopt?: Readonly<Record<string, pulumi.Input<AdoptedKey>>>;
}

/** One region's key. */
export interface FlinkKey {
    /** Id of the key. */
    apiKey: pulumi.Output<string>;
    /** Its secret; a Pulumi secret. */
    apiSecret: pulumi.Output<string>;
    /** `env-abc123.aws.us-east-2` */
    scope: pulumi.Output<string>;
    /** `https://flink.us-east-2.aws.confluent.cloud` */
    restEndpoint: pulumi.Output<string>;
    /** ISO 8601. */
    createdAt: pulumi.Output<string>;
    /** `ready`, or `unverified` where the region could not be asked. */
    readiness: pulumi.Output<string>;
    /** When the next key takes over, ISO 8601; undefined without `rotation.every`. */
    rotatesAt: string | undefined;
    /** Keys that still live beside this one until their overlap ends. */
    superseded: pulumi.Output<SupersededKey[]>;
}

/** The variables that Confluent's own clients read: the Table API, the Terraform provider, the CLI. */
export interface FlinkEnvironment {
    /** Id of the key. */
    FLINK_API_KEY: string;
    /** Its secret. */
    FLINK_API_SECRET: string;
    /** `https://flink.us-east-2.aws.confluent.cloud` */
    FLINK_REST_ENDPOINT: string;
    /** `1111aaaa-0000-4000-8000-000000000000` */
    CONFLUENT_ORGANIZATION_ID: string;
    /** `env-abc123` */
    CONFLUENT_ENVIRONMENT_ID: string;
    /** The owner of the key: `sa-111aaa`. */
    FLINK_PRINCIPAL_ID: string;
    /** `aws` */
    CLOUD_PROVIDER: string;
    /** `us-east-2` */
    CLOUD_REGION: string;
}

/**
 * Flink access on Confluent Cloud: a principal, the roles it needs and one usable Flink API key for each
 * environment-and-region pair.
 *
 * @example
 * ```ts
 * import { FlinkAccess } from "pulumi-confluent-flink";
 *
 * const access = new FlinkAccess("analytics", {
 *     environmentId: "env-abc123",
 *     regions: ["aws.us-east-2", "gcp.us-east1"],
 *     roles: ["FlinkDeveloper"],
 *     rotation: { every: "90d", overlap: "7d" },
 * });
 *
 * export const principalId = access.principalId;
 * export const keys = access.keys;
 * ```
 */
export class FlinkAccess extends pulumi.ComponentResource {
    /** The owner of the keys: `sa-111aaa` or `u-111aaa`. */
    public readonly principalId: pulumi.Output<string>;
    /** By region, such as `aws.us-east-2`. */
    public readonly keys: Readonly<Record<string, FlinkKey>>;
    /** By region: what a client needs as environment variables. Each a Pulumi secret as a whole. */
    public readonly environment: Readonly<Record<string, pulumi.Output<FlinkEnvironment>>>;
    /** By region, not secret: where its Flink API answers, `https://flink.us-east-2.aws.confluent.cloud`. */
    public readonly restEndpoints: Readonly<Record<string, pulumi.Output<string>>>;
    /** By region, not secret: the id of the current key. */
    public readonly apiKeyIds: Readonly<Record<string, pulumi.Output<string>>>;
    /** By region, not secret: what the key opens, `env-abc123.aws.us-east-2`. */
    public readonly scopes: Readonly<Record<string, pulumi.Output<string>>>;
    /** The service account, where one was made. */
    public readonly serviceAccount: confluentcloud.ServiceAccount | undefined;
    /** One for each grant. */
    public readonly roleBindings: readonly confluentcloud.RoleBinding[];
    /** The resources behind `keys`, by region. */
    public readonly apiKeys: Readonly<Record<string, FlinkApiKey>>;

    readonly #statementProviders: StatementProviders;
    readonly #statementSettings: Pick<KeySettings, "organizationId" | "environmentId">;

    /**
     * `name` stands in front of the names of all children, and in the default name of the service account. Throws where an
     * argument is wrong, naming the argument, the value got and the value wanted.
     */
    constructor(name: string, args: FlinkAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super(accessType, name, {}, opts);
        args = inComponent(name, () => requireShape(args));

        // Before anything is made: what would only stop the keys, which come last.
        requireInstalled(`FlinkAccess "${name}"`);
        requireProvider(
            `FlinkAccess "${name}"`,
            defaultPackages.access,
            this.getProvider("confluentcloud:index:Provider"),
        );
        inComponent(name, () => requireIds(args));
        const regions = inComponent(name, () => parseAccessRegions(args.regions, "regions"));
        const grants = inComponent(name, () => grantsOf(rolesOf(args), "roles"));
        const rotation =
            args.rotation && inComponent(name, () => parseRotation(args.rotation ?? {}, "rotation"));
        const adopt = inComponent(name, () => adoptByRegion(args.adopt ?? {}, regions, "adopt"));
        if (args.warnOnOrganizationAdmin ?? true) warnOfOrganizationAdmin(grants, this);
        const nowMs = Date.now();
        const place = lookUpLocation(name, args.environmentId, regions, this);
        const organizationId = place.organizationId;

        const principal = principalFor(name, args.principal ?? {}, place.asked, this, {
            urn: urnOf(name, opts?.parent),
            isNested: opts?.parent !== undefined,
        });
        this.principalId = principal.id;
        this.serviceAccount = principal.serviceAccount;

        this.roleBindings = grants.map((grant) =>
            bindRole(name, grant, this.principalId, place.checked, this),
        );

        const apiKeys: Record<string, FlinkApiKey> = {};
        const keys: Record<string, FlinkKey> = {};
        const environment: Record<string, pulumi.Output<FlinkEnvironment>> = {};
        for (const { cloud, region, name: regionName } of regions) {
            const window = rotation && rotationWindow(rotation, regionName, nowMs);
            const key = new FlinkApiKey(
                `${name}-${regionName}`,
                {
                    owner: this.principalId,
                    environmentId: args.environmentId,
                    cloud,
                    region,
                    ...(args.readiness !== undefined && {
                        readiness: readinessOfRegion(args.readiness, regionName),
                    }),
                    ...(window?.rotationTrigger !== undefined && { rotationTrigger: window.rotationTrigger }),
                    ...(rotation && { overlap: rotation.overlap }),
                    ...(adopt[regionName] !== undefined && { adopt: adopt[regionName] }),
                },
                // Without its roles a key cannot become usable, and nothing is worth minting.
                { parent: this, dependsOn: [...this.roleBindings] },
            );
            const { apiKey, apiSecret, scope, restEndpoint, createdAt, readiness, superseded } = key;
            apiKeys[regionName] = key;
            keys[regionName] = {
                apiKey,
                apiSecret,
                scope,
                restEndpoint,
                createdAt,
                readiness,
                rotatesAt: window?.rotatesAt,
                superseded,
            };
            environment[regionName] = pulumi.secret({
                FLINK_API_KEY: apiKey,
                FLINK_API_SECRET: apiSecret,
                FLINK_REST_ENDPOINT: restEndpoint,
                CONFLUENT_ORGANIZATION_ID: organizationId,
                CONFLUENT_ENVIRONMENT_ID: args.environmentId,
                FLINK_PRINCIPAL_ID: this.principalId,
                CLOUD_PROVIDER: cloud,
                CLOUD_REGION: region,
            });
        }
        this.apiKeys = apiKeys;
        this.#statementProviders = new StatementProviders(name, this);
        this.#statementSettings = { organizationId, environmentId: args.environmentId };
        this.restEndpoints = byRegion(keys, ({ restEndpoint }) => restEndpoint);
        this.apiKeyIds = byRegion(keys, ({ apiKey }) => apiKey);
        this.scopes = byRegion(keys, ({ scope }) => scope);
        this.keys = keys;
        this.environment = environment;
        const { restEndpoints, apiKeyIds, scopes } = this;
        this.registerOutputs({
            principalId: this.principalId,
            keys,
            environment,
            restEndpoints,
            apiKeyIds,
            scopes,
        });
    }

    /**
     * The official provider for a region's statements, materialized tables and connections: give it to them as
     * `provider`. A rotation updates it and touches none of them; another environment, region, compute pool or principal
     * replaces it and them. The same call twice gives the same one; outputs are the same where they are one object. Throws
     * where the region is none of `regions`, or the name stands for another compute pool or principal already.
     *
     * @example
     * ```ts
     * import * as confluentcloud from "@pulumi/confluentcloud";
     * import { FlinkAccess } from "pulumi-confluent-flink";
     *
     * const access = new FlinkAccess("analytics", { environmentId: "env-abc123", regions: ["aws.us-east-2"] });
     * const provider = access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-abc123" });
     * new confluentcloud.FlinkStatement("totals", { statement: "SELECT 1;" }, { provider });
     * ```
     */
    public flinkProvider(region: string, args: FlinkProviderArgs): confluentcloud.Provider {
        const name =
            this.keys[region] === undefined
                ? inComponent(this.#statementProviders.accessName, () =>
                      parseFlinkRegion(region, "flinkProvider: region"),
                  ).name
                : region;
        const key = this.keys[name];
        if (key === undefined) {
            throw programError(
                `FlinkAccess "${this.#statementProviders.accessName}": flinkProvider: got region ${JSON.stringify(region)}, expected one of regions: ${Object.keys(this.keys).join(", ")}`,
            );
        }
        const { apiKey, apiSecret, restEndpoint, scope } = key;
        const settings = { apiKey, apiSecret, restEndpoint, scope, principalId: this.principalId };
        return this.#statementProviders.for(name, { ...settings, ...this.#statementSettings }, args);
    }
}

const accessFields = [
    "environmentId",
    "regions",
    "principal",
    "roles",
    "warnOnOrganizationAdmin",
    "rotation",
    "readiness",
    "adopt",
];
const principalFields = ["displayName", "description", "serviceAccountId", "userId", "stack"];
const rotationFields = ["every", "overlap", "anchor", "stagger", "trigger"];

/** The arguments without those that are null. Throws where one is misspelt or of another shape. */
function requireShape(given: FlinkAccessArgs): FlinkAccessArgs {
    requireFields(given, accessFields, "", `only ${accessFields.join(", ")}`);
    const args = withoutNulls(given);
    const { principal, rotation } = args;
    if (principal !== undefined) {
        const example =
            'an object such as { serviceAccountId: "sa-111aaa" }, with one of serviceAccountId, userId and stack, or displayName and description of a new service account';
        requireFields(principal, principalFields, "principal", example);
    }
    if (rotation !== undefined)
        requireFields(
            rotation,
            rotationFields,
            "rotation",
            'an object such as { every: "90d", overlap: "7d" }, with every, overlap, anchor, stagger and trigger',
        );
    return args;
}

function byRegion(
    keys: Readonly<Record<string, FlinkKey>>,
    value: (key: FlinkKey) => pulumi.Output<string>,
): Readonly<Record<string, pulumi.Output<string>>> {
    return Object.fromEntries(Object.entries(keys).map(([region, key]) => [region, value(key)]));
}

/** Nobody becomes an administrator by a line that was left out: of who exists, the roles are said. */
function rolesOf({ roles, principal }: FlinkAccessArgs): Role | readonly Role[] {
    if (roles !== undefined) return roles;
    if (principal === undefined || !isExisting(principal)) return ["OrganizationAdmin"];
    throw new Error(
        `roles: got nothing, expected the roles to grant to a principal that exists, such as ["FlinkDeveloper"], or [] for one that has its own`,
    );
}

/** In JavaScript, and where a variable is empty, an id may be left out: the look-up would speak of something else. */
function requireIds({ environmentId, principal }: FlinkAccessArgs): void {
    const ids = { ...principal } as Readonly<Record<string, unknown>>;
    const wanted: [string, unknown, boolean, string][] = [
        ["environmentId", environmentId, true, "an environment id such as env-abc123"],
        [
            "principal.serviceAccountId",
            ids.serviceAccountId,
            "serviceAccountId" in ids,
            "a service account such as sa-111aaa",
        ],
        ["principal.userId", ids.userId, "userId" in ids, "a user such as u-111aaa"],
        ["principal.stack", ids.stack, "stack" in ids, "a stack such as org/project/stack"],
    ];
    for (const [property, id, isNeeded, example] of wanted) {
        if (isNeeded && (id === undefined || id === null || id === ""))
            throw new Error(`${property}: got nothing, expected ${example}`);
    }
}

/** As a promise: see `keyTag`. */
function urnOf(name: string, parent: pulumi.Resource | undefined): Promise<string> {
    return new Promise((resolve) => pulumi.createUrn(name, accessType, parent).apply(resolve));
}

/** `adopt` by the names that `regions` go by. Throws where it names a region that is not among them. */
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

/** The readiness of one region's key. */
function readinessOfRegion(
    readiness: pulumi.Input<AccessReadinessArgs>,
    region: string,
): pulumi.Output<pulumi.Unwrap<ReadinessArgs>> {
    return pulumi.output(readiness).apply((given) => {
        // The provider says what is wrong with it.
        if (typeof given !== "object" || given === null) return given;
        const { restEndpoint, ...others } = given;
        const isByRegion = typeof restEndpoint === "object" && restEndpoint !== null;
        const own = isByRegion ? restEndpoint[region] : restEndpoint;
        return { ...others, ...(own !== undefined && { restEndpoint: own }) };
    });
}
