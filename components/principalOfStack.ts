import * as pulumi from "@pulumi/pulumi";
import { programError } from "./programError";

/** The principal of another stack's FlinkAccess: that stack owns it. `roles` here come on top of those that it grants. */
export interface PrincipalOfStack {
    /** `org/project/stack`; its output `principalId` is used. */
    stack: pulumi.Input<string>;
}

/** The principal that another stack exports. It is that stack's business whether it exists: nothing is looked up. */
export function principalOfStack(
    name: string,
    stack: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const reference = new pulumi.StackReference(`${name}-principal`, { name: stack }, { parent });
    return pulumi
        .all([reference.getOutput("principalId"), stack])
        .apply(([id, stackName]) => exportedPrincipal(name, stackName, id));
}

/** The value of the output, where it is a principal. */
export function exportedPrincipal(name: string, stack: string, principalId: unknown): string {
    if (typeof principalId === "string" && /^(sa|u)-[a-z0-9]+$/.test(principalId)) return principalId;
    throw programError(
        `FlinkAccess "${name}": principal.stack: got "${stack}", whose output principalId is ${JSON.stringify(principalId) ?? "missing"}, expected a stack that is deployed and exports principalId (sa-111aaa or u-111aaa)`,
    );
}
