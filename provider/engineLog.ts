import type { Clock } from "../confluent/clock";

/** Messages to the user. They must not contain secrets. */
export interface EngineLog {
    /** Progress, such as a wait. Dropped if there was one about this resource less than two seconds ago. */
    status(text: string): void;
    info(text: string): void;
    warn(text: string): void;
}

type Severity = "info" | "warning";
type LogLine = (severity: Severity, text: string, ephemeral: boolean) => void;

const statusEveryMs = 2_000;

export interface EngineConnection {
    /** Address of the engine. Default: the first argument of this process. */
    readonly engine?: string | undefined;
    /** The resource that a message is about. Default: none, and Pulumi shows the message on the stack's row. */
    readonly currentUrn?: () => string | undefined;
}

/** Writes to Pulumi's output, by the engine's log service; without an engine, to standard error. */
export function connectEngineLog(
    clock: Clock,
    { engine = process.argv[2], currentUrn = () => undefined }: EngineConnection = {},
): EngineLog {
    const log =
        connectToEngine(engine, currentUrn) ??
        ((severity, text) => process.stderr.write(`${severity}: ${text}\n`));
    const statusDueMs = new Map<string | undefined, number>();
    return {
        status(text) {
            if (clock.now() < (statusDueMs.get(currentUrn()) ?? 0)) return;
            statusDueMs.set(currentUrn(), clock.now() + statusEveryMs);
            log("info", text, true);
        },
        info: (text) => log("info", text, false),
        warn: (text) => log("warning", text, false),
    };
}

function connectToEngine(
    address: string | undefined,
    currentUrn: () => string | undefined,
): LogLine | undefined {
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
            request.setUrn(currentUrn() ?? "");
            // A lost message must not fail the operation.
            engine.log(request, () => undefined);
        };
    } catch {
        return undefined;
    }
}
