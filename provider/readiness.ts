import { getApiKey } from "../confluent/apiKeys";
import { type ConfluentError, mayBeGone, nameOfFault } from "../confluent/confluentError";
import type { FlinkScope } from "../confluent/flinkScope";
import { printableUrl } from "../confluent/printableUrl";
import { proxyVariable } from "../confluent/proxyVariable";
import { unlessAborted } from "../confluent/unlessAborted";
import { commandName } from "./commandName";
import type { Unreachable } from "./keyInputs";
import { type ProbedKey, probe } from "./probe";
import type { Session } from "./session";

const firstPauseMs = 250;
const longestPauseMs = 3_000;
/** The next pause as a share of the time waited so far: a usable key is noticed at most 1.2 % late. */
const pauseShare = 0.012;
/** The second request may reach another gateway. A longer pause would not help; this one only avoids a burst. */
const confirmPauseMs = 25;
/** Timeout of the last request, so that it can be answered and the error can say whether it was 401 or 403. */
const lastProbeTimeoutMs = 2_000;
/** Without an answer of Confluent's for this long, the endpoint counts as unreachable. */
const unreachableAfterMs = 20_000;
/** While the region does not know the key, Confluent Cloud is asked whether it still exists. */
const firstLookMs = 10_000;
const betweenLooksMs = 30_000;

export interface ReadinessWait extends ProbedKey {
    readonly owner: string;
    readonly scope: FlinkScope;
    readonly timeoutMs: number;
    /** What to do if the endpoint cannot be reached. */
    readonly unreachable: Unreachable;
    /** Whether it was usable before, at another endpoint. If Confluent Cloud does not show it now, it may be gone. */
    readonly wasReady: boolean;
    /** Which endpoint it is, for messages: `the region's public endpoint`. */
    readonly endpointKind: string;
    /** Finds out whether the key, which Confluent Cloud does not show, is proven gone. */
    isGone(): Promise<boolean>;
}

/** The key did not become usable within the limit. The message has no full stop, because the caller adds what happened to the key. */
export class NotReadyError extends Error {
    override readonly name = "NotReadyError";

    constructor(message: string) {
        super(message.replace(/\.$/, ""));
    }
}

/** The key is proven gone, so there is nothing to wait for. */
export class VanishedError extends Error {
    override readonly name = "VanishedError";

    constructor({ apiKey, owner }: { readonly apiKey: string; readonly owner: string }) {
        super(
            `Flink API key ${apiKey} was deleted outside Pulumi, by hand or with its owner ${owner}. The next pulumi up creates another.`,
        );
    }
}

/**
 * Sends requests with the key to the region's Flink endpoint until it answers 200 twice in a row. This one wait covers the key
 * and its owner's role bindings. Returns `unverified` unless `unreachable` is `fail`, if the endpoint gives no answer during the
 * first 20 seconds; a proxy's answer does not count. Throws NotReadyError at the limit, and
 * VanishedError as soon as the key is proven gone.
 */
export async function awaitReady(session: Session, wait: ReadinessWait): Promise<"ready" | "unverified"> {
    const { clock, engineLog } = session;
    const startMs = clock.now();
    // The endpoint's last answer: at the limit it says more than a later network error.
    let lastAnswer: ConfluentError | undefined;
    let wasAnswered = false;
    let accepted = false;
    let lookAtMs = firstLookMs;
    // Who may create a key may not always see it, and one that was just created may not be shown yet.
    let wasShown = false;
    for (;;) {
        const leftMs = startMs + wait.timeoutMs - clock.now();
        const probeMs = Math.min(session.probeTimeoutMs, Math.max(lastProbeTimeoutMs, leftMs));
        const answer = await unlessAborted(session.stop, probe(session, wait, probeMs));
        const waitedMs = clock.now() - startMs;
        if (answer === undefined) throw new NotReadyError(describeStopped(wait, session.stop, waitedMs));
        const { refusal } = answer;
        if (refusal === undefined) {
            if (accepted) return "ready";
            accepted = wasAnswered = true;
            await unlessAborted(session.stop, clock.sleep(confirmPauseMs));
            continue;
        }
        accepted = false;
        if (!refusal.isFromElsewhere) lastAnswer = refusal;
        wasAnswered ||= lastAnswer !== undefined;
        if (!wasAnswered && waitedMs >= Math.min(unreachableAfterMs, wait.timeoutMs)) {
            if (wait.unreachable === "fail")
                throw new NotReadyError(describeUnreachable(wait, refusal, waitedMs));
            const meaning =
                wait.unreachable === "trust" ? "counts as verified (readiness.unreachable)" : "is kept";
            engineLog.warn(`${describeUnreachable(wait, refusal, waitedMs)} The key ${meaning}, unverified.`);
            return "unverified";
        }
        if (waitedMs >= wait.timeoutMs) {
            const answered = lastAnswer ?? refusal;
            const isHidden =
                answered.kind === "unauthenticated" && (await lookFor(session, wait)) === "hidden";
            if (isHidden && wait.wasReady && (await wait.isGone())) throw new VanishedError(wait);
            throw new NotReadyError(describeNotReady(wait, answered, waitedMs, isHidden));
        }
        if (refusal.kind === "unauthenticated" && waitedMs >= lookAtMs) {
            lookAtMs = waitedMs + betweenLooksMs;
            const seen = await lookFor(session, wait);
            wasShown ||= seen === "shown";
            const isDoubtful = seen === "hidden" && (wasShown || wait.wasReady);
            if (isDoubtful && (await wait.isGone())) throw new VanishedError(wait);
            if (isDoubtful && wasShown)
                throw new NotReadyError(describeNotReady(wait, refusal, waitedMs, true));
        }
        engineLog.status(
            `Flink API key ${wait.apiKey} (${wait.scope.name}): waiting ${seconds(waitedMs)}, ${stage(refusal)}`,
        );
        const pauseMs = Math.max(refusal.retryAfterMs ?? 0, pauseAfterMs(waitedMs));
        await unlessAborted(
            session.stop,
            clock.sleep(Math.min(pauseMs, startMs + wait.timeoutMs - clock.now())),
        );
    }
}

