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

const root = join(__dirname, "..", "..");
/** As a shell reports a command that Ctrl-C ended. */
const interruptedExitCode = 130;
const keyPropagationMs = 3_000;
const rolePropagationMs = 5_000;

/** Wrong usage: exit code 2. */
class UsageError extends Error {}

interface Arguments {
    readonly help: boolean;
    readonly "without-engine": boolean;
    readonly stack: string;
    /** The config of the stack, by full key. */
    readonly config: Readonly<Record<string, unknown>>;
}

function readArguments(): Arguments {
    try {
        const { values, positionals } = parseArgs({
            allowPositionals: true,
            options: {
                stack: { type: "string", default: "demo" },
                "without-engine": { type: "boolean", default: false },
                help: { type: "boolean", default: false },
            },
        });
        const [stack] = positionals;
        // npm keeps the options of `npm run demo --stack prod` for itself and passes only `prod`.
        if (stack !== undefined)
            throw new Error(`got "${stack}", expected an option: npm run demo -- --stack ${stack}`);
        return { ...values, config: values.help ? {} : readStackFile(root, values.stack) };
    } catch (error) {
        throw new UsageError((error as Error).message);
    }
}

async function main(): Promise<void> {
    const { help: isHelp, stack, config, "without-engine": withoutEngine } = readArguments();
    if (isHelp) {
        process.stdout.write(help);
        return;
    }
    const emulator = await startEmulator({
        environmentIds: [String(config["confluent-flink:environmentId"] ?? "env-abc123")],
        keyPropagation: { minMs: keyPropagationMs, maxMs: keyPropagationMs },
        rolePropagation: { minMs: rolePropagationMs, maxMs: rolePropagationMs },
    });
    try {
        const engine = withoutEngine ? { missing: "--without-engine was given" } : findEngine();
        const plan: DeploymentPlan = {
            stack,
            root,
            config,
            emulator,
            onStatus: (text) => process.stdout.write(`  … ${text}\n`),
        };
        const deployment =
            "missing" in engine ? await mockDeployment(plan) : await engineDeployment(plan, engine);
        const isInterrupted = deleteOnInterrupt(deployment, !("missing" in engine));
        try {
            const reason = "missing" in engine ? ` (${engine.missing})` : "";
            await runDemo(stack, emulator, deployment, reason);
        } catch (error) {
            if (!isInterrupted()) throw error;
            process.stderr.write("Interrupted. Nothing is left behind.\n");
            process.exitCode = interruptedExitCode;
        } finally {
            await deployment.close();
        }
    } finally {
        await emulator.close();
    }
}

/**
 * Ctrl-C also reaches the engine, which stops its operation; then the demo deletes what was created. A second Ctrl-C, or one
 * without an engine, ends the demo at once: only the temporary folder has to be removed.
 */
function deleteOnInterrupt(deployment: Deployment, hasEngine: boolean): () => boolean {
    let isInterrupted = false;
    process.on("SIGINT", () => {
        if (isInterrupted || !hasEngine) {
            void deployment.close().finally(() => process.exit(interruptedExitCode));
            return;
        }
        isInterrupted = true;
        process.stderr.write(
            "\nInterrupted: deleting what was created. Press Ctrl-C again to end at once.\n",
        );
    });
    return () => isInterrupted;
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
    const { resources, outputs } = deployed;
    printSection(
        `   ${resources.length} resources created in ${seconds(Date.now() - upMs)}`,
        columns(resources.map(({ type, name, tookMs }) => [type, name, seconds(tookMs)])),
    );

    printSection("2. Keys that are usable when pulumi up returns", [
        ...columns(
            Object.entries(outputs.keys).map(([region, { scope, apiKey, status }]) => [
                scope,
                apiKey,
                status,
                usableAfter(deployed, region),
            ]),
        ),
        `owner ${outputs.principalId}`,
        afterPropagation(emulator, deployed),
    ]);

    printSection("3. Running a Flink SQL statement with each key");
    const keys = Object.values(outputs.keys);
    const scopeWidth = Math.max(...keys.map(({ scope }) => scope.length));
    for (const [region, variables] of Object.entries(outputs.environmentVariables)) {
        const name = `demo-${region.replace(/[^a-z0-9]/g, "-")}`;
        const { steps, tookMs } = await runStatement(variables, name);
        const scope = outputs.keys[region]?.scope.padEnd(scopeWidth);
        process.stdout.write(`  ${scope}  ${steps.join(", ")}  ${seconds(tookMs)}\n`);
    }
    const notReady = keys.filter(({ status }) => status !== "ready");

    printSection("4. Tearing everything down: pulumi destroy");
    const destroyMs = Date.now();
    await deployment.destroy();
    const left = leftBehind(emulator.state());
    const requests = emulator.journal.entries().length;
    process.stdout.write(
        `  ${left.length === 0 ? "nothing left behind" : `LEFT BEHIND: ${left.join(", ")}`}  ${seconds(Date.now() - destroyMs)}\n`,
    );

    const succeeded = left.length === 0 && notReady.length === 0 && keys.length > 0;
    printSection(
        succeeded
            ? `The demo succeeded: ${keys.length} usable ${keys.length === 1 ? "key" : "keys"}, ${requests} requests, ${seconds(Date.now() - startMs)}.`
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

// If the reader closes the pipe, as `| head` does, the demo still deletes what it has created.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
});

main().catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageError;
    process.stderr.write(
        isUsage
            ? `error: ${message}\n(run npm run demo -- --help for details)\n`
            : `\nThe demo failed: ${message}\n`,
    );
    process.exitCode = isUsage ? 2 : 1;
});
