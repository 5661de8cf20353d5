import { PartialFailure } from "./partialFailure";

type Properties = Record<string, unknown>;

/** Marks a secret in messages between a provider and the engine (pulumi/pulumi, sdk/go/common/resource/sig/sig.go). */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The result of an operation. Outputs are in `outs` for `create` and `update`, and in `props` for `read`. */
interface Answer {
    readonly outs?: Properties;
    readonly props?: Properties;
}

/**
 * Marks `apiSecret` as a secret in the result of `operation`, also of a partial failure. The option `additionalSecretOutputs`
 * does the same, but a transform of the program may replace it.
 */
export function markingSecret<A extends unknown[], R extends Answer>(
    operation: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
    return async (...args) => {
        try {
            const answer = await operation(...args);
            return {
                ...answer,
                ...(answer.outs && { outs: mark(answer.outs) }),
                ...(answer.props && { props: mark(answer.props) }),
            };
        } catch (error) {
            throw error instanceof PartialFailure
                ? new PartialFailure(error.id, mark(error.properties), error)
                : error;
        }
    };
}

function mark(outputs: Properties): Properties {
    if (typeof outputs.apiSecret !== "string") return outputs;
    return { ...outputs, apiSecret: { [signatureKey]: secretSignature, value: outputs.apiSecret } };
}
