import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { arch, cpus, loadavg, platform } from "node:os";
import { join } from "node:path";
import type { Measurement, Scenario } from "./scenario";

/** The content of `bench/results/<scenario>.json`. */
export interface Result extends Measurement {
    readonly scenario: string;
    readonly title: string;
    /** ISO 8601 */
    readonly takenAt: string;
    readonly machine: {
        /** `v20.20.2` */
        readonly node: string;
        /** `v3.260.0`; undefined without an engine. */
        readonly pulumi: string | undefined;
        /** `linux x64, 2 CPUs` */
        readonly hardware: string;
        /** Load average of the last minute, before and after. It shows how busy the machine was with other work. */
        readonly load: readonly [before: number, after: number];
    };
}

const resultsFolder = join(__dirname, "results");

/** The load average of the last minute. */
export function load(): number {
    return Number((loadavg()[0] as number).toFixed(1));
}

export function writeResult(
    { name, title }: Scenario,
    { figures, notes }: Measurement,
    machine: Pick<Result["machine"], "pulumi" | "load">,
): Result {
    const result: Result = {
        scenario: name,
        title,
        takenAt: new Date().toISOString(),
        machine: {
            node: process.version,
            pulumi: machine.pulumi,
            hardware: `${platform()} ${arch()}, ${cpus().length} CPUs`,
            load: machine.load,
        },
        figures,
        notes,
    };
    // Four digits are more than these measurements reproduce.
    const round = (_key: string, value: unknown): unknown =>
        typeof value === "number" ? Number(value.toPrecision(4)) : value;
    const text = JSON.stringify(result, round, 4);
    writeFileSync(join(resultsFolder, `${name}.json`), `${text}\n`);
    return JSON.parse(text);
}

/** The result that was last committed; undefined if there is none or no Git. */
export function readCommittedResult(scenario: string): Result | undefined {
    try {
        const text = execFileSync("git", ["show", `HEAD:./${scenario}.json`], {
            cwd: resultsFolder,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        });
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
