import * as pulumi from "@pulumi/pulumi";
import { isPrincipalId } from "../confluent/resourceIds";
import { stopUnlessDestroying } from "./failedLookUp";
import { hasEngine } from "./installedProvider";

/** The principal that another stack exports and manages. Unknown if a destroy or refresh does not find it. */
export function principalOfStack(
    name: string,
    stack: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    return pulumi.output(stack).apply(async (stackName) => {
        const reason = await whyUnreadable(stackName);
        const subject = `FlinkAccess "${name}": principal.stack: got "${stackName}"`;
        if (reason !== undefined)
            return missing(`${subject}, expected a stack that exists: org/project/stack. ${reason}`);
        const reference = new pulumi.StackReference(`${name}-principal`, { name: stackName }, { parent });
        const { value, secretValue } = await reference.getOutputDetails("principalId");
        const principalId: unknown = value ?? secretValue;
        if (isPrincipalId(principalId)) return principalId;
        return missing(`${subject}, ${noPrincipal(principalId)}`);
    });

    async function missing(mistake: string): Promise<string> {
        await stopUnlessDestroying(`${name}-principal.stack`, mistake, parent);
        return pulumi.unknown as unknown as string;
    }
}

function noPrincipal(id: unknown): string {
    return `whose output principalId is ${JSON.stringify(id) ?? "missing"}, expected a stack that is deployed and exports principalId (sa-111aaa or u-111aaa)`;
}

/** Why the backend cannot read the stack; undefined if it can. A StackReference to such a stack would end the run. */
async function whyUnreadable(stack: string): Promise<string | undefined> {
    if (!hasEngine()) return undefined;
    try {
        await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}
