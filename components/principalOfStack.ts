import * as pulumi from "@pulumi/pulumi";
import { stopUnlessDestroying } from "./failedLookUp";
import { hasEngine } from "./installedProvider";

/** The principal of another stack's FlinkAccess: that stack owns it. `roles` here come on top of those that it grants. */
export interface PrincipalOfStack {
    /** `org/project/stack`; its output `principalId` is used. */
    stack: pulumi.Input<string>;
}

/**
 * The principal that another stack exports. It is that stack's business whether it exists: nothing is looked up. Unknown where
 * the stack does not give it and the run takes this one down.
 */
export function principalOfStack(
    name: string,
    stack: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    return pulumi.output(stack).apply(async (stackName) => {
        const reason = await whyNotThere(stackName);
        const subject = `FlinkAccess "${name}": principal.stack: got "${stackName}"`;
        if (reason !== undefined)
            return notThere(`${subject}, expected a stack that exists: org/project/stack. ${reason}`);
        const reference = new pulumi.StackReference(`${name}-principal`, { name: stackName }, { parent });
        const { value, secretValue } = await reference.getOutputDetails("principalId");
        const principalId: unknown = value ?? secretValue;
        if (isPrincipal(principalId)) return principalId;
        return notThere(`${subject}, ${noPrincipal(principalId)}`);
    });

    async function notThere(mistake: string): Promise<string> {
        await stopUnlessDestroying(`${name}-principal.stack`, mistake, parent);
        return pulumi.unknown as unknown as string;
    }
}

export function isPrincipal(id: unknown): id is string {
    return typeof id === "string" && /^(sa|u)-[a-z0-9]+$/.test(id);
}

function noPrincipal(id: unknown): string {
    return `whose output principalId is ${JSON.stringify(id) ?? "missing"}, expected a stack that is deployed and exports principalId (sa-111aaa or u-111aaa)`;
}

/** What the backend says of a stack that it cannot give: to read a reference to it would end the run. */
async function whyNotThere(stack: string): Promise<string | undefined> {
    if (!hasEngine()) return undefined;
    try {
        await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}
