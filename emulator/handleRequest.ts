import type { FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "./access/authentication";
import { type ApiError, badRequest, notImplemented } from "./apiError";
import { applyFault } from "./applyFault";
import { UnreadableBody } from "./bodyParsers";
import { timestamp } from "./clock";
import type { Cloud } from "./cloud";
import type { Exchange } from "./exchange";
import type { Faults } from "./faults";
import { flinkRegion } from "./fcpm/regions";
import { bodyText, errorResponse, type HttpResponse, httpResponse } from "./httpResponse";
import type { Journal } from "./journal";
import { redactAuthorization } from "./redaction";
import type { Authentication, Caller, Query, Route } from "./route";

/** What every request passes through. */
export interface RequestPipeline {
    cloud: Cloud;
    faults: Faults;
    journal: Journal;
    /** Counts the request towards the rate limit, and returns its headers. */
    spend: (() => Record<string, string>) | undefined;
    onExchange: ((exchange: Exchange) => void) | undefined;
}

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Authenticates a request, runs its route, applies the fault rule that matches, and records the request in the journal.
 * @param route undefined where no route has this method and path
 * @param failure the error with which Fastify rejected the request
 */
export async function handleRequest(
    pipeline: RequestPipeline,
    request: FastifyRequest,
    reply: FastifyReply,
    route: Route | undefined,
    failure?: ApiError,
): Promise<FastifyReply | undefined> {
    const { cloud, faults } = pipeline;
    const startedAtMs = performance.now();
    const path = request.url.split("?", 1)[0] ?? "";
    const headers: Headers = request.headers as Headers;
    const query = (request.query ?? {}) as Query;
    const regionId = flinkRegion(request.originalUrl);
    const fault = faults.match({ method: request.method, path, regionId, query });
    const requestId = cloud.random.hex(32);
    const authenticated = (required: Authentication): Caller =>
        authenticate(cloud, required, headers, regionId);

    const respond = (): HttpResponse => {
        let rateLimitHeaders: Record<string, string> = {};
        try {
            rateLimitHeaders = pipeline.spend?.() ?? {};
            if (failure !== undefined) throw failure;
            if (route === undefined) throw notImplemented(request.method, path, headers["user-agent"]);
            const caller = authenticated(route.authentication);
            if (request.body instanceof UnreadableBody) throw badRequest(request.body.reason);
            const response = route.handle({
                method: request.method,
                path,
                url: regionId === undefined ? `${cloud.url}${path}` : `${cloud.flinkUrl(regionId)}${path}`,
                regionId,
                params: request.params as Readonly<Record<string, string | undefined>>,
                query,
                headers,
                body: request.body,
                caller,
            });
            return httpResponse(cloud, requestId, response, rateLimitHeaders);
        } catch (error) {
            return httpResponse(cloud, requestId, errorResponse(error, requestId), rateLimitHeaders);
        }
    };
    /** Null for a caller that the emulator does not recognise. */
    const principal = (): string | null => {
        try {
            return authenticated(route?.authentication ?? "none").principalId || null;
        } catch {
            return null;
        }
    };
    const record = (sent: HttpResponse | null): void => {
        const exchange: Exchange = {
            method: request.method,
            path,
            ...(regionId === undefined ? {} : { region: regionId }),
            query,
            requestHeaders: headers,
            requestBody: request.body instanceof UnreadableBody ? "(unreadable)" : request.body,
            status: sent?.status ?? null,
            responseHeaders: sent?.headers ?? {},
            responseBody: sent?.body,
            ...(fault === undefined ? {} : { fault: fault.id }),
        };
        const { requestHeaders, requestBody, responseHeaders, responseBody, ...common } = exchange;
        pipeline.journal.add({
            at: timestamp(cloud.now()),
            ...common,
            path: cloud.redactor.text(path),
            query: cloud.redactor.value({ ...query }) as Query,
            principal: principal(),
            authorization: redactAuthorization(headers.authorization),
            body: cloud.redactor.value(requestBody) ?? null,
            durationMs: Math.round(performance.now() - startedAtMs),
        });
        pipeline.onExchange?.(exchange);
    };
    const send = (response: HttpResponse): FastifyReply => {
        record(response);
        return reply.code(response.status).headers(response.headers).send(bodyText(response));
    };
    return fault === undefined
        ? send(respond())
        : applyFault(fault, { cloud, requestId, request, reply, respond, send, record });
}
