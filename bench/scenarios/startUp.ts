import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DynamicProviderProcess } from "../../__tests__/plugin/dynamicProviderProcess";
import { PluginProcess } from "../../__tests__/plugin/pluginProcess";
import { nothingLine } from "../programs";
import { withReleasedPlugin } from "../releasedPlugin";
import { residentMegabytes } from "../residentMegabytes";
import { fastest, measureInTurn, median } from "../runs";
import type { Figure, Scenario } from "../scenario";

const repository = join(__dirname, "..", "..");
const atMostProviderMs = 120;
const atMostCommandMs = 150;

export const startUp: Scenario = {
    name: "start-up",
    title: "Start-up of the provider, of the plugin and of the command",
    run: ({ runs, report }) =>
        withReleasedPlugin(async (folder) => {
            const script = join(folder, "main.js");
            const starts = {
                "the SDK's own process": () => firstCheck(startDynamic, { __provider: nothingLine }),
                "provider process": () => firstCheck(startDynamic),
                "plugin's process": () => firstCheck(() => PluginProcess.start({ script, config: settings })),
                "node -e 0": () => runNode(memoryAtExit),
                "pulumi-confluent-flink --help": () => runNode(memoryAtExit + runCommand, command, "--help"),
            };
            const subjects = Object.keys(starts) as (keyof typeof starts)[];
            const turns = { subjects, runs: Math.max(11, runs), report };
            const startsOf = await measureInTurn(turns, (subject) => starts[subject]());
            const timeOf = (subject: keyof typeof starts): Figure => {
                const times = startsOf(subject).map(({ ms }) => ms);
                return fastest(`${subject}, time`, times, "ms");
            };
            const memoryOf = (subject: keyof typeof starts): Figure => {
                const value = median(startsOf(subject).map(({ megabytes }) => megabytes));
                return { name: `${subject}, memory`, value, unit: "MB" };
            };
            const longer = (
                ours: keyof typeof starts,
                theirs: keyof typeof starts,
                atMost: number,
            ): Figure => {
                const value = timeOf(ours).value - timeOf(theirs).value;
                return { name: `${ours}, more than ${theirs}`, value, unit: "ms", atMost };
            };
            return {
                figures: [
                    longer("provider process", "the SDK's own process", atMostProviderMs),
                    longer("pulumi-confluent-flink --help", "node -e 0", atMostCommandMs),
                    ...subjects.flatMap((subject) => [timeOf(subject), memoryOf(subject)]),
                ],
                notes: [
                    "Each time is that of the fastest run, because other work on the machine can only slow a run down. Runs of all sides alternate.",
                    "A process: from its start until it has answered the first check. The SDK's own process has the provider line of a provider that does nothing. The plugin's script is that of a release.",
                ],
            };
        }),
};

/** Time and memory of a new process at its first answer. */
interface Start {
    readonly ms: number;
    readonly megabytes: number;
}

/** Settings with which a provider can start, without a server behind them. */
const settings = {
    endpoint: "http://127.0.0.1:9",
    cloudApiKey: "BENCHBENCHBENCH0",
    cloudApiSecret: "not-a-secret",
};

function startDynamic(): Promise<DynamicProviderProcess> {
    const config = Object.entries(settings).map(([name, value]) => [`confluentcloud:${name}`, value]);
    return DynamicProviderProcess.start({ config: Object.fromEntries(config) });
}

/** The engine's marker for a value that is unknown in a preview: such inputs need no request. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const inputs = {
    owner: unknown,
    environmentId: unknown,
    cloud: unknown,
    region: unknown,
    displayName: "bench",
    description: "bench",
};

/** Measures from the start of a provider's process until it has answered one `check`. */
async function firstCheck(
    start: () => Promise<DynamicProviderProcess | PluginProcess>,
    more: object = {},
): Promise<Start> {
    const startMs = performance.now();
    const provider = await start();
    try {
        const { failures } = await provider.check({}, { ...inputs, ...more });
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        return { ms: performance.now() - startMs, megabytes: residentMegabytes(provider.pid) };
    } finally {
        await provider.close();
    }
}

const command = join(repository, "dist", "cli", "main.js");
/** Prints resident memory to standard error at exit. */
const memoryAtExit = 'process.on("exit", () => process.stderr.write(String(process.memoryUsage.rss())));';
/** Runs the script named by the first argument as if Node.js had been started with it. */
const runCommand = "process.argv.splice(1, 0, process.argv[1]); require(process.argv[1]);";

async function runNode(script: string, ...args: readonly string[]): Promise<Start> {
    const startMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ["-e", script, ...args], {
        encoding: "utf8",
        cwd: repository,
    });
    const ms = performance.now() - startMs;
    if (status !== 0) throw new Error(`node -e ${script} exited with code ${status}: ${stderr}`);
    return { ms, megabytes: Number(stderr) / 1e6 };
}
