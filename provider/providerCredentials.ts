import { type Clock, systemClock } from "../confluent/clock";
import { apiKeyCredentials, type Credentials, cloudKeyOf, keyPairProblem } from "../confluent/credentials";
import { OauthCredentials } from "../confluent/oauthCredentials";
import { checkOauth } from "../confluent/oauthSettings";
import { endpointProblem } from "../confluent/safeEndpoint";
import { Secret } from "../confluent/secret";

/** Reads stack config by its full key, such as `confluentcloud:cloudApiKey`. */
export type ReadSetting = (key: string) => string | undefined;

export interface ProviderSettings {
    readonly credentials: Credentials;
    readonly endpoint: string | undefined;
}

/**
 * Reads the settings of the official provider, so that both are configured once, or CONFLUENT_CLOUD_API_KEY and
 * CONFLUENT_CLOUD_API_SECRET. Throws if something is missing or conflicts.
 */
export function readSettings(
    setting: ReadSetting,
    env: NodeJS.ProcessEnv,
    clock: Clock = systemClock,
): ProviderSettings {
    const endpoint = checkEndpoint(setting("confluentcloud:endpoint"));
    const oauth = checkOauth(setting, env);
    if (oauth) {
        return { credentials: new OauthCredentials({ settings: oauth, endpoint, clock }), endpoint };
    }
    const { apiKey, apiSecret, names } = cloudKeyOf(setting, env);
    const problem = keyPairProblem(apiKey, apiSecret, names);
    if (problem !== undefined) throw new Error(`${problem}.`);
    return { credentials: apiKeyCredentials(apiKey, new Secret(apiSecret)), endpoint };
}

function checkEndpoint(endpoint: string | undefined): string | undefined {
    if (endpoint === undefined || endpoint === "") return undefined;
    const problem = endpointProblem(endpoint);
    if (problem === undefined) return endpoint;
    throw new Error(`confluentcloud:endpoint: ${problem}.`);
}
