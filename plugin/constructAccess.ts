import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, type FlinkKey } from "../components";
import { pluginPackage, runInPlugin } from "../components/pluginHost";
import { inComponent, programError } from "../components/programError";
import { promised, promisedUrn } from "../components/promisedUrn";
import { accessArgs } from "./accessArgs";

export interface Construction {
    readonly name: string;
    readonly type: string;
    readonly inputs: pulumi.Inputs;
    readonly options: pulumi.ComponentResourceOptions;
}

const accessType = `${pluginPackage}:index:FlinkAccess`;

/** One for each official provider in a deployment: the SDK makes an object of its own in each call. */
const sharedProviders = new Map<string, pulumi.ProviderResource>();

/** Runs FlinkAccess, which registers its children with the engine, and returns its outputs. */
export async function constructAccess({
    name,
    type,
    inputs,
    options,
}: Construction): Promise<pulumi.provider.ConstructResult> {
    if (type !== accessType)
        throw programError(`type: got "${type}", expected ${accessType}, the only component of this package`);
    const args = await accessArgs(inputs).catch((error: Error) =>
        inComponent(name, () => {
            throw error;
        }),
    );
    const [urn, providers] = await Promise.all([
        promisedUrn(name, accessType, options.parent),
        providersFor(options),
    ]);
    runInPlugin({ componentUrn: urn });
    const access = new FlinkAccess(name, args, { ...options, providers });
    return { urn: access.urn, state: stateOf(access) };
}

function stateOf(access: FlinkAccess): pulumi.Inputs {
    const { principalId, keys, environmentVariables, restEndpoints, apiKeyIds, scopes } = access;
    const providerSettings = Object.entries(keys).map(([region, key]) => [
        region,
        settingsOf(key, access, region),
    ]);
    return {
        principalId,
        // As a whole: Pulumi YAML loses a secret that is only a part of a value.
        keys: pulumi.secret(keys),
        environmentVariables: pulumi.secret(environmentVariables),
        providerSettings: pulumi.secret(Object.fromEntries(providerSettings)),
        restEndpoints,
        apiKeyIds,
        scopes,
    };
}

/** The counterpart of `FlinkAccess.flinkProvider`: a program in another language makes the provider itself. */
function settingsOf(
    { apiKey, apiSecret, restEndpoint }: FlinkKey,
    { principalId, environmentVariables }: FlinkAccess,
    region: string,
): pulumi.Inputs {
    const variables = environmentVariables[region];
    return {
        flinkApiKey: apiKey,
        flinkApiSecret: apiSecret,
        flinkRestEndpoint: restEndpoint,
        flinkPrincipalId: principalId,
        organizationId: variables?.CONFLUENT_ORGANIZATION_ID,
        environmentId: variables?.CONFLUENT_ENVIRONMENT_ID,
    };
}

/**
 * The providers for the children. Keys use this package's provider that the program passes, or one with the settings of its
 * official provider (`components/keyProvider.ts`), or one with that provider's config, which all components share: the engine
 * gives a provider only its own package's config, and a later destroy needs the credentials.
 */
async function providersFor(
    options: pulumi.ComponentResourceOptions,
): Promise<Record<string, pulumi.ProviderResource>> {
    const given = Object.entries((options.providers ?? {}) as Record<string, pulumi.ProviderResource>);
    const providers = Object.fromEntries(
        await Promise.all(given.map(async ([name, provider]) => [name, await shared(provider)])),
    );
    if (providers[pluginPackage] !== undefined || providers.confluentcloud !== undefined) return providers;
    const key = `${deployment()} ${pluginPackage}`;
    const own = sharedProviders.get(key) ?? providerFromConfig();
    sharedProviders.set(key, own);
    return { ...providers, [pluginPackage]: own };
}

function providerFromConfig(): pulumi.ProviderResource {
    const config = new pulumi.Config("confluentcloud");
    const settings = {
        cloudApiKey: config.getSecret("cloudApiKey"),
        cloudApiSecret: config.getSecret("cloudApiSecret"),
        oauth: config.getSecret("oauth"),
        endpoint: config.get("endpoint"),
    };
    return new OwnProvider(pluginPackage, settings);
}

class OwnProvider extends pulumi.ProviderResource {
    constructor(name: string, settings: pulumi.Inputs) {
        super(pluginPackage, name, settings);
    }
}

async function shared(provider: pulumi.ProviderResource): Promise<pulumi.ProviderResource> {
    const key = `${deployment()} ${await promised(provider.urn)}`;
    const first = sharedProviders.get(key) ?? provider;
    sharedProviders.set(key, first);
    return first;
}

/** The address of the engine's resource monitor. */
function deployment(): string {
    const monitor = pulumi.runtime.getMonitor() as unknown as { getChannel(): { getTarget(): string } };
    return monitor.getChannel().getTarget();
}
