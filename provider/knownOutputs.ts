import { isUnknown, type KeyInputs, scopeOfInputs } from "./keyInputs";
import { endpointSettingOf, restEndpointOf } from "./restEndpoint";
import type { Session } from "./session";

/**
 * Outputs that follow from the inputs. In a preview the engine uses the inputs of a dynamic resource as its outputs, and shows
 * all others as unknown; a statement with an unknown `restEndpoint` would show as replaced. So `check` adds these to the
 * inputs. An output that cannot be known is left out: the preview shows it as unknown, and `up` sets it.
 */
export async function knownOutputs(
    session: Session,
    olds: Record<string, unknown>,
    inputs: KeyInputs,
): Promise<{ scope?: string; restEndpoint?: string }> {
    const scope = scopeOfInputs(inputs);
    if (scope === undefined) return {};
    const restEndpoint = await endpointInPreview(session, olds, inputs);
    return { scope: scope.name, ...(restEndpoint !== undefined && { restEndpoint }) };
}

/** The stored endpoint, as long as scope and setting stay the same. A run that changes nothing sends no request for it. */
async function endpointInPreview(
    session: Session,
    olds: Record<string, unknown>,
    inputs: KeyInputs,
): Promise<string | undefined> {
    const scope = scopeOfInputs(inputs);
    const { readiness } = inputs;
    if (scope === undefined || [readiness, readiness?.restEndpoint, readiness?.network].some(isUnknown))
        return undefined;
    const before = olds as unknown as KeyInputs & { restEndpoint?: unknown };
    const isSameScope = scopeOfInputs(before)?.name === scope.name;
    const isSame = isSameScope && endpointSettingOf(before.readiness) === endpointSettingOf(readiness);
    if (isSame && typeof before.restEndpoint === "string" && !isUnknown(before.restEndpoint))
        return before.restEndpoint;
    return restEndpointOf(session, scope, readiness).catch(() => undefined);
}
