import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../confluent/clouds";
import { hasEngine, requireInstalled } from "./installedProvider";
import { defaultPackages, explicitProvider, requireProvider, withKeyProvider } from "./keyProvider";
import { dynamicKeyType, pluginKeyType } from "./keyType";
import { pluginHost } from "./pluginHost";
import { programError } from "./programError";
import { pausePromiseTraces } from "./promiseTraces";
import { keyTag } from "./tag";

/**
 * What the state holds as the resource's code: one line that loads the provider from the installed package
 * (docs/decisions/001-provider-line.md). It never changes, so a new release is not a difference. It sets its own file name:
 * so that the package is found by its own name, and so that Node's message says what to do if it is not found.
 */
export const providerLine =
    'exports.handler=(p="pulumi-confluent-flink",r=require)=>(module.filename=process.cwd()+"/package.json: add "+p,r(r.resolve(p+"/provider",{paths:[".",r.main.path]})))';

/** How to wait until a key is usable, and what to do if the region's endpoint cannot be reached. */
export interface ReadinessArgs {
    /** How long to wait at most, such as `90s` or `10m`. Default `5m`. */
    timeout?: pulumi.Input<string>;
    /**
     * What to do if the region's Flink endpoint cannot be reached at all, as on a private network. `warn` keeps the key with
     * `status` `unverified`, and also the key whose place it takes. `trust` lets an unverified key count as verified, so that its
     * predecessor is deleted. `fail` fails the deployment; the key stays in the state. Default `warn`.
     */
    unreachable?: pulumi.Input<"warn" | "trust" | "fail">;
    /**
     * Which of the region's Flink endpoints to use. `private` looks it up in Confluent Cloud's list of endpoints. The key's
     * output `restEndpoint` is the endpoint in use. Default `public`.
     */
    network?: pulumi.Input<"public" | "private">;
    /** Another endpoint to use instead: `https://flink-1234j.us-east-2.aws.confluent.cloud`. Default: none. */
    restEndpoint?: pulumi.Input<string>;
}

/** An earlier key, which a rotation has replaced. */
export interface SupersededKey {
    /** Id of the key. */
    apiKey: string;
    /** ISO 8601. The first `pulumi up` after this time deletes the key. */
    retireAt: string;
    /** When it was replaced, ISO 8601. Undefined for a key that was never handed out. */
    supersededAt?: string;
}

/** An existing key. */
export interface AdoptedKey {
    /** Its id: 16 upper-case letters and digits. */
    apiKey: pulumi.Input<string>;
    /** Its secret, which becomes a Pulumi secret. */
    apiSecret: pulumi.Input<string>;
}

/** The inputs of a {@link FlinkApiKey}. */
export interface FlinkApiKeyArgs {
    /** Owner of the key: a service account `sa-111aaa` or a user `u-111aaa`. A change replaces the key. */
    owner: pulumi.Input<string>;
    /** The environment that the key gives access to: `env-abc123`. A change replaces the key. */
    environmentId: pulumi.Input<string>;
    /** `aws`, `gcp` or `azure`. A change replaces the key. */
    cloud: pulumi.Input<Cloud | (string & {})>;
    /** The region that the key gives access to: `us-east-2`. A change replaces the key. */
    region: pulumi.Input<string>;
    /** Name in Confluent Cloud. Default: the resource's name. */
    displayName?: pulumi.Input<string>;
    /** Description in Confluent Cloud. It is cut to 94 characters, and the resource's tag is appended. Default `Pulumi <project>/<stack>`. */
    description?: pulumi.Input<string>;
    /**
     * Any string. A change rotates the key: a new key is created, and the old one stays valid for `overlap`. A date,
     * `2026-08-01` or `2026-08-01T06:00:00Z`, is the start of a rotation window: a key created since then is not rotated, and
     * the rotation waits until no superseded key is left. A new text after the date, `2026-08-01 + leak`, rotates at once.
     * Default: none.
     */
    rotationTrigger?: pulumi.Input<string>;
    /** How long a superseded key stays valid, such as `7d`; `0s` deletes it at once. Default `7d`. */
    overlap?: pulumi.Input<string>;
    /** How to wait until the key is usable. Default `{ timeout: "5m", unreachable: "warn" }`. */
    readiness?: pulumi.Input<ReadinessArgs>;
    /**
     * An existing key to take over, instead of creating one. It is read when the resource is created; removing it later
     * changes nothing. Default: none.
     */
    adopt?: pulumi.Input<AdoptedKey>;
}

