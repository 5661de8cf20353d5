import * as pulumi from "@pulumi/pulumi";
import { defaultPackages, explicitProvider, requireProvider, withFlinkProvider } from "./flinkProvider";
import { hasEngine, requireInstalled } from "./installedProvider";
import { cutText, longestKeyText } from "./nameLimits";
import { programError } from "./programError";
import { pausePromiseTraces } from "./promiseTraces";
import { keyTag } from "./tag";

const type = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";

/**
 * What the state keeps as the resource's code: a line that loads the provider of the installed package
 * (docs/decisions/001-provider-line.md). It never changes, so that no release shows as a difference. The file name that it
 * gives itself makes this package find itself, and stands in Node's message where the package is not found.
 */
export const providerLine =
    'exports.handler=(p="pulumi-confluent-flink",r=require)=>(module.filename=process.cwd()+"/package.json: add "+p,r(r.resolve(p+"/provider",{paths:[".",r.main.path]})))';

/** How long to wait for a key to become usable, and what it means when that cannot be found out. */
export interface ReadinessArgs {
    /** Limit of the wait, such as `90s` or `10m`. Default `5m`. */
    timeout?: pulumi.Input<string>;
    /**
     * What to do where the region's Flink endpoint cannot be reached at all, as on a private network: `warn` keeps the
     * key and reports it `unverified`, `fail` fails the deployment (the key stays in the state). Default `warn`.
     */
    unreachable?: pulumi.Input<"warn" | "fail">;
    /**
     * Which of the region's Flink endpoints to ask: `private` looks it up in Confluent Cloud's list of endpoints. The key's
     * output `restEndpoint` is the one that was asked. Default `public`.
     */
    network?: pulumi.Input<"public" | "private">;
    /** The endpoint to ask, in place of either: `https://flink-1234j.us-east-2.aws.confluent.cloud`. Default: none. */
    restEndpoint?: pulumi.Input<string>;
}

/** A key that another one took over from. */
export interface SupersededKey {
    /** Id of the key. */
    apiKey: string;
    /** ISO 8601; the first `pulumi up` after it deletes the key. */
    retireAt: string;
    /** When the other one took over, ISO 8601; not in states of versions before 0.2. */
    supersededAt?: string;
}

/** A key that was made elsewhere. */
export interface AdoptedKey {
    /** Its id: 16 upper-case letters and digits. */
    apiKey: pulumi.Input<string>;
    /** Its secret, which becomes a Pulumi secret. */
    apiSecret: pulumi.Input<string>;
}

/** The inputs of a {@link FlinkApiKey}. */
export interface FlinkApiKeyArgs {
    /** Owner of the key: a service account `sa-111aaa` or a user `u-111aaa`. Another owner replaces the key. */
    owner: pulumi.Input<string>;
    /** Environment the key opens: `env-abc123`. Another environment replaces the key. */
    environmentId: pulumi.Input<string>;
    /** `aws`, `gcp` or `azure`. Another cloud replaces the key. */
    cloud: pulumi.Input<string>;
    /** Region the key opens: `us-east-2`. Another region replaces the key. */
    region: pulumi.Input<string>;
    /** Name in Confluent Cloud. Default: the resource's name. */
    displayName?: pulumi.Input<string>;
    /** Description in Confluent Cloud, cut to 94 characters; the resource's tag is put behind it. Default `Pulumi <project>/<stack>`. */
    description?: pulumi.Input<string>;
    /**
     * Any string. A change of it mints a new key and lets the old one run out after `overlap`. A date, `2026-08-01` or
     * `2026-08-01T06:00:00Z`, is the start of a window: a key made since then stays, and while a superseded key lives the
     * window waits for it. A text behind the date, `2026-08-01 + leak`, does not wait. Default: none.
     */
    rotationTrigger?: pulumi.Input<string>;
    /** How long a superseded key stays valid, such as `7d`; `0s` deletes it at once. Default `7d`. */
    overlap?: pulumi.Input<string>;
    /** The wait until the key is usable. Default `{ timeout: "5m", unreachable: "warn" }`. */
    readiness?: pulumi.Input<ReadinessArgs>;
    /**
     * Takes over a key that was made elsewhere instead of making one. Read when the resource is created; removing it
     * later changes nothing. Default: none.
     */
    adopt?: pulumi.Input<AdoptedKey>;
}

/**
 * One Flink API key, usable when `pulumi up` returns: the region's Flink endpoint has accepted it by then. Its secret
 * is stored encrypted from the moment it exists.
 *
 * @example
 * ```ts
 * import { FlinkApiKey } from "pulumi-confluent-flink";
 *
 * const key = new FlinkApiKey("orders", {
 *     owner: "sa-111aaa",
 *     environmentId: "env-abc123",
 *     cloud: "aws",
 *     region: "us-east-2",
 * });
 * export const { apiKey, apiSecret, restEndpoint } = key;
 * ```
 */
