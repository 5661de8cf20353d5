import { createHash } from "node:crypto";

/** An id that is the same in every run: `sa-3f9k2c`. */
export function mockId(prefix: string, name: string): string {
    return `${prefix}-${characters(name, "abcdefghijklmnopqrstuvwxyz0123456789", 6)}`;
}

/** The id of an API key in Confluent Cloud's format, the same in every run: 16 upper-case letters and digits. */
export function mockKeyId(name: string): string {
    return characters(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
}

/** The secret of an API key in Confluent Cloud's format: 64 characters. It begins with `cfltMOCK`, so that tests recognize it. */
export function mockSecret(apiKey: string): string {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return `cfltMOCK${characters(apiKey, alphabet, 56)}`;
}

function characters(seed: string, alphabet: string, count: number): string {
    const bytes = createHash("sha512").update(seed).digest();
    return [...bytes.subarray(0, count)].map((byte) => alphabet[byte % alphabet.length]).join("");
}
