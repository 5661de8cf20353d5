import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccessArgs } from "../components";
import { cloudKeyOf } from "../confluent/credentials";
import { checkOauth } from "../confluent/oauthSettings";
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
    // Without credentials both providers would fail, but only after the deployment had started.
    if (!checkOauth(read, env)) cloudKeyOf(read, env);
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

/** The value in JSON. Text that is not JSON is a value too: the rules for it say what is wanted. */
function readJson(text: string | undefined): unknown {
    if (text === undefined || text === "") return undefined;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
