export interface ErrorSource {
    /** JSON pointer into the request body, `/spec/owner`. */
    pointer?: string;
    /** Name of a query parameter, `page_size`. */
    parameter?: string;
}

/** An error response in the shape that Confluent Cloud's APIs share. */
export class ApiError extends Error {
    override readonly name = "ApiError";

    constructor(
        readonly status: number,
        readonly code: string | undefined,
        readonly title: string,
        readonly detail: string,
        readonly source?: ErrorSource,
        readonly headers: Readonly<Record<string, string>> = {},
        /** Replaces that shape where the real server deviates from its own specification. */
        readonly unusualBody?: unknown,
    ) {
        super(detail);
    }

    body(requestId: string) {
        const { status, code, title, detail, source } = this;
        const error = {
            id: requestId,
            status: String(status),
            ...(code !== undefined && { code }),
            title,
            detail,
            ...(source !== undefined && { source }),
        };
        return { errors: [error] };
    }
}

/** An error with a body of another shape. */
export function unusualError(
    status: number,
    body: unknown,
    message = "",
    headers: Readonly<Record<string, string>> = {},
): ApiError {
    return new ApiError(status, undefined, "", message, undefined, headers, body);
}

export function badRequest(detail: string, source?: ErrorSource): ApiError {
    return new ApiError(400, "invalid_request", "Bad Request", detail, source);
}

export function invalidFilter(detail: string, parameter: string): ApiError {
    return new ApiError(400, "invalid_filter", "Invalid Filter", detail, { parameter });
}

/** 401 with the documented text of `WWW-Authenticate`. */
export function unauthenticated(detail: string, scheme: "Basic" | "Bearer" = "Basic"): ApiError {
    const challenge =
        scheme === "Basic"
            ? 'Basic error="invalid_key", error_description="The API Key is invalid"'
            : 'Bearer error="invalid_token", error_description="The token is invalid or has expired"';
    return new ApiError(401, "user_unauthenticated", "Authentication Required", detail, undefined, {
        "www-authenticate": challenge,
    });
}

/** 403: the caller is authenticated but lacks a role. */
export function unauthorized(detail: string): ApiError {
    return new ApiError(403, "user_unauthorized", "User Access Unauthorized", detail);
}

/**
 * IAM's response for a service account, user or key that does not exist. It does not distinguish absence from missing
 * permission.
 */
export function forbiddenAccess(): ApiError {
    return new ApiError(403, "forbidden_access", "Forbidden", "Forbidden Access");
}

export function notFound(detail: string, source?: ErrorSource): ApiError {
    return new ApiError(404, "resource_not_found", "Not Found", detail, source);
}

/**
 * A path that the emulator does not implement. 404 would tell a client that the resource was deleted, and Terraform would
 * drop it from its state. The Confluent CLI repeats every 5xx for 15 seconds, and then shows no text: it gets a 400.
 * @param userAgent `Confluent-CLI/v4.73.0 (…)`
 */
export function notImplemented(method: string, path: string, userAgent: string | undefined): ApiError {
    return new ApiError(
        userAgent?.startsWith("Confluent-CLI/") ? 400 : 501,
        "not_implemented",
        "Not Implemented",
        `There is no ${method} ${path} in the emulator.`,
    );
}

/** 409 with the URL of the resource that has the name already, `url/<id>`. Nothing without one. */
export function requireNoOther(other: { id: string } | undefined, detail: string, url: string): void {
    if (other !== undefined) throw alreadyExists(detail, `${url}/${other.id}`);
}

export function alreadyExists(detail: string, location: string): ApiError {
    return new ApiError(409, "resource_already_exists", "Resource Already Exists", detail, undefined, {
        location,
    });
}

export function invalidConfiguration(detail: string, pointer: string): ApiError {
    return new ApiError(422, "invalid_configuration", "Validation Failed", detail, { pointer });
}
