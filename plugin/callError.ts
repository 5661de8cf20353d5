import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { PartialFailure } from "../provider/partialFailure";
import { type SecretNames, toStruct } from "./propertyValues";

/**
 * An error as gRPC sends it. What the engine has to store after a partial failure is put into the trailer in which Go's gRPC
 * looks for it: there is no documented way from Node.js.
 */
export function callError(error: unknown, secrets: SecretNames = new Set()): Partial<grpc.ServiceError> {
    if (isCallError(error)) {
        const { code, details, metadata } = error;
        return { code, details, message: details, metadata };
    }
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details: message, message };
    const failure = new ErrorResourceInitFailed();
    failure.setId(error.id);
    failure.setProperties(toStruct(error.properties, secrets));
    failure.setReasonsList([...error.reasons]);
    const detail = new Any();
    detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(detail);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: message, message, metadata };
}

/** The SDK's server has answered with it. Its details are the message; its own text has the code before them. */
function isCallError(error: unknown): error is grpc.ServiceError {
    return error instanceof Error && "details" in error && "metadata" in error;
}
