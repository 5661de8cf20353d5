import { looksLikeSecret, secretProblem } from "./apiKeySecret";
import type { ConfluentErrorKind } from "./confluentError";
import type { Secret } from "./secret";
import { describeValue } from "./valueRule";

/** Credentials for Confluent Cloud. */
export interface Credentials {
    /** The current request headers, including `Authorization`. */
    headers(): Promise<Record<string, string>>;
    /** `text` without any credential that it may contain. */
    redact(text: string): string;
    /**
     * After a 401 to these headers: whether `headers()` now returns others, to send the request once more. Absent if they never
     * change.
     */
    renew?(refused: Readonly<Record<string, string>>): Promise<boolean>;
    /** Remedies that differ from those for a Cloud API key in `confluentError.ts`. */
    readonly remedies?: Partial<Record<ConfluentErrorKind, string>>;
}

/** An API key and its secret, sent as HTTP Basic: a Cloud API key, or a Flink API key on a region's Flink endpoint. */
export function apiKeyCredentials(apiKey: string, apiSecret: Secret): Credentials {
    const basic = (): string => Buffer.from(`${apiKey}:${apiSecret.reveal()}`).toString("base64");
    return {
        headers: async () => ({ Authorization: `Basic ${basic()}` }),
        redact: (text) => redact(text, [basic(), apiSecret.reveal()]),
    };
}

/**
 * What is wrong with an API key and its secret, as far as it is known before anything is sent. `names` are those of the
 * settings.
 */
export function keyPairProblem(
    apiKey: string,
    apiSecret: string,
    names: readonly [apiKey: string, apiSecret: string],
): string | undefined {
    if (looksLikeSecret(apiKey)) {
        return `${names[0]}: got ${describeValue(apiKey)}, expected the id of an API key: 16 upper-case letters and digits. Are ${names[0]} and ${names[1]} swapped?`;
    }
    const problem = secretProblem(apiSecret);
    return problem && `${names[1]}: ${problem}`;
}

/** The Cloud API key in stack config or the environment, with the names of both settings. Throws if a part is missing. */
export function cloudKeyOf(
    setting: (key: string) => string | undefined,
    env: NodeJS.ProcessEnv,
): { apiKey: string; apiSecret: string; names: [apiKey: string, apiSecret: string] } {
    const given = (key: string, variable: string) =>
        setting(key) ? { name: key, value: setting(key) } : { name: variable, value: env[variable] };
    const key = given("confluentcloud:cloudApiKey", "CONFLUENT_CLOUD_API_KEY");
    const secret = given("confluentcloud:cloudApiSecret", "CONFLUENT_CLOUD_API_SECRET");
    if (key.value && secret.value)
        return { apiKey: key.value, apiSecret: secret.value, names: [key.name, secret.name] };
    throw new Error(
        `confluentcloud:${key.value ? "cloudApiSecret" : "cloudApiKey"}: got nothing, expected a Cloud API key and its secret: pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET in the environment; or, without a key, confluentcloud:oauth`,
    );
}

/** `text` without the secrets, whether plain, URL-encoded or in base64. */
export function redact(text: string, secrets: readonly string[]): string {
    return secrets
        .filter((secret) => secret !== "")
        .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
        .reduce((clean, secret) => clean.replaceAll(secret, "[secret]"), text);
}
