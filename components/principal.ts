import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { withConflictRemedy } from "./conflictRemedy";
import type { CheckedPlace } from "./place";
import { type PrincipalOfStack, principalOfStack } from "./principalOfStack";
import { explainLookUp } from "./programError";

/** A service account that is made for the keys. Long-running statements want one. */
export interface NewServiceAccount {
    /** Name, unique in the organization. Default `<project>-<stack>-<name>`. */
    displayName?: pulumi.Input<string>;
    /** Default `Runs Flink statements. Pulumi <project>/<stack>`. */
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

export type Principal = NewServiceAccount | ExistingServiceAccount | ExistingUser | PrincipalOfStack;

/** The owner of the keys, and the service account where one is made. It is made once the place is confirmed. */
export function principalFor(
    name: string,
    principal: Principal,
    place: pulumi.Output<CheckedPlace>,
    parent: pulumi.Resource,
): { id: pulumi.Output<string>; serviceAccount?: confluentcloud.ServiceAccount } {
    if ("serviceAccountId" in principal)
        return { id: existingPrincipal(name, "serviceAccountId", principal.serviceAccountId, parent) };
    if ("userId" in principal) return { id: existingPrincipal(name, "userId", principal.userId, parent) };
    if ("stack" in principal) return { id: principalOfStack(name, principal.stack, parent) };
    const serviceAccount = newServiceAccount(name, principal, place, parent);
    return { id: serviceAccount.id, serviceAccount };
}

function newServiceAccount(
    name: string,
    account: NewServiceAccount,
    place: pulumi.Output<CheckedPlace>,
    parent: pulumi.Resource,
): confluentcloud.ServiceAccount {
    const home = `${pulumi.getProject()}/${pulumi.getStack()}`;
    const displayName = account.displayName ?? `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    return new confluentcloud.ServiceAccount(
        `${name}-account`,
        {
            displayName: pulumi.all([displayName, place]).apply(([checkedName]) => checkedName),
            description: account.description ?? `Runs Flink statements. Pulumi ${home}`,
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
        await found.catch(explainLookUp(name, `principal.${property}`, known, wanted));
        return known;
    });
}
