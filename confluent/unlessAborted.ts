/** The result of `work`, or undefined as soon as `signal` is aborted, even if `work` never ends. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
    const ended = new AbortController();
    const aborted = new Promise<undefined>((resolve) => {
        if (signal.aborted) resolve(undefined);
        else signal.addEventListener("abort", () => resolve(undefined), { signal: ended.signal });
    });
    try {
        return await Promise.race([aborted, work]);
    } finally {
        ended.abort();
    }
}
