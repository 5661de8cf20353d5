import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DynamicProviderProcess, type Properties } from "../../__tests__/plugin/dynamicProviderProcess";
import { nothingLine } from "../programs";
import { residentMegabytes } from "../residentMegabytes";
import type { Figure, Scenario } from "../scenario";
import { fastest, median, rangeOf } from "../statistics";

const repository = join(__dirname, "..", "..");
const atMostProviderMs = 120;
const atMostCommandMs = 150;
/** The engine's marker for a value that is unknown in a preview. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Inputs that need no request to Confluent Cloud. */
const inputs: Properties = {
    owner: unknown,
    environmentId: unknown,
    cloud: unknown,
    region: unknown,
    displayName: "bench",
    description: "bench",
};

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
            provider.sdk.push(await startProvider({ ...inputs, __provider: nothingLine }));
            provider.ours.push(await startProvider(inputs));
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

interface Start {
    readonly ms: number;
    readonly megabytes: number;
}

/** Measures from the start of the SDK's process until it has answered one `check`. */
async function startProvider(news: Properties): Promise<Start> {
    const startMs = performance.now();
    const provider = await DynamicProviderProcess.start({
        config: {
            "confluentcloud:endpoint": "http://127.0.0.1:9",
            "confluentcloud:cloudApiKey": "BENCHBENCHBENCH0",
            "confluentcloud:cloudApiSecret": "not-a-secret",
        },
    });
    try {
        const { failures } = await provider.check({}, news);
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        return { ms: performance.now() - startMs, megabytes: residentMegabytes(provider.pid) };
    } finally {
        await provider.close();
    }
}

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

function timeOf(what: string, starts: readonly Start[]): Figure {
    const times = starts.map(({ ms }) => ms);
    return { name: `${what}, time`, value: fastest(times), unit: "ms", range: rangeOf(times) };
}
