import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { withConflictRemedy } from "./conflictRemedy";
import { FlinkApiKey, type FlinkApiKeyArgs, type ReadinessArgs, type SupersededKey } from "./flinkApiKey";
import { checkEnvironment, type FlinkRegion, parseFlinkRegion, parseFlinkRegions } from "./flinkRegion";
import { mistake } from "./mistake";
import { type PrincipalOfStack, principalOfStack } from "./principalOfStack";
import { type Grant, grantsOf, type Role } from "./roles";
import { parseRotation, type RotationArgs, rotationWindow } from "./rotation";

/** A service account that is made for the keys. Long-running statements want one. */
export interface NewServiceAccount {
    /** Name, unique in the organization. Default `<project>-<stack>-<name>`. */
    displayName?: pulumi.Input<string>;
    /** Default `Runs Flink statements. Pulumi <project>/<stack>`. */
    description?: pulumi.Input<string>;
}

/** A service account that exists. */
export interface ExistingServiceAccount {
    /** `sa-111aaa` */
    serviceAccountId: pulumi.Input<string>;
}

/** A user: for interactive work. */
export interface ExistingUser {
    /** `u-111aaa` */
    userId: pulumi.Input<string>;
}

export type Principal = NewServiceAccount | ExistingServiceAccount | ExistingUser | PrincipalOfStack;

/** As for one key, but the endpoint may be named for each region. */
export interface AccessReadinessArgs extends Omit<ReadinessArgs, "restEndpoint"> {
    /**
     * The endpoint to ask instead of the region's own, or each region's: `{ "aws.us-east-2": "https://…" }`. Regions that
     * are not named ask their own. Default: none.
     */
    restEndpoint?: pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string>>>;
}

export interface FlinkAccessArgs {
    /** Environment that the keys open: `env-abc123`. */
    environmentId: pulumi.Input<string>;
    /** A key is made for each: `aws.us-east-2`, or the whole scope `env-abc123.aws.us-east-2`. Names the children. */
    regions: readonly string[];
    /** Who owns the keys. Default: a new service account. */
    principal?: Principal;
    /**
     * Roles granted to the principal: names, which hold at the scope each is made for, `{ roleName, crnPattern }`, or
     * `rolePresets`. `[]` grants nothing, for a principal that has its roles. Default `["OrganizationAdmin"]`.
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
    adopt?: Readonly<Record<string, NonNullable<FlinkApiKeyArgs["adopt"]>>>;
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
    FLINK_API_KEY: string;
    FLINK_API_SECRET: string;
    FLINK_REST_ENDPOINT: string;
    CONFLUENT_ORGANIZATION_ID: string;
    CONFLUENT_ENVIRONMENT_ID: string;
    FLINK_PRINCIPAL_ID: string;
    CLOUD_PROVIDER: string;
    CLOUD_REGION: string;
}

/**
 * Flink access on Confluent Cloud: a principal, the roles it needs and one usable Flink API key for each
 * environment-and-region pair.
 */
export class FlinkAccess extends pulumi.ComponentResource {
    /** The owner of the keys: `sa-111aaa` or `u-111aaa`. */
    public readonly principalId: pulumi.Output<string>;
    /** By region, such as `aws.us-east-2`. */
    public readonly keys: Readonly<Record<string, FlinkKey>>;
    /** By region: what a client needs as environment variables. Each a Pulumi secret as a whole. */
    public readonly environment: Readonly<Record<string, pulumi.Output<FlinkEnvironment>>>;
    /** The service account, where one was made. */
    public readonly serviceAccount: confluentcloud.ServiceAccount | undefined;
    /** One for each grant. */
    public readonly roleBindings: readonly confluentcloud.RoleBinding[];
    /** The resources behind `keys`, by region. */
    public readonly apiKeys: Readonly<Record<string, FlinkApiKey>>;

