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
const STARTING_MS = 300;
/** How long a bounded statement is RUNNING. */
const RUNNING_MS = 200;
/** How long STOPPING and DELETING take. */
const SETTLING_MS = 300;

/** The phase at a time. It depends on timestamps only: nothing runs in the background. */
export function statementPhase(statement: Statement, now: number): StatementPhase {
    if (statement.deletedAt !== undefined) {
        return "DELETING";
    }
    if (statement.stoppedAt !== undefined) {
        return now < statement.stoppedAt + SETTLING_MS ? "STOPPING" : "STOPPED";
    }
    const runsFor = now - statement.startedAt - STARTING_MS;
    if (runsFor < 0) {
        return "PENDING";
    }
    if (statement.query.failure !== undefined) {
        return "FAILED";
    }
    return statement.query.isBounded && runsFor >= RUNNING_MS ? "COMPLETED" : "RUNNING";
}

/** Whether a deleted statement no longer exists. */
export function isGone(statement: Statement, now: number): boolean {
    return statement.deletedAt !== undefined && now >= statement.deletedAt + SETTLING_MS;
}
