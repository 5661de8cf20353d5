import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import type { CreatedResource, DeployedStack, Deployment, DeploymentPlan } from "./deployment";
import { credentialsOf, EngineHome } from "./engineHome";

/** The engine on this machine, or what is missing. */
export type EngineSearch =
    | { readonly missing: string }
    | { readonly version: string; readonly plugins: string };

/** Looks for the `pulumi` command, and for the plugin that it would otherwise download. */
export function findEngine(env: NodeJS.ProcessEnv = process.env): EngineSearch {
    let version: string;
    try {
        version = execFileSync("pulumi", ["version"], {
            encoding: "utf8",
            env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
            stdio: ["ignore", "pipe", "ignore"],
        }).trim();
    } catch {
        return { missing: "there is no pulumi command on the PATH" };
    }
    const plugins = join(env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
    const wanted = `resource-confluentcloud-v${require("@pulumi/confluentcloud/package.json").version}`;
    if (!existsSync(plugins) || !readdirSync(plugins).includes(wanted))
        return { missing: `pulumi ${version} has no plugin ${wanted} in ${plugins}` };
    return { version, plugins };
}

/**
 * Deploys the program with a real engine, through the Automation API. Backend, home and a copy of the project's files
 * are in a temporary folder, so the user's own stacks, login and stack files are not touched.
 */
export async function engineDeployment(
    plan: DeploymentPlan,
    engine: { version: string; plugins: string },
): Promise<Deployment> {
    const home = new EngineHome(engine.plugins);
    try {
        const stack = await createStack(plan, home);
        return {
            runner: `pulumi ${engine.version}, state in a temporary folder`,
            up: () => up(stack, plan),
            destroy: async () => {
                await stack.destroy({ onOutput: () => undefined });
            },
            close: async () => home.remove(),
        };
    } catch (error) {
        home.remove();
        throw error;
    }
}

async function createStack(
    { root, stack, config, emulator }: DeploymentPlan,
    home: EngineHome,
): Promise<Stack> {
    for (const name of ["Pulumi.yaml", "package.json"])
        cpSync(join(root, name), home.path(`project/${name}`));
    for (const name of ["dist", "node_modules"])
        symlinkSync(join(root, name), home.path(`project/${name}`), "dir");
    const stackFile = { config: { ...config, "confluentcloud:endpoint": emulator.url } };
    writeFileSync(home.path(`project/stacks/Pulumi.${stack}.yaml`), stringify(stackFile));
    return LocalWorkspace.createStack(
        { stackName: stack, workDir: home.path("project") },
        { envVars: home.env(credentialsOf(emulator)) },
    );
}

async function up(stack: Stack, plan: DeploymentPlan): Promise<DeployedStack> {
    const startedMs = new Map<string, number>();
    const resources: CreatedResource[] = [];
    const onEvent = (event: EngineEvent): void => {
        const started = event.resourcePreEvent?.metadata;
        if (started?.op === "create") startedMs.set(started.urn, Date.now());
        const done = event.resOutputsEvent?.metadata;
        const startMs = done && startedMs.get(done.urn);
        if (done && startMs !== undefined && !done.type.startsWith("pulumi:")) {
            const type = done.type.split(":").at(-1) as string;
            const name = done.urn.split("::").at(-1) as string;
            resources.push({ type, name, tookMs: Date.now() - startMs, doneAtMs: Date.now() });
        }
        const diagnostic = event.diagnosticEvent;
        if (diagnostic?.ephemeral) plan.onStatus(diagnostic.message.trim());
    };
    const result = await stack.up({ onEvent });
    const outputs = Object.fromEntries(
        Object.entries(result.outputs).map(([name, { value }]) => [name, value]),
    );
    return { resources, outputs: outputs as unknown as DeployedStack["outputs"] };
}
