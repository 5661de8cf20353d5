// The tools that a pipeline needs: which of them this machine has, and replacements for npm and gh.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEngine } from "../../demo/engineDeployment";

export const engine = findEngine();

/** Why no pipeline can run on this machine; undefined if one can. */
export const missing: string | undefined =
    "missing" in engine
        ? engine.missing
        : ["jq", "curl", "git", "bash", "mkfifo"]
              .filter((tool) => !isThere(tool))
              .map((tool) => `there is no ${tool} on the PATH`)[0];

export const describeWithPipelines: jest.Describe | jest.Describe["skip"] = missing
    ? describe.skip
    : describe;
if (missing) process.stdout.write(`Skipped: the pipelines are not run: ${missing}.\n`);

/** Whether a program can be started without root's right to write to read-only files. */
export function canDropRights(): boolean {
    if (process.getuid?.() !== 0) return true;
    return spawnSync("setpriv", ["--bounding-set=-dac_override", "true"]).status === 0;
}

/**
 * Writes replacements for npm and gh into a folder. The built package is expected in `world`/dist. gh records its
 * arguments and texts in gh.log there, and answers with gh-issues.json or gh-comments.json.
 */
export function writeTools(bin: string, world: string): void {
    mkdirSync(bin);
    const command = (name: string, script: string): void => {
        writeFileSync(join(bin, name), `#!/usr/bin/env bash\nset -e\n${script}\n`);
        chmodSync(join(bin, name), 0o755);
    };
    command(
        "npm",
        `[ "$*" != ci ] || exit 0
[ "$1 $2 $3 $4" = "run --silent flink --" ]; shift 4; exec node ${join(world, "dist/cli/main.js")} "$@"`,
    );
    // Records its arguments and the body.
    command(
        "gh",
        `{ printf '%s ' "$@"; echo
for argument in "$@"; do case "$argument" in body=@*) cat "\${argument#body=@}" ;; esac; done
arguments=("$@"); for i in "\${!arguments[@]}"; do [ "\${arguments[$i]}" != --body-file ] || cat "\${arguments[$((i + 1))]}"; done
} >> ${join(world, "gh.log")}
case "$1 $2" in
  "issue list") cat ${join(world, "gh-issues.json")} ;;
  "api repos"*) cat ${join(world, "gh-comments.json")} ;;
esac`,
    );
}

function isThere(tool: string): boolean {
    return (process.env.PATH ?? "").split(":").some((path) => existsSync(join(path, tool)));
}
