import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { programError } from "./programError";

const packageName = "pulumi-confluent-flink";
/** How the engine starts a program of its own; an inline program of the Automation API is in the script that starts it. */
const enginesScript = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/**
 * Throws where the engine's provider process, which starts in the program's folder, would not find this package: with a
 * strict installer it belongs to the package that depends on it, not to the program, and an inline program's folder is the
 * one that its script was started in. The account and its roles would be made, and then the key would fail.
 */
export function requireInstalled(subject: string): void {
    if (!hasEngine()) return;
    const problem = problemOf(process.cwd(), !enginesScript.test(process.argv[1] ?? ""));
    if (problem !== undefined) throw programError(`${subject}: ${problem}`);
}

/** Why the provider cannot be loaded from `folder`; undefined where it can. */
export function problemOf(folder: string, isInline: boolean): string | undefined {
    if (isReachable(folder)) return undefined;
    const found = `the provider of Flink API keys is loaded from ${folder}, where package ${packageName} is not installed`;
    return isInline
        ? `${found}: it is the folder in which this program of the Automation API was started. Start it in its own folder, or call process.chdir(__dirname) before the stack is made`
        : `${found}. Add it to the dependencies in ${join(folder, "package.json")}, whichever other package brings it along: npm install ${packageName}, or pnpm add ${packageName}`;
}

/** Not so under Pulumi's mocks, where nothing is loaded and the folder may be any. */
export function hasEngine(): boolean {
    const monitor = pulumi.runtime.getMonitor() as { getChannel?: unknown } | undefined;
    return typeof monitor?.getChannel === "function";
}

/** The provider line's own search (`flinkApiKey.ts`): from the program's folder, then from the SDK's. */
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