export class FlinkApiKey extends pulumi.CustomResource {
    /** Id of the current key: 16 upper-case letters and digits. */
    declare public readonly apiKey: pulumi.Output<string>;
    /** Secret of the current key. Always a Pulumi secret. */
    declare public readonly apiSecret: pulumi.Output<string>;
    /** When the current key was made, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;
    /** What the key opens: `env-abc123.aws.us-east-2`. */
    declare public readonly scope: pulumi.Output<string>;
    /** Base URL of the region's Flink REST API: `https://flink.us-east-2.aws.confluent.cloud`. */
    declare public readonly restEndpoint: pulumi.Output<string>;
    /** `ready`: the region accepted the key. `unverified`: it could not be asked. */
    declare public readonly readiness: pulumi.Output<string>;
    /** Keys that still live beside the current one until their overlap ends. */
    declare public readonly superseded: pulumi.Output<SupersededKey[]>;

    /**
     * `name` is the resource's own and, unless `displayName` says otherwise, the key's in Confluent Cloud. Throws where this
     * package would not be found by the engine, or no provider may be used.
     */
    constructor(name: string, args: FlinkApiKeyArgs, opts?: pulumi.CustomResourceOptions) {
        requireInstalled(`FlinkApiKey "${name}"`);
        requireNoImport(name, opts);
        requireProvider(`FlinkApiKey "${name}"`, defaultPackages.key, explicitProvider(opts ?? {}));
        const description = args.description ?? `Pulumi ${pulumi.getProject()}/${pulumi.getStack()}`;
        const { rotationTrigger, overlap, readiness, adopt } = args;
        const props = {
            owner: args.owner,
            environmentId: args.environmentId,
            cloud: args.cloud,
            region: args.region,
            displayName: args.displayName ?? name,
            description: pulumi.interpolate`${cutDescription(description)} ${keyTag(type, name, opts?.parent)}`,
            // Each property costs the SDK four promises, so one that is not given is left out.
            ...(rotationTrigger !== undefined && { rotationTrigger }),
            ...(overlap !== undefined && { overlap }),
            ...(adopt !== undefined && { adopt: adopt && pulumi.secret(adopt) }),
            readiness,
            apiKey: undefined,
            apiSecret: undefined,
            createdAt: undefined,
            ...scopeAs(args),
            restEndpoint: undefined,
            superseded: undefined,
            __provider: providerLine,
        };
        const merged = pulumi.mergeOptions(withFlinkProvider(opts), {
            additionalSecretOutputs: ["apiSecret"],
        });
        const traces = pausePromiseTraces();
        try {
            super(type, name, props, merged);
        } catch (error) {
            throw traces.retrace(error, FlinkApiKey);
        }
        this.apiKey = knownOrNever(this.apiKey);
        this.apiSecret = knownOrNever(this.apiSecret);
        this.createdAt = knownOrNever(this.createdAt);
        this.restEndpoint = knownOrNever(this.restEndpoint);
        this.superseded = knownOrNever(this.superseded);
        // Pulumi's mocks forget what was a secret.
        this.scope = knownOrNever(
            typeof args.environmentId === "string"
                ? this.scope
                : pulumi.all([this.scope, args.environmentId]).apply(([scope]) => scope),
        );
        traces.resume();
        // In a preview the engine shows the input of this name, which is the settings of the wait.
        this.readiness = this.readiness.apply((value: unknown) =>
            typeof value === "string" ? value : "unverified",
        );
    }
}

/** The engine would read the key by its id, and the SDK's process fails at that before this package is asked. */
function requireNoImport(name: string, opts: pulumi.CustomResourceOptions | undefined): void {
    if (opts?.import === undefined) return;
    throw programError(
        `FlinkApiKey "${name}": import: got ${JSON.stringify(opts.import)}, expected none: Confluent Cloud shows the secret of a key only once, so it cannot be read. Take the key over with adopt: { apiKey, apiSecret }`,
    );
}

/**
 * The output, which only a key that is gone has not, in a run that takes the stack down: unknown then, so that no `apply` of a
 * program gets to see it. Newer SDKs do so by themselves.
 */
function knownOrNever<T>(output: pulumi.Output<T>): pulumi.Output<T> {
    return output.apply((value) =>
        value === undefined && hasEngine() ? (pulumi.unknown as unknown as T) : value,
    );
}

/**
 * Declares the output `scope`. A secret environment's id is in it: what the program gives as a secret, the engine keeps as one, and
 * the provider leaves it out of the resource's own id, which no engine encrypts.
 */
function scopeAs({ environmentId, cloud, region }: FlinkApiKeyArgs): Record<string, unknown> {
    if (typeof environmentId === "string") return { scope: undefined };
    const isSecret = pulumi.isSecret(pulumi.output(environmentId));
    return {
        scope: pulumi.interpolate`${environmentId}.${cloud}.${region}`.apply((scope) => scope.toLowerCase()),
        environmentIsSecret: isSecret.then((answer) => answer || undefined),
    };
}

/** Confluent takes 128 characters, and the tag has to be whole. */
function cutDescription(description: pulumi.Input<string>): pulumi.Input<string> {
    return typeof description === "string"
        ? cutText(description, longestKeyText)
        : pulumi.output(description).apply((known) => cutText(known, longestKeyText));
}
