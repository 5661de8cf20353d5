import type * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { pluginHost, pluginPackage } from "./pluginHost";
import { processWide } from "./processWide";
import { programError } from "./programError";

const official = "confluentcloud";
/** The provider of dynamic resources. */
const dynamic = "pulumi-nodejs";

/** One for each official provider. Each is a process, so all keys of an organization share their look-ups. */
const providers = processWide("keyProviders", () => new WeakMap<pulumi.ProviderResource, KeyProvider>());

/**
 * The provider process of Flink API keys, with credentials and endpoint of an explicit `confluentcloud.Provider`
 * (docs/decisions/008-explicit-providers.md). Keys declare it when they need it.
 */
export class KeyProvider extends pulumi.ProviderResource {
    constructor(name: string, source: confluentcloud.Provider, opts?: pulumi.ResourceOptions) {
        // `oauth` is an input of the official provider without a declared output. It arrives as JSON, as in stack config.
        const { oauth } = source as unknown as { oauth?: pulumi.Output<string | undefined> };
        const { cloudApiKey, cloudApiSecret, endpoint } = settingsOf(source);
        // For dynamic resources, the names used in stack config, so that `configure` reads both in the same way.
        const prefix = pluginHost() ? "" : "confluentcloud:";
        super(
            keyPackage(),
            name,
            {
                [`${prefix}cloudApiKey`]: pulumi.secret(cloudApiKey),
                [`${prefix}cloudApiSecret`]: pulumi.secret(cloudApiSecret),
                [`${prefix}endpoint`]: endpoint,
                ...(oauth !== undefined && { [`${prefix}oauth`]: pulumi.secret(asGiven(oauth)) }),
            },
            opts,
        );
    }
}

export function settingsOf({
    cloudApiKey,
    cloudApiSecret,
    endpoint,
}: confluentcloud.Provider): Pick<confluentcloud.Provider, "cloudApiKey" | "cloudApiSecret" | "endpoint"> {
    return {
        cloudApiKey: asGiven(cloudApiKey),
        cloudApiSecret: asGiven(cloudApiSecret),
        endpoint: asGiven(endpoint),
    };
}

/**
 * In a preview the SDK treats a setting that is not set as one that is not known yet, and what depends on it would show as
 * changed. The two differ in the SDK's own value: undefined, or its mark for unknown values.
 */
function asGiven<T>(setting: pulumi.Output<T>): pulumi.Output<T> {
    const { promise } = setting as unknown as { promise?: (withUnknowns: boolean) => Promise<T> };
    if (promise === undefined) return setting;
    const isLeftOut = promise(true).then((value) => value === undefined);
    return pulumi
        .output(isLeftOut)
        .apply((leftOut) => (leftOut ? (undefined as T) : setting)) as pulumi.Output<T>;
}

/** Adds the matching {@link KeyProvider} to a key's options, if they or its parent have an explicit provider. */
export function withKeyProvider(opts: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    const given = opts.provider;
    const ownPackage = keyPackage();
    if (packageOf(given) === ownPackage) return opts;
    const inherited =
        given === undefined ? opts.parent?.getProvider(`${ownPackage}:index:Provider`) : undefined;
    if (inherited !== undefined) return { ...opts, provider: inherited };
    const source =
        packageOf(given) === official ? given : opts.parent?.getProvider(`${official}:index:Provider`);
    return source === undefined ? opts : { ...opts, provider: keyProviderOf(source) };
}

/**
 * Throws if the stack forbids default providers and no other is given: after account and role bindings, the key would fail.
 * `subject`: `FlinkAccess "analytics"`.
 */
export function requireProvider(
    subject: string,
    needed: readonly string[],
    provider: pulumi.ProviderResource | undefined,
): void {
    if (provider !== undefined) return;
    const disabled = disabledPackages();
    const missing = needed
        // The plugin gives its keys a provider itself.
        .filter((name) => name !== dynamic || pluginHost() === undefined)
        .find((name) => disabled.includes("*") || disabled.includes(name));
    if (missing === undefined) return;
    throw programError(
        `${subject}: provider: got nothing while pulumi:disable-default-providers forbids the default provider "${missing}", expected an explicit one: { provider: new confluentcloud.Provider("organization", { cloudApiKey, cloudApiSecret }) }`,
    );
}

function keyPackage(): string {
    return pluginHost() ? pluginPackage : dynamic;
}

/** The default providers that a FlinkAccess, or a single key, uses when no provider is given. */
export const defaultPackages = { access: [official, dynamic], key: [dynamic] } as const;

/** The explicit provider of the options or of the parent; undefined for the default provider. */
export function explicitProvider(opts: pulumi.CustomResourceOptions): pulumi.ProviderResource | undefined {
    return opts.provider ?? opts.parent?.getProvider(`${official}:index:Provider`);
}

function keyProviderOf(source: pulumi.ProviderResource): KeyProvider {
    const found = providers.get(source);
    if (found) return found;
    // A child of its source, so that two providers of the same name in different parts of the program do not collide.
    const provider = new KeyProvider(nameOf(source), source as confluentcloud.Provider, { parent: source });
    providers.set(source, provider);
    return provider;
}

/** `confluentcloud`, from the type `pulumi:providers:confluentcloud`. The SDK has no public accessor for it. */
function packageOf(provider: pulumi.ProviderResource | undefined): string | undefined {
    const { __pulumiType: type } = (provider ?? {}) as { __pulumiType?: string };
    return type?.split(":").at(-1);
}

/** The SDK has no public accessor for a resource's name. */
function nameOf(resource: pulumi.Resource): string {
    const { __name: name } = resource as unknown as { __name?: string };
    return `${name ?? "organization"}-flink`;
}

/** `pulumi:disable-default-providers`, read as the engine reads it. */
function disabledPackages(): readonly string[] {
    const list: unknown = new pulumi.Config("pulumi").getObject("disable-default-providers");
    return Array.isArray(list) ? list.map((name) => String(name).trim()) : [];
}
