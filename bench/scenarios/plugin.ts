import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamicProviderProcess } from "../../__tests__/plugin/dynamicProviderProcess";
import { PluginProcess } from "../../__tests__/plugin/pluginProcess";
import { startEmulator } from "../../emulator";
import { createOwners } from "../createOwners";
import { EngineProject, engine } from "../engineProject";
import { config, measureStart, type Start, settings, timeOf } from "../processStart";
import { accessProgram, keysProgram } from "../programs";
import type { Figure, Scenario } from "../scenario";
import { fastest, median, pairedRatios, rangeOf } from "../statistics";

const repository = join(__dirname, "..", "..");
/** A whole run may take so much longer with the plugin. */
const atMostLongerSeconds = 0.5;
const keyCounts = [2, 20, 200];

export const plugin: Scenario = {
    name: "plugin",
    title: "The plugin beside the dynamic provider",
    async run({ runs, report }) {
        const archive = mkdtempSync(join(tmpdir(), "confluent-flink-bench-"));
        try {
            execFileSync(process.execPath, [join(repository, "plugin", "bundle.mjs"), archive]);
            const [file] = execFileSync("ls", [archive]).toString().split("\n").slice(1);
            execFileSync("tar", [
                "--extract",
                "--gzip",
                "--file",
                join(archive, String(file)),
                "--directory",
                archive,
            ]);
            const starts = await compareStarts(Math.max(5, runs), join(archive, "main.js"), report);
            if ("missing" in engine) return { figures: starts, notes: [`No engine: ${engine.missing}.`] };
            const previews: Figure[] = [];
            for (const keys of keyCounts)
                previews.push(
                    ...(await comparePreviews(
                        `${keys} keys`,
                        (owners) => keysProgram(keys, owners),
                        runs,
                        archive,
                        report,
                    )),
                );
            previews.push(
                ...(await comparePreviews("a FlinkAccess", () => accessProgram, runs, archive, report)),
            );
            return {
                figures: [...starts, ...previews],
                notes: [
                    "A process: from its start until it has answered the first check. The plugin serves keys only; its script is that of a release.",
                    "A preview: a whole run of pulumi in which nothing changes, with a program in JavaScript. Pairs of runs alternate; the fastest of each side count.",
                ],
            };
        } finally {
            rmSync(archive, { recursive: true });
        }
    },
};

async function compareStarts(
    runs: number,
    script: string,
    report: (text: string) => void,
): Promise<Figure[]> {
    const ways = {
        "dynamic provider's process": () => DynamicProviderProcess.start({ config }),
        "plugin's process": () => PluginProcess.start({ script, config: settings }),
    };
    const starts = Object.entries(ways).map(([what, start]) => ({ what, start, runs: [] as Start[] }));
    for (let run = 0; run < runs; run++) {
        report(`start ${run + 1} of ${runs}`);
        for (const way of starts) way.runs.push(await measureStart(way.start));
    }
    return starts.flatMap(({ what, runs: measured }): Figure[] => [
        timeOf(what, measured),
        { name: `${what}, memory`, value: median(measured.map(({ megabytes }) => megabytes)), unit: "MB" },
    ]);
}

async function comparePreviews(
    what: string,
    programOf: (owners: readonly string[]) => string,
    runs: number,
    archive: string,
    report: (text: string) => void,
): Promise<Figure[]> {
    const emulator = await startEmulator();
    const program = programOf(await createOwners(emulator, 10));
    const inPlugin = program
        .replace(
            '"pulumi-confluent-flink"',
            JSON.stringify(join(repository, "__tests__", "engine", "pluginSdk.js")),
        )
        // The name of its account is unique in the organization.
        .replace('FlinkAccess("bench"', 'FlinkAccess("bench-plugin"');
    const projects: EngineProject[] = [];
    try {
        for (const files of [{ program }, { program: inPlugin, plugin: archive }]) {
            const project = await EngineProject.create(emulator, files);
            projects.push(project);
            await project.time("up");
        }
        const seconds: [number[], number[]] = [[], []];
        for (let run = 0; run < runs; run++) {
            report(`preview of ${what}, run ${run + 1} of ${runs}`);
            for (const [i, project] of projects.entries())
                seconds[i]?.push((await project.time("no-op preview")) / 1000);
        }
        const [dynamic, ours] = seconds;
        const longer = fastest(ours) - fastest(dynamic);
        return [
            {
                name: `no-op preview, ${what}, dynamic`,
                value: fastest(dynamic),
                unit: "s",
                range: rangeOf(dynamic),
            },
            {
                name: `no-op preview, ${what}, plugin`,
                value: fastest(ours),
                unit: "s",
                range: rangeOf(ours),
            },
            {
                name: `no-op preview, ${what}, plugin longer`,
                value: longer,
                unit: "s",
                atMost: atMostLongerSeconds,
            },
            {
                name: `no-op preview, ${what}, plugin beside dynamic`,
                value: fastest(ours) / fastest(dynamic),
                unit: "×",
                range: rangeOf(pairedRatios(ours, dynamic)),
            },
        ];
    } finally {
        for (const project of projects) project.remove();
        await emulator.close();
    }
}
