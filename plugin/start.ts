import { packageSchema } from "./schema";
import { serve } from "./server";

/** This package: `dist/plugin` is two folders below its package.json. */
const { version, repository }: { version: string; repository?: { url: string } } =
    require("../../package.json");
const confluentcloud: { version: string } = require("@pulumi/confluentcloud/package.json");

/** The engine's address, after the flags that the engine may put before it (`--logtostderr -v=9 --tracing URL`). */
export function engineAddress(argv: readonly string[]): string | undefined {
    return argv.filter((arg, i) => !arg.startsWith("-") && argv[i - 1] !== "--tracing")[0];
}

/** Starts the plugin, and prints the port as the engine expects it. */
export async function start(argv: readonly string[]): Promise<void> {
    const engine = engineAddress(argv);
    if (engine === undefined) {
        process.stderr.write(
            "pulumi-resource-confluent-flink: got no address, expected that of an engine: Pulumi starts this plugin itself\n",
        );
        process.exitCode = 2;
        return;
    }
    // An error outside of a call must not end the process while another call creates a key.
    for (const event of ["uncaughtException", "unhandledRejection"])
        process.on(event, (error: unknown) => process.stderr.write(`${error}\n`));
    const schema = packageSchema({
        version,
        repository: repository?.url,
        confluentcloudVersion: confluentcloud.version,
    });
    const port = await serve({
        version,
        engine,
        schema: JSON.stringify(schema),
        loadComponents: async () => {
            const { startComponentCalls } = require("./componentCalls") as typeof import("./componentCalls");
            return startComponentCalls(engine, version);
        },
    });
    process.stdout.write(`${port}\n`);
}
