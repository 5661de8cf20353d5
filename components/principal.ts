import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { serviceAccountIdRule, userIdRule } from "../confluent/keyRules";
import { cutText, longestDescription } from "../confluent/textLimits";
import { readValue, type ValueRule } from "../confluent/valueRule";
import { withConflictRemedy } from "./conflictRemedy";
import { explainLookUp } from "./failedLookUp";
import { defaultAccountName } from "./nameLimits";
import { descriptionRule, displayNameRule, type NewServiceAccount, type Principal } from "./principalArgs";
import { principalOfStack } from "./principalOfStack";
import { inComponent } from "./programError";

/** The owner of the keys, and the service account if one is created, after the location was looked up. */
export function principalFor(
    name: string,
    principal: Principal,
    lookedUp: pulumi.Output<void>,
    parent: pulumi.Resource,
    urn: Promise<string>,
): { id: pulumi.Output<string>; serviceAccount?: confluentcloud.ServiceAccount } {
    const { serviceAccountId, userId, stack } = principal;
    if (serviceAccountId !== undefined)
        return { id: existingPrincipal(name, "serviceAccountId", serviceAccountId, parent) };
    if (userId !== undefined) return { id: existingPrincipal(name, "userId", userId, parent) };
    if (stack !== undefined) return { id: principalOfStack(name, stack, parent) };
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
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const displayName =
        account.displayName === undefined
            ? pulumi
                  .output(urn)
                  .apply((known) =>
                      defaultAccountName(project, stack, name, isNested(known) ? known : undefined),
                  )
            : checked(name, displayNameRule, account.displayName, "principal.displayName");
    const description =
        account.description === undefined
            ? cutText(`Runs Flink statements. Pulumi ${project}/${stack}`, longestDescription)
            : checked(name, descriptionRule, account.description, "principal.description");
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

/** A value that may be an output, checked when it is known. */
function checked(
    name: string,
    rule: ValueRule<string>,
    value: pulumi.Input<string>,
    property: string,
): pulumi.Output<string> {
    const output = pulumi.output(value);
    return output.apply(async (known) => {
        const isSecret = await pulumi.isSecret(output);
        return inComponent(name, () => readValue(rule, known, property, isSecret));
    });
}

const existing = {
    userId: {
        rule: userIdRule,
        get: (id: string, opts: pulumi.InvokeOptions): Promise<unknown> =>
            confluentcloud.getUser({ id }, opts),
        wanted: "a user such as u-111aaa that exists (confluent iam user list)",
    },
    serviceAccountId: {
        rule: serviceAccountIdRule,
        get: (id: string, opts: pulumi.InvokeOptions): Promise<unknown> =>
            confluentcloud.getServiceAccount({ id }, opts),
        wanted: "a service account such as sa-111aaa that exists (confluent iam service-account list)",
    },
};

function existingPrincipal(
    name: string,
    kind: keyof typeof existing,
    id: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const { rule, get, wanted } = existing[kind];
    const property = `principal.${kind}`;
    const confirmed = checked(name, rule, id, property);
    return confirmed.apply(async (known) => {
        const isSecret = await pulumi.isSecret(confirmed);
        await get(known, { parent }).catch(
            explainLookUp(name, property, { value: known, isSecret }, wanted, parent),
        );
        return known;
    });
}

/** Whether it has a parent, so that another component of the same name may exist elsewhere in the program. */
function isNested(urn: string): boolean {
    return urn.includes("$");
}
