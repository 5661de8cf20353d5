import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DynamicProviderProcess } from "../../__tests__/plugin/dynamicProviderProcess";
import { config, measureStart, type Start, timeOf } from "../processStart";
import { nothingLine } from "../programs";
import type { Figure, Scenario } from "../scenario";
import { median } from "../statistics";

const repository = join(__dirname, "..", "..");
const atMostProviderMs = 120;
const atMostCommandMs = 150;

export const startUp: Scenario = {
    name: "start-up",
    title: "Start-up of the provider and of the command",
    async run({ runs, report }) {
        const pairs = Math.max(11, runs);
        const provider = { sdk: [] as Start[], ours: [] as Start[] };
        const command = { node: [] as Start[], ours: [] as Start[] };
        const required: Start[] = [];
        for (let pair = 0; pair < pairs; pair++) {
            report(`run ${pair + 1} of ${pairs}`);
            provider.sdk.push(await measureStart(dynamicProvider, { __provider: nothingLine }));
            provider.ours.push(await measureStart(dynamicProvider));
            command.node.push(await runNode(["-e", memoryAtExit]));
            required.push(
                await runNode(["-e", `${memoryAtExit}require("pulumi-confluent-flink/provider");`]),
            );
            command.ours.push(
                await runNode([
                    "-e",
                    `${memoryAtExit}${runCommand}`,
                    join(repository, "dist", "cli", "main.js"),
                    "--help",
                ]),
            );
        }
        const figures = [
            ...figuresOf(
                "provider process",
                "the SDK's own process",
                provider.ours,
                provider.sdk,
                atMostProviderMs,
            ),
            timeOf("the SDK's own process", provider.sdk),
            ...figuresOf(
                "pulumi-confluent-flink --help",
                "node -e 0",
                command.ours,
                command.node,
                atMostCommandMs,
            ),
            ...figuresOf("require of the provider", "node -e 0", required, command.node),
            timeOf("node -e 0", command.node),
        ];
        return {
            figures,
            notes: [
                "Each time is that of the fastest run, because other work on the machine can only slow a run down. Runs of both sides alternate.",
                "Provider process: from its start until it has answered the first check, with our provider line and with that of a provider that does nothing.",
            ],
        };
    },
};

const dynamicProvider = () => DynamicProviderProcess.start({ config });

/** Prints resident memory to standard error at exit. */
const memoryAtExit = 'process.on("exit", () => process.stderr.write(String(process.memoryUsage.rss())));';
/** Runs the script named by the first argument as if Node.js had been started with it. */
const runCommand = "process.argv.splice(1, 0, process.argv[1]); require(process.argv[1]);";

async function runNode(args: readonly string[]): Promise<Start> {
    const startMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: repository });
    const ms = performance.now() - startMs;
    if (status !== 0) throw new Error(`node ${args.join(" ")} exited with code ${status}: ${stderr}`);
    return { ms, megabytes: Number(stderr) / 1e6 };
}

function figuresOf(
    what: string,
    beside: string,
    ours: readonly Start[],
    theirs: readonly Start[],
    atMostMs?: number,
): Figure[] {
    const time = timeOf(what, ours);
    const megabytes =
        median(ours.map((start) => start.megabytes)) - median(theirs.map((start) => start.megabytes));
    return [
        {
            name: `${what}, more than ${beside}`,
            value: time.value - timeOf(beside, theirs).value,
            unit: "ms",
            ...(atMostMs !== undefined && { atMost: atMostMs }),
        },
        time,
        { name: `${what}, memory more than ${beside}`, value: megabytes, unit: "MB" },
    ];
}
