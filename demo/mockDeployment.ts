import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import axios, { type AxiosInstance } from "axios";
import { providerLine } from "../components/flinkApiKey";
import {
    type DeclaredResource,
    type DeployedStack,
    type Deployment,
    type DeploymentPlan,
    deployedKeys,
    type ProgramOutputs,
} from "./deployment";
import { configText } from "./stackFile";

type Properties = Record<string, unknown>;

/** The methods of the provider that are used here; the package publishes it as `pulumi-confluent-flink/provider`. */
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
 * The program under Pulumi's mock runtime, for machines without an engine. Keys go through the real provider code, which
 * the provider line of the resource loads, as in a deployment; service account, role bindings and look-ups are the REST
 * calls that the official provider makes.
 */
export async function mockDeployment(plan: DeploymentPlan): Promise<Deployment> {
    const cloud = axios.create({
        baseURL: plan.endpoint,
        auth: { username: plan.cloudApiKey, password: plan.cloudApiSecret },
    });
    // The program reads credentials where a deployment's would: in the environment.
    process.env.CONFLUENT_CLOUD_API_KEY = plan.cloudApiKey;
    process.env.CONFLUENT_CLOUD_API_SECRET = plan.cloudApiSecret;
    const provider = loadProvider(plan.root);
    const config = { ...plan.config, "confluentcloud:endpoint": plan.endpoint };
    const settings = Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, configText(value)]),
    );
    await provider.configure({ config: { get: (key) => settings[key] } });
    const undo: (() => Promise<unknown>)[] = [];
    const resources: DeclaredResource[] = [];

    const newResource = async (
        args: pulumi.runtime.MockResourceArgs,
    ): Promise<pulumi.runtime.MockResourceResult> => {
        const startMs = Date.now();
        const type = args.type.split(":").at(-1) as string;
        const made = await make(type, args.inputs, cloud, provider);
        undo.unshift(made.undo);
        resources.push({ type, name: args.name, tookMs: Date.now() - startMs, doneAtMs: Date.now() });
        return { id: made.id, state: made.state };
    };
    return {
        carrier: "Pulumi's mock runtime",
        async up(): Promise<DeployedStack> {
            pulumi.runtime.setAllConfig(settings);
            await pulumi.runtime.setMocks(
                { newResource, call: ({ token, inputs }) => lookUp(token, inputs, cloud) },
                "confluent-flink",
                plan.stack,
                false,
            );
            const exported = require(join(plan.root, "dist", "index.js")) as Record<string, unknown>;
            const { principalId, keys, environment } = exported;
            const outputs = (await settle({ principalId, keys, environment })) as ProgramOutputs;
            return { resources, principalId: outputs.principalId, keys: deployedKeys(outputs) };
        },
        async destroy() {
            for (const step of undo.splice(0)) await step();
        },
        async close() {},
    };
}

interface Made {
    readonly id: string;
    readonly state: Properties;
    readonly undo: () => Promise<unknown>;
}

async function make(
    type: string,
    inputs: Properties,
    cloud: AxiosInstance,
    provider: KeyProvider,
): Promise<Made> {
    const post = async (path: string, body: Properties): Promise<Made> => {
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
            const wrong = checked.failures.map(({ property, reason }) => `${property}: ${reason}`);
            if (wrong.length > 0) throw new Error(wrong.join("\n"));
            const { id, outs } = await provider.create({ ...checked.inputs, __provider: inputs.__provider });
            return { id, state: outs, undo: () => provider.delete(id, outs) };
        }
        default:
            return { id: "", state: inputs, undo: async () => undefined };
    }
}

/** The look-ups of the official provider that the program makes. */
async function lookUp(token: string, inputs: Properties, cloud: AxiosInstance): Promise<Properties> {
    const name = token.split(":").at(-1);
    const paths: Record<string, string> = {
        getEnvironment: `/org/v2/environments/${inputs.id}`,
        getServiceAccount: `/iam/v2/service-accounts/${inputs.id}`,
        getUser: `/iam/v2/users/${inputs.id}`,
        getFlinkRegion: `/fcpm/v2/regions?cloud=${inputs.cloud}&region_name=${inputs.region}`,
    };
    const path = paths[name ?? ""];
    if (path === undefined) throw new Error(`The demo does not know the look-up ${token}.`);
    const found = (await cloud.get(path)).data as { data?: unknown[]; metadata?: { resource_name?: string } };
    if (found.data?.length === 0)
        throw new Error(`there aren't any Flink regions like ${inputs.cloud} ${inputs.region}`);
    return { ...inputs, resourceName: found.metadata?.resource_name };
}

/** Does what the SDK's provider process does with the line: evaluates it and calls `handler`. */
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

/** The plain value of exports that hold outputs. */
function settle(value: unknown): Promise<unknown> {
    return new Promise((resolve) => {
        (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve);
    });
}
