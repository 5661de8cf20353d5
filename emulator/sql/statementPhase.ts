import type { Cloud } from "../cloud";
import type { Statement } from "../resources";

/** How long a statement is PENDING. */
const startingMs = 300;
/** How long a bounded statement is RUNNING. */
const runningMs = 200;
/** How long STOPPING and DELETING take. */
const settlingMs = 300;

/** How long the service keeps a statement that has ended: 30 days. */
const retentionMs = 30 * 24 * 60 * 60 * 1000;

/** The phase at a time. It depends on timestamps only: nothing runs in the background. */
export function statementPhase(statement: Statement, now: number) {
    if (statement.deletedAt !== undefined) return "DELETING";
    if (statement.isDryRun) return statement.query.failure === undefined ? "COMPLETED" : "FAILED";
    if (statement.stoppedAt !== undefined)
        return now < statement.stoppedAt + settlingMs ? "STOPPING" : "STOPPED";
    // At once: drivers expect traits of a statement that is PENDING.
    if (statement.query.failure !== undefined) return "FAILED";
    const runsFor = now - statement.startedAt - startingMs;
    if (runsFor < 0) return "PENDING";
    if (statement.query.isBounded && runsFor >= runningMs) return "COMPLETED";
    return statement.isDegraded ? "DEGRADED" : "RUNNING";
}

/** Whether a statement no longer exists: it was deleted, or ended 30 days ago. */
export function isGone(statement: Statement, now: number): boolean {
    if (statement.deletedAt !== undefined) return now >= statement.deletedAt + settlingMs;
    const hasEnded = ["COMPLETED", "FAILED", "STOPPED"].includes(statementPhase(statement, now));
    return hasEnded && now >= (statement.stoppedAt ?? statement.startedAt) + retentionMs;
}

/** Sets the phase of the running statements of this name to DEGRADED, or back to RUNNING. Throws a TypeError without any. */
export function degradeStatement(cloud: Cloud, name: string, isDegraded: boolean): void {
    const running = cloud.statements
        .values()
        .filter((one) => one.name === name && /^(RUNNING|DEGRADED)$/.test(statementPhase(one, cloud.now())));
    if (running.length === 0) {
        throw new TypeError(
            `name: got '${name}', expected the name of a statement that is RUNNING or DEGRADED.`,
        );
    }
    for (const statement of running) statement.isDegraded = isDegraded;
}