/** As for a key of one region, except that each region can have its own endpoint. */
export interface GlobalReadinessArgs extends Omit<ReadinessArgs, "restEndpoint"> {
    /** Other endpoints to use, by region: `{ "aws.us-east-2": "https://…" }`. Default: none. */
    restEndpoint?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The inputs of a {@link FlinkApiKey} that is a global key. It works in every region, and for Kafka, Schema Registry and the control
 * plane too, with its owner's roles. Only OrganizationAdmin, or ResourceOwner on the owner, can create one. Changing a key
 * between the two scopes replaces it.
 */
export interface GlobalFlinkApiKeyArgs extends Omit<FlinkApiKeyArgs, "cloud" | "region" | "readiness"> {
    /** Says that the key is a global one. */
    scope: "global";
    /**
     * The regions where the key has to work: `["aws.us-east-2", "gcp.us-east1"]`. The key is ready when each has accepted it. One
     * that is added later is tried with the same key.
     */
    regions: pulumi.Input<readonly pulumi.Input<string>[]>;
    /** How to wait until the key is usable. Default `{ timeout: "5m", unreachable: "warn" }`. */
    readiness?: pulumi.Input<GlobalReadinessArgs>;
}

/**
 * One Flink API key. When `pulumi up` returns, the region's Flink endpoint has accepted it. Its secret is in the state,
 * encrypted, from the moment it exists.
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
    /** When the current key was created, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;
    /** The environment and region that the key gives access to: `env-abc123.aws.us-east-2`. */
    declare public readonly scope: pulumi.Output<string>;
    /** Base URL of the region's Flink REST API: `https://flink.us-east-2.aws.confluent.cloud`. */
    declare public readonly restEndpoint: pulumi.Output<string>;
    /** The same by region. Only of a global key, which has no `restEndpoint`. */
    declare public readonly restEndpoints: pulumi.Output<Readonly<Record<string, string>>>;
    /**
     * `ready`: the region accepted the key. `pending`: not yet, and the next `up` goes on. `unverified`: its endpoint could not be
     * reached. `gone`: it was deleted outside Pulumi, and the next `up` creates another.
     */
    declare public readonly status: pulumi.Output<string>;
    /** Earlier keys that are still valid until their overlap ends. */
    declare public readonly superseded: pulumi.Output<SupersededKey[]>;

