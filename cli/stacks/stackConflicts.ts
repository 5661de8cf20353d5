import type { Principal } from "../../components";
import { defaultAccountName } from "../../components/nameLimits";
import type { CheckedStackConfig } from "../../program/checkStackConfig";
import type { StackFile } from "./stackFile";

/** A stack file without mistakes. */
export interface ValidStack {
    readonly file: StackFile;
    readonly shape: CheckedStackConfig;
}

export interface StackConflict {
    readonly stack: ValidStack;
    readonly path: readonly (string | number)[];
    readonly message: string;
}

/**
 * Conflicts between stack files that are valid by themselves: keys with the same owner and scope, service accounts with
 * the same name, a role granted twice, a reference to a stack that is not the owner's. Stacks with different endpoints,
 * Cloud API keys or identity pools count as different organizations, where names may repeat. The id of an environment is
 * unique in all of Confluent Cloud.
 */
export function stackConflicts(stacks: readonly ValidStack[], project: string): StackConflict[] {
    const byName = new Map(stacks.map((stack) => [stack.file.stack, stack]));
    return [
        ...brokenReferences(stacks, byName, project),
        ...sharedScopes(stacks, byName, project),
        ...sharedNames(stacks, project),
        ...rolesGrantedTwice(stacks, byName, project),
    ];
}

function brokenReferences(
    stacks: readonly ValidStack[],
    byName: ReadonlyMap<string, ValidStack>,
    project: string,
): StackConflict[] {
    const conflicts: StackConflict[] = [];
    for (const stack of stacks) {
        const reference = referenceOf(stack);
        if (reference === undefined) continue;
        const key = `${project}:principal`;
        const name = stackOfReference(reference, project);
        if (name === undefined) continue;
        const target = byName.get(name);
        const got = `${key}.stack: got ${reference}`;
        if (name === stack.file.stack) {
            conflicts.push({
                stack,
                path: [key, "stack"],
                message: `${got}, which is this stack itself; expected the stack that owns the principal`,
            });
        } else if (target !== undefined && referenceOf(target) !== undefined) {
            const message = `${got}, which itself refers to ${referenceOf(target)}; expected the stack that owns the principal`;
            conflicts.push({ stack, path: [key, "stack"], message });
        }
    }
    return conflicts;
}

function sharedScopes(
    stacks: readonly ValidStack[],
    byName: ReadonlyMap<string, ValidStack>,
    project: string,
): StackConflict[] {
    const seen = new Map<string, ValidStack>();
    const conflicts: StackConflict[] = [];
    for (const stack of stacks) {
        const owner = ownerOf(stack, byName, project);
        for (const [i, { name }] of stack.shape.regions.entries()) {
            const scope = `${stack.shape.access.environmentId}.${name}`;
            const first = seen.get(`${owner} ${scope}`);
            if (first === undefined) seen.set(`${owner} ${scope}`, stack);
            else {
                conflicts.push({
                    stack,
                    path: [`${project}:regions`, i],
                    message: `${project}:regions[${i}]: got ${name}, for which stack ${first.file.stack} already creates a key with the same owner (${scope}, ${owner}); expected one stack for each owner and scope`,
                });
            }
        }
    }
    return conflicts;
}

function sharedNames(stacks: readonly ValidStack[], project: string): StackConflict[] {
    const seen = new Map<string, ValidStack>();
    const conflicts: StackConflict[] = [];
    for (const stack of stacks) {
        const name = newAccountName(stack, project);
        if (name === undefined) continue;
        const accountKey = `${organizationHint(stack)} ${name}`;
        const first = seen.get(accountKey);
        if (first === undefined) seen.set(accountKey, stack);
        else {
            const isSet =
                (stack.shape.access.principal as { displayName?: string } | undefined)?.displayName !==
                undefined;
            conflicts.push({
                stack,
                path: isSet ? [`${project}:principal`, "displayName"] : [`${project}:environmentId`],
                message: `${project}:principal.displayName: got ${name}, which stack ${first.file.stack} also uses for its service account; expected a name that is unique in the organization`,
            });
        }
    }
    return conflicts;
}

