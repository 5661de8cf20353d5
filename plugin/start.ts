import { packageSchema, version } from "./schema";
import { serve } from "./server";

const usage = `Usage: pulumi-resource-confluent-flink ENGINE

Pulumi's plugin confluent-flink, version ${version}. Pulumi starts it itself, if it is on the PATH or was installed with
pulumi plugin install resource confluent-flink ${version}.
`;

/** The engine's address, after the flags that the engine may put before it (`--logtostderr -v=9 --tracing URL`). */
export function engineAddress(argv: readonly string[]): string | undefined {
    return argv.filter((arg, i) => !arg.startsWith("-") && argv[i - 1] !== "--tracing")[0];
}

/** Starts the plugin, and prints the port as the engine expects it. */
export async function start(argv: readonly string[]): Promise<void> {
    const engine = engineAddress(argv);
    if (engine === undefined) {
        const asked = argv.includes("--help");
        (asked ? process.stdout : process.stderr).write(usage);
        process.exitCode = asked ? 0 : 2;
        return;
    }
    // Nobody reads any more: the engine has ended. To write about that would fail too, again and again.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));
    // An error outside of a call must not end the process while another call creates a key.
    for (const event of ["uncaughtException", "unhandledRejection"])
        process.on(event, (error: unknown) => process.stderr.write(`${error}\n`));
    const port = await serve({
        version,
        engine,
        schema: packageSchema(),
        loadComponents: async () => {
            const { startComponentCalls } = require("./componentCalls") as typeof import("./componentCalls");
            return startComponentCalls(engine, version);
        },
    });
    process.stdout.write(`${port}\n`);
}
