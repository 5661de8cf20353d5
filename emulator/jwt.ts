/**
 * A token of the shape of a JWT, for clients that read its expiry. The signature is only random: the emulator knows its own
 * tokens by the whole text.
 */
export function formatJwt(header: object, claims: object, signature: string): string {
    return `${part(header)}.${part(claims)}.${signature}`;
}

function part(value: object): string {
    return Buffer.from(JSON.stringify(value)).toString("base64url");
}