    constructor(name: string, args: FlinkAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("confluent-flink:index:FlinkAccess", name, {}, opts);

        const regions = naming(name, () => parseFlinkRegions(args.regions, "regions"));
        const grants = naming(name, () => grantsOf(args.roles ?? ["OrganizationAdmin"], "roles"));
        const rotation = args.rotation && naming(name, () => parseRotation(args.rotation ?? {}, "rotation"));
        const adopt = naming(name, () => adoptByRegion(args.adopt ?? {}, regions, "adopt"));
        if (args.warnOnOrganizationAdmin ?? true) warnOfOrganizationAdmin(grants, this);
        const nowMs = Date.now();
        const place = lookUpPlace(name, args.environmentId, regions, this);
        const organizationId = place.organizationId;

        if (args.principal && "serviceAccountId" in args.principal) {
            this.principalId = existingPrincipal(
                name,
                "serviceAccountId",
                args.principal.serviceAccountId,
                this,
            );
        } else if (args.principal && "userId" in args.principal) {
            this.principalId = existingPrincipal(name, "userId", args.principal.userId, this);
        } else if (args.principal && "stack" in args.principal) {
            this.principalId = principalOfStack(name, args.principal.stack, this);
        } else {
            this.serviceAccount = newServiceAccount(name, args.principal ?? {}, place.checked, this);
            this.principalId = this.serviceAccount.id;
        }

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
        this.keys = keys;
        this.environment = environment;
        this.registerOutputs({ principalId: this.principalId, keys, environment });
    }
}

/** `adopt` by the names that `regions` go by. Throws where it names a region that is not among them. */
function adoptByRegion(
    adopt: NonNullable<FlinkAccessArgs["adopt"]>,
    regions: readonly FlinkRegion[],
    property: string,
): NonNullable<FlinkAccessArgs["adopt"]> {
    const names = regions.map(({ name }) => name);
    return Object.fromEntries(
        Object.entries(adopt).map(([region, key]) => {
            const { name } = parseFlinkRegion(region, property);
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
    return pulumi.output(readiness).apply(({ restEndpoint, ...others }) => {
        const own = typeof restEndpoint === "object" ? restEndpoint[region] : restEndpoint;
        return { ...others, ...(own !== undefined && { restEndpoint: own }) };
    });
}

interface CheckedPlace {
    readonly organizationCrn: string;
    readonly environmentId: string;
}

/**
 * The organization, out of the environment's own CRN. What is declared with `checked` waits until Confluent Cloud has
 * confirmed the environment and, when something is about to be made, every region: with a mistake in either, nothing
 * is made. (In a preview the key's own check confirms the regions, and lists those that exist.)
 */
function lookUpPlace(
    name: string,
    environmentId: pulumi.Input<string>,
    regions: readonly FlinkRegion[],
    parent: pulumi.Resource,
): { checked: pulumi.Output<CheckedPlace>; organizationId: pulumi.Output<string> } {
    const found = pulumi.output(environmentId).apply(async (id) => {
        naming(name, () => checkEnvironment(regions, id, "regions"));
        const lookUpRegions = pulumi.runtime.isDryRun()
            ? []
            : regions.map((region, i) =>
                  confluentcloud
                      .getFlinkRegion(
                          { cloud: region.cloud.toUpperCase(), region: region.region },
                          { parent },
                      )
                      .catch(
                          explain(
                              name,
                              `regions[${i}]`,
                              region.name,
                              "a region where Confluent Cloud runs Flink (confluent flink region list)",
                          ),
                      ),
              );
        const [environment] = await Promise.all([
            confluentcloud
                .getEnvironment({ id }, { parent })
                .catch(
                    explain(
                        name,
                        "environmentId",
                        id,
                        "an environment that exists (confluent environment list)",
                    ),
                ),
            ...lookUpRegions,
        ]);
        const organizationId = /organization=([^/]+)/.exec(environment.resourceName)?.[1];
        if (organizationId === undefined) {
            throw mistake(
                `FlinkAccess "${name}": the CRN of environment ${id} names no organization: ${environment.resourceName}`,
            );
        }
        return { organizationId, environmentId: id };
    });
    return {
        organizationId: found.organizationId,
        checked: found.apply(({ organizationId, environmentId: id }) => ({
            organizationCrn: `crn://confluent.cloud/organization=${organizationId}`,
            environmentId: id,
        })),
    };
}

function newServiceAccount(
    name: string,
    account: NewServiceAccount,
    place: pulumi.Output<CheckedPlace>,
    parent: pulumi.Resource,
): confluentcloud.ServiceAccount {
    const home = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const displayName = account.displayName ?? `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    return new confluentcloud.ServiceAccount(
        `${name}-account`,
        {
            displayName: pulumi.all([displayName, place]).apply(([checkedName]) => checkedName),
            description: account.description ?? `Runs Flink statements. Pulumi ${home}`,
        },
        withConflictRemedy({ parent }),
    );
}

/** The id of a principal that exists, once Confluent Cloud has confirmed it. */
function existingPrincipal(
    name: string,
    property: "serviceAccountId" | "userId",
    id: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    return pulumi.output(id).apply(async (known) => {
        const found =
            property === "userId"
                ? confluentcloud.getUser({ id: known }, { parent })
                : confluentcloud.getServiceAccount({ id: known }, { parent });
        const wanted =
            property === "userId"
                ? "a user such as u-111aaa that exists (confluent iam user list)"
                : "a service account such as sa-111aaa that exists (confluent iam service-account list)";
        await found.catch(explain(name, `principal.${property}`, known, wanted));
        return known;
    });
}

function bindRole(
    name: string,
    grant: Grant,
    principalId: pulumi.Output<string>,
    place: pulumi.Output<CheckedPlace>,
    parent: pulumi.Resource,
): confluentcloud.RoleBinding {
    return new confluentcloud.RoleBinding(
        `${name}-${grant.suffix}`,
        {
            principal: pulumi.interpolate`User:${principalId}`,
            roleName: grant.roleName,
            crnPattern: place.apply((known) => pulumi.output(grant.crnPattern(known))),
            // The key's own wait covers the binding too; the official provider would sleep 90 seconds here.
            disableWaitForReady: true,
        },
        withConflictRemedy({ parent }),
    );
}

function warnOfOrganizationAdmin(grants: readonly Grant[], component: pulumi.Resource): void {
    if (!grants.some(({ roleName }) => roleName === "OrganizationAdmin")) return;
    // Not awaited: a log message that gets lost fails nothing.
    void pulumi.log.warn(
        "OrganizationAdmin opens the whole organization, and statements need far less: roles: rolePresets.statementRunner({ kafkaClusterIds, topics }), or FlinkDeveloper. warnOnOrganizationAdmin: false silences this.",
        component,
    );
}

/** Runs `parse`; what it finds wrong stops the program with a message that begins with the component's name. */
function naming<T>(name: string, parse: () => T): T {
    try {
        return parse();
    } catch (error) {
        throw mistake(`FlinkAccess "${name}": ${(error as Error).message}`);
    }
}

/** For a failed look-up: the property, the value got, the value wanted, and what the look-up said. */
function explain(name: string, property: string, value: string, wanted: string): (error: unknown) => never {
    return (error) => {
        const said = error instanceof Error ? error.message : String(error);
        throw mistake(`FlinkAccess "${name}": ${property}: got "${value}", expected ${wanted}. ${said}`);
    };
}
