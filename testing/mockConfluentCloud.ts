import * as pulumi from "@pulumi/pulumi";
import { type Deployed, type DeployOptions, deployProgram, turns } from "./deployProgram";
import {
    type MockedApiKey,
    type MockedResource,
    type MockedRoleBinding,
    type MockedServiceAccount,
    resourceTypes,
} from "./mockedResource";
import { mockId, mockKeyId, mockSecret } from "./mockIds";
import { type MockedLookUp, type MockInventory, MockLookUps } from "./mockLookUps";
import { readInputs } from "./readInputs";

/** What exists in the mocked Confluent Cloud, and the mocks for everything else that the program uses. */
export interface MockConfluentCloudArgs extends MockInventory {
    /**
     * The outputs of other stacks, which a `StackReference` reads: `{ "org/base/prod": { principalId: "sa-999zzz" } }`.
     * Default: every stack exists and has no outputs.
     */
    stackOutputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    /**
     * Mocks for the other providers that the program uses, such as AWS. Default: a resource has its inputs as outputs
     * and the id `<name>-id`, and a function returns its arguments.
     */
    others?: Partial<pulumi.runtime.Mocks>;
}

type Fields = Record<string, unknown>;

/** A resource, and what is recorded of it beside its inputs. */
interface Created extends pulumi.runtime.MockResourceResult {
    readonly recorded?: Fields;
}

/** Turns of the event loop that a key takes to become ready. */
const turnsUntilReady = 100;

/**
 * A mock of Confluent Cloud for unit tests of programs that use `FlinkAccess` or `FlinkApiKey`. It needs no engine, no
 * provider and no network. It answers look-ups, gives every resource the outputs that it would have, keeps secrets
 * secret, and records the registered resources. Use {@link MockConfluentCloud.deploy}, or pass it to
 * `pulumi.runtime.setMocks`.
 *
 * @example
 * ```ts
 * import { FlinkAccess } from "pulumi-confluent-flink";
 * import { MockConfluentCloud } from "pulumi-confluent-flink/testing";
 *
 * export async function grantsNoMoreThanFlinkDeveloper(): Promise<boolean> {
 *     const cloud = new MockConfluentCloud({ environments: ["env-abc123"], regions: ["aws.us-east-2"] });
 *     await cloud.deploy(() => {
 *         new FlinkAccess("orders", {
 *             environmentId: "env-abc123",
 *             regions: ["aws.us-east-2"],
 *             roles: ["FlinkDeveloper"],
 *         });
 *     });
 *     return cloud.roleBindings.every(({ roleName }) => roleName === "FlinkDeveloper");
 * }
 * ```
 */
export class MockConfluentCloud implements pulumi.runtime.Mocks {
    readonly #args: MockConfluentCloudArgs;
    readonly #answers: MockLookUps;
    readonly #resources: MockedResource[] = [];
    readonly #lookUps: MockedLookUp[] = [];

    /** Throws if both `organizations` and `environments` are set, or if `organizations` is empty. */
    constructor(args: MockConfluentCloudArgs = {}) {
        this.#args = args;
        this.#answers = new MockLookUps(args);
    }

    /**
     * All registered resources, including components and resources of other providers, in the order of their
     * registration. Keys take longest, so resources that do not depend on a key come before it.
     */
    get resources(): readonly MockedResource[] {
        return this.#resources;
    }

    /** The registered service accounts. */
    get serviceAccounts(): readonly MockedServiceAccount[] {
        return this.#ofType(resourceTypes.serviceAccount) as MockedServiceAccount[];
    }

    /** The registered role bindings. */
    get roleBindings(): readonly MockedRoleBinding[] {
        return this.#ofType(resourceTypes.roleBinding) as MockedRoleBinding[];
    }

    /** The registered Flink API keys, sorted by name, because the order in which they become ready is arbitrary. */
    get apiKeys(): readonly MockedApiKey[] {
        const keys = [
            ...this.#ofType(resourceTypes.apiKey),
            ...this.#ofType(resourceTypes.pluginApiKey),
        ] as MockedApiKey[];
        return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
    }

    /** The provider functions that the program called, such as `getEnvironment`. */
    get lookUps(): readonly MockedLookUp[] {
        return this.#lookUps;
    }

    /** Clears the recorded resources and look-ups. */
    clear(): void {
        this.#resources.length = 0;
        this.#lookUps.length = 0;
    }

    /**
     * Runs a program with these mocks until all resources are registered, and returns its outputs. Clears what an earlier
     * run recorded. Rejects with the error that stops the program: an invalid argument, an environment that does not
     * exist, or an error that the program throws.
     *
     * A module runs only when it is first loaded. To run one twice, export a function from it, or clear the module cache
     * (`jest.resetModules()`, `vi.resetModules()`).
     *
     * @example
     * ```ts
     * import { MockConfluentCloud } from "pulumi-confluent-flink/testing";
     *
     * export async function keysOf(program: () => Promise<object>): Promise<readonly string[]> {
     *     const cloud = new MockConfluentCloud();
     *     const { outputs, secretOutputs } = await cloud.deploy(program, {
     *         project: "orders",
     *         stack: "prod",
     *         config: { "orders:environmentId": "env-abc123" },
     *     });
     *     console.log(outputs.principalId, secretOutputs);
     *     return cloud.apiKeys.map(({ scope }) => scope);
     * }
     * ```
     */
    async deploy(program: () => unknown, options: DeployOptions = {}): Promise<Deployed> {
        this.clear();
        return deployProgram(this, program, options);
    }

