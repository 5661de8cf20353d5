import formbody from "@fastify/formbody";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { authenticate } from "./access/authentication";
import { ApiError, badRequest, notImplemented } from "./apiError";
import { timestamp } from "./clock";
import type { Cloud } from "./cloud";
import type { Exchange } from "./exchange";
import type { FaultAction, Faults } from "./faults";
import type { Journal } from "./journal";
import { isLoopbackHost } from "./loopback";
import type { RateLimit } from "./rateLimit";
import { redactAuthorization } from "./redaction";
import type { Answer, Query, Route } from "./route";

const MAX_BODY_BYTES = 1024 * 1024;

export interface ServerParts {
    cloud: Cloud;
    routes: readonly Route[];
    faults: Faults;
    journal: Journal;
    rateLimit: RateLimit | undefined;
    onExchange: ((exchange: Exchange) => void) | undefined;
}

/** A body that is not what its content type says. The text is not kept: it may hold a credential. */
class UnreadableBody {
    constructor(readonly why: string) {}
}

type StatusAction = Extract<FaultAction, { status: number }>;

/** What is about to be sent. */
interface Sendable {
    status: number;
    headers: Record<string, string>;
    /** Before it is written as JSON; undefined = no body. */
    body: unknown;
}

/** The HTTP side: reads a request, lets the fault rules at it, answers, and writes the journal. */
export function createServer(parts: ServerParts): FastifyInstance {
    const server = fastify({
        bodyLimit: MAX_BODY_BYTES,
        exposeHeadRoutes: false,
        frameworkErrors: (error, request, reply) =>
            void serve(parts, request, reply, undefined, badRequest(error.message)),
        forceCloseConnections: true,
        logger: false,
        rewriteUrl: (request) => shortestPath(request.url ?? "/"),
    });
    void server.register(formbody, { bodyLimit: MAX_BODY_BYTES });
    server.removeContentTypeParser(["application/json", "text/plain"]);
    server.addContentTypeParser(
        ["application/json", "application/json-patch+json"],
        { parseAs: "string" },
        (_request, text, done) => {
            done(null, readJson(String(text)));
        },
    );
    server.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => {
        done(
            null,
            text === "" ? undefined : new UnreadableBody("The content type must be application/json."),
        );
    });

    // A web page in the developer's browser that has its name resolve to loopback gets no further than this.
    server.addHook("onRequest", async (request, reply) => {
        if (request.url.startsWith("/_emulator") && !isLoopbackHost(request.hostname)) {
            await reply
                .code(403)
                .send({ message: "The emulator's own paths answer to loopback host names only." });
        }
    });
    for (const route of parts.routes) {
        server.route({
            method: route.method,
            url: route.path,
            handler: (request, reply) => serve(parts, request, reply, route),
        });
    }
    server.setNotFoundHandler((request, reply) => serve(parts, request, reply, undefined));
    server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
        serve(parts, request, reply, undefined, requestError(error)),
    );
    return server;
}

/**
 * A path as the specifications have it. The Confluent CLI, sent to another host than Confluent's own, puts `/api` in front of
 * every path; and to be sent there at all, it wants to see `confluent.cloud` in the URL (`--url <url>/confluent.cloud`), which
 * it then leaves in some paths.
 */
function shortestPath(url: string): string {
    return url
        .replace(/^\/confluent\.cloud(?=\/)/, "")
        .replace(/^\/api(?=\/(?!growth|metadata|cli)[a-z-]+\/v\d)/, "");
}

