import { printNote } from "../output";
import type { CreatedResources } from "./createdResources";

/**
 * The first Ctrl-C or SIGTERM stops the checks; then the run deletes what it created. The second one ends the process at
 * once. Returns a function that removes the signal handlers.
 */
export function stopOnSignals(stop: AbortController, created: CreatedResources): () => void {
    const onSignal = (signal: NodeJS.Signals): void => {
        if (!stop.signal.aborted) {
            printNote(
                `${signal}: deleting what was created. A second signal ends at once, and leaves it there.`,
            );
            stop.abort(`it was stopped by ${signal}`);
            return;
        }
        for (const line of created.describeRemaining()) printNote(line);
        removeHandlers();
        process.kill(process.pid, signal);
    };
    const removeHandlers = (): void => {
        process.off("SIGINT", onSignal);
        process.off("SIGTERM", onSignal);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    return removeHandlers;
}
