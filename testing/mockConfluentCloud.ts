import * as pulumi from "@pulumi/pulumi";
import { type Deployed, type DeployOptions, deployProgram } from "./deployProgram";
import { readInputs } from "./inputs";
import { mockId, mockKeyId, mockSecret } from "./mockIds";

export type { Deployed, DeployOptions } from "./deployProgram";

/** An organization of the mocked Confluent Cloud. */
export interface MockOrganization {
    /** `1111aaaa-0000-4000-8000-000000000000` */
    id: string;
    /** The environments that exist in it: `["env-abc123"]`. Default: every one that no other organization names. */
    environments?: readonly string[];
    /**
     * The Cloud API key that opens this organization and no other. Look-ups through an explicit `confluentcloud.Provider`
     * with this key, or with it in the config `confluentcloud:cloudApiKey`, find what is in this organization only.
     * Default: none; every key opens it.
     */
    cloudApiKey?: string;
}

/** What exists in the mocked Confluent Cloud. Everything has a default: then whatever a program names exists. */
export interface MockConfluentCloudArgs {
    /** The organizations. Default: one, `11111111-0000-4000-8000-000000000000`, with every environment. */
    organizations?: readonly MockOrganization[];
    /** The environments of the one organization: `["env-abc123"]`. Give this or `organizations`. Default: every one. */
    environments?: readonly string[];
    /** Where Flink runs: `["aws.us-east-2"]`. Default: in every region. */
    regions?: readonly string[];
    /** The users that exist: `["u-111aaa"]`. Default: every one. */
    users?: readonly string[];
    /** The service accounts that exist before the program runs: `["sa-999zzz"]`. Default: every one. */
    serviceAccounts?: readonly string[];
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

/** A resource that the program registered, in the order in which it did. */
export interface MockedResource {
    /** `confluentcloud:index/roleBinding:RoleBinding` */
    readonly type: string;
    /** The name in the program: `analytics-OrganizationAdmin`. */
    readonly name: string;
    /** Undefined for a component, and in a preview. */
    readonly id: string | undefined;
    /** Its inputs in clear, secret ones too. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** The names of the inputs that are secret, in whole or in part: the engine encrypts them. */
    readonly secretInputs: readonly string[];
}

/** A service account that the program makes. */
export interface MockedServiceAccount extends MockedResource {
    readonly displayName: string;
    readonly description: string | undefined;
}

/** A role binding that the program makes. */
export interface MockedRoleBinding extends MockedResource {
    /** `User:sa-111aaa` */
    readonly principal: string;
    /** `FlinkDeveloper` */
    readonly roleName: string;
    /** `crn://confluent.cloud/organization=…/environment=env-abc123` */
    readonly crnPattern: string;
}

/** A Flink API key that the program makes, or adopts. */
export interface MockedApiKey extends MockedResource {
    /** The owner: `sa-111aaa`. */
    readonly owner: string;
    /** `env-abc123` */
    readonly environmentId: string;
    /** `aws` */
    readonly cloud: string;
    /** `us-east-2` */
    readonly region: string;
    /** What the key opens: `env-abc123.aws.us-east-2`. */
    readonly scope: string;
    /** Its id, the same in every run: 16 upper-case letters and digits. */
    readonly apiKey: string;
    /** Its secret, the same in every run, which begins with `cfltMOCK`: look for it where no secret may be. */
    readonly apiSecret: string;
}

/** A function of a provider that the program called. */
export interface MockedLookUp {
    /** `confluentcloud:index/getEnvironment:getEnvironment` */
    readonly token: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

const types = {
    apiKey: "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey",
    provider: "pulumi:providers:confluentcloud",
    roleBinding: "confluentcloud:index/roleBinding:RoleBinding",
    serviceAccount: "confluentcloud:index/serviceAccount:ServiceAccount",
    stackReference: "pulumi:pulumi:StackReference",
} as const;

const functions = {
    environment: "confluentcloud:index/getEnvironment:getEnvironment",
    flinkRegion: "confluentcloud:index/getFlinkRegion:getFlinkRegion",
    organization: "confluentcloud:index/getOrganization:getOrganization",
    serviceAccount: "confluentcloud:index/getServiceAccount:getServiceAccount",
    user: "confluentcloud:index/getUser:getUser",
} as const;

type Fields = Record<string, unknown>;

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
    readonly #organizations: readonly MockOrganization[];
    readonly #resources: MockedResource[] = [];
    readonly #lookUps: MockedLookUp[] = [];

    /** Throws where `organizations` and `environments` are both given, or `organizations` is empty. */
    constructor(args: MockConfluentCloudArgs = {}) {
        if (args.organizations !== undefined && args.environments !== undefined) {
            throw new Error(
                "MockConfluentCloud: environments: got it beside organizations, expected one of the two; write organizations: [{ id, environments }]",
            );
        }
        if (args.organizations?.length === 0)
            throw new Error("MockConfluentCloud: organizations: got [], expected at least one: [{ id }]");
        this.#args = args;
        this.#organizations = args.organizations ?? [
            {
                id: "11111111-0000-4000-8000-000000000000",
                ...(args.environments !== undefined && { environments: args.environments }),
            },
        ];
    }

    /** Every resource that was registered, components and those of other providers too. */
    get resources(): readonly MockedResource[] {
        return this.#resources;
    }

