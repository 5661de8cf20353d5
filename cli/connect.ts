import { type Clock, systemClock } from "../confluent/clock";
import { ConfluentApi, defaultEndpoint } from "../confluent/confluentApi";
import type { Credentials } from "../confluent/credentials";
import { oauthKey, tokenFileVariable } from "../confluent/oauthSettings";
import { attendedPolicy, type RetryPolicy } from "../confluent/retry";
import { type ReadSetting, readSettings } from "../provider/providerCredentials";
import { CommandFailure } from "./exitCodes";
import { requireEndpoint } from "./optionValues";
import { pulumiJson, type RunPulumi, runPulumi } from "./runPulumi";
import { findProject } from "./stacks/project";
import { encrypted } from "./stacks/stackFile";

/** A connection to Confluent Cloud, and the credentials in use. */
export interface Connection {
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    /** Id of the Cloud API key or of the identity pool; not a secret. */
    readonly identity: string;
}

/** Where the credentials come from. */
export interface ConnectionSource {
    /** A folder of the Pulumi project. */
    readonly cwd: string;
    /** Stack whose config has the credentials and endpoint; default: environment variables. */
    readonly configFrom?: string;
}

/** Connects with the credentials of the source. Throws an error that names what is missing. */
export async function connect(
    { cwd, configFrom }: ConnectionSource,
    { env = process.env, run = runPulumi }: { env?: NodeJS.ProcessEnv; run?: RunPulumi } = {},
): Promise<Connection> {
    if (configFrom === undefined)
        return connectFromEnvironment(env, "Or use those in a stack's config: --config-from STACK.");
    const args = ["config", "--json", "--show-secrets", "--stack", configFrom];
    const config = (await pulumiJson(run, args, findProject(cwd).root)) as Record<string, { value?: string }>;
    const setting: ReadSetting = (key) => config[key]?.value;
    return connectWith(setting, env, `The config of stack ${configFrom} has none either.`);
}

/**
 * Connects with the credentials in the environment: a Cloud API key (CONFLUENT_CLOUD_API_KEY, CONFLUENT_CLOUD_API_SECRET), or a
 * token file (CONFLUENT_FLINK_TOKEN_FILE) for `identityPool`. `hint` says what else helps if there are none.
 */
export function connectFromEnvironment(
    env: NodeJS.ProcessEnv,
    hint: string,
    identityPool?: string,
    settings: { clock?: Clock; policy?: RetryPolicy } = {},
): Connection {
    const home = homeEndpoint(env);
    const usesToken = identityPool && env[tokenFileVariable] && !env.CONFLUENT_CLOUD_API_KEY;
    const oauth = usesToken ? JSON.stringify({ oauthIdentityPoolId: identityPool }) : undefined;
    const setting: ReadSetting = (key) =>
        key === "confluentcloud:endpoint" ? home : key === oauthKey ? oauth : undefined;
    return connectWith(setting, env, hint, settings);
}

/**
 * Connects for the config of a stack file, with the credentials in the environment. They are never sent to another endpoint than their
 * own. Returns why they cannot be used for this file.
 */
export function connectForFile(
    config: Readonly<Record<string, unknown>>,
    env: NodeJS.ProcessEnv,
): Connection | string {
    const home = homeEndpoint(env);
    const endpoint = config["confluentcloud:endpoint"] ?? defaultEndpoint;
    const oauth = config[oauthKey] as { oauthIdentityPoolId?: unknown } | undefined;
    const pool = typeof oauth?.oauthIdentityPoolId === "string" ? oauth.oauthIdentityPoolId : undefined;
    if (!(env.CONFLUENT_CLOUD_API_KEY && env.CONFLUENT_CLOUD_API_SECRET) && !(pool && env[tokenFileVariable]))
        return "No Confluent Cloud credentials: set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or set CONFLUENT_FLINK_TOKEN_FILE if the stack has confluentcloud:oauth";
    if (typeof endpoint !== "string" || endpoint.replace(/\/+$/, "") !== home.replace(/\/+$/, ""))
        return `confluentcloud:endpoint: got ${endpoint === encrypted ? "an encrypted value" : String(endpoint)}, expected ${home}, the endpoint of the credentials in the environment; set CONFLUENT_CLOUD_ENDPOINT if they belong to the other one`;
    return connectFromEnvironment(env, "", pool);
}

/** The endpoint of the credentials in the environment. */
export function homeEndpoint(env: NodeJS.ProcessEnv): string {
    const home = env.CONFLUENT_CLOUD_ENDPOINT || defaultEndpoint;
    requireEndpoint("CONFLUENT_CLOUD_ENDPOINT", home);
    return home;
}

function connectWith(
    setting: ReadSetting,
    env: NodeJS.ProcessEnv,
    hint: string,
    { clock = systemClock, policy = attendedPolicy }: { clock?: Clock; policy?: RetryPolicy } = {},
): Connection {
    try {
        const { credentials, endpoint } = readSettings(setting, env, clock);
        const oauth = setting(oauthKey);
        const identity = oauth
            ? (JSON.parse(oauth) as { oauthIdentityPoolId?: string }).oauthIdentityPoolId
            : (setting("confluentcloud:cloudApiKey") ?? env.CONFLUENT_CLOUD_API_KEY);
        const api = new ConfluentApi({ credentials, endpoint, clock, policy });
        return { api, credentials, identity: identity ?? "" };
    } catch (error) {
        const { message } = error as Error;
        throw new CommandFailure(
            message.includes("got nothing, expected a Cloud API key") ? `${message}. ${hint}` : message,
        );
    }
}
