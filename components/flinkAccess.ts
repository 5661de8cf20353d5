import type * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import type { RegionName } from "./accessRegion";
import { type FlinkAccessArgs, parseAccessArgs } from "./flinkAccessArgs";
import type { FlinkApiKey } from "./flinkApiKey";
import { requireInstalled } from "./installedProvider";
import { defaultPackages, requireProvider } from "./keyProvider";
import { lookUpLocation } from "./location";
import { principalFor } from "./principal";
import { inComponent } from "./programError";
import { promisedUrn } from "./promisedUrn";
import { declareKeys, type FlinkEnvironmentVariables, type FlinkKey } from "./regionKey";
import { bindRole, warnOfDefaultRole } from "./roleBinding";
import { type FlinkProviderArgs, statementProviders } from "./statementProvider";

const accessType = "confluent-flink:index:FlinkAccess";

/**
 * Flink access on Confluent Cloud: a principal, its roles, and one usable Flink API key for each environment-and-region
 * pair.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { FlinkAccess } from "pulumi-confluent-flink";
 *
 * const access = new FlinkAccess("analytics", {
 *     environmentId: "env-abc123",
 *     regions: ["aws.us-east-2", "gcp.us-east1"],
 *     roles: ["FlinkDeveloper"],
 *     rotation: { every: "90d", overlap: "7d" },
 * });
 *
 * export const { principalId, apiKeyIds, restEndpoints } = access;
 * export const keys = pulumi.secret(access.keys); // it contains secrets, and tools print outputs that are not marked
 * ```
 *
 * `Region` is inferred from `regions`: where they are literals, the outputs by region have exactly their names.
 */
export class FlinkAccess<Region extends string = string> extends pulumi.ComponentResource {
    /** The owner of the keys: `sa-111aaa` or `u-111aaa`. */
    public readonly principalId: pulumi.Output<string>;
    /** By region, such as `aws.us-east-2`. It contains secrets: export it as `pulumi.secret(access.keys)`. */
    public readonly keys: Readonly<Record<RegionName<Region>, FlinkKey>>;
    /** By region: the environment variables that a client needs. Each value is a Pulumi secret as a whole. */
    public readonly environmentVariables: Readonly<
        Record<RegionName<Region>, pulumi.Output<FlinkEnvironmentVariables>>
    >;
    /** By region, not secret: the URL of its Flink API, `https://flink.us-east-2.aws.confluent.cloud`. */
    public readonly restEndpoints: Readonly<Record<RegionName<Region>, pulumi.Output<string>>>;
    /** By region, not secret: the id of the current key. */
    public readonly apiKeyIds: Readonly<Record<RegionName<Region>, pulumi.Output<string>>>;
    /** By region, not secret: the scope of the key, `env-abc123.aws.us-east-2` or `global`. */
    public readonly scopes: Readonly<Record<RegionName<Region>, pulumi.Output<string>>>;
    /** The service account, if this component created one. */
    public readonly serviceAccount: confluentcloud.ServiceAccount | undefined;
    /** One for each grant. */
    public readonly roleBindings: readonly confluentcloud.RoleBinding[];
    /** The resources behind `keys`, by region. With `keyScope: "global"` it is the same one for all. */
    public readonly keyResources: Readonly<Record<RegionName<Region>, FlinkApiKey>>;

    readonly #flinkProvider: ReturnType<typeof statementProviders>;

    /**
     * `name` is the prefix of all child names, and part of the service account's default name. Throws if an argument is
     * invalid; the message has the argument, the value got and the value expected.
     */
    constructor(name: string, args: FlinkAccessArgs<Region>, opts?: pulumi.ComponentResourceOptions) {
        super(accessType, name, {}, opts);

        // First, what would otherwise fail only at the keys, when account and role bindings have been created.
        const provider = this.getProvider("confluentcloud:index:Provider");
        requireInstalled(`FlinkAccess "${name}"`);
        requireProvider(`FlinkAccess "${name}"`, defaultPackages.access, provider);
        const parsed = inComponent(name, () => parseAccessArgs(args));
        const { environmentId, regions, grants } = parsed;
        if (parsed.hasDefaultRole) warnOfDefaultRole(this);
        const nowMs = Date.now();
        const { location, lookedUp } = lookUpLocation(name, environmentId, regions, this);
        const { organizationId } = location;

        const urn = promisedUrn(name, accessType, opts?.parent);
        const principal = principalFor(name, parsed.principal, lookedUp, this, urn);
        this.principalId = principal.id;
        this.serviceAccount = principal.serviceAccount;
        this.roleBindings = grants.map((grant) => bindRole(name, grant, this.principalId, location, this));

        const settings = { ...parsed, principalId: this.principalId, organizationId, nowMs };
        // Without its roles a key cannot become usable, so none is created before them.
        const keyOpts = { parent: this, dependsOn: [...this.roleBindings] };
        const keys = declareKeys(name, settings, keyOpts);
        const byRegion = <T>(pick: (key: (typeof keys)[number]) => T): Record<RegionName<Region>, T> =>
            Object.fromEntries(keys.map((key) => [key.region, pick(key)])) as Record<RegionName<Region>, T>;
        this.keyResources = byRegion(({ resource }) => resource);
        this.keys = byRegion(({ key }) => key);
        this.environmentVariables = byRegion(({ environmentVariables }) => environmentVariables);
        this.restEndpoints = byRegion(({ key }) => key.restEndpoint);
        this.apiKeyIds = byRegion(({ key }) => key.apiKey);
        this.scopes = byRegion(({ key }) => key.scope);
        const statementSettings = { principalId: this.principalId, organizationId, environmentId };
        this.#flinkProvider = statementProviders(name, this, statementSettings, this.keys);

        this.registerOutputs({
            principalId: this.principalId,
            keys: this.keys,
            environmentVariables: this.environmentVariables,
            restEndpoints: this.restEndpoints,
            apiKeyIds: this.apiKeyIds,
            scopes: this.scopes,
        });
    }

    /**
     * The official provider for a region's statements, materialized tables and connections: pass it to them as
     * `provider`. A rotation updates the provider and does not touch them. Another environment, region, compute pool or
     * principal replaces the provider and them. Two calls with the same arguments return the same provider; two outputs
     * count as the same only if they are one object. Throws if the region is not in `regions`, or if the name is already
     * used with another compute pool or principal.
     *
     * @example
     * ```ts
     * import * as confluentcloud from "@pulumi/confluentcloud";
     * import { FlinkAccess } from "pulumi-confluent-flink";
     *
     * const access = new FlinkAccess("analytics", { environmentId: "env-abc123", regions: ["aws.us-east-2"], roles: ["FlinkDeveloper"] });
     * const provider = access.flinkProvider("aws.us-east-2", { computePoolId: "lfcp-abc123" });
     * new confluentcloud.FlinkStatement("totals", { statement: "SELECT 1;" }, { provider });
     * ```
     */
    public flinkProvider(region: RegionName<Region>, args: FlinkProviderArgs): confluentcloud.Provider {
        return this.#flinkProvider(region, args);
    }
}
