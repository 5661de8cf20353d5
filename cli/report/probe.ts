import type { Clock } from "../../confluent/clock";
import type { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials } from "../../confluent/credentials";
import { tryListStatements } from "../../confluent/flinkStatements";
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
    const probes = new Map<string, KeyProbe>();
    const gaps: Gap[] = [];
    const waiting: (() => Promise<void>)[] = [];
    for (const { name, keys, secretsProblem } of states) {
        const current = keys.filter((key) => !key.pendingDelete);
        for (const { state, apiSecret } of current) {
            const urls = Object.values(state.endpoints)
                .map(({ restEndpoint }) => restEndpoint)
                .filter((url) => url !== "");
            if (apiSecret === undefined || urls.length === 0) continue;
            const { environmentId } = state.scope;
            const credentials = apiKeyCredentials(state.apiKey, apiSecret);
            waiting.push(async () => {
                // A global key has to work in each of its regions.
                const refusals = await Promise.all(
                    urls.map((restEndpoint) => {
                        const endpoint = { restEndpoint, organizationId, environmentId };
                        return tryListStatements(endpoint, credentials, clock, probeTimeoutMs);
                    }),
                );
                const refusal = refusals.find((one) => one !== undefined);
                probes.set(state.apiKey, {
                    readiness: readinessOf(refusal),
                    refusal: refusal === undefined ? null : String(refusal.status ?? refusal.kind),
                });
            });
        }
        const withoutSecret = current.filter((key) => key.apiSecret === undefined).length;
        if (withoutSecret > 0) {
            const why =
                secretsProblem ??
                "their secrets are encrypted in this export. Export with --show-secrets, or let the command read the stack itself.";
            const reason = `${withoutSecret} of ${current.length} keys were not probed: ${why}`;
            gaps.push({ subject: "probe", name, reason });
        }
    }
    const work = async (): Promise<void> => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next();
    };
    await Promise.all(Array.from({ length: maxInFlight }, work));
    return { probes, gaps };
}

function readinessOf(refusal: ConfluentError | undefined): KeyReadiness {
    if (refusal === undefined) return "ready";
    return isRegionsRefusal(refusal) ? "refused" : "unreachable";
}
