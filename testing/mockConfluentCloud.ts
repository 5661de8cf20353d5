import * as pulumi from "@pulumi/pulumi";
import { type Deployed, type DeployOptions, deployProgram, turns } from "./deployProgram";
import { readInputs } from "./inputs";
import {
    type MockedApiKey,
    type MockedResource,
    type MockedRoleBinding,
    type MockedServiceAccount,
    resourceTypes,
} from "./mockedResource";
import { mockId, mockKeyId, mockSecret } from "./mockIds";
import { type MockedLookUp, type MockInventory, MockLookUps } from "./mockLookUps";

/** What exists in the mocked Confluent Cloud, and in everything else that the program uses. */
export interface MockConfluentCloudArgs extends MockInventory {
    /**
     * The outputs of other stacks, which a `StackReference` reads: `{ "org/base/prod": { principalId: "sa-999zzz" } }`.
     * Default: stacks without outputs.
     */
    stackOutputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    /**
     * The mocks of everything else that the program uses, such as AWS. Default: a resource has its inputs as outputs and
     * `<name>-id` as id, and a function gives its inputs back.
     */
    others?: Partial<pulumi.runtime.Mocks>;
}

type Fields = Record<string, unknown>;

const turnsUntilReady = 100;

/**
 * Confluent Cloud for tests of a program that uses `FlinkAccess` or `FlinkApiKey`, without an engine, a provider or a network.
 * It answers the look-ups, gives every resource the outputs that it would have, keeps secrets secret, and records what
 * was registered. Use {@link MockConfluentCloud.deploy}, or hand it to `pulumi.runtime.setMocks`.
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

    /** Throws where `organizations` and `environments` are both given, or `organizations` is empty. */
    constructor(args: MockConfluentCloudArgs = {}) {
        this.#args = args;
        this.#answers = new MockLookUps(args);
    }

    /**
     * Every resource that was registered, components and those of other providers too, in their order: a key takes the
     * longest, so that what does not wait for it stands before it.
     */
    get resources(): readonly MockedResource[] {
        return this.#resources;
    }

    /** The service accounts that were registered. */
    get serviceAccounts(): readonly MockedServiceAccount[] {
        return this.#ofType(resourceTypes.serviceAccount) as MockedServiceAccount[];
    }

    /** The role bindings that were registered. */
    get roleBindings(): readonly MockedRoleBinding[] {
        return this.#ofType(resourceTypes.roleBinding) as MockedRoleBinding[];
    }

    /** The Flink API keys that were registered, by their names: which is ready first says nothing. */
    get apiKeys(): readonly MockedApiKey[] {
        const keys = this.#ofType(resourceTypes.apiKey) as MockedApiKey[];
        return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
    }

    /** The functions of providers that were called, such as the look-up of the environment. */
    get lookUps(): readonly MockedLookUp[] {
        return this.#lookUps;
    }

    /** Forgets what was recorded. */
    clear(): void {
        this.#resources.length = 0;
        this.#lookUps.length = 0;
    }

    /**
     * Runs a program with these mocks until everything is registered, and gives its outputs. What was recorded before is
     * forgotten. Rejects with the error that stops the program: a wrong argument, an environment that does not exist, or
     * what the program throws.
     *
     * A module runs when it is first loaded and never again. To run one twice, export a function from it, or let the test
     * runner forget it (`jest.resetModules()`, `vi.resetModules()`).
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
        const isPreview = pulumi.runtime.isDryRun();
        const record = (id: string | undefined, more: Fields = {}): string | undefined => {
            this.#resources.push({ type, name, id, inputs, secretInputs, ...more });
            return id;
        };
        switch (type) {
            case resourceTypes.serviceAccount: {
                const { displayName, description } = inputs;
                const id = isPreview ? undefined : args.id || mockId("sa", name);
                record(id, { displayName, description });
                return {
                    id,
                    state: {
                        ...args.inputs,
                        ...(!isPreview && { apiVersion: "iam/v2", kind: "ServiceAccount" }),
                    },
                };
            }
            case resourceTypes.roleBinding: {
                const { principal, roleName, crnPattern } = inputs;
                const id = record(isPreview ? undefined : mockId("rb", name), {
                    principal,
                    roleName,
                    crnPattern,
                });
                return { id, state: args.inputs };
            }
            case resourceTypes.apiKey:
                // As in a deployment, what does not wait for the key is there before it.
                await turns(turnsUntilReady);
                return this.#apiKey(name, args.inputs, inputs, record, isPreview);
            case resourceTypes.stackReference: {
                const stack = String(inputs.name ?? name);
                record(stack);
                const outputs = this.#args.stackOutputs?.[stack] ?? {};
                return { id: stack, state: { name: stack, outputs, secretOutputNames: [] } };
            }
            case resourceTypes.provider:
                return { id: record(mockId("provider", name)), state: args.inputs };
            default: {
                const { others } = this.#args;
                const made = (await others?.newResource?.(args)) ?? {
                    id: args.custom === false || isPreview ? undefined : `${name}-id`,
                    state: args.inputs,
                };
                record(made.id);
                return made;
            }
        }
    }

    /** For `pulumi.runtime.setMocks`: answers a look-up. Throws where what it looks up does not exist. */
    async call(args: pulumi.runtime.MockCallArgs): Promise<pulumi.runtime.MockCallResult> {
        const { inputs } = readInputs(args.inputs);
        this.#lookUps.push({ token: args.token, inputs });
        const made = this.serviceAccounts.map(({ id }) => id);
        const answer = this.#answers.answer(args.token, inputs, this.#cloudApiKeyOf(args.provider), made);
        return answer ?? (await this.#args.others?.call?.(args)) ?? args.inputs;
    }

    /** Of the explicit provider that a reference, its URN and id, stands for; else of the config. */
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

    #apiKey(
        name: string,
        given: Fields,
        inputs: Fields,
        record: (id: string | undefined, more: Fields) => unknown,
        isPreview: boolean,
    ): pulumi.runtime.MockResourceResult {
        const { owner, environmentId, cloud, region } = inputs;
        const scope = `${environmentId}.${String(cloud).toLowerCase()}.${region}`;
        const adopted = inputs.adopt as { apiKey?: string; apiSecret?: string } | undefined;
        const apiKey = adopted?.apiKey ?? mockKeyId(`${name} ${scope}`);
        const apiSecret = adopted?.apiSecret ?? mockSecret(apiKey);
        // The provider's own ids: a resource and not a key, which rotations exchange.
        const id = isPreview ? undefined : apiKey;
        record(id, { owner, environmentId, cloud, region, scope, apiKey, apiSecret });
        // A preview does not know what Confluent Cloud will answer.
        const later = (value: unknown): unknown => (isPreview ? pulumi.runtime.unknownValue : value);
        const state = {
            ...given,
            apiKey: later(apiKey),
            apiSecret: pulumi.secret(later(apiSecret)),
            createdAt: later("2026-01-01T00:00:00Z"),
            scope,
            restEndpoint: later(this.#restEndpoint(given, String(cloud).toLowerCase(), String(region))),
            readiness: later("ready"),
            superseded: later([]),
        };
        return { id, state };
    }

    #restEndpoint(given: Fields, cloud: string, region: string): string {
        const { readiness } = readInputs(given).inputs as { readiness?: { restEndpoint?: string } };
        return readiness?.restEndpoint ?? `https://flink.${region}.${cloud}.confluent.cloud`;
    }
}
