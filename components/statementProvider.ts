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

/**
 * Makes the official providers for the statements of one FlinkAccess. The key is a setting of the provider: with `credentials`
 * on each statement, a rotation would update the statements. The same region and args give the same provider.
 */
export function statementProviders(
    accessName: string,
    parent: pulumi.Resource,
    settings: StatementSettings,
    keys: Readonly<Record<string, FlinkKey>>,
): (region: string, args: FlinkProviderArgs) => confluentcloud.Provider {
    const declared = new Map<string, { provider: confluentcloud.Provider; args: FlinkProviderArgs }>();
    return (region, args) => {
        // `AWS.us-east-2` and `env-abc123.aws.us-east-2` name the region `aws.us-east-2` too.
        const regionName =
            keys[region] === undefined
                ? inComponent(accessName, () => parseFlinkRegion(region, "flinkProvider: region")).name
                : region;
        const key = keys[regionName];
        if (key === undefined) {
            throw programError(
                `FlinkAccess "${accessName}": flinkProvider: got region ${JSON.stringify(region)}, expected one of regions: ${Object.keys(keys).join(", ")}`,
            );
        }
        const name = `${accessName}-${regionName}-${args.name ?? "statements"}`;
        const before = declared.get(name);
        if (before === undefined) {
            const provider = declareProvider(name, parent, settings, key, args);
            declared.set(name, { provider, args });
            return provider;
        }
        const other = (["computePoolId", "principalId"] as const).find(
            (property) => before.args[property] !== args[property],
        );
        if (other === undefined) return before.provider;
        throw programError(
            `FlinkAccess "${accessName}": flinkProvider("${regionName}", …): ${other}: ${differenceOf(before.args[other], args[other])}; or give this call a name of its own: { computePoolId, name: "backfill" }`,
        );
    };
}

function declareProvider(
    name: string,
    parent: pulumi.Resource,
    { principalId: owner, organizationId, environmentId }: StatementSettings,
    key: FlinkKey,
    { computePoolId, principalId = owner }: FlinkProviderArgs,
): confluentcloud.Provider {
    return new confluentcloud.Provider(
        name,
        {
            ...cloudSettings(parent),
            flinkApiKey: key.apiKey,
            flinkApiSecret: key.apiSecret,
            flinkRestEndpoint: key.restEndpoint,
            flinkComputePoolId: computePoolId,
            flinkPrincipalId: principalId,
            organizationId,
            environmentId,
        },
        {
            parent,
            // A statement keeps its region, compute pool and principal: the official provider does not compare them
            // with the provider's settings. So a change replaces the provider, and the engine replaces the statements
            // with it. They are deleted first, because two statements cannot have the same name. The owner of the key
            // counts too: another one may not see these statements, and then nobody could update or delete them.
            replacementTrigger: pulumi.all([key.scope, computePoolId, principalId, owner]),
            deleteBeforeReplace: true,
            // The type of a provider's options lacks `deleteBeforeReplace`, but the engine supports it.
        } as pulumi.CustomResourceOptions,
    );
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
 * Credentials and endpoint. A provider that a program declares reads environment variables, but not the `confluentcloud:`
 * config. `oauth` is not passed: the official provider refuses it together with a Flink key.
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
