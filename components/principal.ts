import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { withConflictRemedy } from "./conflictRemedy";
import { explainLookUp } from "./failedLookUp";
import { cutText, defaultAccountName, longestDescription, longestName, requireLength } from "./nameLimits";
import { type PrincipalOfStack, principalOfStack } from "./principalOfStack";

/** A service account that is made for the keys. Long-running statements want one. */
export interface NewServiceAccount {
    /**
     * Name, unique in the organization, of at most 64 characters. Default `<project>-<stack>-<name>`, cut to 64 with a hash; with
     * a hash as well where the FlinkAccess has a parent.
     */
    displayName?: pulumi.Input<string>;
    /** Of at most 128 characters. Default `Runs Flink statements. Pulumi <project>/<stack>`. */
    description?: pulumi.Input<string>;
}

/** A service account that exists. */
export interface ExistingServiceAccount {
    /** `sa-111aaa` */
    serviceAccountId: pulumi.Input<string>;
}

/** A user: for interactive work. */
export interface ExistingUser {
    /** `u-111aaa` */
    userId: pulumi.Input<string>;
}

/**
 * Who owns the keys: a service account that is made, one that exists, a user that exists, or the principal of another
 * stack's FlinkAccess.
 */
export type Principal = NewServiceAccount | ExistingServiceAccount | ExistingUser | PrincipalOfStack;

/** Where a FlinkAccess stands in the program. */
export interface AccessHome {
    /** Its URN, as a promise: an output of a component waits for all of its children. */
    readonly urn: Promise<string>;
    /** It has a parent, so that another one of its name may stand elsewhere in the program. */
    readonly isNested: boolean;
}

/** Whether the principal is somebody who exists, with rights that are not this program's business. */
export function isExisting(principal: Principal): boolean {
    return "serviceAccountId" in principal || "userId" in principal || "stack" in principal;
}

/** The owner of the keys, and the service account where one is made. It is made once Confluent Cloud was asked for the place. */
export function principalFor(
    name: string,
    principal: Principal,
    asked: pulumi.Output<void>,
    parent: pulumi.Resource,
    home: AccessHome,
): { id: pulumi.Output<string>; serviceAccount?: confluentcloud.ServiceAccount } {
    if ("serviceAccountId" in principal)
        return { id: existingPrincipal(name, "serviceAccountId", principal.serviceAccountId, parent) };
    if ("userId" in principal) return { id: existingPrincipal(name, "userId", principal.userId, parent) };
    if ("stack" in principal) return { id: principalOfStack(name, principal.stack, parent) };
    const serviceAccount = newServiceAccount(name, principal, asked, parent, home);
    return { id: serviceAccount.id, serviceAccount };
}

function newServiceAccount(
    name: string,
    account: NewServiceAccount,
    asked: pulumi.Output<void>,
    parent: pulumi.Resource,
    { urn, isNested }: AccessHome,
): confluentcloud.ServiceAccount {
    const subject = `FlinkAccess "${name}"`;
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const displayName =
        account.displayName === undefined
            ? isNested
                ? pulumi.output(urn).apply((known) => defaultAccountName(project, stack, name, known))
                : defaultAccountName(project, stack, name)
            : pulumi
                  .output(account.displayName)
                  .apply((given) => requireLength(subject, "principal.displayName", given, longestName));
    const description =
        account.description === undefined
            ? cutText(`Runs Flink statements. Pulumi ${project}/${stack}`, longestDescription)
            : pulumi
                  .output(account.description)
                  .apply((given) =>
                      requireLength(subject, "principal.description", given, longestDescription),
                  );
    return new confluentcloud.ServiceAccount(
        `${name}-account`,
        {
            // Never unknown in an up: the official provider would make up a name of its own.
            displayName: pulumi.all([displayName, asked]).apply(([checkedName]) => checkedName),
            description,
        },
        withConflictRemedy({ parent }),
    );
}

/** The id of a principal that exists, once Confluent Cloud has confirmed it. */
function existingPrincipal(
    name: string,
    property: "serviceAccountId" | "userId",
    id: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    return pulumi.output(id).apply(async (known) => {
        const found =
            property === "userId"
                ? confluentcloud.getUser({ id: known }, { parent })
                : confluentcloud.getServiceAccount({ id: known }, { parent });
        const wanted =
            property === "userId"
                ? "a user such as u-111aaa that exists (confluent iam user list)"
                : "a service account such as sa-111aaa that exists (confluent iam service-account list)";
        await found.catch(explainLookUp(name, `principal.${property}`, known, wanted, parent));
        return known;
    });
}
