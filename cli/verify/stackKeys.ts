import type { Secret } from "../../confluent/secret";
import { CommandFailure, exitCodes } from "../exitCodes";
import { parseStackState } from "../report/stackState";
import type { ProvableKey } from "./verifyKeys";

/**
 * The current keys in the output of `pulumi stack export --show-secrets`. The organization, which is part of the
 * region's URL, is `organizationId` or the one in the stack's role bindings and outputs. `source` names the export in
 * errors.
 */
export function keysOfExport(
    json: unknown,
    source: string,
    organizationId: string | undefined,
): ProvableKey[] {
    const keys = parseStackState(json, source).keys.filter(({ pendingDelete }) => !pendingDelete);
    if (keys.length === 0) return [];
    const hidden = keys.find(({ apiSecret }) => apiSecret === undefined);
    if (hidden) {
        throw new CommandFailure(
            `${source}: the secret of ${hidden.state.apiKey} is encrypted; export it with pulumi stack export --show-secrets`,
            exitCodes.usage,
        );
    }
    const organization = organizationId ?? organizationOf(json);
    if (organization === undefined) {
        throw new CommandFailure(
            `--organization: got nothing, expected the organization's id, because ${source} does not contain it (confluent organization list)`,
            exitCodes.usage,
        );
    }
    return keys.map(({ state, apiSecret }) => {
        return {
            apiKey: state.apiKey,
            apiSecret: apiSecret as Secret,
            environmentId: state.scope.environmentId,
            scope: state.scope.name,
            restEndpoint: state.restEndpoint,
            organizationId: organization,
        };
    });
}

/** From the CRN of a role binding or environment, or from the variables in the stack's outputs. */
function organizationOf(json: unknown): string | undefined {
    // In a secret output, quotes are escaped once more.
    const named =
        /crn:\/\/[^"\\]*organization=([0-9a-f-]{36})|CONFLUENT_ORGANIZATION_ID[\\"]+:[\\"]+([0-9a-f-]{36})/.exec(
            JSON.stringify(json),
        );
    return named?.[1] ?? named?.[2];
}
