import { inspect } from "node:util";
import { plainLines } from "../confluent/plainText";
import { NotReadyError } from "./readiness";

/**
 * An operation that failed after it had changed something. The SDK passes `id`, `properties` and `reasons` to the engine, which
 * stores them, and the next `up` calls `update` (sdk/nodejs/cmd/dynamic-provider, `grpcResponseFromError`). `properties` holds
 * the secret in clear, so it is in no text of the error.
 */
export class PartialFailure extends Error {
    override readonly name = "PartialFailure";
    readonly id: string;
    readonly reasons: readonly string[];
    declare readonly properties: Record<string, unknown>;

    constructor(id: string, properties: Record<string, unknown>, cause: unknown) {
        const reason = plainLines(cause instanceof Error ? cause.message : String(cause));
        super(reason);
        this.id = id;
        this.reasons = [reason];
        Object.defineProperty(this, "properties", { value: properties, enumerable: false });
    }

    toJSON(): object {
        return { name: this.name, message: this.message, id: this.id };
    }

    [inspect.custom](): string {
        return this.stack ?? `${this.name}: ${this.message}`;
    }
}

/** The error, with what became of the key if the wait for it has failed. */
export function keyWasKept(error: unknown): unknown {
    return error instanceof NotReadyError
        ? new Error(`${error.message}. The key is kept; run pulumi up again to go on waiting.`)
        : error;
}
