import * as pulumi from "@pulumi/pulumi";
import { dynamicKeyType } from "./keyType";
import { promisedUrn } from "./promisedUrn";
import { resourceTag } from "./resourceTag";

/** The tag of a FlinkApiKey ({@link resourceTag}). */
export function keyTag(name: string, parent: pulumi.Resource | undefined): pulumi.Output<string> {
    const urn = promisedUrn(name, dynamicKeyType, parent);
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
