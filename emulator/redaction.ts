const mask = "***";
/** Shorter texts are not treated as secrets. */
const headLength = 4;

/** Fields of JSON and form bodies, and query parameters, whose value is always masked. */
const sensitiveField = /secret|password|token$|^authorization$|^assertion$/i;

/**
 * Masks credentials in what the journal keeps: fields by their name, and every secret and token that the emulator has ever
 * issued by its value, whether plain, in base64 or URL-encoded.
 */
export class Redactor {
    // Indexed by their first characters: a text is scanned once, however many secrets are known.
    readonly #secrets = new Map<string, Set<string>>();

    /** @param keyId the key that the secret belongs to: `keyId:secret` is then masked in base64 too */
    learn(secret: string, keyId?: string): void {
        const forms = [secret, encodeURIComponent(secret), base64(secret)];
        if (keyId !== undefined) forms.push(base64(`${keyId}:${secret}`));
        for (const form of forms) {
            if (form.length >= headLength) {
                const head = form.slice(0, headLength);
                this.#secrets.set(head, (this.#secrets.get(head) ?? new Set()).add(form));
            }
        }
    }

    text(text: string): string {
        let clean = "";
        for (let index = 0; index < text.length; ) {
            let length = 0;
            for (const form of this.#secrets.get(text.slice(index, index + headLength)) ?? [])
                if (text.startsWith(form, index)) length = Math.max(length, form.length);
            clean += length === 0 ? text.charAt(index) : mask;
            index += Math.max(1, length);
        }
        return clean;
    }

    /** A copy without credentials. Sensitive fields that are empty stay empty. */
    value(value: unknown): unknown {
        if (typeof value === "string") return this.text(value);
        if (Array.isArray(value)) return value.map((one) => this.value(one));
        if (typeof value === "object" && value !== null) {
            return Object.fromEntries(
                Object.entries(value).map(([name, one]) => [
                    this.text(name),
                    sensitiveField.test(name) && one !== "" && one !== null ? mask : this.value(one),
                ]),
            );
        }
        return value;
    }
}

/** `Basic AK4NBR7MUYHVJMHW:***` or `Bearer ***`: the header without its secret. Null without the header. */
export function redactAuthorization(header: string | undefined): string | null {
    if (header === undefined) return null;
    const [scheme = "", credentials = ""] = header.split(" ", 2);
    if (!/^basic$/i.test(scheme))
        return /^[A-Za-z]{1,20}$/.test(scheme) && credentials !== "" ? `${scheme} ${mask}` : mask;
    const keyId = /^([A-Za-z0-9_-]{1,64}):/.exec(Buffer.from(credentials, "base64").toString("utf8"))?.[1];
    return keyId === undefined ? `Basic ${mask}` : `Basic ${keyId}:${mask}`;
}

function base64(text: string): string {
    // Without the padding, which depends on what follows.
    return Buffer.from(text).toString("base64").replace(/=+$/, "");
}
