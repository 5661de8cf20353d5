import { type FlinkScope, regionName } from "../confluent/flinkScope";
import { isGlobal, isUnknown, type KeyInputs, scopeOfInputs } from "./keyInputs";
import { placeNames } from "./keyScope";
import { endpointSettingOf, isAnyUnknown, restEndpointOf } from "./restEndpoint";
import type { Session } from "./session";

/**
 * Outputs that follow from the inputs. A preview shows all outputs of a dynamic resource as unknown that are not among its
 * inputs, and a statement with an unknown `restEndpoint` as replaced. So `check` adds these. One that cannot be known is left
 * out.
 */
export async function knownOutputs(
    session: Session,
    olds: Record<string, unknown>,
    inputs: KeyInputs,
): Promise<{ scope?: string; restEndpoint?: string; restEndpoints?: Readonly<Record<string, string>> }> {
    const scope = scopeOfInputs(inputs);
    if (scope === undefined) return {};
    const before = olds as unknown as StoredInputs;
    const found = isAnyUnknown(inputs.readiness)
        ? []
        : await Promise.all(scope.places.map((place) => endpointInPreview(session, before, inputs, place)));
    const names = placeNames(scope);
    const known = found.flatMap((url, i) => (url === undefined ? [] : [[names[i] as string, url] as const]));
    if (known.length < names.length) return { scope: scope.name };
    return scope.isGlobal
        ? { scope: scope.name, restEndpoints: Object.fromEntries(known) }
        : { scope: scope.name, restEndpoint: known[0]?.[1] as string };
}

type StoredInputs = KeyInputs & { readonly restEndpoint?: unknown; readonly restEndpoints?: unknown };

/** The stored endpoint, as long as scope and setting stay the same. A run that changes nothing sends no request for it. */
async function endpointInPreview(
    session: Session,
    before: StoredInputs,
    { readiness }: KeyInputs,
    place: FlinkScope,
): Promise<string | undefined> {
    const stored = isGlobal(before)
        ? (before.restEndpoints as Record<string, unknown> | undefined)?.[regionName(place)]
        : before.restEndpoint;
    const wasThere = scopeOfInputs(before)?.places.some(({ name }) => name === place.name) === true;
    const isSame =
        wasThere && endpointSettingOf(place, before.readiness) === endpointSettingOf(place, readiness);
    if (isSame && typeof stored === "string" && !isUnknown(stored)) return stored;
    return restEndpointOf(session, place, readiness).catch(() => undefined);
}
