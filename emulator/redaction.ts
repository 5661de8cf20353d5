const MASK = "***";

/** Fields whose value is never written down, in JSON and form bodies and in queries alike. */
const SENSITIVE_FIELD = /secret|password|token$|^authorization$|^assertion$/i;

/**
 * Takes credentials out of what the journal keeps: by field name, and by value for every secret and token the
 * emulator has ever handed out, plain, in base64 and URL-encoded.
 */
export class Redactor {
    readonly #secrets = new Set<string>();

    /** @param keyId the key it belongs to, so that the pair is found in base64 as well. */
    learn(secret: string, keyId?: string): void {
        this.#secrets.add(secret);
        this.#secrets.add(encodeURIComponent(secret));
        this.#secrets.add(base64(secret));
        if (keyId !== undefined) {
            this.#secrets.add(base64(`${keyId}:${secret}`));
        }
    }

    text(text: string): string {
        let clean = text;
        for (const secret of this.#secrets) {
            if (clean.includes(secret)) {
                clean = clean.replaceAll(secret, MASK);
            }
        }
        return clean;
    }

    /** A copy without credentials; sensitive fields keep `""`, which tells nothing. */
    value(value: unknown): unknown {
        if (typeof value === "string") {
            return this.text(value);
        }
        if (Array.isArray(value)) {
            return value.map((one) => this.value(one));
        }
        if (typeof value === "object" && value !== null) {
            return Object.fromEntries(
                Object.entries(value).map(([name, one]) => [
                    this.text(name),
                    SENSITIVE_FIELD.test(name) && one !== "" && one !== null ? MASK : this.value(one),
                ]),
            );
        }
        return value;
    }
}

/** `Basic AK4NBR7MUYHVJMHW:***`, `Bearer ***`: who asked, without what proves it. Null without the header. */
export function redactAuthorization(header: string | undefined): string | null {
    if (header === undefined) {
        return null;
    }
    const [scheme = "", credentials = ""] = header.split(" ", 2);
    if (!/^basic$/i.test(scheme)) {
        return /^[A-Za-z]{1,20}$/.test(scheme) && credentials !== "" ? `${scheme} ${MASK}` : MASK;
    }
    const keyId = /^([A-Za-z0-9_-]{1,64}):/.exec(Buffer.from(credentials, "base64").toString("utf8"))?.[1];
    return keyId === undefined ? `Basic ${MASK}` : `Basic ${keyId}:${MASK}`;
}

function base64(text: string): string {
    // Padding depends on what follows, so the last characters are left out of the comparison.
    return Buffer.from(text).toString("base64").replace(/=+$/, "");
}