async function serve(
    parts: ServerParts,
    request: FastifyRequest,
    reply: FastifyReply,
    route: Route | undefined,
    failure?: ApiError,
): Promise<FastifyReply | undefined> {
    const { cloud, faults } = parts;
    const startedAtMs = performance.now();
    const path = request.url.split("?", 1)[0] ?? "";
    const headers = request.headers as Readonly<Record<string, string | undefined>>;
    const query = (request.query ?? {}) as Query;
    const fault = faults.match({ method: request.method, path, query });
    const requestId = cloud.random.hex(32);

    const answer = (): Sendable => {
        let limits: Record<string, string> = {};
        let given: Answer;
        try {
            limits = parts.rateLimit?.spend() ?? {};
            if (failure !== undefined) {
                throw failure;
            }
            if (route === undefined) {
                throw notImplemented(request.method, path);
            }
            const caller = authenticate(cloud, route.authentication, headers);
            if (request.body instanceof UnreadableBody) {
                throw badRequest(request.body.why);
            }
            given = route.answer({
                method: request.method,
                path,
                params: request.params as Readonly<Record<string, string | undefined>>,
                query,
                headers,
                body: request.body,
                caller,
            });
        } catch (error) {
            given = refusal(error, requestId);
        }
        return sendable(cloud, requestId, given, limits);
    };
    const record = (sent: Sendable | null): void => {
        const response = sent ?? { status: null, headers: {}, body: undefined };
        const common = { method: request.method, path, ...(fault === undefined ? {} : { fault: fault.id }) };
        const body = request.body instanceof UnreadableBody ? "(unreadable)" : request.body;
        parts.journal.add({
            at: timestamp(cloud.now()),
            ...common,
            path: cloud.redactor.text(path),
            query: cloud.redactor.value({ ...query }) as Query,
            status: response.status,
            principal: principalOf(cloud, route, headers),
            authorization: redactAuthorization(headers.authorization),
            body: cloud.redactor.value(body) ?? null,
            durationMs: Math.round(performance.now() - startedAtMs),
        });
        parts.onExchange?.({
            ...common,
            query,
            requestHeaders: headers,
            requestBody: body,
            status: response.status,
            responseHeaders: response.headers,
            responseBody: response.body,
        });
    };
    const send = (sent: Sendable): FastifyReply => {
        record(sent);
        return reply.code(sent.status).headers(sent.headers).send(payload(sent));
    };

    if (fault === undefined) {
        return send(answer());
    }
    const { action } = fault;
    if ("contentType" in action) {
        const page = action.body ?? "<html><body>Service temporarily unavailable</body></html>";
        return send({
            status: action.status ?? 200,
            headers: { "content-type": action.contentType },
            body: page,
        });
    }
    if ("status" in action) {
        if (action.after === true) {
            answer();
        }
        return send(faultAnswer(cloud, requestId, fault.id, action));
    }
    if ("delayMs" in action) {
        const early = action.effect === "last" ? undefined : answer();
        await cloud.clock.sleep(action.delayMs);
        return send(early ?? answer());
    }
    if ("garble" in action) {
        const whole = answer();
        const text = payload(whole) ?? '{"';
        const headers = { ...whole.headers, "content-type": "application/json" };
        // A 204 may carry no body at all.
        return send({
            status: whole.status === 204 ? 200 : whole.status,
            headers,
            body: text.slice(0, Math.max(1, text.length - 2 - Math.floor(text.length / 4))),
        });
    }
    // From here on nothing, or not all, is sent through the framework.
    reply.hijack();
    const { socket } = request.raw;
    if ("reset" in action) {
        const whole = answer();
        const text = payload(whole) ?? "{}";
        record(whole);
        reply.raw.writeHead(whole.status === 204 ? 200 : whole.status, {
            ...whole.headers,
            "content-length": Buffer.byteLength(text),
        });
        reply.raw.write(text.slice(0, Math.floor(text.length / 2)), () => socket.destroy());
        return undefined;
    }
    if ("hang" in action || action.drop === "after") {
        answer();
    }
    record(null);
    if ("drop" in action) {
        socket.destroy();
    }
    return undefined;
}

function sendable(
    cloud: Cloud,
    requestId: string,
    answer: Answer,
    headers: Record<string, string>,
): Sendable {
    return {
        status: answer.status,
        headers: {
            "x-request-id": requestId,
            // By the emulator's clock: clients judge the age of a key by it.
            date: new Date(cloud.now()).toUTCString(),
            ...(answer.body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
            ...answer.headers,
        },
        body: answer.body,
    };
}

function payload({ body }: Sendable): string | undefined {
    return body === undefined || typeof body === "string" ? body : JSON.stringify(body);
}

function refusal(error: unknown, requestId: string): Answer {
    const refused =
        error instanceof ApiError
            ? error
            : new ApiError(
                  500,
                  "internal_error",
                  "Internal Server Error",
                  `The emulator has a defect: ${error}`,
              );
    const body = refused.unusualBody ?? refused.body(requestId);
    return {
        status: refused.status,
        ...(body === "" ? {} : { body }),
        headers: refused.headers,
    };
}

function faultAnswer(cloud: Cloud, requestId: string, faultId: string, action: StatusAction): Sendable {
    const usual = new ApiError(action.status, "fault", "Fault", `Fault rule '${faultId}'.`).body(requestId);
    const body = "body" in action ? action.body : usual;
    return sendable(
        cloud,
        requestId,
        {
            status: action.status,
            ...(body === undefined || action.status === 204 ? {} : { body }),
            headers: action.headers ?? {},
        },
        action.retryAfter === undefined ? {} : { "retry-after": String(action.retryAfter) },
    );
}

function principalOf(
    cloud: Cloud,
    route: Route | undefined,
    headers: Readonly<Record<string, string | undefined>>,
): string | null {
    try {
        return (route && authenticate(cloud, route.authentication, headers).principalId) || null;
    } catch {
        return null;
    }
}

function requestError(error: Error & { statusCode?: number }): ApiError {
    return error.statusCode === 413
        ? new ApiError(
              413,
              "payload_too_large",
              "Payload Too Large",
              `A request has at most ${MAX_BODY_BYTES} bytes.`,
          )
        : badRequest(error.message);
}

function readJson(text: string): unknown {
    if (text === "") {
        return undefined;
    }
    try {
        return JSON.parse(text);
    } catch {
        return new UnreadableBody("The request body is not JSON.");
    }
}
