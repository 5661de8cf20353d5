import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./apiError";
import type { Cloud } from "./cloud";
import type { ActiveFault, FaultAction } from "./faults";
import { bodyText, type HttpResponse, httpResponse } from "./httpResponse";

type StatusAction = Extract<FaultAction, { status: number }>;

/** A request that a fault rule matched. */
export interface FaultedRequest {
    readonly cloud: Cloud;
    readonly requestId: string;
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    /** Gives the request its effect and returns the response that the client would get without the fault. */
    respond(): HttpResponse;
    /** Sends a response and records it in the journal. */
    send(response: HttpResponse): FastifyReply;
    /** Records a request whose client gets no complete response; null when it gets no status either. */
    record(response: HttpResponse | null): void;
}

/** Does what the rule says in place of sending the normal response. */
export async function applyFault(
    { id, action }: ActiveFault,
    { cloud, requestId, request, reply, respond, send, record }: FaultedRequest,
): Promise<FastifyReply | undefined> {
    if ("contentType" in action) {
        return send({
            status: action.status ?? 200,
            headers: { "content-type": action.contentType },
            body: action.body ?? "<html><body>Service temporarily unavailable</body></html>",
        });
    }
    if ("status" in action) {
        if (action.after === true) respond();
        return send(statusResponse(cloud, requestId, id, action));
    }
    if ("delayMs" in action) {
        const early = action.effect === "last" ? undefined : respond();
        await cloud.clock.sleep(action.delayMs);
        return send(early ?? respond());
    }
    if ("garble" in action) {
        const response = respond();
        const text = bodyText(response) ?? '{"';
        return send({
            status: statusWithBody(response),
            headers: { ...response.headers, "content-type": "application/json" },
            body: text.slice(0, Math.max(1, text.length - 2 - Math.floor(text.length / 4))),
        });
    }
    // The remaining faults bypass Fastify: they send a part of the response, or nothing.
    reply.hijack();
    const { socket } = request.raw;
    if ("reset" in action) {
        const response = respond();
        const text = bodyText(response) ?? "{}";
        record(response);
        reply.raw.writeHead(statusWithBody(response), {
            ...response.headers,
            "content-length": Buffer.byteLength(text),
        });
        reply.raw.write(text.slice(0, Math.floor(text.length / 2)), () => socket.destroy());
        return undefined;
    }
    if ("hang" in action || action.drop === "after") respond();
    record(null);
    if ("drop" in action) socket.destroy();
    return undefined;
}

/** A 204 must not have a body. */
function statusWithBody({ status }: HttpResponse): number {
    return status === 204 ? 200 : status;
}

function statusResponse(
    cloud: Cloud,
    requestId: string,
    faultId: string,
    action: StatusAction,
): HttpResponse {
    const { status, retryAfter } = action;
    const usual = new ApiError(status, "fault", "Fault", `Fault rule '${faultId}'.`).body(requestId);
    const body = "body" in action ? action.body : usual;
    return httpResponse(cloud, requestId, {
        status,
        ...(status !== 204 && { body }),
        headers: {
            ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
            ...action.headers,
        },
    });
}
