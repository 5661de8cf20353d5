import { Server } from "node:net";

/** What the engine calls in every provider when a person stops a deployment (pulumi/pulumi, proto/pulumi/provider.proto). */
const cancelPath = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls `cancelled` when the engine asks this process to cancel. Ctrl-C reaches the Pulumi CLI only, for the engine gives each
 * plugin a process group of its own; the CLI then calls `Cancel`, which the SDK answers without telling anybody
 * (`@pulumi/pulumi/cmd/dynamic-provider`). So the request is seen where it comes in: on the HTTP/2 servers of this process, beside
 * gRPC's own handler. Where there is no such server, nothing is ever called and a wait goes on to its end.
 */
export function onEngineCancel(cancelled: () => void): void {
    for (const server of servers()) {
        server.on("stream", (_stream: unknown, headers: Readonly<Record<string, unknown>>) => {
            if (headers[":path"] === cancelPath) cancelled();
        });
    }
}

/** The servers that listen in this process. Node has no documented way to ask for them, and may give this one up. */
function servers(): Server[] {
    const { _getActiveHandles: handles } = process as { _getActiveHandles?: () => unknown[] };
    return (handles?.call(process) ?? []).filter((handle) => handle instanceof Server);
}
