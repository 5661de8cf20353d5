import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Emulator, startEmulator } from "../emulator";
import type { DeployedStack, Deployment, DeploymentPlan } from "./deployment";
import { engineDeployment, findEngine } from "./engineDeployment";
import { mockDeployment } from "./mockDeployment";
import { columns, leftBehind, printSection, seconds } from "./printing";
import { runStatement } from "./runStatement";
import { readStackFile } from "./stackFile";

const help = `Deploys a stack to the emulator, uses every key, and tears everything down.

  npm run demo -- [--stack <stack>] [--without-engine]

  --stack <stack>     deploy stacks/Pulumi.<stack>.yaml (default: demo)
  --without-engine    use Pulumi's mock runtime even if the pulumi CLI is installed
  --help              print this text
`;

const keyPropagationMs = 3_000;
const rolePropagationMs = 5_000;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            stack: { type: "string", default: "demo" },
            "without-engine": { type: "boolean", default: false },
            help: { type: "boolean", default: false },
        },
    });
    if (values.help) {
        process.stdout.write(help);
        return;
    }
    const root = join(__dirname, "..", "..");
    const config = readStackFile(root, values.stack);
    const emulator = await startEmulator({
        environmentIds: [String(config["confluent-flink:environmentId"] ?? "env-abc123")],
        keyPropagation: { minMs: keyPropagationMs, maxMs: keyPropagationMs },
        rolePropagation: { minMs: rolePropagationMs, maxMs: rolePropagationMs },
    });
    try {
        const engine = values["without-engine"] ? { missing: "--without-engine was given" } : findEngine();
        const plan: DeploymentPlan = {
            stack: values.stack,
            root,
            config,
            endpoint: emulator.url,
            cloudApiKey: emulator.cloudApiKey,
            cloudApiSecret: emulator.cloudApiSecret,
            onStatus: (text) => process.stdout.write(`  … ${text}\n`),
        };
        const deployment =
            "missing" in engine ? await mockDeployment(plan) : await engineDeployment(plan, engine);
        try {
            const reason = "missing" in engine ? ` (${engine.missing})` : "";
            await runDemo(values.stack, emulator, deployment, reason);
        } finally {
            await deployment.close();
        }
    } finally {
        await emulator.close();
    }
}

async function runDemo(
    stack: string,
    emulator: Emulator,
    deployment: Deployment,
    reason: string,
): Promise<void> {
    const startMs = Date.now();
    printSection(`Demo of stack ${stack} (stacks/Pulumi.${stack}.yaml)`, [
        `Confluent Cloud  the emulator at ${emulator.url}; a key takes ${seconds(keyPropagationMs)} to propagate, a role ${seconds(rolePropagationMs)}`,
        `Engine           ${deployment.runner}${reason}`,
    ]);

    printSection("1. Deploying: pulumi up");
    const upMs = Date.now();
    const deployed = await deployment.up().catch(async (error: unknown) => {
        await deployment.destroy().catch(() => undefined);
        throw error;
    });
    const deployedMs = Date.now();
    printSection(`   ${deployed.resources.length} resources created in ${seconds(deployedMs - upMs)}`, [
        ...columns(deployed.resources.map(({ type, name, tookMs }) => [type, name, seconds(tookMs)])),
    ]);

    printSection("2. Keys that are usable when pulumi up returns", [
        ...columns(
            deployed.keys.map((key) => [
                key.scope,
                key.apiKey,
                key.readiness,
                usableAfter(deployed, key.region),
            ]),
        ),
        `owner ${deployed.principalId}`,
        afterPropagation(emulator, deployed),
    ]);

    printSection("3. Running a Flink SQL statement with each key");
    const scopeWidth = Math.max(...deployed.keys.map(({ scope }) => scope.length));
    for (const key of deployed.keys) {
        const name = `demo-${key.region.replace(/[^a-z0-9]/g, "-")}`;
        const { steps, tookMs } = await runStatement(key.environment, name);
        process.stdout.write(`  ${key.scope.padEnd(scopeWidth)}  ${steps.join(", ")}  ${seconds(tookMs)}\n`);
    }
    const notReady = deployed.keys.filter(({ readiness }) => readiness !== "ready");

    printSection("4. Tearing everything down: pulumi destroy");
    const destroyMs = Date.now();
    await deployment.destroy();
    const left = leftBehind(emulator.state());
    const requests = emulator.journal.entries().length;
    process.stdout.write(
        `  ${left.length === 0 ? "nothing left behind" : `LEFT BEHIND: ${left.join(", ")}`}  ${seconds(Date.now() - destroyMs)}\n`,
    );

    const succeeded = left.length === 0 && notReady.length === 0 && deployed.keys.length > 0;
    printSection(
        succeeded
            ? `The demo succeeded: ${deployed.keys.length} usable ${deployed.keys.length === 1 ? "key" : "keys"}, ${requests} requests, ${seconds(Date.now() - startMs)}.`
            : `The demo failed: ${[...left.map((item) => `${item} is left behind`), ...notReady.map(({ scope }) => `key for ${scope} is not ready`)].join(", ") || "no key was created"}.`,
    );
    if (!succeeded) process.exitCode = 1;
}

function usableAfter(deployed: DeployedStack, region: string): string {
    const resource = deployed.resources.find(
        ({ type, name }) => type === "FlinkApiKey" && name.endsWith(region),
    );
    return resource ? `usable after ${seconds(resource.tookMs)}` : "";
}

/** The time from the moment at which the emulator accepts all keys until the last key was ready. */
function afterPropagation(emulator: Emulator, deployed: DeployedStack): string {
    const state = emulator.state();
    const times = [
        ...state.apiKeys
            .filter(({ seeded }) => !seeded)
            .map(({ createdAt }) => Date.parse(createdAt) + keyPropagationMs),
        ...state.roleBindings
            .filter(({ seeded }) => !seeded)
            .map(({ createdAt }) => Date.parse(createdAt) + rolePropagationMs),
    ];
    const usableMs = Math.max(
        ...deployed.resources.filter(({ type }) => type === "FlinkApiKey").map(({ doneAtMs }) => doneAtMs),
    );
    return `last key ready ${seconds(usableMs - Math.max(...times))} after key and role had propagated`;
}

main().catch((error: unknown) => {
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
