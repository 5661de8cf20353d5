import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { arch, cpus, loadavg, platform } from "node:os";
import { join } from "node:path";
import type { Figure, Measurement, Scenario } from "./scenario";

/** The content of `bench/results/<scenario>.json`. */
export interface Result extends Measurement {
    readonly scenario: string;
    readonly title: string;
    /** ISO 8601 */
    readonly takenAt: string;
    readonly machine: Machine;
}

export interface Machine {
    /** `v20.20.2` */
    readonly node: string;
    /** `v3.260.0`; undefined without an engine. */
    readonly pulumi: string | undefined;
    /** `linux x64, 2 CPUs` */
    readonly hardware: string;
    /** Load average of the last minute, before and after. It shows how busy the machine was with other work. */
    readonly load: readonly [before: number, after: number];
}

export const resultsFolder = join(__dirname, "results");

export function describeMachine(pulumi: string | undefined, loadBefore: number): Machine {
    return {
        node: process.version,
        pulumi,
        hardware: `${platform()} ${arch()}, ${cpus().length} CPUs`,
        load: [loadBefore, loadavg()[0] as number].map((load) => Number(load.toFixed(1))) as [number, number],
    };
}

export function writeResult({ name, title }: Scenario, measured: Measurement, machine: Machine): Result {
    const figures = measured.figures.map(rounded);
    const result: Result = {
        scenario: name,
        title,
        takenAt: new Date().toISOString(),
        machine,
        ...measured,
        figures,
    };
    writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(result, undefined, 4)}\n`);
    return result;
}

/** The result that was last committed; undefined if there is none or no Git. */
export function readCommittedResult(scenario: string): Result | undefined {
    try {
        const path = `./${scenario}.json`;
        const text = execFileSync("git", ["show", `HEAD:${path}`], {
            cwd: resultsFolder,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
        });
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Rounds to four digits, which is more than these measurements reproduce. */
function rounded(figure: Figure): Figure {
    const round = (value: number): number => Number(value.toPrecision(4));
    return {
        ...figure,
        value: round(figure.value),
        ...(figure.range && { range: [round(figure.range[0]), round(figure.range[1])] as const }),
    };
}
