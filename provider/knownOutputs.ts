import { isUnknown, type KeyInputs, scopeOfInputs } from "./keyInputs";
import { endpointSettingOf, restEndpointOf } from "./restEndpoint";
import type { Session } from "./session";

/**
 * Outputs that follow from the inputs. The engine shows a preview's inputs as its outputs, and whatever is not among
 * them as unknown; a statement whose `restEndpoint` is unknown shows as replaced. So `check` puts these beside the inputs.
 * What it cannot know is left out: then the preview shows it as unknown, and `up` gives it all the same.
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

/** As the run before knew it, while place and setting stay. A run that changes nothing asks nothing for it. */
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
    const isSamePlace = scopeOfInputs(before)?.name === scope.name;
    const isSame = isSamePlace && endpointSettingOf(before.readiness) === endpointSettingOf(readiness);
    if (isSame && typeof before.restEndpoint === "string" && !isUnknown(before.restEndpoint))
        return before.restEndpoint;
    // Inputs of a version before 0.2 have no endpoint: it is asked for once something else changes.
    if (isSame && differsNowhere(olds, inputs)) return undefined;
    return restEndpointOf(session, scope, readiness).catch(() => undefined);
}

function differsNowhere(olds: Record<string, unknown>, inputs: KeyInputs): boolean {
    return Object.entries(inputs).every(
        ([property, value]) => JSON.stringify(value) === JSON.stringify(olds[property]),
    );
}