    /** The service accounts that were registered. */
    get serviceAccounts(): readonly MockedServiceAccount[] {
        return this.#ofType(types.serviceAccount) as readonly MockedServiceAccount[];
    }

    /** The role bindings that were registered. */
    get roleBindings(): readonly MockedRoleBinding[] {
        return this.#ofType(types.roleBinding) as readonly MockedRoleBinding[];
    }

    /** The Flink API keys that were registered. */
    get apiKeys(): readonly MockedApiKey[] {
        return this.#ofType(types.apiKey) as readonly MockedApiKey[];
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
            case types.serviceAccount: {
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
            case types.roleBinding: {
                const { principal, roleName, crnPattern } = inputs;
                const id = record(isPreview ? undefined : mockId("rb", name), {
                    principal,
                    roleName,
                    crnPattern,
                });
                return { id, state: args.inputs };
            }
            case types.apiKey:
                return this.#apiKey(name, args.inputs, inputs, record, isPreview);
            case types.stackReference: {
                const stack = String(inputs.name ?? name);
                record(stack);
                const outputs = this.#args.stackOutputs?.[stack] ?? {};
                return { id: stack, state: { name: stack, outputs, secretOutputNames: [] } };
            }
            case types.provider:
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
        const { id } = inputs as { id?: string };
        switch (args.token) {
            case functions.environment:
                return this.#environment(String(id), args.provider);
            case functions.organization: {
                const [organization] = this.#visible(args.provider);
                if (organization === undefined)
                    throw lookUpError(args.token, "error reading Organization: 401 Unauthorized");
                return { id: organization.id, resourceName: crnOf(organization) };
            }
            case functions.user:
                this.#requireOne(args.token, "User", id, this.#args.users);
                return {
                    ...inputs,
                    apiVersion: "iam/v2",
                    kind: "User",
                    email: `${id}@example.com`,
                    fullName: id,
                };
            case functions.serviceAccount:
                if (!this.serviceAccounts.some((account) => account.id === id))
                    this.#requireOne(args.token, "service account", id, this.#args.serviceAccounts);
                return {
                    ...inputs,
                    apiVersion: "iam/v2",
                    kind: "ServiceAccount",
                    displayName: id,
                    description: "",
                };
            case functions.flinkRegion:
                return this.#flinkRegion(String(inputs.cloud), String(inputs.region));
            default:
                return (await this.#args.others?.call?.(args)) ?? args.inputs;
        }
    }

    #ofType(type: string): readonly MockedResource[] {
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

    /** The organizations that the Cloud API key of a provider opens; without a key, all of them. */
    #visible(provider: string | undefined): readonly MockOrganization[] {
        // A reference is the provider's URN and id.
        const name = provider?.split("::").at(-2);
        const explicit = this.#ofType(types.provider).find((resource) => resource.name === name);
        const cloudApiKey = explicit
            ? explicit.inputs.cloudApiKey
            : new pulumi.Config("confluentcloud").get("cloudApiKey");
        const own = this.#organizations.filter(
            (one) => one.cloudApiKey !== undefined && one.cloudApiKey === cloudApiKey,
        );
        if (own.length > 0) return own;
        return cloudApiKey === undefined
            ? this.#organizations
            : this.#organizations.filter((one) => one.cloudApiKey === undefined);
    }

    #environment(id: string, provider: string | undefined): Fields {
        const named = this.#organizations.some(({ environments }) => environments?.includes(id));
        const organization = this.#visible(provider).find(({ environments }) =>
            environments === undefined ? !named : environments.includes(id),
        );
        if (organization === undefined)
            throw lookUpError(functions.environment, `error reading Environment "${id}": 404 Not Found`);
        return {
            id,
            displayName: id,
            resourceName: `${crnOf(organization)}/environment=${id}`,
            streamGovernances: [],
        };
    }

    #requireOne(token: string, what: string, id: unknown, existing: readonly unknown[] | undefined): void {
        if (existing !== undefined && !existing.includes(id))
            throw lookUpError(token, `error reading ${what} "${id}": 404 Not Found`);
    }

    #flinkRegion(cloud: string, region: string): Fields {
        const name = `${cloud.toLowerCase()}.${region}`;
        const { regions } = this.#args;
        if (regions !== undefined && !regions.some((one) => one.toLowerCase() === name)) {
            throw lookUpError(
                functions.flinkRegion,
                `error reading Flink region: there aren't any Flink regions with "cloud"="${cloud}", "region"="${region}"`,
            );
        }
        return {
            id: `${cloud.toUpperCase()}.${region}`,
            cloud: cloud.toUpperCase(),
            region,
            apiVersion: "fcpm/v2",
            kind: "Region",
            restEndpoint: `https://flink.${region}.${cloud.toLowerCase()}.confluent.cloud`,
            privateRestEndpoint: `https://flink.${region}.${cloud.toLowerCase()}.private.confluent.cloud`,
        };
    }
}

function crnOf({ id }: MockOrganization): string {
    return `crn://confluent.cloud/organization=${id}`;
}

/** What the official provider says, as it reaches a program: the SDK shows an error's `details`. */
function lookUpError(token: string, said: string): Error {
    const details = `invocation of ${token} returned an error: invoking ${token}: 1 error occurred:\n\t* ${said}`;
    return Object.assign(new Error(details), { details });
}
