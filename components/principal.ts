import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { withConflictRemedy } from "./conflictRemedy";
import { explainLookUp } from "./failedLookUp";
import { cutText, defaultAccountName, longestDescription, longestName } from "./nameLimits";
import { type PrincipalOfStack, principalOfStack } from "./principalOfStack";
import { programError } from "./programError";

/** A new service account that owns the keys. Long-running statements should run as a service account. */
export interface NewServiceAccount {
    /**
     * Name, unique in the organization, at most 64 characters. Default `<project>-<stack>-<name>`. A hash is appended if it is
     * longer than that, or if the FlinkAccess has a parent.
     */
    displayName?: pulumi.Input<string>;
    /** At most 128 characters. Default `Runs Flink statements. Pulumi <project>/<stack>`. */
    description?: pulumi.Input<string>;
}

/** An existing service account. */
export interface ExistingServiceAccount {
    /** `sa-111aaa` */
    serviceAccountId: pulumi.Input<string>;
}

/** An existing user, for interactive work. */
export interface ExistingUser {
    /** `u-111aaa` */
    userId: pulumi.Input<string>;
}

/**
 * The owner of the keys: a new service account, an existing one, an existing user, or the principal of another stack's
 * FlinkAccess.
 */
export type Principal = NewServiceAccount | ExistingServiceAccount | ExistingUser | PrincipalOfStack;

/** Whether the principal exists already, with roles that this program does not manage. */
export function isExisting(principal: Principal): boolean {
    return "serviceAccountId" in principal || "userId" in principal || "stack" in principal;
}

/** Throws if the id of an existing principal is empty, as it can be in a JavaScript program. */
export function requirePrincipalId(principal: Principal): void {
    const examples = {
        serviceAccountId: "a service account such as sa-111aaa",
        userId: "a user such as u-111aaa",
        stack: "a stack such as org/project/stack",
    };
    const ids = { ...principal } as Readonly<Record<string, unknown>>;
    for (const [property, example] of Object.entries(examples)) {
        if (property in ids && !ids[property])
            throw new Error(`principal.${property}: got nothing, expected ${example}`);
    }
}

/**
 * The owner of the keys, and the service account if one is created. It is created only after the location was looked up. `urn` is
 * the component's, as a promise, because an output of a component waits for all of its children.
 */
export function principalFor(
    name: string,
    principal: Principal,
    lookedUp: pulumi.Output<void>,
    parent: pulumi.Resource,
    urn: Promise<string>,
): { id: pulumi.Output<string>; serviceAccount?: confluentcloud.ServiceAccount } {
    if ("serviceAccountId" in principal)
        return { id: existingPrincipal(name, "serviceAccountId", principal.serviceAccountId, parent) };
    if ("userId" in principal) return { id: existingPrincipal(name, "userId", principal.userId, parent) };
    if ("stack" in principal) return { id: principalOfStack(name, principal.stack, parent) };
    const serviceAccount = newServiceAccount(name, principal, lookedUp, parent, urn);
    return { id: serviceAccount.id, serviceAccount };
}

function newServiceAccount(
    name: string,
    account: NewServiceAccount,
    lookedUp: pulumi.Output<void>,
    parent: pulumi.Resource,
    urn: Promise<string>,
): confluentcloud.ServiceAccount {
    const subject = `FlinkAccess "${name}"`;
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const displayName =
        account.displayName === undefined
            ? pulumi
                  .output(urn)
                  .apply((known) =>
                      defaultAccountName(project, stack, name, isNested(known) ? known : undefined),
                  )
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
            // Never unknown in an up: the official provider would then invent a name.
            displayName: pulumi.all([displayName, lookedUp]).apply(([checkedName]) => checkedName),
            description,
        },
        withConflictRemedy({ parent }),
    );
}

/** The id of an existing principal, after Confluent Cloud has confirmed it. */
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

/** Throws if a text is empty or longer than Confluent accepts. `property`: `principal.displayName`. */
function requireLength(subject: string, property: string, text: string, longest: number): string {
    if (text.trim() !== "" && text.length <= longest) return text;
    const got = text.trim() === "" ? "nothing" : `${text.length} characters, "${cutText(text, 40)}"`;
    throw programError(`${subject}: ${property}: got ${got}, expected 1 to ${longest} characters`);
}

/** Whether it has a parent, so that another component of the same name may exist elsewhere in the program. */
function isNested(urn: string): boolean {
    return urn.includes("$");
}
