/** What ends a pause, in one of two ways. */
export interface PausedTraces {
    resume(): void;
    /** After an error: resumes, and gives `error` a trace that leads to whoever called `caller`. */
    retrace(error: unknown, caller: abstract new (...args: never[]) => unknown): unknown;
}

/**
 * No stack traces while the SDK constructs a resource. It would attach one to each of four promises a property, and
 * mapping them to sources is nine tenths of what a resource of fifteen properties costs a program
 * (docs/performance.md); they are read only where PULUMI_DEBUG_PROMISE_LEAKS is set, and there they stay.
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
