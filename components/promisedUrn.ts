import * as pulumi from "@pulumi/pulumi";

/** An output's value, once it is known. Unlike an output, it makes nothing depend on the output's resources. */
export function promised<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

/**
 * The URN that a resource will have. As a promise: a resource that depends on a component waits for all of the component's children,
 * and with an output this one could be such a child.
 */
export function promisedUrn(
    name: string,
    type: string,
    parent: pulumi.Resource | undefined,
): Promise<string> {
    return promised(pulumi.createUrn(name, type, parent));
}
