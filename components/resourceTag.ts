import { createHash } from "node:crypto";

/**
 * The tag at the end of the description of every API key that a resource creates: `pcf-1f6a09c2d4e87b35`, a hash of
 * organization and URN. The URN has the type `dynamicKeyType`, also for keys of the plugin. A later run finds by it a key that
 * an interrupted run left (docs/decisions/004-strays.md).
 */
export function resourceTag(organization: string, urn: string): string {
    const hash = createHash("sha256").update(`${organization}\n${urn}`).digest("hex");
    return `pcf-${hash.slice(0, 16)}`;
}
