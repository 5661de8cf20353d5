/**
 * A token in the format of a JWT, for clients that read its expiry. The signature is not checked: the emulator looks its own
 * tokens up by their whole text.
 */
export function formatJwt(header: object, claims: object, signature: string): string {
    return `${part(header)}.${part(claims)}.${signature}`;
}

function part(value: object): string {
    return Buffer.from(JSON.stringify(value)).toString("base64url");
}
