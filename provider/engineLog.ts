import type { Clock } from "../confluent/clock";

/** Messages to the user. They must not contain secrets. */
export interface EngineLog {
    /** Progress, such as a wait. Dropped if there was one less than two seconds ago. */
    status(text: string): void;
    info(text: string): void;
    warn(text: string): void;
}

type Severity = "info" | "warning";
type LogLine = (severity: Severity, text: string, ephemeral: boolean) => void;

const statusEveryMs = 2_000;

/**
 * An EngineLog that writes to Pulumi's output. The first argument of the provider process is the engine's address; messages go
 * to the engine's log service. They have no URN, because a dynamic provider does not know which resource it is called for, so
 * Pulumi shows them on the stack's row. Without an engine they go to standard error.
 */
export function connectEngineLog(clock: Clock, argv: readonly string[] = process.argv): EngineLog {
    const log =
        connectToEngine(argv[2]) ?? ((severity, text) => process.stderr.write(`${severity}: ${text}\n`));
    let statusDueMs = 0;
    return {
        status(text) {
            if (clock.now() < statusDueMs) return;
            statusDueMs = clock.now() + statusEveryMs;
            log("info", text, true);
        },
        info: (text) => log("info", text, false),
        warn: (text) => log("warning", text, false),
    };
}

function connectToEngine(address: string | undefined): LogLine | undefined {
    if (address === undefined || !/^(127\.0\.0\.1|\[::1\]|localhost):\d+$/.test(address)) return undefined;
    try {
        // Loaded here because only a provider process needs them, and it has already loaded them.
        const grpc = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
        const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
        const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb");
        const engine = new EngineClient(address, grpc.credentials.createInsecure());
        const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING };
        return (severity, text, ephemeral) => {
            const request = new LogRequest();
            request.setSeverity(severities[severity]);
            request.setMessage(text);
            request.setEphemeral(ephemeral);
            // A lost message must not fail the operation.
            engine.log(request, () => undefined);
        };
    } catch {
        return undefined;
    }
}
