import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** A line that the provider process sent to the engine's log service. */
export interface EngineLogLine {
    readonly severity: "debug" | "info" | "warning" | "error";
    readonly message: string;
    /** Whether it is shown only while the deployment runs. */
    readonly ephemeral: boolean;
    /** The resource that it is about; empty for the stack. */
    readonly urn: string;
}

/** A gRPC server with the log service of the engine, on a free port. Appends each line to `log`. */
export async function startEngineLogService(
    log: EngineLogLine[],
): Promise<{ server: grpc.Server; port: number }> {
    const severities = {
        [LogSeverity.DEBUG]: "debug",
        [LogSeverity.INFO]: "info",
        [LogSeverity.WARNING]: "warning",
        [LogSeverity.ERROR]: "error",
    } as const;
    const server = new grpc.Server();
    server.addService(EngineService, {
        log: (
            { request }: grpc.ServerUnaryCall<LogRequest, Empty>,
            respond: grpc.sendUnaryData<Empty>,
        ): void => {
            log.push({
                severity: severities[request.getSeverity()],
                message: request.getMessage(),
                ephemeral: request.getEphemeral(),
                urn: request.getUrn(),
            });
            respond(null, new Empty());
        },
    } as unknown as grpc.UntypedServiceImplementation);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    return { server, port };
}
