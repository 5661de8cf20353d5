import type * as pulumi from "@pulumi/pulumi";
import { serviceAccountIdRule, userIdRule } from "../confluent/keyRules";
import { longestDescription } from "../confluent/textLimits";
import { describeMistake, type ValueRule } from "../confluent/valueRule";
import { readInput, requireFields } from "./argumentFields";
import { longestName } from "./nameLimits";

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

/** The principal of another stack's FlinkAccess. That stack manages it; `roles` are granted in addition to that stack's. */
export interface PrincipalOfStack {
    /** `org/project/stack`. Its output `principalId` is used. */
    stack: pulumi.Input<string>;
}

/** One kind of principal, with no field of another. */
type Only<Kind> = Kind & { readonly [Field in Exclude<PrincipalField, keyof Kind>]?: never };
type PrincipalField =
    | keyof NewServiceAccount
    | keyof ExistingServiceAccount
    | keyof ExistingUser
    | keyof PrincipalOfStack;

/**
 * The owner of the keys: a new service account, an existing one, an existing user, or the principal of another stack's
 * FlinkAccess. Fields of two kinds cannot be combined.
 */
export type Principal =
    | Only<NewServiceAccount>
    | Only<ExistingServiceAccount>
    | Only<ExistingUser>
    | Only<PrincipalOfStack>;

export const displayNameRule = textRule(longestName);
export const descriptionRule = textRule(longestDescription);
const stackRule: ValueRule<string> = {
    read: (value) => (typeof value === "string" && /^[^/\s]+(\/[^/\s]+){2}$/.test(value) ? value : undefined),
    wanted: "the full name of the stack that owns the principal, such as org/project/base",
};

const newAccount = { displayName: displayNameRule, description: descriptionRule };
/** The fields of each kind of principal. */
const kinds: readonly Readonly<Record<string, ValueRule<string>>>[] = [
    { serviceAccountId: serviceAccountIdRule },
    { userId: userIdRule },
    { stack: stackRule },
    newAccount,
];
const rules: Readonly<Record<string, ValueRule<string>>> = Object.assign({}, ...kinds);
const wanted =
    'an object such as { serviceAccountId: "sa-111aaa" }, with one of serviceAccountId, userId and stack, or displayName and description of a new service account';

/** Throws if it has fields of two kinds, or a value that its kind does not have. */
export function parsePrincipal(value: unknown, property: string): Principal {
    requireFields(value, Object.keys(rules), property, wanted);
    // An id that is undefined is one that a JavaScript program has lost, and no wish for a new account.
    const given = Object.entries(value).filter(
        ([name, field]) => field !== undefined || !(name in newAccount),
    );
    if (!kinds.some((kind) => given.every(([name]) => name in kind)))
        throw new Error(describeMistake(property, value, wanted));
    return Object.fromEntries(
        given.map(([name, field]) => [
            name,
            readInput(rules[name] as ValueRule<string>, field, `${property}.${name}`),
        ]),
    ) as Principal;
}

/** Whether the principal exists already, with roles that this program does not manage. */
export function isExisting({ serviceAccountId, userId, stack }: Principal): boolean {
    return serviceAccountId !== undefined || userId !== undefined || stack !== undefined;
}

function textRule(longest: number): ValueRule<string> {
    return {
        read: (value) =>
            typeof value === "string" && value.trim() !== "" && value.length <= longest ? value : undefined,
        wanted: `a text of 1 to ${longest} characters`,
    };
}