    /**
     * `name` is the resource's name, and the default of `displayName`. Throws if the engine could not load this package, or if
     * the stack forbids default providers and no other is given.
     */
    constructor(
        name: string,
        args: FlinkApiKeyArgs | GlobalFlinkApiKeyArgs,
        opts?: pulumi.CustomResourceOptions,
    ) {
        const plugin = pluginHost();
        requireInstalled(`FlinkApiKey "${name}"`);
        requireNoImport(name, opts);
        requireProvider(`FlinkApiKey "${name}"`, defaultPackages.key, explicitProvider(opts ?? {}));
        const description = args.description ?? `Pulumi ${pulumi.getProject()}/${pulumi.getStack()}`;
        const { rotationTrigger, overlap, readiness, adopt } = args;
        const isGlobal = "scope" in args;
        const props = {
            owner: args.owner,
            environmentId: args.environmentId,
            ...(isGlobal ? { regions: args.regions } : { cloud: args.cloud, region: args.region }),
            displayName: args.displayName ?? name,
            description,
            // The provider appends it to the description, also to one that a transform or `ignoreChanges` has replaced.
            tag: keyTag(name, opts?.parent),
            // Each property costs the SDK four promises, so those that are not set are left out.
            ...(rotationTrigger !== undefined && { rotationTrigger }),
            ...(overlap !== undefined && { overlap }),
            ...(adopt !== undefined && { adopt: adopt && pulumi.secret(adopt) }),
            ...(readiness !== undefined && { readiness }),
            apiKey: undefined,
            apiSecret: undefined,
            createdAt: undefined,
            scope: scopeAs(args),
            ...secretInputs(args),
            [isGlobal ? "restEndpoints" : "restEndpoint"]: undefined,
            status: undefined,
            superseded: undefined,
            ...(plugin === undefined && { __provider: providerLine }),
        };
        const merged = pulumi.mergeOptions(withKeyProvider(opts), {
            additionalSecretOutputs: ["apiSecret"],
            // A key that a program has created as a dynamic resource stays as it is.
            ...(plugin && { aliases: [{ type: dynamicKeyType }] }),
        });
        const type = plugin ? pluginKeyType : dynamicKeyType;
        const traces = pausePromiseTraces();
        try {
            super(type, name, props, merged);
        } catch (error) {
            throw traces.retrace(error, FlinkApiKey);
        }
        this.apiKey = knownOrNever(this.apiKey);
        this.apiSecret = knownOrNever(this.apiSecret);
        this.createdAt = knownOrNever(this.createdAt);
        if (isGlobal) this.restEndpoints = knownOrNever(this.restEndpoints);
        else this.restEndpoint = knownOrNever(this.restEndpoint);
        this.status = knownOrNever(this.status);
        this.superseded = knownOrNever(this.superseded);
        // Pulumi's mocks do not keep secrets secret.
        this.scope = knownOrNever(
            typeof args.environmentId === "string" || isGlobal
                ? this.scope
                : pulumi.all([this.scope, args.environmentId]).apply(([scope]) => scope),
        );
        traces.resume();
    }
}

/** The engine would call `read` with the id, and the SDK's provider process fails before it calls this package. */
function requireNoImport(name: string, opts: pulumi.CustomResourceOptions | undefined): void {
    if (opts?.import === undefined) return;
    throw programError(
        `FlinkApiKey "${name}": import: got ${JSON.stringify(opts.import)}, expected none: Confluent Cloud shows the secret of a key only once, so it cannot be read. Take the key over with adopt: { apiKey, apiSecret }`,
    );
}

/**
 * Makes a missing output unknown, so that no `apply` of a program sees undefined. An output is only missing for a key that is
 * gone, in a destroy that runs the program. Newer SDKs do the same.
 */
function knownOrNever<T>(output: pulumi.Output<T>): pulumi.Output<T> {
    return output.apply((value) =>
        value === undefined && hasEngine() ? (pulumi.unknown as unknown as T) : value,
    );
}

/**
 * The names of the arguments that the program passes as secrets. The SDK's dynamic provider gets values in clear, and must not show
 * these in a message, or in the resource's id, which is never encrypted.
 */
function secretInputs(args: FlinkApiKeyArgs | GlobalFlinkApiKeyArgs): Record<string, unknown> {
    // What is plain all through cannot be a secret, and each promise costs time.
    const given = Object.entries(args).filter(
        ([name, value]) => name !== "adopt" && typeof value === "object" && value !== null,
    );
    if (given.length === 0) return {};
    const names = given.map(async ([name, value]) =>
        (await pulumi.isSecret(pulumi.output(value))) ? name : undefined,
    );
    const found = Promise.all(names).then((all) => all.filter((name) => name !== undefined));
    return { secretInputs: found.then((all) => (all.length > 0 ? all : undefined)) };
}

/**
 * Declares the output `scope`, which contains the environment's id. If the program passes the id as a secret, the engine keeps
 * `scope` secret.
 */
function scopeAs(args: FlinkApiKeyArgs | GlobalFlinkApiKeyArgs): pulumi.Input<string> | undefined {
    if ("scope" in args) return args.scope;
    const { environmentId, cloud, region } = args;
    if (typeof environmentId === "string") return undefined;
    return pulumi.interpolate`${environmentId}.${cloud}.${region}`.apply((scope) => scope.toLowerCase());
}
