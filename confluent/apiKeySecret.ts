import { isApiKeyId } from "./resourceIds";

/**
 * Whether a secret's last six characters are the CRC-32 of what is between `cflt` and them: four bytes, little-endian, in
 * Base64.
 */
export function hasChecksum(secret: string): boolean {
    return secret.startsWith("cflt") && secret.length > 10 && withChecksum(secret.slice(0, -6)) === secret;
}

/** `cflt` and 54 characters, with the checksum of the 54 behind them. */
export function withChecksum(text: string): string {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(text.slice(4)));
    return `${text}${checksum.toString("base64").slice(0, 6)}`;
}

/** What is wrong with an API key's secret, as far as it is known. Those made before July 2025 have neither prefix nor checksum. */
export function secretProblem(secret: string): string | undefined {
    if (isApiKeyId(secret)) return "got the id of an API key, expected its secret: are the two swapped?";
    if (!secret.startsWith("cflt") || (secret.length === 64 && hasChecksum(secret))) return undefined;
    return `got a secret of ${secret.length} characters whose last six are not the checksum of the others, so it is mistyped or cut off; expected the secret as Confluent Cloud has shown it`;
}

/** Whether a text may be a secret, so that it is never printed: 40 characters or more without a separator. */
export function looksLikeSecret(text: string): boolean {
    return /^\s*cflt/.test(text) || /[A-Za-z0-9+/=_]{40,}/.test(text);
}

/** By hand, because zlib has it only since Node.js 22.2. */
function crc32(text: string): number {
    let crc = 0xffffffff;
    for (const byte of Buffer.from(text)) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return (crc ^ 0xffffffff) >>> 0;
}
