import { ApiError } from "./apiError";

/** Answers whose status the documentation leaves open. A profile of the real service says which it was seen to give. */
export interface Statuses {
    /** The POST of an API key. */
    keyCreated: number;
    /** An API key that does not exist, asked for by its id. */
    unknownKey: number;
    /** The same of a service account. */
    unknownAccount: number;
    /** The POST of an API key for an owner that does not exist. */
    unknownOwner: number;
    /** A Flink endpoint, asked with a key that it does not know yet. */
    unpropagatedKey: number;
}

export const DEFAULT_STATUSES: Readonly<Statuses> = {
    keyCreated: 202,
    unknownKey: 403,
    unknownAccount: 403,
    unknownOwner: 400,
    unpropagatedKey: 401,
};

/** The same refusal with another status, and without what was said for the usual one alone. */
export function withStatus(error: ApiError, status: number): ApiError {
    if (error.status === status) return error;
    return new ApiError(status, undefined, error.title, error.detail, error.source);
}
