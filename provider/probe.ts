import type { ConfluentError } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import { type FlinkEndpoint, tryListStatements } from "../confluent/flinkStatements";
import { mayRetry, patientPolicy, retryDelayMs } from "../confluent/retry";
import type { Secret } from "../confluent/secret";
import type { Session } from "./session";

/**
 * What a region's Flink endpoint says about a key. `accepts`: 200. `knows`: Confluent's own 403, the owner lacks a role.
 * `refuses`: Confluent's own 401. `silent`: anything else, such as 404, 429, 503, a proxy's answer or none.
 */
export type RegionAnswer = "accepts" | "knows" | "refuses" | "silent";

export interface Probe {
    readonly answer: RegionAnswer;
    /** Undefined if the region accepts the key. */
    readonly refusal: ConfluentError | undefined;
}

export interface ProbedKey {
    readonly apiKey: string;
    readonly apiSecret: Secret;
    readonly endpoint: FlinkEndpoint;
}

/** Sends one request with the key to its region's Flink endpoint. */
export async function probe(
    session: Session,
    { apiKey, apiSecret, endpoint }: ProbedKey,
    timeoutMs = session.probeTimeoutMs,
): Promise<Probe> {
    const credentials = apiKeyCredentials(apiKey, apiSecret);
    const refusal = await tryListStatements(endpoint, credentials, session.clock, timeoutMs);
    return { answer: answerOf(refusal), refusal };
}

/** The same until the region says something about the key: for as long, and with the same pauses, as for any other GET. */
export async function probePatiently(session: Session, key: ProbedKey): Promise<RegionAnswer> {
    const startMs = session.clock.now();
    for (let attempt = 1; ; attempt++) {
        const { answer, refusal: error } = await probe(session, key);
        const elapsedMs = session.clock.now() - startMs;
        if (error === undefined || answer !== "silent" || !isWorthAnother(error, elapsedMs)) return answer;
        await session.clock.sleep(retryDelayMs({ error, attempt, elapsedMs }, patientPolicy, 1));
    }
}

/** Unlike elsewhere, a 4xx too may become an answer: a region that does not know a key yet says 404 or 400. */
function isWorthAnother(error: ConfluentError, elapsedMs: number): boolean {
    const { status = 0, kind } = error;
    const isRefused = status >= 400 && status < 500 && kind !== "rateLimited";
    const failed = { error, attempt: 1, elapsedMs };
    return mayRetry("GET", failed, patientPolicy) || (isRefused && elapsedMs < patientPolicy.deadlineMs);
}

function answerOf(refusal: ConfluentError | undefined): RegionAnswer {
    if (refusal === undefined) return "accepts";
    if (refusal.kind === "unauthenticated") return "refuses";
    return refusal.kind === "forbidden" ? "knows" : "silent";
}
