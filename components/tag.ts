import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * The tag at the end of the description of every API key that one resource makes: `[pcf-1f6a09c2d4e87b35]`, out of
 * organization, project, stack, types of its parents and name. It is how a later run finds a key that an interrupted
 * one left (docs/decisions/004-strays.md). `provider/strays.ts` reads it.
 */
export function keyTag(
    type: string,
    name: string,
    parent: pulumi.Resource | undefined,
): pulumi.Output<string> {
    // As a promise, so that the key does not depend on its parent: to depend on a component is to wait for all of its
    // children, this key among them.
    const urn = new Promise<string>((resolve) => pulumi.createUrn(name, type, parent).apply(resolve));
    return pulumi.output(urn.then((known) => tagOf(`${organizationName()}\n${known}`)));
}

function tagOf(identity: string): string {
    return `[pcf-${createHash("sha256").update(identity).digest("hex").slice(0, 16)}]`;
}

/** Under mocks, and where the engine is too old to say, there is none. */
function organizationName(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}
