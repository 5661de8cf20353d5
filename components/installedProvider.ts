import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { pluginHost } from "./pluginHost";
import { programError } from "./programError";

const packageName = "pulumi-confluent-flink";
/** The script with which the engine starts a program. An inline program of the Automation API runs in another script. */
const enginesScript = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/**
 * Throws if the engine's provider process could not load this package: after account and role bindings, the key would fail. It
 * starts in the program's folder (of an inline program, where its script was started); a strict installer such as pnpm lets it
 * load direct dependencies only.
 */
export function requireInstalled(subject: string): void {
    if (!hasEngine() || pluginHost()) return;
    const problem = problemOf(process.cwd(), !enginesScript.test(process.argv[1] ?? ""));
    if (problem !== undefined) throw programError(`${subject}: ${problem}`);
}

/** Why the provider cannot be loaded from `folder`; undefined if it can. */
export function problemOf(folder: string, isInline: boolean): string | undefined {
    if (isReachable(folder)) return undefined;
    const found = `the provider of Flink API keys is loaded from ${folder}, where package ${packageName} is not installed`;
    return isInline
        ? `${found}: it is the folder in which this program of the Automation API was started. Start it in its own folder, or call process.chdir(__dirname) before the stack is made`
        : `${found}. Add it to the dependencies in ${join(folder, "package.json")}, whichever other package brings it along: npm install ${packageName}, or pnpm add ${packageName}`;
}

/** False under Pulumi's mocks, where no provider is loaded. */
export function hasEngine(): boolean {
    const monitor = pulumi.runtime.getMonitor() as { getChannel?: unknown } | undefined;
    return typeof monitor?.getChannel === "function";
}

/** Searches as the provider line does (`flinkApiKey.ts`): from the program's folder, then from the SDK's. */
function isReachable(folder: string): boolean {
    const require = createRequire(join(folder, "package.json"));
    try {
        const sdk = dirname(require.resolve("@pulumi/pulumi/cmd/dynamic-provider"));
        require.resolve(`${packageName}/provider`, { paths: [folder, sdk] });
        return true;
    } catch {
        return false;
    }
}
