import { ApiError } from "./apiError";

/** Response statuses that Confluent's documentation leaves open. A profile sets those that the real service returned. */
export const defaultStatuses = {
    /** POST of an API key. */
    keyCreated: 202,
    /** GET, PATCH or DELETE of an API key that does not exist. */
    unknownKey: 403,
    /** GET, PATCH or DELETE of a service account that does not exist. */
    unknownAccount: 403,
    /** POST of an API key whose owner does not exist. */
    unknownOwner: 400,
    /** A request to a Flink endpoint with an API key that has not propagated yet. */
    unpropagatedKey: 401,
};

export type Statuses = typeof defaultStatuses;

/** The error with another status. Its code and headers are dropped: they belong to the original status. */
export function withStatus(error: ApiError, status: number): ApiError {
    if (error.status === status) return error;
    return new ApiError(status, undefined, error.title, error.detail, error.source);
}