/** Whether Confluent Cloud shows the key; `hidden` if it answers 403 or 404. If it cannot be asked, the wait goes on. */
async function lookFor(session: Session, { apiKey }: ReadinessWait): Promise<"shown" | "hidden" | "unknown"> {
    return getApiKey(session.api, apiKey).then(
        () => "shown",
        (error: unknown) => (mayBeGone(error) ? "hidden" : "unknown"),
    );
}

/** Pause before the next request: 1.2 % of the time waited so far, at least 250 ms and at most 3 s. */
export function pauseAfterMs(waitedMs: number): number {
    return Math.min(longestPauseMs, Math.max(firstPauseMs, Math.round(waitedMs * pauseShare)));
}

/** Describes how far the key has propagated: first the region knows the key, then its owner's role. */
function stage(refusal: ConfluentError): string {
    switch (refusal.kind) {
        case "unauthenticated":
            return "the region does not know the key yet (401)";
        case "unexpected":
        case "malformed":
            return `something between here and the region answers ${refusal.status}`;
        case "forbidden":
            return `the region knows the key, but answers 403: its owner's role may not have arrived yet`;
        default:
            return refusal.status === undefined
                ? `the region's endpoint cannot be reached (${nameOfFault[refusal.kind] ?? refusal.kind})`
                : `the region's endpoint answers ${refusal.status}`;
    }
}

/** `isHidden`: Confluent Cloud does not show the key either. */
function describeNotReady(
    wait: ReadinessWait,
    refusal: ConfluentError,
    waitedMs: number,
    isHidden: boolean,
): string {
    const { environmentId } = wait.scope;
    const limit = `Flink API key ${wait.apiKey} (${wait.scope.name}) was not usable after ${seconds(waitedMs)}`;
    switch (refusal.kind) {
        case "unauthenticated":
            return isHidden
                ? `${limit}: ${printableUrl(wait.endpoint.restEndpoint)} does not know the key (401), and Confluent Cloud does not show it either: it was deleted meanwhile, by hand or with its owner ${wait.owner}, or the Cloud API key may not see it`
                : `${limit}: ${printableUrl(wait.endpoint.restEndpoint)} does not know the key yet (401); raise readiness.timeout if this region is slow`;
        case "forbidden":
            return `${limit}: ${printableUrl(wait.endpoint.restEndpoint)} knows the key, but ${wait.owner} may not list statements from here (403${refusal.quote && `: ${refusal.quote}`}). One cause is a missing role: grant it FlinkDeveloper on environment ${environmentId}, or a wider role: confluent iam rbac role-binding create --principal User:${wait.owner} --role FlinkDeveloper --environment ${environmentId}. Another is an IP filter that does not let this machine in: confluent iam ip-filter list`;
        default:
            return `${limit}: ${regionMessage(refusal)}`;
    }
}

function describeStopped(wait: ReadinessWait, stop: AbortSignal, waitedMs: number): string {
    return `Flink API key ${wait.apiKey} (${wait.scope.name}): the wait until it is usable was stopped after ${seconds(waitedMs)} (${stop.reason})`;
}

function describeUnreachable(wait: ReadinessWait, refusal: ConfluentError, waitedMs: number): string {
    const proxy = proxyVariable(process.env);
    const tried = `Tried ${wait.endpointKind}${proxy ? `, with ${proxy} set` : ""}; ${commandName} verify can verify the key later, from inside the network.`;
    return `Flink API key ${wait.apiKey} (${wait.scope.name}): the region's Flink endpoint could not be reached from here within ${seconds(waitedMs)}. ${regionMessage(refusal)} ${tried}`;
}

/** The message of a request to the region. Its usual text names the setting of the control plane's endpoint. */
function regionMessage(refusal: ConfluentError): string {
    return refusal.message.replaceAll("confluentcloud:endpoint", "readiness.restEndpoint");
}

function seconds(ms: number): string {
    return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
