import { ConfluentApi, defaultEndpoint } from "../confluent/confluentApi";
import { oauthKey } from "../confluent/oauthSettings";
import { attendedPolicy } from "../confluent/retry";
import { endpointProblem } from "../confluent/safeEndpoint";
import { type ReadSetting, readSettings } from "../provider/providerCredentials";
import { cloudAccess } from "./cloudAccess";
import { CommandFailure, wrongUsage } from "./exitCodes";
import { pulumiJson, type RunPulumi, runPulumi } from "./runPulumi";
import { findProject } from "./stacks/project";

/** A connection to Confluent Cloud, and the credentials in use. */
export interface Connection {
    readonly api: ConfluentApi;
    /** Id of the Cloud API key or of the identity pool. */
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
    const setting =
        configFrom === undefined
            ? (key: string) => (key === "confluentcloud:endpoint" ? env.CONFLUENT_CLOUD_ENDPOINT : undefined)
            : await stackSetting(configFrom, cwd, run);
    try {
        const { credentials, endpoint } = readSettings(setting, env);
        const oauth = setting(oauthKey);
        const identity = oauth
            ? (JSON.parse(oauth) as { oauthIdentityPoolId?: string }).oauthIdentityPoolId
            : (setting("confluentcloud:cloudApiKey") ?? env.CONFLUENT_CLOUD_API_KEY);
        return {
            api: new ConfluentApi({ credentials, endpoint, policy: attendedPolicy }),
            identity: identity ?? "",
        };
    } catch (error) {
        const { message } = error as Error;
        if (message.startsWith("confluentcloud:endpoint") && configFrom === undefined)
            throw wrongUsage(message.replace("confluentcloud:endpoint", "CONFLUENT_CLOUD_ENDPOINT"));
        const other =
            configFrom === undefined
                ? " Or use those in a stack's config: --config-from STACK."
                : ` The config of stack ${configFrom} has none either.`;
        const isMissing = message.includes("got nothing, expected a Cloud API key");
        throw new CommandFailure(isMissing ? `${message}.${other}` : message);
    }
}

/** Reads the config of a stack, with decrypted secrets, from `pulumi config`. */
async function stackSetting(stack: string, cwd: string, run: RunPulumi): Promise<ReadSetting> {
    const args = ["config", "--json", "--show-secrets", "--stack", stack];
    const config = (await pulumiJson(run, args, findProject(cwd).root)) as Record<string, { value?: string }>;
    return (key) => config[key]?.value;
}

/** The endpoint of the credentials in the environment. */
export function homeEndpoint(env: NodeJS.ProcessEnv): string {
    const home = env.CONFLUENT_CLOUD_ENDPOINT || defaultEndpoint;
    const problem = endpointProblem(home);
    if (problem) throw wrongUsage(`CONFLUENT_CLOUD_ENDPOINT: ${problem}`);
    return home;
}

/**
 * Connects for the config of a stack file, with the credentials in the environment. They are never sent to another endpoint than their
 * own. Returns why they cannot be used for this file.
 */
export function connectForFile(
    config: Readonly<Record<string, unknown>>,
    env: NodeJS.ProcessEnv,
): Connection | string {
    const cloud = cloudAccess(config[oauthKey], env);
    if (cloud === undefined)
        return "No Confluent Cloud credentials: set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or set CONFLUENT_FLINK_TOKEN_FILE if the stack has confluentcloud:oauth";
    const home = homeEndpoint(env);
    const endpoint = config["confluentcloud:endpoint"] ?? defaultEndpoint;
    if (typeof endpoint !== "string" || endpoint.replace(/\/+$/, "") !== home.replace(/\/+$/, ""))
        return `confluentcloud:endpoint: got ${String(endpoint)}, expected ${home}, the endpoint of the credentials in the environment; set CONFLUENT_CLOUD_ENDPOINT if they belong to the other one`;
    const { credentials, identity } = cloud;
    return { api: new ConfluentApi({ endpoint, credentials, policy: attendedPolicy }), identity };
}
