import type { ConfluentErrorKind } from "./confluentError";
import type { Secret } from "./secret";

/** What proves to Confluent Cloud who is asking. */
export interface Credentials {
    /** Request headers of this moment, `Authorization` among them. */
    headers(): Promise<Record<string, string>>;
    /** `text` without any credential that it might repeat. */
    redact(text: string): string;
    /**
     * Called when a request with these headers was answered 401. True: `headers()` will give others, so the request is
     * worth sending once more. Absent for credentials that do not change.
     */
    renew?(refused: Readonly<Record<string, string>>): Promise<boolean>;
    /** What to do about errors of a kind, where it is not what `confluentError.ts` says for a Cloud API key. */
    readonly remedies?: Partial<Record<ConfluentErrorKind, string>>;
}

/**
 * An API key and its secret, sent as HTTP Basic: a Cloud API key on the control plane, a Flink API key on a
 * region's Flink endpoint.
 */
export function apiKeyCredentials(apiKey: string, apiSecret: Secret): Credentials {
    const basic = (): string => Buffer.from(`${apiKey}:${apiSecret.reveal()}`).toString("base64");
    return {
        headers: async () => ({ Authorization: `Basic ${basic()}` }),
        redact: (text) => redact(text, [basic(), apiSecret.reveal()]),
    };
}

/** `text` without the secrets, as they are, URL-encoded and in base64. */
export function redact(text: string, secrets: readonly string[]): string {
    return secrets
        .filter((secret) => secret !== "")
        .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
        .reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
}
