import type { Clock } from "../../confluent/clock";
import type { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials } from "../../confluent/credentials";
import { tryListStatements } from "../../confluent/flinkStatements";
import { inParallel } from "../inParallel";
import { isRegionsRefusal } from "../verify/verifyKeys";
import type { Gap, KeyReadiness } from "./report";
import type { StackState } from "./stackState";

export interface KeyProbe {
    readonly readiness: KeyReadiness;
    /** `401`, or why there was no response; null if the endpoint accepted the key. */
    readonly refusal: string | null;
}

const maxInFlight = 16;
const probeTimeoutMs = 10_000;

/**
 * Uses each managed key once at its region's Flink endpoint. Keys whose secret could not be read are left out; each stack
 * with such keys is a gap.
 */
export async function probeKeys(
    states: readonly StackState[],
    organizationId: string,
    clock: Clock,
): Promise<{ probes: Map<string, KeyProbe>; gaps: Gap[] }> {
    const gaps: Gap[] = [];
    const current = states.flatMap(({ name, keys, secretsProblem }) => {
        const ofStack = keys.filter((key) => !key.pendingDelete);
        const withoutSecret = ofStack.filter((key) => key.apiSecret === undefined).length;
        if (withoutSecret > 0) {
            const why =
                secretsProblem ??
                "their secrets are encrypted in this export. Export with --show-secrets, or let the command read the stack itself.";
            const reason = `${withoutSecret} of ${ofStack.length} keys were not probed: ${why}`;
            gaps.push({ subject: "probe", name, reason });
        }
        return ofStack;
    });
    const probes = await inParallel(current, maxInFlight, async ({ state, apiSecret }) => {
        const urls = Object.values(state.endpoints).map(({ restEndpoint }) => restEndpoint);
        if (apiSecret === undefined || !urls.some(Boolean)) return [];
        const { environmentId } = state.scope;
        const credentials = apiKeyCredentials(state.apiKey, apiSecret);
        // A global key has to work in each of its regions.
        const refusals = await Promise.all(
            urls.filter(Boolean).map((restEndpoint) => {
                const endpoint = { restEndpoint, organizationId, environmentId };
                return tryListStatements(endpoint, credentials, clock, probeTimeoutMs);
            }),
        );
        return [[state.apiKey, probeOf(refusals.find((one) => one !== undefined))] as const];
    });
    return { probes: new Map(probes.flat()), gaps };
}

function probeOf(refusal: ConfluentError | undefined): KeyProbe {
    if (refusal === undefined) return { readiness: "ready", refusal: null };
    const readiness = isRegionsRefusal(refusal) ? "refused" : "unreachable";
    return { readiness, refusal: String(refusal.status ?? refusal.kind) };
}
