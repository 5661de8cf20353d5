import { type ConfluentError, nameOfFault } from "../confluent/confluentError";
import { apiKeyCredentials } from "../confluent/credentials";
import type { FlinkScope } from "../confluent/flinkScope";
import { type FlinkEndpoint, tryListStatements } from "../confluent/flinkStatements";
import type { Secret } from "../confluent/secret";
import type { Session } from "./session";
import { unlessStopped } from "./stopping";

const firstPauseMs = 250;
const longestPauseMs = 3_000;
/** Share of the time waited so far that the next pause may take: a key is noticed at most 1.2 % late. */
const pauseShare = 0.012;
/** The second request reaches another gateway or it does not: time adds nothing, but the two must not be one burst. */
const confirmPauseMs = 25;
/** The probe at the limit gets this long, or it would never be answered and the error could not tell 401 from 403. */
const lastProbeTimeoutMs = 2_000;
/** No answer of Confluent's for this long: the endpoint is out of reach from here. */
const unreachableAfterMs = 20_000;

export interface ReadinessWait {
    readonly apiKey: string;
    readonly apiSecret: Secret;
    readonly owner: string;
    readonly scope: FlinkScope;
    readonly endpoint: FlinkEndpoint;
    readonly timeoutMs: number;
    /** What an endpoint out of reach means. */
    readonly unreachable: "warn" | "fail";
    /** Which endpoint was chosen, for a person: `the region's public endpoint`. */
    readonly endpointKind: string;
}

/** The key did not become usable within the limit. The message has no full stop: what became of the key follows it. */
export class NotReadyError extends Error {
    override readonly name = "NotReadyError";

    constructor(message: string) {
        super(message.replace(/\.$/, ""));
    }
}

/**
 * Asks the region's Flink endpoint with the key itself until it answers 200 twice in a row. One wait covers the key
 * and its owner's role bindings. `unverified` where the endpoint itself gives no answer for 20 seconds from the start and
 * `unreachable` is `warn`; throws NotReadyError at the limit. What a proxy answers is no answer of the endpoint.
 */
export async function awaitReady(session: Session, wait: ReadinessWait): Promise<"ready" | "unverified"> {
    const { clock, engineLog } = session;
    const credentials = apiKeyCredentials(wait.apiKey, wait.apiSecret);
    const startMs = clock.now();
    // What the endpoint said last: at the limit it tells more than a network fault that came after it.
    let said: ConfluentError | undefined;
    let wasAnswered = false;
    let accepted = false;
    for (;;) {
        const leftMs = startMs + wait.timeoutMs - clock.now();
        const probeMs = Math.min(session.probeTimeoutMs, Math.max(lastProbeTimeoutMs, leftMs));
        const probe = tryListStatements(wait.endpoint, credentials, clock, probeMs).then((refusal) => ({
            refusal,
        }));
        const answer = await unlessStopped(session.stop, probe);
        const waitedMs = clock.now() - startMs;
        if (answer === undefined) throw new NotReadyError(describeStopped(wait, session.stop, waitedMs));
        const { refusal } = answer;
        if (refusal === undefined) {
            if (accepted) return "ready";
            accepted = wasAnswered = true;
            await unlessStopped(session.stop, clock.sleep(confirmPauseMs));
            continue;
        }
        accepted = false;
        if (!refusal.isFromElsewhere) said = refusal;
        wasAnswered ||= said !== undefined;
        if (!wasAnswered && waitedMs >= Math.min(unreachableAfterMs, wait.timeoutMs)) {
            if (wait.unreachable === "fail")
                throw new NotReadyError(describeUnreachable(wait, refusal, waitedMs));
            engineLog.warn(`${describeUnreachable(wait, refusal, waitedMs)} The key is kept, unverified.`);
            return "unverified";
        }
        if (waitedMs >= wait.timeoutMs)
            throw new NotReadyError(describeNotReady(wait, said ?? refusal, waitedMs));
        engineLog.status(
            `Flink API key ${wait.apiKey} (${wait.scope.name}): waiting ${seconds(waitedMs)}, ${stage(refusal)}`,
        );
        const pauseMs = Math.max(refusal.retryAfterMs ?? 0, pauseAfterMs(waitedMs));
        await unlessStopped(
            session.stop,
            clock.sleep(Math.min(pauseMs, startMs + wait.timeoutMs - clock.now())),
        );
    }
}

/** Pause before the next probe: 250 ms at first, 1.2 % of the time waited so far after that, 3 s at the most. */
export function pauseAfterMs(waitedMs: number): number {
    return Math.min(longestPauseMs, Math.max(firstPauseMs, Math.round(waitedMs * pauseShare)));
}

/** What an answer says of the way a key takes: known to the region first, its owner's role after that. */
function stage(refusal: ConfluentError): string {
    switch (refusal.kind) {
        case "unauthenticated":
            return "the region does not know the key yet (401)";
        case "unexpected":
        case "malformed":
            return `something between here and the region answers ${refusal.status}`;
        case "forbidden":
            return "the region knows the key, its owner's role has not arrived yet (403)";
        default:
            return refusal.status === undefined
                ? `the region's endpoint cannot be reached (${nameOfFault[refusal.kind] ?? refusal.kind})`
                : `the region's endpoint answers ${refusal.status}`;
    }
}

function describeNotReady(wait: ReadinessWait, refusal: ConfluentError, waitedMs: number): string {
    const { environmentId } = wait.scope;
    const limit = `Flink API key ${wait.apiKey} (${wait.scope.name}) was not usable after ${seconds(waitedMs)}`;
    switch (refusal.kind) {
        case "unauthenticated":
            return `${limit}: ${wait.endpoint.restEndpoint} does not know the key yet (401); raise readiness.timeout if this region is slow`;
        case "forbidden":
            return `${limit}: ${wait.endpoint.restEndpoint} knows the key, but ${wait.owner} may not list statements (403). Grant it FlinkDeveloper on environment ${environmentId}, or a wider role: confluent iam rbac role-binding create --principal User:${wait.owner} --role FlinkDeveloper --environment ${environmentId}`;
        default:
            return `${limit}: ${regionMessage(refusal)}`;
    }
}

function describeStopped(wait: ReadinessWait, stop: AbortSignal, waitedMs: number): string {
    return `Flink API key ${wait.apiKey} (${wait.scope.name}): the wait until it is usable was stopped after ${seconds(waitedMs)} (${stop.reason})`;
}

function describeUnreachable(wait: ReadinessWait, refusal: ConfluentError, waitedMs: number): string {
    const proxy = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].find(
        (name) => process.env[name],
    );
    const tried = `Tried ${wait.endpointKind}${proxy ? `, with ${proxy} set` : ""}; npx --no -- confluent-flink verify proves the key later, from inside the network.`;
    return `Flink API key ${wait.apiKey} (${wait.scope.name}): the region's Flink endpoint could not be reached from here within ${seconds(waitedMs)}. ${regionMessage(refusal)} ${tried}`;
}

/** The message of a request to the region. Its usual text names the setting of the control plane's endpoint. */
function regionMessage(refusal: ConfluentError): string {
    return refusal.message.replaceAll("confluentcloud:endpoint", "readiness.restEndpoint");
}

function seconds(ms: number): string {
    return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