/**
 * Confluent Cloud refuses a second binding of the same principal, role and scope. New accounts are compared by name.
 */
function rolesGrantedTwice(
    stacks: readonly ValidStack[],
    byName: ReadonlyMap<string, ValidStack>,
    project: string,
): StackConflict[] {
    const seen = new Map<string, ValidStack>();
    const conflicts: StackConflict[] = [];
    for (const stack of stacks) {
        const { environmentId } = stack.shape.access;
        const owner = ownerOf(stack, byName, project);
        for (const [i, role] of rolesOf(stack).entries()) {
            const scope = role === "OrganizationAdmin" ? "the organization" : environmentId;
            const grant = `${owner} ${role} ${scope}`;
            const first = seen.get(grant);
            if (first === undefined) seen.set(grant, stack);
            else if (newAccountName(stack, project) === undefined) {
                const key = `${project}:roles`;
                conflicts.push({
                    stack,
                    path: [key, i],
                    message: `${key}: got ${role}, which stack ${first.file.stack} also grants to the same owner (${owner}, on ${scope}); expected each grant in one stack only: set ${key}: [] in one of them`,
                });
            }
        }
    }
    return conflicts;
}

/** A text that identifies the owner of a stack's keys. It is the same for stacks with the same owner. */
function ownerOf(stack: ValidStack, byName: ReadonlyMap<string, ValidStack>, project: string): string {
    const principal = stack.shape.access.principal;
    if (principal && "serviceAccountId" in principal) return String(principal.serviceAccountId);
    if (principal && "userId" in principal) return String(principal.userId);
    const reference = referenceOf(stack);
    if (reference !== undefined) {
        const target = byName.get(stackOfReference(reference, project) ?? "");
        return target && referenceOf(target) === undefined
            ? ownerOf(target, byName, project)
            : `the owner of ${reference}`;
    }
    return `service account ${newAccountName(stack, project)}`;
}

/** The name of the service account that a stack creates; undefined if it creates none. */
function newAccountName(stack: ValidStack, project: string): string | undefined {
    const principal = stack.shape.access.principal as (Principal & { displayName?: string }) | undefined;
    if (principal && ("serviceAccountId" in principal || "userId" in principal || "stack" in principal))
        return undefined;
    return principal?.displayName ?? defaultAccountName(project, stack.file.stack, "flink");
}

function rolesOf(stack: ValidStack): readonly string[] {
    const { roles } = stack.shape.access;
    // The default of FlinkAccess.
    if (roles === undefined) return ["OrganizationAdmin"];
    return (Array.isArray(roles) ? roles : [roles]).filter((role) => typeof role === "string");
}

function referenceOf(stack: ValidStack): string | undefined {
    const principal = stack.shape.access.principal as { stack?: unknown } | undefined;
    return typeof principal?.stack === "string" ? principal.stack : undefined;
}

/** `prod` from `org/project/prod`; undefined if the project is another one. */
function stackOfReference(reference: string, project: string): string | undefined {
    const [, referred, stack] = /^[^/]+\/([^/]+)\/([^/]+)$/.exec(reference) ?? [];
    return referred === project ? stack : undefined;
}

/** A text that differs between stacks of different organizations, as far as the stack files show it. */
function organizationHint({ file }: ValidStack): string {
    const oauth = file.config["confluentcloud:oauth"] as { oauthIdentityPoolId?: unknown } | undefined;
    const parts = [
        file.config["confluentcloud:endpoint"],
        file.config["confluentcloud:cloudApiKey"],
        typeof oauth === "object" ? oauth?.oauthIdentityPoolId : undefined,
    ];
    return parts.map((part) => (typeof part === "string" ? part : "")).join(" ");
}
