import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { programError } from "./programError";

/** What the statements of one region run on. */
export interface FlinkProviderArgs {
    /** Compute pool that runs the statements: `lfcp-abc123`. */
    computePoolId: pulumi.Input<string>;
    /** Whom the statements run as. Default: the owner of the keys. */
    principalId?: pulumi.Input<string>;
    /** Tells several providers of one region apart; part of the resource's name. Default `statements`. */
    name?: string;
}

/** The settings of the official provider that come out of a key. It demands all or none of the seven. */
export interface KeySettings {
    readonly apiKey: pulumi.Input<string>;
    readonly apiSecret: pulumi.Input<string>;
    readonly restEndpoint: pulumi.Input<string>;
    readonly principalId: pulumi.Input<string>;
    readonly organizationId: pulumi.Input<string>;
    readonly environmentId: pulumi.Input<string>;
}

interface Made {
    readonly provider: confluentcloud.Provider;
    readonly args: FlinkProviderArgs;
}

/**
 * The official providers of one FlinkAccess for statements. The key is a setting of the provider and not of the
 * statement, so a rotation updates the provider alone: with `credentials` on the statement, it would be the statement.
 */
export class StatementProviders {
    readonly #made = new Map<string, Made>();

    constructor(
        readonly accessName: string,
        readonly parent: pulumi.Resource,
    ) {}

    /** The same one for the same region and args. Throws where the name is in use with other args. */
    for(region: string, key: KeySettings, args: FlinkProviderArgs): confluentcloud.Provider {
        const name = `${this.accessName}-${region}-${args.name ?? "statements"}`;
        const made = this.#made.get(name);
        if (made) {
            if (made.args.computePoolId === args.computePoolId && made.args.principalId === args.principalId)
                return made.provider;
            throw programError(
                `FlinkAccess "${this.accessName}": flinkProvider("${region}", …): got another computePoolId or principalId than before, expected the same ones, or a name of its own: { computePoolId, name: "backfill" }`,
            );
        }
        const provider = new confluentcloud.Provider(
            name,
            {
                ...cloudSettings(this.parent),
                flinkApiKey: key.apiKey,
                flinkApiSecret: key.apiSecret,
                flinkRestEndpoint: key.restEndpoint,
                flinkComputePoolId: args.computePoolId,
                flinkPrincipalId: args.principalId ?? key.principalId,
                organizationId: key.organizationId,
                environmentId: key.environmentId,
            },
            { parent: this.parent },
        );
        this.#made.set(name, { provider, args });
        return provider;
    }
}

/**
 * How Confluent Cloud itself is reached. A provider that is made in a program reads no `confluentcloud:` config, so it
 * is handed on; environment variables reach it by themselves. Not `oauth`: the official provider refuses it beside a
 * Flink key.
 */
function cloudSettings(parent: pulumi.Resource): confluentcloud.ProviderArgs {
    const given = parent.getProvider("confluentcloud:index/provider:Provider");
    if (given && confluentcloud.Provider.isInstance(given)) {
        const { cloudApiKey, cloudApiSecret, endpoint } = given;
        return { cloudApiKey, cloudApiSecret, endpoint };
    }
    const config = new pulumi.Config("confluentcloud");
    const settings = {
        cloudApiKey: config.getSecret("cloudApiKey"),
        cloudApiSecret: config.getSecret("cloudApiSecret"),
        endpoint: config.get("endpoint"),
    };
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
