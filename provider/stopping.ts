const signals = ["SIGINT", "SIGTERM"] as const;
type Signal = (typeof signals)[number];

/**
 * Handles SIGINT and SIGTERM. While an operation runs, the first signal (or the engine's cancel) ends its waits, so that what
 * exists reaches the state. Any other ends the process: the engine stops its plugins with SIGINT and waits five seconds for them
 * (sdk/go/common/resource/plugin/plugin.go).
 */
export class Stopping {
    readonly #controller = new AbortController();
    readonly #host: Pick<NodeJS.Process, "on" | "off" | "kill" | "pid">;
    #running = 0;

    constructor(host: Pick<NodeJS.Process, "on" | "off" | "kill" | "pid"> = process) {
        this.#host = host;
    }

    /** Aborted when the process is told to stop. The reason is the signal's name, or `cancelled`. */
    get signal(): AbortSignal {
        return this.#controller.signal;
    }

    /** The engine has cancelled the deployment: waits end, and nothing new is started. */
    cancel(): void {
        this.#controller.abort("cancelled");
    }

    /** Wraps `operation`, so that a signal during it stops its waits and not the process. */
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

/** Throws if the process was told to stop. `undone`: what was therefore not done, for the message. */
export function requireRunning(signal: AbortSignal, undone: string): void {
    if (signal.aborted) throw new Error(`${undone}: the deployment was stopped (${signal.reason}).`);
}
