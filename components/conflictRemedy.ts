import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { pluginHost } from "./pluginHost";
import { processWide } from "./processWide";

/** One for each deployment in this process; the Automation API can run several. In the plugin, one for each component. */
const hooks = new WeakMap<object, pulumi.ErrorHook>();
/** How many hooks each deployment has: one for each copy of this package. */
const hookCounts = processWide("conflictHooks", () => new WeakMap<object, number>());

/**
 * Adds an error hook that logs a remedy after a 409, which the official provider passes on unchanged. The operation still fails.
 * Without error hooks (an older SDK or engine, Pulumi's mocks) no remedy is logged.
 */
export function withConflictRemedy(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const hook = conflictHook();
    return hook ? { ...opts, hooks: { onError: [hook] } } : opts;
}

/**
 * First, because the engine deletes a resource under its former name at the end of the run. An alias alone does not help any
 * more: the state already has the component under its new name, and the engine looks for no alias of it.
 */
const ownUnderFormerName =
    "If this stack created it under a former name (pulumi stack --show-urns), go back to that name and run again; to rename, add an alias: { aliases: [{ name: FORMER }] }.";

/** What to do about a resource that cannot be created because an equal one exists. Undefined if not known. */
export function conflictRemedy(type: string, inputs: Readonly<Record<string, unknown>>): string | undefined {
    if (type.endsWith(":ServiceAccount")) {
        return `principal.displayName: got "${inputs.displayName}", which another service account of this organization already has; expected a name that is unique in the organization. ${ownUnderFormerName} If it is not this stack's, choose another name, or use that account: principal: { serviceAccountId } (confluent iam service-account list)`;
    }
    if (type.endsWith(":RoleBinding")) {
        return `roles: got "${inputs.roleName}", which ${inputs.principal} already has at ${inputs.crnPattern}; expected roles that it does not have yet. ${ownUnderFormerName} If another FlinkAccess of this program grants it, grant it once beside both (docs/roles.md, "One role for several accesses"). If it is not this stack's, leave the role out (roles: [] grants none)`;
    }
    return undefined;
}

function conflictHook(): pulumi.ErrorHook | undefined {
    const monitor = pulumi.runtime.getMonitor();
    if (monitor === undefined || !supportsErrorHooks(monitor)) return undefined;
    const known = hooks.get(monitor);
    if (known) return known;
    const component = pluginHost()?.componentUrn;
    const count = (hookCounts.get(monitor) ?? 0) + 1;
    hookCounts.set(monitor, count);
    // The engine accepts each name once. A program may have several copies of this package, and a plugin several processes.
    const distinction = component ?? (count === 1 ? undefined : count);
    const hook = new pulumi.ErrorHook(
        distinction === undefined ? "confluent-flink-conflict" : `confluent-flink-conflict ${distinction}`,
        // The log needs the deployment in which the hook was created.
        AsyncResource.bind(async ({ urn, type, newInputs, errors }: pulumi.ErrorHookArgs) => {
            const remedy =
                errors.some((error) => /\b409\b/.test(error)) && conflictRemedy(type, newInputs ?? {});
            // The log only uses the URN of a resource.
            if (remedy) await pulumi.log.error(remedy, { urn: pulumi.output(urn) } as pulumi.Resource);
            return false;
        }),
    );
    hooks.set(monitor, hook);
    return hook;
}

/** Registering a hook with an engine that does not support hooks stops the program. */
function supportsErrorHooks(monitor: object): boolean {
    if (typeof pulumi.ErrorHook !== "function" || !("registerErrorHook" in monitor)) return false;
    try {
        // The SDK asked the engine before the program began. There is no public accessor for the answer.
        return require("@pulumi/pulumi/runtime/state").getStore().supportsErrorHooks === true;
    } catch {
        return false;
    }
}
