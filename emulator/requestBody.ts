import { type ApiError, badRequest, invalidConfiguration } from "./apiError";

export interface TextRule {
    maxLength?: number;
    pattern?: RegExp;
    /** Whether `""` is a value; otherwise it counts as absent. @default false */
    mayBeEmpty?: boolean;
}

/**
 * Reads properties of a JSON request body by JSON pointer. A missing property, or one of the wrong type, is an `ApiError`
 * with that pointer. Unknown properties are ignored, as Confluent documents.
 */
export class RequestBody {
    readonly #root: unknown;
    readonly #errorStatus: 400 | 422;

    /** @param errorStatus 422, as documented for most POSTs; role bindings document only 400. */
    constructor(root: unknown, errorStatus: 400 | 422 = 422) {
        if (!isObject(root)) throw badRequest("The request body must be a JSON object.");
        this.#root = root;
        this.#errorStatus = errorStatus;
    }

    value(pointer: string): unknown {
        let value: unknown = this.#root;
        for (const key of pointer.split("/").slice(1)) {
            value = isObject(value) ? value[key] : undefined;
        }
        return value ?? undefined;
    }

    optionalText(pointer: string, rule: TextRule = {}): string | undefined {
        const { maxLength = Number.POSITIVE_INFINITY, pattern = /^/, mayBeEmpty = false } = rule;
        const value = this.value(pointer);
        if (value === undefined || (value === "" && !mayBeEmpty)) return undefined;
        if (typeof value !== "string") throw this.#invalid(pointer, "must be a string.");
        if (value.length > maxLength)
            throw this.#invalid(pointer, `has ${value.length} characters; at most ${maxLength} are allowed.`);
        if (!pattern.test(value)) throw this.#invalid(pointer, `must match ${pattern.source}.`);
        return value;
    }

    text(pointer: string, rule: TextRule = {}): string {
        const value = this.optionalText(pointer, rule);
        if (value === undefined) throw this.#invalid(pointer, "is required.");
        return value;
    }

    optionalBoolean(pointer: string): boolean | undefined {
        const value = this.value(pointer);
        if (value === undefined || typeof value === "boolean") return value;
        throw this.#invalid(pointer, "must be a boolean.");
    }

    optionalInteger(pointer: string): number | undefined {
        const value = this.value(pointer);
        if (value === undefined || (typeof value === "number" && Number.isInteger(value))) return value;
        throw this.#invalid(pointer, "must be an integer.");
    }

    /** A map of strings, `{}` when absent. */
    texts(pointer: string): Record<string, string> {
        const value = this.value(pointer) ?? {};
        if (!isObject(value) || Object.values(value).some((one) => typeof one !== "string"))
            throw this.#invalid(pointer, "must be an object of strings.");
        return { ...(value as Record<string, string>) };
    }

    #invalid(pointer: string, what: string): ApiError {
        return this.invalidProperty(pointer, `The property '${pointer}' ${what}`);
    }

    invalidProperty(pointer: string, detail: string): ApiError {
        return this.#errorStatus === 422
            ? invalidConfiguration(detail, pointer)
            : badRequest(detail, { pointer });
    }
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
