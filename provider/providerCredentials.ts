import { apiKeyCredentials, type Credentials } from "../confluent/credentials";
import { Secret } from "../confluent/secret";

/** Where settings come from: stack config by its full key, such as `confluentcloud:cloudApiKey`. */
export type ReadSetting = (key: string) => string | undefined;

export interface ProviderSettings {
    readonly credentials: Credentials;
    readonly endpoint: string | undefined;
}

/**
 * The settings of the official provider, so that both are configured once: `confluentcloud:cloudApiKey` and
 * `confluentcloud:cloudApiSecret`, or the environment's CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, and
 * `confluentcloud:endpoint`. Throws an error that names what is missing.
 */
export function readSettings(setting: ReadSetting, env: NodeJS.ProcessEnv): ProviderSettings {
    const apiKey = setting("confluentcloud:cloudApiKey") ?? env.CONFLUENT_CLOUD_API_KEY;
    const apiSecret = setting("confluentcloud:cloudApiSecret") ?? env.CONFLUENT_CLOUD_API_SECRET;
    if (!apiKey || !apiSecret) {
        const missing = apiKey ? "its secret is missing" : apiSecret ? "its id is missing" : "neither is set";
        throw new Error(
            `A Cloud API key is needed to manage Flink API keys, and ${missing}: pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET.`,
        );
    }
    return {
        credentials: apiKeyCredentials(apiKey, new Secret(apiSecret)),
        endpoint: setting("confluentcloud:endpoint"),
    };
}
