import { defaultAccountName } from "../../components/nameLimits";
import type { CheckedStackConfig } from "../../program/checkStackConfig";
import type { LocatedMistake, StackFile } from "./stackFile";

/** A stack file without mistakes. */
export interface ValidStack {
    readonly file: StackFile;
    readonly shape: CheckedStackConfig;
}

/**
 * Conflicts between stack files that are valid by themselves: keys with the same owner and scope, service accounts with
 * the same name, a role granted twice, a reference to a stack that is not the owner's. Stacks with different endpoints,
 * Cloud API keys or identity pools count as different organizations, where names may repeat. The id of an environment is
 * unique in all of Confluent Cloud.
 */
export function stackConflicts(stacks: readonly ValidStack[], project: string): LocatedMistake[] {
    const byName = new Map(stacks.map((stack) => [stack.file.stack, stack]));
    const firsts = new Map<string, ValidStack>();
    /** The first stack with this text; undefined if it is this one. */
    const firstWith = (text: string, stack: ValidStack): ValidStack | undefined => {
        const first = firsts.get(text);
        if (first === undefined) firsts.set(text, stack);
        return first;
    };
    return stacks.flatMap((stack) => {
        const { file, shape } = stack;
        const { environmentId, principal } = shape.access;
        const mistakes: LocatedMistake[] = [];
        const note = (key: string, step: string | number | undefined, message: string): void => {
            const path = [`${project}:${key}`, ...(step === undefined ? [] : [step])];
            mistakes.push(file.mistakeAt(path, `${project}:${message}`));
        };

        const reference = referenceOf(stack);
        const name = stackOfReference(reference, project);
        const target = referenceOf(byName.get(name ?? ""));
        const fault = name === file.stack ? "is this stack itself" : target && `itself refers to ${target}`;
        if (fault !== undefined) {
            const wanted = "expected the stack that owns the principal";
            note("principal", "stack", `principal.stack: got ${reference}, which ${fault}; ${wanted}`);
        }

        const owner = ownerOf(stack, byName, project);
        for (const [i, region] of shape.regions.entries()) {
            const scope = `${environmentId}.${region.name}`;
            const first = firstWith(`key ${owner} ${scope}`, stack);
            if (first !== undefined) {
                const message = `regions[${i}]: got ${region.name}, for which stack ${first.file.stack} already creates a key with the same owner (${scope}, ${owner}); expected one stack for each owner and scope`;
                note("regions", i, message);
            }
        }

        const accountName = newAccountName(stack, project);
        if (accountName !== undefined) {
            const first = firstWith(`account ${organizationHint(stack)} ${accountName}`, stack);
            if (first !== undefined) {
                const message = `principal.displayName: got ${accountName}, which stack ${first.file.stack} also uses for its service account; expected a name that is unique in the organization`;
                if (principal === undefined) note("environmentId", undefined, message);
                else note("principal", "displayName", message);
            }
        }

        // Confluent Cloud refuses a second binding of the same principal, role and scope. New accounts are compared by name.
        for (const [i, role] of rolesOf(stack).entries()) {
            const scope = role === "OrganizationAdmin" ? "the organization" : environmentId;
            const first = firstWith(`grant ${owner} ${role} ${scope}`, stack);
            if (first !== undefined && accountName === undefined) {
                const message = `roles: got ${role}, which stack ${first.file.stack} also grants to the same owner (${owner}, on ${scope}); expected each grant in one stack only: set ${project}:roles: [] in one of them`;
                note("roles", i, message);
            }
        }
        return mistakes;
    });
}

/** A text that identifies the owner of a stack's keys. It is the same for stacks with the same owner. */
function ownerOf(stack: ValidStack, byName: ReadonlyMap<string, ValidStack>, project: string): string {
    const { principal } = stack.shape.access;
    const existing = principal?.serviceAccountId ?? principal?.userId;
    if (existing !== undefined) return String(existing);
    const reference = referenceOf(stack);
    if (reference === undefined) return `service account ${newAccountName(stack, project)}`;
    const target = byName.get(stackOfReference(reference, project) ?? "");
    return target && referenceOf(target) === undefined
        ? ownerOf(target, byName, project)
        : `the owner of ${reference}`;
}

/** The name of the service account that a stack creates; undefined if it creates none. */
function newAccountName({ file, shape }: ValidStack, project: string): string | undefined {
    const { principal } = shape.access;
    if (principal?.serviceAccountId ?? principal?.userId ?? principal?.stack) return undefined;
    return String(principal?.displayName ?? defaultAccountName(project, file.stack, "flink"));
}

function rolesOf({ shape }: ValidStack): readonly string[] {
    // The default of FlinkAccess.
    const { roles = ["OrganizationAdmin"] } = shape.access;
    return [roles].flat().filter((role) => typeof role === "string");
}

function referenceOf(stack: ValidStack | undefined): string | undefined {
    const reference = stack?.shape.access.principal?.stack;
    return typeof reference === "string" ? reference : undefined;
}

/** `prod` from `org/project/prod`; undefined if the project is another one. */
function stackOfReference(reference: string | undefined, project: string): string | undefined {
    const [, referred, stack] = /^[^/]+\/([^/]+)\/([^/]+)$/.exec(reference ?? "") ?? [];
    return referred === project ? stack : undefined;
}

/** A text that differs between stacks of different organizations, as far as the stack files show it. */
function organizationHint({ file }: ValidStack): string {
    const oauth = file.config["confluentcloud:oauth"] as { oauthIdentityPoolId?: unknown } | undefined;
    const parts = [
        file.config["confluentcloud:endpoint"],
        file.config["confluentcloud:cloudApiKey"],
        oauth?.oauthIdentityPoolId,
    ];
    return parts.map((part) => (typeof part === "string" ? part : "")).join(" ");
}
