import type { Clock } from "../confluent/clock";

/** Where a run tells a person what it does. Nothing secret goes through here. */
export interface EngineLog {
    /** A passing state, such as a wait; may be dropped when they come too fast. */
    status(text: string): void;
    info(text: string): void;
    warn(text: string): void;
}

type Severity = "info" | "warning";
type LogLine = (severity: Severity, text: string, ephemeral: boolean) => void;

const statusEveryMs = 2_000;

/**
 * EngineLog in the engine's own display. The provider process is started with the engine's address as its first
 * argument; messages go to the log service there, without a URN, for a dynamic provider is not told whose turn it is,
 * so they stand on the stack's row. Where there is no engine they are lines on standard error.
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
        // Loaded here and not above: only a provider process needs them, and it has loaded them already.
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
            // A notice that gets lost is no reason to fail: the outcome is reported by other means.
            engine.log(request, () => undefined);
        };
    } catch {
        return undefined;
    }
}
