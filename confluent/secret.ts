import { inspect } from "node:util";

const mask = "[secret]";

/**
 * A value that no rendering shows: `String()`, template strings, `JSON.stringify`, `util.inspect` and
 * `console.log` all give `[secret]`.
 *
 * `reveal` is called in two places only: where an Authorization header or a token request is made
 * (`credentials.ts`, `oauthCredentials.ts`) and where a resource's outputs are handed to the engine
 * (`provider/keyState.ts`). A test holds the code to that.
 */
export class Secret {
    readonly #value: string;

    constructor(value: string) {
        this.#value = value;
    }

    reveal(): string {
        return this.#value;
    }

    toString(): string {
        return mask;
    }

    toJSON(): string {
        return mask;
    }

    [Symbol.toPrimitive](): string {
        return mask;
    }

    [inspect.custom](): string {
        return mask;
    }
}
