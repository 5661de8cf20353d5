import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A range of times. Equal ends are a fixed time; otherwise each time is random, from the seed. */
export interface DurationRange {
    minMs: number;
    maxMs: number;
}

const upperAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const lowerAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
const hexDigits = "0123456789abcdef";
const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Random ids, secrets and times. The same seed gives the same sequence. */
export class SeededRandom {
    readonly #generator;

    constructor(seed: number) {
        this.#generator = xoroshiro128plus(seed);
    }

    /** `AK4NBR7MUYHVJMHW`: 16 upper-case letters and digits. */
    apiKeyId(): string {
        return this.#letters(upperAndDigits, 16);
    }

    /**
     * 64 characters, as Confluent makes secrets since July 2025: the prefix `cflt`, 54 random letters of the Base64 alphabet, and
     * their checksum. The checksum is the CRC-32 (IEEE) of these 54 letters: four bytes, the least significant first, in Base64
     * without its padding, which is six letters.
     */
    secret(): string {
        const letters = this.#letters(base64Letters, 54);
        const sum = Buffer.alloc(4);
        sum.writeUInt32LE(crc32(letters));
        return `cflt${letters}${sum.toString("base64").slice(0, 6)}`;
    }

    /** `sa-x1y2z3`, `rb-…`, `env-…`, `lfcp-…`: the prefix and six letters or digits. */
    resourceId(prefix: string): string {
        return `${prefix}-${this.#letters(lowerAndDigits, 6)}`;
    }

    hex(length: number): string {
        return this.#letters(hexDigits, length);
    }

    uuid(): string {
        const h = this.hex(30);
        return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(12, 15)}-a${h.slice(15, 18)}-${h.slice(18, 30)}`;
    }

    durationMs({ minMs, maxMs }: DurationRange): number {
        return minMs === maxMs ? minMs : uniformInt(this.#generator, Math.round(minMs), Math.round(maxMs));
    }

    #letters(alphabet: string, length: number): string {
        let text = "";
        while (text.length < length) {
            text += alphabet.charAt(uniformInt(this.#generator, 0, alphabet.length - 1));
        }
        return text;
    }
}

/** `crc32` of node:zlib is not in every version of Node 20. */
function crc32(text: string): number {
    let sum = 0xffffffff;
    for (const byte of Buffer.from(text)) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return (sum ^ 0xffffffff) >>> 0;
}
