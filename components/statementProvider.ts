import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { parseFlinkRegion } from "./flinkRegion";
import { settingsOf } from "./keyProvider";
import { inComponent, programError } from "./programError";
import type { FlinkKey } from "./regionKey";

/** The compute pool and principal of a region's statements. */
export interface FlinkProviderArgs {
    /** The compute pool that runs the statements: `lfcp-abc123`. */
    computePoolId: pulumi.Input<string>;
    /** The principal that the statements run as. Default: the owner of the keys. */
    principalId?: pulumi.Input<string>;
    /** Distinguishes several providers of one region; part of the resource's name. Default `statements`. */
    name?: string;
}

/** The settings of the official provider that all statements of a FlinkAccess share. */
export interface StatementSettings {
    readonly principalId: pulumi.Input<string>;
    readonly organizationId: pulumi.Input<string>;
    readonly environmentId: pulumi.Input<string>;
}

interface DeclaredProvider {
    readonly provider: confluentcloud.Provider;
    readonly args: FlinkProviderArgs;
}

/**
 * The official providers for the statements of one FlinkAccess. The key is a setting of the provider, so a rotation only
 * updates the provider. With `credentials` on each statement, a rotation would update the statements.
 */
export class StatementProviders {
    readonly #declared = new Map<string, DeclaredProvider>();
    readonly #accessName: string;
    readonly #parent: pulumi.Resource;
    readonly #settings: StatementSettings;

    constructor(accessName: string, parent: pulumi.Resource, settings: StatementSettings) {
        this.#accessName = accessName;
        this.#parent = parent;
        this.#settings = settings;
    }

    /**
     * The provider for a region of `keys`. The same region and args give the same provider. Throws if there is no such region,
     * or if the name is already used with other args.
     */
    for(
        region: string,
        keys: Readonly<Record<string, FlinkKey>>,
        args: FlinkProviderArgs,
    ): confluentcloud.Provider {
        const regionName = this.#regionName(region, keys);
        const key = keys[regionName];
        if (key === undefined) {
            throw programError(
                `FlinkAccess "${this.#accessName}": flinkProvider: got region ${JSON.stringify(region)}, expected one of regions: ${Object.keys(keys).join(", ")}`,
            );
        }
        const name = `${this.#accessName}-${regionName}-${args.name ?? "statements"}`;
        const declared = this.#declared.get(name);
        if (declared === undefined) {
            const provider = this.#declare(name, key, args);
            this.#declared.set(name, { provider, args });
            return provider;
        }
        const other = (["computePoolId", "principalId"] as const).find(
            (property) => declared.args[property] !== args[property],
        );
        if (other === undefined) return declared.provider;
        throw programError(
            `FlinkAccess "${this.#accessName}": flinkProvider("${regionName}", …): ${other}: ${differenceOf(declared.args[other], args[other])}; or give this call a name of its own: { computePoolId, name: "backfill" }`,
        );
    }

    /** `AWS.us-east-2` and `env-abc123.aws.us-east-2` name the region `aws.us-east-2` too. */
    #regionName(region: string, keys: Readonly<Record<string, FlinkKey>>): string {
        if (keys[region] !== undefined) return region;
        return inComponent(this.#accessName, () => parseFlinkRegion(region, "flinkProvider: region")).name;
    }

    #declare(name: string, key: FlinkKey, args: FlinkProviderArgs): confluentcloud.Provider {
        const principalId = args.principalId ?? this.#settings.principalId;
        return new confluentcloud.Provider(
            name,
            {
                ...cloudSettings(this.#parent),
                flinkApiKey: key.apiKey,
                flinkApiSecret: key.apiSecret,
                flinkRestEndpoint: key.restEndpoint,
                flinkComputePoolId: args.computePoolId,
                flinkPrincipalId: principalId,
                organizationId: this.#settings.organizationId,
                environmentId: this.#settings.environmentId,
            },
            {
                parent: this.#parent,
                // A statement keeps its region, compute pool and principal: the official provider does not compare them
                // with the provider's settings. So a change replaces the provider, and the engine replaces the statements
                // with it. They are deleted first, because two statements cannot have the same name. The owner of the key
                // counts too: another one may not see these statements, and then nobody could update or delete them.
                replacementTrigger: pulumi.all([
                    key.scope,
                    args.computePoolId,
                    principalId,
                    this.#settings.principalId,
                ]),
                deleteBeforeReplace: true,
                // The type of a provider's options lacks `deleteBeforeReplace`, but the engine supports it.
            } as pulumi.CustomResourceOptions,
        );
    }
}

/** Describes how two calls with one name differ. Outputs are not known yet, so they are compared by identity. */
function differenceOf(
    before: pulumi.Input<string> | undefined,
    now: pulumi.Input<string> | undefined,
): string {
    const isPlain = [before, now].every((value) => value === undefined || typeof value === "string");
    return isPlain
        ? `got ${JSON.stringify(now) ?? "nothing"}, expected ${JSON.stringify(before) ?? "nothing"} as before`
        : "got another output than before, expected the same one (outputs are compared by identity, not by value): keep the provider, or the output, in a variable";
}

/**
 * Credentials and endpoint for Confluent Cloud. A provider that a program declares does not read the `confluentcloud:` config,
 * so it is passed on; the provider reads environment variables by itself. `oauth` is not passed: the official provider refuses
 * it together with a Flink key.
 */
function cloudSettings(parent: pulumi.Resource): confluentcloud.ProviderArgs {
    const given = parent.getProvider("confluentcloud:index/provider:Provider");
    if (given && confluentcloud.Provider.isInstance(given)) return settingsOf(given);
    const config = new pulumi.Config("confluentcloud");
    const settings = {
        cloudApiKey: config.getSecret("cloudApiKey"),
        cloudApiSecret: config.getSecret("cloudApiSecret"),
        endpoint: config.get("endpoint"),
    };
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
