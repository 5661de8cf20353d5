import { regionName } from "../../confluent/flinkScope";
import type { Secret } from "../../confluent/secret";
import { wrongUsage } from "../exitCodes";
import { wrongValue } from "../optionValues";
import { parseStackState } from "../report/stackState";
import type { KeyToVerify } from "./verifyKeys";

/**
 * Reads the current keys from the output of `pulumi stack export --show-secrets`. The organization is part of a region's
 * URL: it is `organizationId`, or the one of the key, or the one in the stack's role bindings or outputs. Errors begin with `source`.
 */
export function exportedKeys(
    json: unknown,
    source: string,
    organizationId: string | undefined,
): KeyToVerify[] {
    const keys = parseStackState(json, source).keys.filter(({ pendingDelete }) => !pendingDelete);
    if (keys.length === 0) return [];
    const encrypted = keys.find(({ apiSecret }) => apiSecret === undefined);
    if (encrypted) {
        throw wrongUsage(
            `${source}: the secret of ${encrypted.state.apiKey} is encrypted; export it with pulumi stack export --show-secrets`,
        );
    }
    // A state of 0.2 has it in other resources only.
    const inOthers = organizationOf(json);
    return keys.flatMap(({ state, apiSecret }) => {
        const organization = organizationId ?? state.organizationId ?? inOthers;
        if (organization === undefined) {
            const wanted = `the organization's id, because ${source} does not contain it (confluent organization list)`;
            throw wrongValue("--organization", undefined, wanted);
        }
        // A global key is tried in each of its regions.
        return state.scope.places.map((place) => ({
            apiKey: state.apiKey,
            apiSecret: apiSecret as Secret,
            environmentId: place.environmentId,
            scope: place.name,
            keyScope: state.scope.name,
            restEndpoint: state.endpoints[regionName(place)]?.restEndpoint ?? "",
            organizationId: organization,
            status: state.status,
        }));
    });
}

/** Reads the CRN of a role binding or environment, or the variables in the stack's outputs. */
function organizationOf(json: unknown): string | undefined {
    // In a secret output, quotes are escaped once more.
    const match =
        /crn:\/\/[^"\\]*organization=([0-9a-f-]{36})|CONFLUENT_ORGANIZATION_ID[\\"]+:[\\"]+([0-9a-f-]{36})/.exec(
            JSON.stringify(json),
        );
    return match?.[1] ?? match?.[2];
}
