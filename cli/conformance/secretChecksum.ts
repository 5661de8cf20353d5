/**
 * Whether the last six characters of a secret are its checksum: the CRC-32 of what is between the prefix `cflt` and them, as four
 * bytes in little-endian order, in Base64 without padding.
 */
export function hasChecksum(secret: string): boolean {
    if (!secret.startsWith("cflt") || secret.length < 11) return false;
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(secret.slice(4, -6)));
    return checksum.toString("base64").slice(0, 6) === secret.slice(-6);
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
