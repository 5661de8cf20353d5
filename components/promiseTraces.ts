/** Ends a pause, in one of two ways. */
export interface PausedTraces {
    resume(): void;
    /** After an error: resumes, and gives `error` a stack trace that starts at the caller of `caller`. */
    retrace(error: unknown, caller: abstract new (...args: never[]) => unknown): unknown;
}

/**
 * Turns off stack traces while the SDK constructs a resource. It takes four for each property, nine tenths of what a resource
 * with fifteen costs a program (docs/performance.md), and reads them only if PULUMI_DEBUG_PROMISE_LEAKS is set; then they stay
 * on.
 */
export function pausePromiseTraces(env: NodeJS.ProcessEnv = process.env): PausedTraces {
    const limit = Error.stackTraceLimit;
    const pauses = !env.PULUMI_DEBUG_PROMISE_LEAKS;
    if (pauses) Error.stackTraceLimit = 0;
    const resume = (): void => {
        Error.stackTraceLimit = limit;
    };
    return {
        resume,
        retrace(error, caller) {
            resume();
            if (pauses && error instanceof Error) Error.captureStackTrace(error, caller);
            return error;
        },
    };
}
