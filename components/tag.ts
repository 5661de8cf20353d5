import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * The tag at the end of the description of every API key that a resource creates: `[pcf-1f6a09c2d4e87b35]`. It is a hash of
 * organization and URN (project, stack, types of the parents, name). With it, a later run finds a key that an interrupted run
 * left (docs/decisions/004-strays.md). `provider/strays.ts` reads it.
 */
export function keyTag(
    type: string,
    name: string,
    parent: pulumi.Resource | undefined,
): pulumi.Output<string> {
    // A promise, because an output would make the key depend on its parent. A resource that depends on a component waits for
    // all of the component's children, and this key is one of them.
    const urn = new Promise<string>((resolve) => pulumi.createUrn(name, type, parent).apply(resolve));
    return pulumi.output(urn.then((known) => tagOf(`${organizationName()}\n${known}`)));
}

function tagOf(identity: string): string {
    return `[pcf-${createHash("sha256").update(identity).digest("hex").slice(0, 16)}]`;
}

/** Mocks and old engines have no organization. */
function organizationName(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}
