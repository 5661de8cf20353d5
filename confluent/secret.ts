import { inspect } from "node:util";

const mask = "[secret]";

/**
 * A value that is never printed: `String()`, template strings, `JSON.stringify`, `util.inspect` and `console.log` all
 * print `[secret]`.
 *
 * `reveal` is called in two places only: for an Authorization header or a token request (`credentials.ts`,
 * `oauthCredentials.ts`), and for the outputs of a resource (`provider/keyState.ts`). A test checks this.
 */
export class Secret {
    readonly #value: string;

    constructor(value: string) {
        this.#value = value;
    }

    reveal(): string {
        return this.#value;
    }

    /** There is none: it got lost, as in a state that was edited by hand. */
    get isEmpty(): boolean {
        return this.#value === "";
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
