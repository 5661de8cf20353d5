import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure, Scenario } from "../scenario";

const repository = join(__dirname, "..", "..");
/** The commands of the README, "Try it", and the tests. */
const commands = ["npm ci", "npm run demo", "npm test"];

export const firstSteps: Scenario = {
    name: "first-steps",
    title: "The README's commands in a new clone",
    async run({ report }) {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-bench-"));
        try {
            const clone = join(folder, "clone");
            execFileSync("git", ["clone", "--quiet", "--no-hardlinks", repository, clone]);
            const figures: Figure[] = [];
            for (const command of commands) {
                report(command);
                const startMs = performance.now();
                const printed = output(clone, command);
                figures.push({ name: command, value: (performance.now() - startMs) / 1000, unit: "s" });
                const tests = testsPassed(printed);
                if (tests !== undefined) figures.push({ name: "tests passed", value: tests, unit: "" });
            }
            return {
                figures,
                notes: ["One run, of what is committed. npm's cache is as full as this machine's is."],
            };
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    },
};

/** The number in jest's summary; undefined without one. */
export function testsPassed(printed: string): number | undefined {
    const tests = /^Tests:.*?(\d+) passed/m.exec(printed)?.[1];
    return tests === undefined ? undefined : Number(tests);
}

function output(cwd: string, command: string): string {
    // jest prints its summary to standard error.
    return execFileSync("sh", ["-c", `${command} 2>&1`], {
        cwd,
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
        maxBuffer: 100_000_000,
    });
}
