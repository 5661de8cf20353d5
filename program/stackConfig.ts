import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccessArgs, Principal, ReadinessArgs } from "../components";
import { checkEnvironment, parseFlinkRegions } from "../components/flinkRegion";
import { grantsOf } from "../components/roles";

/** Stack config by its full key, as text; undefined where it is not set. */
export type ReadConfig = (key: string) => string | undefined;

/**
 * What a stack file says, checked before anything is declared. Throws an error that names the key, the value got and the
 * shape wanted. The keys and their defaults are those of Pulumi.yaml.
 */
export function readStackConfig(read: ReadConfig, env: NodeJS.ProcessEnv): FlinkAccessArgs {
    const project = "confluent-flink";
    checkCredentials(read, env);
    const environmentId = read(`${project}:environmentId`)?.trim().toLowerCase() ?? "";
    if (!/^env-[a-z0-9]+$/.test(environmentId)) {
        throw wrong(
            `${project}:environmentId`,
            read(`${project}:environmentId`),
            "an environment id such as env-abc123",
        );
    }
    const list = readJson(read, `${project}:regions`, 'a list such as ["aws.us-east-2"]');
    const regions = parseFlinkRegions(list ?? [], `${project}:regions`);
    checkEnvironment(regions, environmentId, `${project}:regions`);
    const principal = readPrincipal(read, `${project}:principal`);
    const readiness = readReadiness(read, `${project}:readiness`);
    const roles = readRoles(read, `${project}:roles`);
    return {
        environmentId,
        regions: regions.map(({ name }) => name),
        ...(principal && { principal }),
        ...(readiness && { readiness }),
        ...(roles && { roles }),
    };
}

/** The stack config of the running program. */
export function readRunningStackConfig(): FlinkAccessArgs {
    return readStackConfig((key) => {
        const [namespace, name] = key.split(":") as [string, string];
        return new pulumi.Config(namespace).get(name);
    }, process.env);
}

const wantedPrincipal =
    "at most one of serviceAccountId (sa-111aaa) and userId (u-111aaa), or displayName and description of a new service account";

function readPrincipal(read: ReadConfig, key: string): Principal | undefined {
    const value = readObject(read, key, wantedPrincipal);
    if (value === undefined) return undefined;
    const fields = Object.keys(value);
    const kinds: [string[], RegExp][] = [
        [["serviceAccountId"], /^sa-[a-z0-9]+$/],
        [["userId"], /^u-[a-z0-9]+$/],
        [["displayName", "description"], /\S/],
    ];
    const fits = kinds.some(([allowed, shape]) =>
        fields.every((field) => allowed.includes(field) && shape.test(String(value[field]))),
    );
    if (!fits) throw wrong(key, JSON.stringify(value), wantedPrincipal);
    return value as unknown as Principal;
}

const wantedReadiness = 'an object such as { timeout: "5m", unreachable: "warn" }';

function readReadiness(read: ReadConfig, key: string): ReadinessArgs | undefined {
    const value = readObject(read, key, wantedReadiness);
    if (value === undefined) return undefined;
    const { timeout, unreachable, ...others } = value;
    const timeoutFits = timeout === undefined || /^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(String(timeout));
    const unreachableFits = unreachable === undefined || unreachable === "warn" || unreachable === "fail";
    if (!timeoutFits || !unreachableFits || Object.keys(others).length > 0) {
        throw wrong(key, JSON.stringify(value), wantedReadiness);
    }
    return value as ReadinessArgs;
}

function readRoles(read: ReadConfig, key: string): string[] | undefined {
    const wanted = 'a list of role names such as ["FlinkDeveloper"]';
    const value = readJson(read, key, wanted);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrong(key, JSON.stringify(value), wanted);
    grantsOf(value, key);
    return value;
}

/** Either provider would fail without them, one after the other had begun. */
function checkCredentials(read: ReadConfig, env: NodeJS.ProcessEnv): void {
    const apiKey = read("confluentcloud:cloudApiKey") || env.CONFLUENT_CLOUD_API_KEY;
    const apiSecret = read("confluentcloud:cloudApiSecret") || env.CONFLUENT_CLOUD_API_SECRET;
    if (apiKey && apiSecret) return;
    const key = apiKey ? "confluentcloud:cloudApiSecret" : "confluentcloud:cloudApiKey";
    throw wrong(
        key,
        undefined,
        `a Cloud API key and its secret: pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET in the environment`,
    );
}

function readObject(read: ReadConfig, key: string, wanted: string): Record<string, unknown> | undefined {
    const value = readJson(read, key, wanted);
    if (value === undefined) return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw wrong(key, JSON.stringify(value), wanted);
    }
    return Object.keys(value).length === 0 ? undefined : (value as Record<string, unknown>);
}

function readJson(read: ReadConfig, key: string, wanted: string): unknown {
    const text = read(key);
    if (text === undefined || text === "") return undefined;
    try {
        return JSON.parse(text);
    } catch {
        throw wrong(key, text, wanted);
    }
}

function wrong(key: string, got: string | undefined, wanted: string): Error {
    return new Error(`${key}: got ${got === undefined || got === "" ? "nothing" : got}, expected ${wanted}`);
}
