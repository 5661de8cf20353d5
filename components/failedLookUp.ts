import * as pulumi from "@pulumi/pulumi";
import { plainText } from "../confluent/plainText";
import { describeValue } from "../confluent/valueRule";
import { providerLine } from "./flinkApiKey";
import { hasEngine } from "./installedProvider";
import { withKeyProvider } from "./keyProvider";
import { lookUpError } from "./lookUpError";
import { pluginHost, pluginPackage } from "./pluginHost";
import { programError } from "./programError";
import { promised } from "./promisedUrn";

/**
 * A resource that is never created: the provider's `check` refuses it with `mistake`. A program cannot find out which operation
 * it runs in. In `up` and `preview` the engine calls `check`, and stops with the message. In a `destroy` or `refresh` that runs
 * the program (`PULUMI_RUN_PROGRAM=true`) it skips resources that are not in the state.
 */
class FailedLookUp extends pulumi.CustomResource {
    constructor(name: string, mistake: string, parent: pulumi.Resource) {
        const opts = withKeyProvider({ parent });
        if (pluginHost()) super(`${pluginPackage}:index:LookUp`, name, { mistake }, opts);
        else
            super(
                "pulumi-nodejs:dynamic/confluent-flink:LookUp",
                name,
                { mistake, __provider: providerLine },
                opts,
            );
    }
}

/**
 * Stops the run with `mistake`. In a destroy or refresh it resolves, and the caller must treat the missing value as unknown.
 * `name`: `orders-environmentId`.
 */
export async function stopUnlessDestroying(
    name: string,
    mistake: string,
    parent: pulumi.Resource,
): Promise<void> {
    if (!hasEngine()) throw programError(mistake);
    const failed = new FailedLookUp(name, mistake, parent);
    // As a promise: an output would make its dependents depend on a resource that is never created, and the engine would skip them.
    await promised(failed.urn);
}

/**
 * A handler for a failed look-up. Throws an error that names the property, or the actual cause (credentials, network). Resolves
 * to undefined in a destroy or refresh, where a missing object is no error.
 */
export function explainLookUp(
    name: string,
    property: string,
    { value, isSecret = false }: { value: string; isSecret?: boolean },
    wanted: string,
    parent: pulumi.Resource,
): (error: unknown) => Promise<undefined> {
    return async (error) => {
        const whole = plainText(error instanceof Error ? error.message : String(error));
        const message = isSecret ? whole.replaceAll(value, "[secret]") : whole;
        const subject = `FlinkAccess "${name}"`;
        const cause = lookUpError(message, process.env);
        if (cause !== undefined) throw programError(`${subject}: ${cause}. ${message}`);
        const got = `${property}: got ${isSecret ? "a secret value" : describeValue(value)}`;
        await stopUnlessDestroying(
            `${name}-${property}`,
            `${subject}: ${got}, expected ${wanted}. ${message}`,
            parent,
        );
    };
}
