const signals = ["SIGINT", "SIGTERM"] as const;
type Signal = (typeof signals)[number];

/** The process was told to end while an operation ran: nothing new is made, and what is waited for is given up. */
export class StoppedError extends Error {
    override readonly name = "StoppedError";
}

/**
 * What SIGINT and SIGTERM do to the process: while an operation runs, the first one ends its waits, so that what exists
 * reaches the state; without this the process would die and take the secret of a new key with it. The second, and any
 * while nothing runs, ends the process as ever: the engine ends its plugins by SIGINT and waits five seconds for it
 * (pulumi/pulumi, sdk/go/common/resource/plugin/plugin.go). The engine's own cancel counts as the first.
 */
export class Stopping {
    readonly #controller = new AbortController();
    readonly #host: Pick<NodeJS.Process, "on" | "off" | "kill" | "pid">;
    #running = 0;

    constructor(host: Pick<NodeJS.Process, "on" | "off" | "kill" | "pid"> = process) {
        this.#host = host;
    }

    /** Aborted, with the signal's name or `cancelled` as the reason, once the process was told to end. */
    get signal(): AbortSignal {
        return this.#controller.signal;
    }

    /** The engine has cancelled the deployment: waits end, and nothing new begins. */
    cancel(): void {
        this.#controller.abort("cancelled");
    }

    /** `operation`, during which a signal stops instead of killing. */
    while<A extends unknown[], R>(operation: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
        return async (...args) => {
            if (this.#running++ === 0) for (const signal of signals) this.#host.on(signal, this.#stop);
            try {
                return await operation(...args);
            } finally {
                if (--this.#running === 0) this.#release();
            }
        };
    }

    readonly #stop = (signal: Signal): void => {
        if (!this.signal.aborted) {
            this.#controller.abort(signal);
            return;
        }
        this.#release();
        this.#host.kill(this.#host.pid, signal);
    };

    #release(): void {
        for (const signal of signals) this.#host.off(signal, this.#stop);
    }
}

/** Throws where the process was told to end. `undone`: what is not begun therefore. */
export function requireRunning(signal: AbortSignal, undone: string): void {
    if (signal.aborted) throw new StoppedError(`${undone}: the deployment was stopped (${signal.reason}).`);
}

/** `work`, given up as soon as the process is told to end: undefined then. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    let give: () => void = () => undefined;
    const stopped = new Promise<undefined>((resolve) => {
        give = () => resolve(undefined);
        signal.addEventListener("abort", give, { once: true });
    });
    try {
        return await Promise.race([work, stopped]);
    } finally {
        signal.removeEventListener("abort", give);
    }
}
