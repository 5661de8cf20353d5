import { ApiError } from "./apiError";

/** Response statuses that Confluent's documentation leaves open. A profile sets those that the real service returned. */
export interface Statuses {
    /** POST of an API key. */
    keyCreated: number;
    /** GET, PATCH or DELETE of an API key that does not exist. */
    unknownKey: number;
    /** GET, PATCH or DELETE of a service account that does not exist. */
    unknownAccount: number;
    /** POST of an API key whose owner does not exist. */
    unknownOwner: number;
    /** A request to a Flink endpoint with an API key that has not propagated yet. */
    unpropagatedKey: number;
}

export const defaultStatuses: Readonly<Statuses> = {
    keyCreated: 202,
    unknownKey: 403,
    unknownAccount: 403,
    unknownOwner: 400,
    unpropagatedKey: 401,
};

/** The error with another status. Its code and headers are dropped: they belong to the original status. */
export function withStatus(error: ApiError, status: number): ApiError {
    if (error.status === status) return error;
    return new ApiError(status, undefined, error.title, error.detail, error.source);
}
