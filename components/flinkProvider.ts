import type * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { programError } from "./programError";

const official = "confluentcloud";
const dynamic = "pulumi-nodejs";

/** One for each provider: each is a process, so that a thousand keys of an organization share their look-ups. */
const made = new WeakMap<pulumi.ProviderResource, FlinkProvider>();

/**
 * The provider process of Flink API keys with the credentials and the endpoint of an explicit `confluentcloud.Provider`
 * (docs/decisions/008-explicit-providers.md). Made by what needs it, once for each; nobody has to declare one.
 */
export class FlinkProvider extends pulumi.ProviderResource {
    constructor(name: string, source: confluentcloud.Provider, opts?: pulumi.ResourceOptions) {
        // `oauth` is an object among the official provider's inputs and has no declared output: JSON, as in stack config.
        const { oauth } = source as unknown as { oauth?: pulumi.Output<string | undefined> };
        const { cloudApiKey, cloudApiSecret, endpoint } = settingsOf(source);
        super(
            dynamic,
            name,
            {
                // The names of stack config, so that `configure` reads both alike.
                "confluentcloud:cloudApiKey": pulumi.secret(cloudApiKey),
                "confluentcloud:cloudApiSecret": pulumi.secret(cloudApiSecret),
                "confluentcloud:endpoint": endpoint,
                ...(oauth !== undefined && { "confluentcloud:oauth": pulumi.secret(asGiven(oauth)) }),
            },
            opts,
        );
    }
}

/** How an explicit provider reaches Confluent Cloud. */
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
 * A provider's setting. In a preview the SDK takes one that was left out for one that is not known yet, and whatever is made of it
 * would show as changed every time. The two differ in what the SDK holds: nothing, or its mark of an unknown value.
 */
function asGiven<T>(setting: pulumi.Output<T>): pulumi.Output<T> {
    const { promise } = setting as unknown as { promise?: (withUnknowns: boolean) => Promise<T> };
    if (promise === undefined) return setting;
    const isLeftOut = promise(true).then((value) => value === undefined);
    return pulumi
        .output(isLeftOut)
        .apply((leftOut) => (leftOut ? (undefined as T) : setting)) as pulumi.Output<T>;
}

/** The options of a Flink API key, where they or its parent name an explicit provider: with the process that follows it. */
export function withFlinkProvider(opts: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    const given = opts.provider;
    if (packageOf(given) === dynamic) return opts;
    const inherited = given === undefined ? opts.parent?.getProvider(`${dynamic}:index:Provider`) : undefined;
    if (inherited !== undefined) return { ...opts, provider: inherited };
    const source =
        packageOf(given) === official ? given : opts.parent?.getProvider(`${official}:index:Provider`);
    return source === undefined ? opts : { ...opts, provider: flinkProviderOf(source) };
}

/**
 * Throws where the stack forbids default providers and none is given: the account and its roles would be made, and then
 * the key would fail. `subject` is what the message begins with: `FlinkAccess "analytics"`.
 */
export function requireProvider(
    subject: string,
    needed: readonly string[],
    provider: pulumi.ProviderResource | undefined,
): void {
    if (provider !== undefined) return;
    const barred = barredPackages();
    const missing = needed.find((name) => barred.includes("*") || barred.includes(name));
    if (missing === undefined) return;
    throw programError(
        `${subject}: provider: got nothing while pulumi:disable-default-providers forbids the default provider "${missing}", expected an explicit one: { provider: new confluentcloud.Provider("organization", { cloudApiKey, cloudApiSecret }) }`,
    );
}

/** What a FlinkAccess, or a key of its own, takes from default providers where none is given. */
export const defaultPackages = { access: [official, dynamic], key: [dynamic] } as const;

/** The explicit provider of the options or of the parent; undefined: the default one. */
export function explicitProvider(opts: pulumi.CustomResourceOptions): pulumi.ProviderResource | undefined {
    return opts.provider ?? opts.parent?.getProvider(`${official}:index:Provider`);
}

function flinkProviderOf(source: pulumi.ProviderResource): FlinkProvider {
    const found = made.get(source);
    if (found) return found;
    // Below its source, whose place in the program keeps the two of one name apart.
    const provider = new FlinkProvider(nameOf(source), source as confluentcloud.Provider, { parent: source });
    made.set(source, provider);
    return provider;
}

/** `confluentcloud`, out of the type `pulumi:providers:confluentcloud`, for which the SDK has no public accessor either. */
function packageOf(provider: pulumi.ProviderResource | undefined): string | undefined {
    const { __pulumiType: type } = (provider ?? {}) as { __pulumiType?: string };
    return type?.split(":").at(-1);
}

/** The SDK keeps a resource's name under this one; it has no public accessor. */
function nameOf(resource: pulumi.Resource): string {
    const { __name: name } = resource as unknown as { __name?: string };
    return `${name ?? "organization"}-flink`;
}

/** `pulumi:disable-default-providers`, as the engine reads it. */
function barredPackages(): readonly string[] {
    const list: unknown = new pulumi.Config("pulumi").getObject("disable-default-providers");
    return Array.isArray(list) ? list.map((name) => String(name).trim()) : [];
}
