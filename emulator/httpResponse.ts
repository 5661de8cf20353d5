import { ApiError } from "./apiError";
import type { Cloud } from "./cloud";
import type { ApiResponse } from "./route";

/** A response with all of its headers. */
export interface HttpResponse {
    status: number;
    headers: Record<string, string>;
    /** Text, or a value that is sent as JSON. Undefined: no body. */
    body: unknown;
}

/** Adds the headers that every response has. */
export function httpResponse(
    cloud: Cloud,
    requestId: string,
    response: ApiResponse,
    headers: Readonly<Record<string, string>> = {},
): HttpResponse {
    return {
        status: response.status,
        headers: {
            "x-request-id": requestId,
            // The emulator's clock: clients compute the age of a key from this header.
            date: new Date(cloud.now()).toUTCString(),
            ...(response.body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
            ...response.headers,
        },
        body: response.body,
    };
}

/** An `ApiError` as it is; any other error as a 500 that names a defect of the emulator. */
export function errorResponse(error: unknown, requestId: string): ApiResponse {
    const defect = `The emulator has a defect: ${error}`;
    const apiError =
        error instanceof ApiError
            ? error
            : new ApiError(500, "internal_error", "Internal Server Error", defect);
    const body = apiError.unusualBody ?? apiError.body(requestId);
    return { status: apiError.status, ...(body !== "" && { body }), headers: apiError.headers };
}

/** The body as it is sent. */
export function bodyText({ body }: HttpResponse): string | undefined {
    return body === undefined || typeof body === "string" ? body : JSON.stringify(body);
}
