import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure, Measurement, Scenario } from "../scenario";

const repository = join(__dirname, "..", "..");
/** The commands of the README, "Try it". */
const commands = ["npm ci", "npm run demo", "npm test"];

export const firstSteps: Scenario = {
    name: "first-steps",
    title: "The README's commands in a new clone",
    async run({ report }) {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-bench-"));
        try {
            const clone = join(folder, "clone");
            execFileSync("git", ["clone", "--quiet", "--no-hardlinks", repository, clone]);
            return measurementOf(
                commands.map((command) => {
                    report(command);
                    return { command, ...timed(clone, command) };
                }),
            );
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    },
};

/** One command of the README, as it ran. */
export interface Step {
    /** `npm ci` */
    readonly command: string;
    readonly seconds: number;
    /** Standard output and standard error. */
    readonly printed: string;
}

/** The times of the three commands, of the first two together, and the number of tests. */
export function measurementOf(steps: readonly Step[]): Measurement {
    const secondsOf = (command: string) => steps.find((step) => step.command === command)?.seconds ?? 0;
    const figures: Figure[] = steps.map(({ command, seconds }) => ({
        name: command,
        value: seconds,
        unit: "s",
    }));
    figures.push({
        name: "npm ci and npm run demo",
        value: secondsOf("npm ci") + secondsOf("npm run demo"),
        unit: "s",
    });
    const tests = /^Tests:.*?(\d+) passed/m.exec(steps.at(-1)?.printed ?? "")?.[1];
    if (tests !== undefined) figures.push({ name: "tests passed", value: Number(tests), unit: "" });
    return {
        figures,
        notes: ["One run, of what is committed. npm's cache is as full as this machine's is."],
    };
}

function timed(folder: string, command: string): { seconds: number; printed: string } {
    const [program, ...args] = command.split(" ") as [string, ...string[]];
    const startMs = performance.now();
    // jest prints its summary to standard error.
    const printed = execFileSync("sh", ["-c", '"$0" "$@" 2>&1', program, ...args], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
        maxBuffer: 100_000_000,
    });
    return { seconds: (performance.now() - startMs) / 1000, printed };
}
