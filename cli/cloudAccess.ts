import { systemClock } from "../confluent/clock";
import { apiKeyCredentials, type Credentials, keyPairProblem } from "../confluent/credentials";
import { OauthCredentials } from "../confluent/oauthCredentials";
import { readOauthSettings, tokenFileVariable } from "../confluent/oauthSettings";
import { Secret } from "../confluent/secret";
import { wrongUsage } from "./exitCodes";

export interface CloudAccess {
    readonly credentials: Credentials;
    /** Id of the Cloud API key or identity pool; not a secret. */
    readonly identity: string;
}

/**
 * Reads the credentials for Confluent Cloud from the environment: a Cloud API key (CONFLUENT_CLOUD_API_KEY,
 * CONFLUENT_CLOUD_API_SECRET), or a token file (CONFLUENT_FLINK_TOKEN_FILE) for the identity pool in a stack's
 * `confluentcloud:oauth`. Undefined if there are none. They belong to the endpoint in CONFLUENT_CLOUD_ENDPOINT.
 */
export function cloudAccess(oauth: unknown, env: NodeJS.ProcessEnv): CloudAccess | undefined {
    const { CONFLUENT_CLOUD_API_KEY: apiKey, CONFLUENT_CLOUD_API_SECRET: apiSecret } = env;
    if (apiKey && apiSecret) {
        const names = ["CONFLUENT_CLOUD_API_KEY", "CONFLUENT_CLOUD_API_SECRET"] as const;
        const problem = keyPairProblem(apiKey, apiSecret, names);
        if (problem !== undefined) throw wrongUsage(problem);
        return { credentials: apiKeyCredentials(apiKey, new Secret(apiSecret)), identity: apiKey };
    }
    const tokenFile = env[tokenFileVariable];
    const pool = (oauth as { oauthIdentityPoolId?: unknown } | undefined)?.oauthIdentityPoolId;
    if (!tokenFile || typeof pool !== "string") return undefined;
    const settings = readOauthSettings({ oauthIdentityPoolId: pool }, tokenFile);
    const endpoint = env.CONFLUENT_CLOUD_ENDPOINT;
    return { credentials: new OauthCredentials({ settings, endpoint, clock: systemClock }), identity: pool };
}
