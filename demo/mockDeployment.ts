import { createRequire } from "node:module";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import axios, { type AxiosInstance } from "axios";
import { MockConfluentCloud } from "../testing";
import type { CreatedResource, Deployment, DeploymentPlan, ProgramOutputs } from "./deployment";

type Properties = Record<string, unknown>;

/** The methods of `pulumi-confluent-flink/provider` that are used here. */
interface KeyProvider {
    configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
    check(
        olds: Properties,
        news: Properties,
    ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
    create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
    delete(id: string, outs: Properties): Promise<void>;
}

/**
 * Deploys the program with the package's own mocks, for machines without an engine. But keys are created by the real provider, and
 * service accounts and role bindings by the REST calls of the official provider.
 */
export async function mockDeployment(plan: DeploymentPlan): Promise<Deployment> {
    const { root, stack, emulator } = plan;
    // The program reads its credentials from the environment, as in a deployment.
    process.env.CONFLUENT_CLOUD_API_KEY = emulator.cloudApiKey;
    process.env.CONFLUENT_CLOUD_API_SECRET = emulator.cloudApiSecret;
    const config: Properties = { ...plan.config, "confluentcloud:endpoint": emulator.url };
    // As the provider line of a key's resource loads it.
    const provider: KeyProvider = createRequire(join(root, "package.json"))(
        "pulumi-confluent-flink/provider",
    );
    await provider.configure({
        config: {
            get: (key) => {
                const value = config[key];
                return typeof value === "object" ? JSON.stringify(value) : value?.toString();
            },
        },
    });
    const cloud = new MocksOnEmulator(plan, provider);
    return {
        runner: "Pulumi's mock runtime",
        async up() {
            const program = () => require(join(root, "dist", "index.js"));
            const { outputs } = await cloud.deploy(program, { project: "confluent-flink", stack, config });
            return { resources: cloud.created, outputs: outputs as ProgramOutputs };
        },
        async destroy() {
            for (const step of cloud.undo.splice(0)) await step();
        },
        async close() {},
    };
}

/** The mocks, but accounts, role bindings and keys exist in the emulator. */
class MocksOnEmulator extends MockConfluentCloud {
    readonly created: CreatedResource[] = [];
    /** Deletes what was created, the newest first. */
    readonly undo: (() => Promise<unknown>)[] = [];
    readonly #provider: KeyProvider;
    readonly #cloud: AxiosInstance;

    constructor({ emulator }: DeploymentPlan, provider: KeyProvider) {
        super({ organizations: [{ id: emulator.organizationId }] });
        this.#provider = provider;
        this.#cloud = axios.create({
            baseURL: emulator.url,
            auth: { username: emulator.cloudApiKey, password: emulator.cloudApiSecret },
        });
    }

    override async newResource(
        args: pulumi.runtime.MockResourceArgs,
    ): Promise<pulumi.runtime.MockResourceResult> {
        const startMs = Date.now();
        const type = args.type.split(":").at(-1) as string;
        const result = await this.#create(type, args.inputs);
        if (result === undefined) return super.newResource(args);
        this.created.push({ type, name: args.name, tookMs: Date.now() - startMs, doneAtMs: Date.now() });
        return result;
    }

    async #create(type: string, inputs: Properties): Promise<{ id: string; state: Properties } | undefined> {
        switch (type) {
            case "ServiceAccount": {
                const { displayName, description } = inputs;
                return this.#post("/iam/v2/service-accounts", inputs, {
                    display_name: displayName,
                    description,
                });
            }
            case "RoleBinding": {
                const { principal, roleName, crnPattern } = inputs;
                return this.#post("/iam/v2/role-bindings", inputs, {
                    principal,
                    role_name: roleName,
                    crn_pattern: crnPattern,
                });
            }
            case "FlinkApiKey": {
                const checked = await this.#provider.check({}, inputs);
                const failures = checked.failures.map(({ property, reason }) => `${property}: ${reason}`);
                if (failures.length > 0) throw new Error(failures.join("\n"));
                const wanted = { ...checked.inputs, __provider: inputs.__provider };
                const { id, outs } = await this.#provider.create(wanted);
                this.undo.unshift(() => this.#provider.delete(id, outs));
                return { id, state: outs };
            }
            default:
                return undefined;
        }
    }

    async #post(
        path: string,
        state: Properties,
        body: Properties,
    ): Promise<{ id: string; state: Properties }> {
        const { id } = (await this.#cloud.post<{ id: string }>(path, body)).data;
        this.undo.unshift(() => this.#cloud.delete(`${path}/${id}`));
        return { id, state };
    }
}
