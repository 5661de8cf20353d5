import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Runs `work` with a folder that has the files of the plugin as a release has them: its executable, `main.js`, … */
export async function withReleasedPlugin<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-bench-"));
    try {
        const bundle = pathToFileURL(join(__dirname, "..", "plugin", "bundle.mjs"));
        const script = `(await import("${bundle}")).bundlePlugin("${folder}")`;
        execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
        return await work(folder);
    } finally {
        rmSync(folder, { recursive: true });
    }
}
