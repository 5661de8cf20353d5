import { type FastifyInstance, fastify } from "fastify";
import { ApiError, badRequest } from "./apiError";
import { addBodyParsers, maxBodyBytes } from "./bodyParsers";
import { flinkRegion } from "./fcpm/regions";
import { handleRequest, type RequestPipeline } from "./handleRequest";
import { isLoopbackHost } from "./loopback";
import type { Route } from "./route";

/** The HTTP server. Each request, also one that Fastify rejects, goes through `handleRequest`. */
export function createServer(pipeline: RequestPipeline, routes: readonly Route[]): FastifyInstance {
    const server = fastify({
        bodyLimit: maxBodyBytes,
        exposeHeadRoutes: false,
        frameworkErrors: (error, request, reply) =>
            void handleRequest(pipeline, request, reply, undefined, badRequest(error.message)),
        forceCloseConnections: true,
        logger: false,
        rewriteUrl: (request) => withoutPrefixes(request.url ?? "/"),
    });
    addBodyParsers(server);

    // DNS rebinding: a web page in the developer's browser whose host name resolves to loopback must not use this API.
    server.addHook("onRequest", async (request, reply) => {
        if (request.url.startsWith("/_emulator") && !isLoopbackHost(request.hostname)) {
            await reply
                .code(403)
                .send({ message: "Paths below /_emulator accept loopback host names only." });
        }
    });
    for (const route of routes) {
        server.route({
            method: route.method,
            url: route.path,
            handler: (request, reply) => handleRequest(pipeline, request, reply, route),
        });
    }
    server.setNotFoundHandler((request, reply) => handleRequest(pipeline, request, reply, undefined));
    server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
        handleRequest(pipeline, request, reply, undefined, requestError(error)),
    );
    return server;
}

/**
 * The path as the specifications have it: without the region of a Flink endpoint, which `flinkRegion` returns. When the Confluent CLI talks to a host other than Confluent's own, it puts `/api`
 * before every path. To talk to such a host at all, it needs `confluent.cloud` in the URL (`--url <url>/confluent.cloud`),
 * and it keeps that in some paths.
 */
function withoutPrefixes(url: string): string {
    const region = flinkRegion(url);
    return (region === undefined ? url : url.slice(`/flink/${region}`.length))
        .replace(/^\/confluent\.cloud(?=\/)/, "")
        .replace(/^\/api(?=\/(?!growth|metadata|cli)[a-z-]+\/v\d)/, "");
}

function requestError(error: Error & { statusCode?: number }): ApiError {
    return error.statusCode === 413
        ? new ApiError(
              413,
              "payload_too_large",
              "Payload Too Large",
              `A request body has at most ${maxBodyBytes} bytes.`,
          )
        : badRequest(error.message);
}
