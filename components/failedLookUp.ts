import * as pulumi from "@pulumi/pulumi";
import { providerLine } from "./flinkApiKey";
import { withFlinkProvider } from "./flinkProvider";
import { hasEngine } from "./installedProvider";
import { isAnswerForThing, lookUpError } from "./lookUpError";
import { programError } from "./programError";

/**
 * A resource that can never be made: the provider's `check` refuses it with `mistake`. It is declared where something that the
 * program names is not there, in order to learn what the run is for. In `up` and its preview that is a mistake, and the engine
 * stops with the message. In a `destroy` or `refresh` by a run of the program (`PULUMI_RUN_PROGRAM=true`) it is not: there the
 * engine makes and checks nothing new, and passes over what the state does not hold. No program is told which run it is in.
 */
class FailedLookUp extends pulumi.CustomResource {
    constructor(name: string, mistake: string, parent: pulumi.Resource) {
        const opts = withFlinkProvider({ parent });
        super(
            "pulumi-nodejs:dynamic/confluent-flink:LookUp",
            name,
            { mistake, __provider: providerLine },
            opts,
        );
    }
}

/**
 * Stops the run with `mistake`, unless it takes the stack down or refreshes it: then it resolves, and what depends on the thing
 * that is not there has to be unknown. `name` is that of the component and of its argument: `orders-environmentId`.
 */
export async function stopUnlessDestroying(
    name: string,
    mistake: string,
    parent: pulumi.Resource,
): Promise<void> {
    if (!hasEngine()) throw programError(mistake);
    const failed = new FailedLookUp(name, mistake, parent);
    // As a promise, or what comes of it would depend on a resource that is never made, and be passed over too.
    await new Promise((resolve) => failed.urn.apply(resolve));
}

/**
 * For a failed look-up: the property, the value got and the value wanted where Confluent Cloud has answered for it, the
 * trouble on the way where that is what failed, and what the look-up said. Resolves to undefined where the run is to pass over
 * what is not there.
 */
export function explainLookUp(
    name: string,
    property: string,
    value: string,
    wanted: string,
    parent: pulumi.Resource,
): (error: unknown) => Promise<undefined> {
    return async (error) => {
        const said = error instanceof Error ? error.message : String(error);
        const fault = lookUpError(said, process.env);
        const subject = `FlinkAccess "${name}"`;
        if (fault !== undefined) throw programError(`${subject}: ${fault}. ${said}`);
        const got = `${property}: got "${value}"`;
        if (!isAnswerForThing(said))
            throw programError(`${subject}: ${got}, which could not be looked up. ${said}`);
        await stopUnlessDestroying(
            `${name}-${property}`,
            `${subject}: ${got}, expected ${wanted}. ${said}`,
            parent,
        );
    };
}
