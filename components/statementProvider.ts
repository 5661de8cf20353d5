import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { settingsOf } from "./flinkProvider";
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
    /** `env-abc123.aws.us-east-2` */
    readonly scope: pulumi.Input<string>;
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
            const other = (["computePoolId", "principalId"] as const).find(
                (property) => made.args[property] !== args[property],
            );
            if (other === undefined) return made.provider;
            throw programError(
                `FlinkAccess "${this.accessName}": flinkProvider("${region}", …): ${other}: ${differenceOf(made.args[other], args[other])}; or give this call a name of its own: { computePoolId, name: "backfill" }`,
            );
        }
        const principalId = args.principalId ?? key.principalId;
        const provider = new confluentcloud.Provider(
            name,
            {
                ...cloudSettings(this.parent),
                flinkApiKey: key.apiKey,
                flinkApiSecret: key.apiSecret,
                flinkRestEndpoint: key.restEndpoint,
                flinkComputePoolId: args.computePoolId,
                flinkPrincipalId: principalId,
                organizationId: key.organizationId,
                environmentId: key.environmentId,
            },
            {
                parent: this.parent,
                // A statement stays where it was made and runs on as whom it was made, whatever its provider says: the
                // official provider compares none of these. So another one replaces the provider, and the engine its
                // statements with it: first away, for a statement's name is taken as long as it lives.
                replacementTrigger: pulumi.all([key.scope, args.computePoolId, principalId]),
                deleteBeforeReplace: true,
                // The type of a provider's options leaves `deleteBeforeReplace` out; the engine takes it.
            } as pulumi.CustomResourceOptions,
        );
        this.#made.set(name, { provider, args });
        return provider;
    }
}

/** What differs between two calls of one name. An output is not known yet, so it equals itself alone. */
function differenceOf(
    before: pulumi.Input<string> | undefined,
    now: pulumi.Input<string> | undefined,
): string {
    const isPlain = [before, now].every((value) => value === undefined || typeof value === "string");
    return isPlain
        ? `got ${JSON.stringify(now) ?? "nothing"}, expected ${JSON.stringify(before) ?? "nothing"} as before`
        : "got another output than before, expected the same one (outputs are not compared by what they will hold): keep the provider, or the output, in a variable";
}

/**
 * How Confluent Cloud itself is reached. A provider that is made in a program reads no `confluentcloud:` config, so it
 * is handed on; environment variables reach it by themselves. Not `oauth`: the official provider refuses it beside a
 * Flink key.
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
