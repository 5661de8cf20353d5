import type { Statement } from "../resources";

export type StatementPhase =
    | "PENDING"
    | "RUNNING"
    | "COMPLETED"
    | "FAILED"
    | "STOPPING"
    | "STOPPED"
    | "DELETING";

/** How long a statement is PENDING. */
const startingMs = 300;
/** How long a bounded statement is RUNNING. */
const runningMs = 200;
/** How long STOPPING and DELETING take. */
const settlingMs = 300;

/** The phase at a time. It depends on timestamps only: nothing runs in the background. */
export function statementPhase(statement: Statement, now: number): StatementPhase {
    if (statement.deletedAt !== undefined) return "DELETING";
    if (statement.stoppedAt !== undefined) {
        return now < statement.stoppedAt + settlingMs ? "STOPPING" : "STOPPED";
    }
    const runsFor = now - statement.startedAt - startingMs;
    if (runsFor < 0) return "PENDING";
    if (statement.query.failure !== undefined) return "FAILED";
    return statement.query.isBounded && runsFor >= runningMs ? "COMPLETED" : "RUNNING";
}

/** Whether a deleted statement no longer exists. */
export function isGone(statement: Statement, now: number): boolean {
    return statement.deletedAt !== undefined && now >= statement.deletedAt + settlingMs;
}
