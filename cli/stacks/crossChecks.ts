import type { Principal } from "../../components";
import { defaultAccountName } from "../../components/nameLimits";
import type { CheckedStackConfig } from "../../program/checkStackConfig";
import type { StackFile } from "./stackFile";

/** A stack file without mistakes of its own. */
export interface SoundStack {
    readonly file: StackFile;
    readonly shape: CheckedStackConfig;
}

export interface CrossMistake {
    readonly stack: SoundStack;
    readonly path: readonly (string | number)[];
    readonly message: string;
}

/**
 * Mistakes between stacks that have none of their own: keys for the same owner in the same scope, service accounts
 * with the same name, a role granted twice, a reference to a stack that does not exist. Stacks with different
 * endpoints, Cloud API keys or identity pools count as different organizations, where names may repeat. An
 * environment's id is unique in all of Confluent Cloud.
 */
export function crossChecks(stacks: readonly SoundStack[], project: string): CrossMistake[] {
    const byName = new Map(stacks.map((stack) => [stack.file.stack, stack]));
    return [
        ...brokenReferences(stacks, byName, project),
        ...sharedScopes(stacks, byName, project),
        ...sharedNames(stacks, project),
        ...rolesGrantedTwice(stacks, byName, project),
    ];
}

function brokenReferences(
    stacks: readonly SoundStack[],
    byName: ReadonlyMap<string, SoundStack>,
    project: string,
): CrossMistake[] {
    const mistakes: CrossMistake[] = [];
    for (const stack of stacks) {
        const reference = referenceOf(stack);
        if (reference === undefined) continue;
        const key = `${project}:principal`;
        const name = stackOfReference(reference, project);
        if (name === undefined) continue;
        const target = byName.get(name);
        const got = `${key}.stack: got ${reference}`;
        if (name === stack.file.stack) {
            mistakes.push({
                stack,
                path: [key, "stack"],
                message: `${got}, which is this stack itself; expected the stack that owns the principal`,
            });
        } else if (target !== undefined && referenceOf(target) !== undefined) {
            const message = `${got}, which itself refers to ${referenceOf(target)}; expected the stack that owns the principal`;
            mistakes.push({ stack, path: [key, "stack"], message });
        }
    }
    return mistakes;
}

function sharedScopes(
    stacks: readonly SoundStack[],
    byName: ReadonlyMap<string, SoundStack>,
    project: string,
): CrossMistake[] {
    const seen = new Map<string, SoundStack>();
    const mistakes: CrossMistake[] = [];
    for (const stack of stacks) {
        const owner = ownerOf(stack, byName, project);
        for (const [i, { name }] of stack.shape.regions.entries()) {
            const scope = `${stack.shape.access.environmentId}.${name}`;
            const first = seen.get(`${owner} ${scope}`);
            if (first === undefined) seen.set(`${owner} ${scope}`, stack);
            else {
                mistakes.push({
                    stack,
                    path: [`${project}:regions`, i],
                    message: `${project}:regions[${i}]: got ${name}, for which stack ${first.file.stack} already makes a key with the same owner (${scope}, ${owner}); expected one stack for each owner and scope`,
                });
            }
        }
    }
    return mistakes;
}

function sharedNames(stacks: readonly SoundStack[], project: string): CrossMistake[] {
    const seen = new Map<string, SoundStack>();
    const mistakes: CrossMistake[] = [];
    for (const stack of stacks) {
        const name = newAccountName(stack, project);
        if (name === undefined) continue;
        const place = `${organizationHint(stack)} ${name}`;
        const first = seen.get(place);
        if (first === undefined) seen.set(place, stack);
        else {
            const given =
                (stack.shape.access.principal as { displayName?: string } | undefined)?.displayName !==
                undefined;
            mistakes.push({
                stack,
                path: given ? [`${project}:principal`, "displayName"] : [`${project}:environmentId`],
                message: `${project}:principal.displayName: got ${name}, which stack ${first.file.stack} also uses for its service account; expected a name that is unique in the organization`,
            });
        }
    }
    return mistakes;
}

/**
 * Confluent Cloud refuses a second binding of the same principal, role and scope. New accounts are compared by name.
 */
function rolesGrantedTwice(
    stacks: readonly SoundStack[],
    byName: ReadonlyMap<string, SoundStack>,
    project: string,
): CrossMistake[] {
    const seen = new Map<string, SoundStack>();
    const mistakes: CrossMistake[] = [];
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
                mistakes.push({
                    stack,
                    path: [key, i],
                    message: `${key}: got ${role}, which stack ${first.file.stack} also grants to the same owner (${owner}, on ${scope}); expected each grant in one stack only: set ${key}: [] in one of them`,
                });
            }
        }
    }
    return mistakes;
}

/** Identifies an owner by what the stack files say: the same text for the same owner. */
function ownerOf(stack: SoundStack, byName: ReadonlyMap<string, SoundStack>, project: string): string {
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

/** The name of the service account that a stack makes; undefined if it makes none. */
function newAccountName(stack: SoundStack, project: string): string | undefined {
    const principal = stack.shape.access.principal as (Principal & { displayName?: string }) | undefined;
    if (principal && ("serviceAccountId" in principal || "userId" in principal || "stack" in principal))
        return undefined;
    return principal?.displayName ?? defaultAccountName(project, stack.file.stack, "flink");
}

function rolesOf(stack: SoundStack): readonly string[] {
    const { roles } = stack.shape.access;
    // The default of FlinkAccess.
    if (roles === undefined) return ["OrganizationAdmin"];
    return (Array.isArray(roles) ? roles : [roles]).filter((role) => typeof role === "string");
}

function referenceOf(stack: SoundStack): string | undefined {
    const principal = stack.shape.access.principal as { stack?: unknown } | undefined;
    return typeof principal?.stack === "string" ? principal.stack : undefined;
}

/** The stack of this project that `org/project/stack` names; undefined for another project. */
function stackOfReference(reference: string, project: string): string | undefined {
    const [, referred, stack] = /^[^/]+\/([^/]+)\/([^/]+)$/.exec(reference) ?? [];
    return referred === project ? stack : undefined;
}

function organizationHint({ file }: SoundStack): string {
    const oauth = file.config["confluentcloud:oauth"] as { oauthIdentityPoolId?: unknown } | undefined;
    const parts = [
        file.config["confluentcloud:endpoint"],
        file.config["confluentcloud:cloudApiKey"],
        typeof oauth === "object" ? oauth?.oauthIdentityPoolId : undefined,
    ];
    return parts.map((part) => (typeof part === "string" ? part : "")).join(" ");
}
