import type * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type Properties, toProperties } from "./propertyStruct";

/** What the engine stores when a create or update fails after it has created the resource. */
export interface InitFailure {
    readonly id: string;
    /** With `__provider` and plain secrets: the engine encrypts what the program declared secret. */
    readonly properties: Properties;
    readonly reasons: readonly string[];
}

/** A provider call that failed. */
export class ProviderCallError extends Error {
    override readonly name = "ProviderCallError";
    /** Undefined when the engine stores nothing. */
    readonly initFailure: InitFailure | undefined;

    constructor(error: grpc.ServiceError) {
        super(error.details);
        this.initFailure = readInitFailure(error.metadata);
    }
}

/** Reads the google.rpc.Status in the trailer. Go's gRPC, which the engine uses, does this by itself. */
function readInitFailure(metadata: grpc.Metadata): InitFailure | undefined {
    const [bytes] = metadata.get("grpc-status-details-bin");
    if (!Buffer.isBuffer(bytes)) return undefined;
    for (const detail of Status.deserializeBinary(bytes).getDetailsList()) {
        if (!detail.getTypeUrl().endsWith("pulumirpc.ErrorResourceInitFailed")) continue;
        const failure = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
        return {
            id: failure.getId(),
            properties: toProperties(failure.getProperties()),
            reasons: failure.getReasonsList(),
        };
    }
    return undefined;
}

/** The error of a call that has to fail. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderCallError> {
    const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
    );
    if (!(error instanceof ProviderCallError)) throw new Error(`expected a failed call, got ${error}`);
    return error;
}
