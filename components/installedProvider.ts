import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { programError } from "./programError";

const packageName = "pulumi-confluent-flink";
/** Where the engine starts a program. Elsewhere (Pulumi's mocks, an inline program) the provider's folder is not this one. */
const enginesScript = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]index\.js$/;

/**
 * Throws where the engine's provider process, which starts in the program's folder, would not find this package: with a
 * strict installer it belongs to the package that depends on it, not to the program. `folder` is the program's,
 * `script` what Node was started with.
 */
export function requireInstalled(
    subject: string,
    folder: string = process.cwd(),
    script: string | undefined = process.argv[1],
): void {
    if (script === undefined || !enginesScript.test(script) || isReachable(folder)) return;
    throw programError(
        `${subject}: the provider of Flink API keys is loaded from ${folder}, where package ${packageName} is not installed. Add it to the dependencies in ${join(folder, "package.json")}, whichever other package brings it along: npm install ${packageName}, or pnpm add ${packageName}.`,
    );
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