    /** For `pulumi.runtime.setMocks`: registers a resource. */
    async newResource(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
        const { type, name } = args;
        const { inputs, secretInputs } = readInputs(args.inputs);
        const { recorded, ...created } = await this.#create(args, inputs);
        this.#resources.push({ type, name, id: created.id, inputs, secretInputs, ...recorded });
        return created;
    }

    async #create(args: pulumi.runtime.MockResourceArgs, inputs: Fields): Promise<Created> {
        const { type, name } = args;
        const isPreview = pulumi.runtime.isDryRun();
        switch (type) {
            case resourceTypes.serviceAccount: {
                const { displayName, description } = inputs;
                const known = isPreview ? {} : { apiVersion: "iam/v2", kind: "ServiceAccount" };
                return {
                    id: isPreview ? undefined : args.id || mockId("sa", name),
                    state: { ...args.inputs, ...known },
                    recorded: { displayName, description },
                };
            }
            case resourceTypes.roleBinding: {
                const { principal, roleName, crnPattern } = inputs;
                const id = isPreview ? undefined : mockId("rb", name);
                return { id, state: args.inputs, recorded: { principal, roleName, crnPattern } };
            }
            case resourceTypes.apiKey:
            case resourceTypes.pluginApiKey:
                // As in a deployment, resources that do not depend on the key are created before it is ready.
                await turns(turnsUntilReady);
                return createKey(args, inputs, isPreview);
            case resourceTypes.stackReference: {
                const stack = String(inputs.name ?? name);
                const outputs = this.#args.stackOutputs?.[stack] ?? {};
                return { id: stack, state: { name: stack, outputs, secretOutputNames: [] } };
            }
            case resourceTypes.provider:
                return { id: mockId("provider", name), state: args.inputs };
            default:
                return (
                    (await this.#args.others?.newResource?.(args)) ?? {
                        id: args.custom === false || isPreview ? undefined : `${name}-id`,
                        state: args.inputs,
                    }
                );
        }
    }

    /** For `pulumi.runtime.setMocks`: answers a look-up. Throws if its subject does not exist. */
    async call(args: pulumi.runtime.MockCallArgs): Promise<pulumi.runtime.MockCallResult> {
        const { inputs } = readInputs(args.inputs);
        this.#lookUps.push({ token: args.token, inputs });
        const created = this.serviceAccounts.map(({ id }) => id);
        const answer = this.#answers.answer(args.token, inputs, this.#cloudApiKeyOf(args.provider), created);
        return answer ?? (await this.#args.others?.call?.(args)) ?? args.inputs;
    }

    /** The Cloud API key of an explicit provider, given by its reference (URN::id). Without one: the key in the config. */
    #cloudApiKeyOf(provider: string | undefined): unknown {
        const name = provider?.split("::").at(-2);
        const explicit = this.#ofType(resourceTypes.provider).find((resource) => resource.name === name);
        return explicit
            ? explicit.inputs.cloudApiKey
            : new pulumi.Config("confluentcloud").get("cloudApiKey");
    }

    #ofType(type: string): MockedResource[] {
        return this.#resources.filter((resource) => resource.type === type);
    }
}

function createKey(
    { name, inputs: given }: pulumi.runtime.MockResourceArgs,
    inputs: Fields,
    isPreview: boolean,
): Created {
    const { owner, environmentId, cloud, region } = inputs;
    // Values that only Confluent Cloud knows are unknown in a preview.
    const later = (value: unknown): unknown => (isPreview ? pulumi.runtime.unknownValue : value);
    const isGlobal = inputs.scope === "global";
    const scope = isGlobal ? "global" : `${environmentId}.${String(cloud).toLowerCase()}.${region}`;
    const adopted = inputs.adopt as { apiKey?: string; apiSecret?: string } | undefined;
    const apiKey = adopted?.apiKey ?? mockKeyId(`${name} ${scope}`);
    const apiSecret = adopted?.apiSecret ?? mockSecret(apiKey);
    const { readiness } = inputs as { readiness?: { restEndpoint?: string | Record<string, string> } };
    const endpointOf = (place: string): string => {
        const [ofCloud, ofRegion] = place.toLowerCase().split(".");
        const set = readiness?.restEndpoint;
        const url = typeof set === "object" ? set[place] : set;
        return url ?? `https://flink.${ofRegion}.${ofCloud}.confluent.cloud`;
    };
    const places = isGlobal ? (inputs.regions as string[]) : [`${cloud}.${region}`];
    const endpoints = Object.fromEntries(places.map((place) => [place, later(endpointOf(place))]));
    return {
        // The provider's id, which stays the same when the key rotates.
        id: isPreview ? undefined : `${owner}/${scope}`,
        state: {
            ...given,
            apiKey: later(apiKey),
            apiSecret: pulumi.secret(later(apiSecret)),
            createdAt: later("2026-01-01T00:00:00Z"),
            scope,
            ...(isGlobal ? { restEndpoints: endpoints } : { restEndpoint: endpoints[`${cloud}.${region}`] }),
            status: later("ready"),
            superseded: later([]),
        },
        recorded: { owner, environmentId, cloud, region, scope, apiKey, apiSecret },
    };
}
