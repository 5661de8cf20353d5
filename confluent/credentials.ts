import type { Secret } from "./secret";

/** What proves to Confluent Cloud who is asking. */
export interface Credentials {
    /** Request headers of this moment, `Authorization` among them. */
    headers(): Promise<Record<string, string>>;
    /** `text` without any credential that it might repeat. */
    redact(text: string): string;
}

/**
 * An API key and its secret, sent as HTTP Basic: a Cloud API key on the control plane, a Flink API key on a
 * region's Flink endpoint.
 */
export function apiKeyCredentials(apiKey: string, apiSecret: Secret): Credentials {
    const basic = (): string => Buffer.from(`${apiKey}:${apiSecret.reveal()}`).toString("base64");
    return {
        headers: async () => ({ Authorization: `Basic ${basic()}` }),
        redact: (text) => text.replaceAll(basic(), "[secret]").replaceAll(apiSecret.reveal(), "[secret]"),
    };
}
