import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import axios, { type AxiosInstance } from "axios";
import { providerLine } from "../components/flinkApiKey";
import {
    type CreatedResource,
    type DeployedStack,
    type Deployment,
    type DeploymentPlan,
    deployedKeys,
    type ProgramOutputs,
} from "./deployment";
import { configText } from "./stackFile";

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
 * Deploys the program with Pulumi's mock runtime, for machines without an engine. Keys are created by the real provider,
 * which the provider line of the resource loads, as in a deployment. Service accounts, role bindings and look-ups are
 * the REST calls that the official provider makes.
 */
export async function mockDeployment(plan: DeploymentPlan): Promise<Deployment> {
    const cloud = axios.create({
        baseURL: plan.endpoint,
        auth: { username: plan.cloudApiKey, password: plan.cloudApiSecret },
    });
    // The program reads its credentials from the environment, as in a deployment.
    process.env.CONFLUENT_CLOUD_API_KEY = plan.cloudApiKey;
    process.env.CONFLUENT_CLOUD_API_SECRET = plan.cloudApiSecret;
    const provider = loadProvider(plan.root);
    const config = { ...plan.config, "confluentcloud:endpoint": plan.endpoint };
    const settings = Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, configText(value)]),
    );
    await provider.configure({ config: { get: (key) => settings[key] } });
    const undo: (() => Promise<unknown>)[] = [];
    const resources: CreatedResource[] = [];

    const newResource = async (
        args: pulumi.runtime.MockResourceArgs,
    ): Promise<pulumi.runtime.MockResourceResult> => {
        const startMs = Date.now();
        const type = args.type.split(":").at(-1) as string;
        const created = await create(type, args.inputs, cloud, provider);
        undo.unshift(created.undo);
        resources.push({ type, name: args.name, tookMs: Date.now() - startMs, doneAtMs: Date.now() });
        return { id: created.id, state: created.state };
    };
    return {
        runner: "Pulumi's mock runtime",
        async up(): Promise<DeployedStack> {
            pulumi.runtime.setAllConfig(settings);
            await pulumi.runtime.setMocks(
                { newResource, call: ({ token, inputs }) => lookUp(token, inputs, cloud) },
                "confluent-flink",
                plan.stack,
                false,
            );
            const exported = require(join(plan.root, "dist", "index.js")) as Record<string, unknown>;
            const { principalId, keys, environmentVariables } = exported;
            const outputs = (await settle({ principalId, keys, environmentVariables })) as ProgramOutputs;
            return { resources, principalId: outputs.principalId, keys: deployedKeys(outputs) };
        },
        async destroy() {
            for (const step of undo.splice(0)) await step();
        },
        async close() {},
    };
}

interface Created {
    readonly id: string;
    readonly state: Properties;
    readonly undo: () => Promise<unknown>;
}

async function create(
    type: string,
    inputs: Properties,
    cloud: AxiosInstance,
    provider: KeyProvider,
): Promise<Created> {
    const post = async (path: string, body: Properties): Promise<Created> => {
        const { id } = (await cloud.post<{ id: string }>(path, body)).data;
        return { id, state: inputs, undo: () => cloud.delete(`${path}/${id}`) };
    };
    switch (type) {
        case "ServiceAccount":
            return post("/iam/v2/service-accounts", {
                display_name: inputs.displayName,
                description: inputs.description,
            });
        case "RoleBinding":
            return post("/iam/v2/role-bindings", {
                principal: inputs.principal,
                role_name: inputs.roleName,
                crn_pattern: inputs.crnPattern,
            });
        case "FlinkApiKey": {
            const checked = await provider.check({}, inputs);
            const failures = checked.failures.map(({ property, reason }) => `${property}: ${reason}`);
            if (failures.length > 0) throw new Error(failures.join("\n"));
            const { id, outs } = await provider.create({ ...checked.inputs, __provider: inputs.__provider });
            return { id, state: outs, undo: () => provider.delete(id, outs) };
        }
        default:
            return { id: "", state: inputs, undo: async () => undefined };
    }
}

/** Answers the program's look-ups like the official provider. */
async function lookUp(token: string, inputs: Properties, cloud: AxiosInstance): Promise<Properties> {
    const name = token.split(":").at(-1);
    const paths: Record<string, string> = {
        getEnvironment: `/org/v2/environments/${inputs.id}`,
        getServiceAccount: `/iam/v2/service-accounts/${inputs.id}`,
        getUser: `/iam/v2/users/${inputs.id}`,
        getFlinkRegion: `/fcpm/v2/regions?cloud=${inputs.cloud}&region_name=${inputs.region}`,
    };
    const path = paths[name ?? ""];
    if (path === undefined) throw new Error(`The demo does not support the look-up ${token}.`);
    const found = (await cloud.get(path)).data as { data?: unknown[]; metadata?: { resource_name?: string } };
    if (found.data?.length === 0)
        throw new Error(
            `there aren't any Flink regions with "cloud"="${inputs.cloud}", "region"="${inputs.region}"`,
        );
    return { ...inputs, resourceName: found.metadata?.resource_name };
}

/** Evaluates the provider line and calls `handler`, like the SDK's process for dynamic providers. */
function loadProvider(root: string): KeyProvider {
    const module: { exports: { handler?: () => KeyProvider } } = { exports: {} };
    const load = createRequire(join(root, "package.json"));
    const require = Object.assign((path: string) => load(path), {
        resolve: (name: string) => load.resolve(name),
        main: { path: root },
    });
    const evaluate = new Function("require", "process", "module", "exports", providerLine);
    evaluate(require, { cwd: () => root }, module, module.exports);
    if (module.exports.handler === undefined) throw new Error("The provider line defines no handler.");
    return module.exports.handler();
}

/** The value of exports that contain outputs. */
function settle(value: unknown): Promise<unknown> {
    return new Promise((resolve) => {
        (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve);
    });
}
