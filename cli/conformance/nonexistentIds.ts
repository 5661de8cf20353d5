import { randomInt } from "node:crypto";
import { apiKeyCredentials, type Credentials } from "../../confluent/credentials";
import { Secret } from "../../confluent/secret";

/** A random id that does not exist: `sa-x1y2z3q4w5`. */
export function nonexistentId(prefix: string): string {
    return `${prefix}-${randomText("abcdefghijklmnopqrstuvwxyz0123456789", 10)}`;
}

/** An API key that does not exist, with a random id and secret. */
export function nonexistentKey(): { id: string; credentials: Credentials } {
    const id = randomText("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
    const secret = new Secret(`made-up-${randomText("abcdef0123456789", 56)}`);
    return { id, credentials: apiKeyCredentials(id, secret) };
}

function randomText(letters: string, length: number): string {
    return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}
