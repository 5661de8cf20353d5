import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Files and folders with code that a deployment runs, in the program or in the provider process. */
const sources = ["index.ts", "program", "components", "provider", "confluent"];

/** Throws if a source file is newer than the build: a deployment must not run old code. `root` has package.json. */
export function assertFreshBuild(root: string): void {
    const stamp = join(root, "dist", ".tsbuildinfo");
    const builtMs = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
    const newer = sources
        .map((source) => join(root, source))
        .filter((source) => existsSync(source))
        .flatMap((source) => typeScriptFiles(source))
        .find((file) => statSync(file).mtimeMs > builtMs);
    if (newer !== undefined) {
        throw new Error(
            `${relative(root, newer)} is newer than its build: run npm run build, then deploy again.`,
        );
    }
}

function typeScriptFiles(path: string): string[] {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(path, name));
}
