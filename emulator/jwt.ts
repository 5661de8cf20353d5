import type { Cloud } from "./cloud";

/**
 * A token in the format of a JWT, for clients that read its expiry. The signature is not checked: the emulator looks its own
 * tokens up by their whole text.
 */
export function newJwt(cloud: Cloud, alg: string, claims: object, lifeS: number): string {
    const iat = Math.floor(cloud.now() / 1000);
    const parts = [
        { alg, typ: "JWT" },
        { ...claims, iat, exp: iat + lifeS },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    return [...parts, cloud.random.hex(43)].join(".");
}
