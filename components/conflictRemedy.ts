import * as pulumi from "@pulumi/pulumi";

/** One for each deployment that runs in this process: the Automation API runs several. */
const hooks = new WeakMap<object, pulumi.ErrorHook>();

/**
 * `opts` with a hook that puts a remedy behind Confluent's 409, which the official provider passes on as it came. The
 * outcome stays the same: the operation has failed and is not repeated. Where there are no error hooks (an SDK or an
 * engine that is older than they are, Pulumi's mocks) the 409 stands alone.
 */
export function withConflictRemedy(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const hook = conflictHook();
    return hook ? { ...opts, hooks: { onError: [hook] } } : opts;
}

/**
 * Comes before the other way out. The resource that is in the way may be this stack's own under its former name: the engine
 * deletes that one at the end of the run, and a program that relies on it would be left without. An alias alone is too late: the
 * component has its new name in the state already, and the engine looks for no alias of what it finds.
 */
const ownOfBefore =
    "If this stack made it under a former name (pulumi stack --show-urns), go back to that name and run again; another name then needs an alias: { aliases: [{ name: FORMER }] }.";

/** What to do about a resource that cannot be made because Confluent Cloud has its like. Undefined: not known. */
export function conflictRemedy(type: string, inputs: Readonly<Record<string, unknown>>): string | undefined {
    if (type.endsWith(":ServiceAccount")) {
        return `principal.displayName: got "${inputs.displayName}", which another service account of this organization has; expected a name that is unique in the organization. Choose another. ${ownOfBefore} If it is not this stack's, use it: principal: { serviceAccountId } (confluent iam service-account list)`;
    }
    if (type.endsWith(":RoleBinding")) {
        return `roles: got "${inputs.roleName}", which ${inputs.principal} has already at ${inputs.crnPattern}; expected roles that it does not have yet. ${ownOfBefore} If it is not this stack's, leave the role out (roles: [] grants none)`;
    }
    return undefined;
}

function conflictHook(): pulumi.ErrorHook | undefined {
    const monitor = pulumi.runtime.getMonitor();
    if (monitor === undefined || !takesErrorHooks(monitor)) return undefined;
    const known = hooks.get(monitor);
    if (known) return known;
    const hook = new pulumi.ErrorHook(
        "confluent-flink-conflict",
        async ({ urn, type, newInputs, errors }) => {
            const remedy =
                errors.some((error) => /\b409\b/.test(error)) && conflictRemedy(type, newInputs ?? {});
            // Of a resource, the log looks at the URN only.
            if (remedy) await pulumi.log.error(remedy, { urn: pulumi.output(urn) } as pulumi.Resource);
            return false;
        },
    );
    hooks.set(monitor, hook);
    return hook;
}

/** To register a hook with an engine that takes none is an error that stops the program. */
function takesErrorHooks(monitor: object): boolean {
    if (typeof pulumi.ErrorHook !== "function" || !("registerErrorHook" in monitor)) return false;
    try {
        // What the SDK has asked the engine before the program began; it has no public name.
        return require("@pulumi/pulumi/runtime/state").getStore().supportsErrorHooks === true;
    } catch {
        return false;
    }
}
