import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccessArgs } from "../components";
import { checkOauth, oauthKey } from "../confluent/oauthSettings";
import { describeMistake } from "../confluent/valueRule";
import { checkStackConfig } from "./checkStackConfig";

/** Stack config by its full key, as text; undefined if not set. */
export type ReadConfig = (key: string) => string | undefined;

const project = "confluent-flink";
const texts = ["environmentId", "keyScope"];
/** Keys whose values are lists or objects, which Pulumi passes to a program as JSON. */
const structured = ["regions", "principal", "roles", "statementRunner", "rotation", "readiness"];

/**
 * Reads and checks the stack config, before any resource is declared. Throws an error that names the key, value and what is
 * wanted.
 */
export function readStackConfig(read: ReadConfig, env: NodeJS.ProcessEnv): FlinkAccessArgs {
    checkCredentials(read, env);
    const config: Record<string, unknown> = {};
    for (const name of texts) config[`${project}:${name}`] = read(`${project}:${name}`);
    for (const name of structured) config[`${project}:${name}`] = readJson(read(`${project}:${name}`));
    const { access, mistakes } = checkStackConfig(config, project);
    if (mistakes[0]) throw new Error(mistakes[0].message);
    return access;
}

/** The stack config of the running program. */
export function readRunningStackConfig(): FlinkAccessArgs {
    return readStackConfig((key) => {
        const [namespace, name] = key.split(":") as [string, string];
        return new pulumi.Config(namespace).get(name);
    }, process.env);
}

/** Without credentials both providers would fail, but only after the deployment had started. */
function checkCredentials(read: ReadConfig, env: NodeJS.ProcessEnv): void {
    if (read(oauthKey)) {
        checkOauth(read, env);
        return;
    }
    const apiKey = read("confluentcloud:cloudApiKey") || env.CONFLUENT_CLOUD_API_KEY;
    const apiSecret = read("confluentcloud:cloudApiSecret") || env.CONFLUENT_CLOUD_API_SECRET;
    if (apiKey && apiSecret) return;
    const key = apiKey ? "confluentcloud:cloudApiSecret" : "confluentcloud:cloudApiKey";
    throw new Error(
        describeMistake(
            key,
            undefined,
            `a Cloud API key and its secret: pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET in the environment; or, without a key, confluentcloud:oauth`,
        ),
    );
}

/** The value in JSON. Text that is not JSON is a value too: the rules for it say what is wanted. */
function readJson(text: string | undefined): unknown {
    if (text === undefined || text === "") return undefined;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
