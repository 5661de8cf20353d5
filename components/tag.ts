import * as pulumi from "@pulumi/pulumi";
import { dynamicKeyType } from "./keyType";
import { resourceTag } from "./resourceTag";

/** The tag of a FlinkApiKey ({@link resourceTag}). */
export function keyTag(name: string, parent: pulumi.Resource | undefined): pulumi.Output<string> {
    // A promise, because an output would make the key depend on its parent. A resource that depends on a component waits for
    // all of the component's children, and this key is one of them.
    const urn = new Promise<string>((resolve) =>
        pulumi.createUrn(name, dynamicKeyType, parent).apply(resolve),
    );
    return pulumi.output(urn.then((known) => resourceTag(organizationName(), known)));
}

/** Mocks and old engines have no organization. */
function organizationName(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}
