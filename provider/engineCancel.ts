import { Server } from "node:net";

/** The method that the engine calls in every provider when a user cancels a deployment (pulumi/pulumi, proto/pulumi/provider.proto). */
const cancelPath = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls `cancelled` when the engine asks this process to cancel. Ctrl-C only reaches the Pulumi CLI, which then calls `Cancel`,
 * and the SDK does not pass that on (`@pulumi/pulumi/cmd/dynamic-provider`). So this listens on the HTTP/2 servers of this
 * process. Without one, a wait lasts until its limit.
 */
export function onEngineCancel(cancelled: () => void): void {
    for (const server of servers()) {
        server.on("stream", (_stream: unknown, headers: Readonly<Record<string, unknown>>) => {
            if (headers[":path"] === cancelPath) cancelled();
        });
    }
}

/** The servers that listen in this process. Node has no documented API for them and may remove this one. */
function servers(): Server[] {
    const { _getActiveHandles: handles } = process as { _getActiveHandles?: () => unknown[] };
    return (handles?.call(process) ?? []).filter((handle) => handle instanceof Server);
}
