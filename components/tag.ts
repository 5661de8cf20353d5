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
    const organization = pulumi.getOrganization();
    return pulumi.createUrn(name, type, parent).apply((urn) => {
        const digest = createHash("sha256").update(`${organization}\n${urn}`).digest("hex");
        return `[pcf-${digest.slice(0, 16)}]`;
    });
}
