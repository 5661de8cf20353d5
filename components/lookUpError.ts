import { proxyVariable } from "../confluent/proxyVariable";

/** The official provider demands all or none of these variables. Other tools set some of them. */
const flinkVariables = [
    "FLINK_API_KEY",
    "FLINK_API_SECRET",
    "FLINK_REST_ENDPOINT",
    "CONFLUENT_ORGANIZATION_ID",
    "CONFLUENT_ENVIRONMENT_ID",
    "FLINK_COMPUTE_POOL_ID",
    "FLINK_PRINCIPAL_ID",
];

/**
 * Explains a failed look-up whose cause is not the value looked up: credentials, network, plugin. Undefined if Confluent Cloud
 * has answered about the value itself (403, 404), or if the cause is not known.
 */
export function lookUpError(message: string, env: NodeJS.ProcessEnv): string | undefined {
    if (/All \d+ flink_api_key/.test(message)) {
        const found = flinkVariables.filter((name) => env[name]);
        const missing = flinkVariables.filter((name) => !env[name]);
        return `provider confluentcloud: got ${found.join(", ") || "some of its Flink settings"} without ${missing.join(", ")}; expected all seven or none. Variables of pulumi-confluent-flink env or another Flink tool are set in this shell: run pulumi in another one, or unset ${found.join(" ")}`;
    }
    if (/All \d+ \w+, \w+/.test(message)) {
        return "provider confluentcloud: got some of the settings that belong together, expected all of them or none; variables of another tool (KAFKA_*, SCHEMA_REGISTRY_*, TABLEFLOW_*) may be set in this shell";
    }
    if (
        /no (resource )?plugin|plugin .*not (found|installed)|could not (find|load|read) plugin/i.test(
            message,
        )
    ) {
        return "provider confluentcloud: its plugin is not installed, and the engine may not download it: pulumi plugin install resource confluentcloud VERSION, with the version of @pulumi/confluentcloud in node_modules";
    }
    if (/Default provider for '?\w+'? disabled/i.test(message)) {
        return "provider: pulumi:disable-default-providers forbids the default one, expected { provider: new confluentcloud.Provider(…) }";
    }
    if (/\b407\b|proxyconnect|proxy authentication/i.test(message)) {
        return `a proxy between here and Confluent Cloud refused the request; expected ${proxyVariable(env) ?? "HTTPS_PROXY"} to let it through, or NO_PROXY to name the host`;
    }
    if (/valid authentication credentials must be provided/i.test(message)) {
        return "confluentcloud:cloudApiKey: got nothing, expected a Cloud API key and its secret: pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET; or confluentcloud:oauth; or an explicit provider";
    }
    if (/\b401\b|unauthorized|unauthenticated/i.test(message)) {
        return "confluentcloud:cloudApiKey: Confluent Cloud does not accept the Cloud API key (401); expected one that exists, with its own secret, of resource scope Cloud (confluent api-key list --resource cloud). CONFLUENT_CLOUD_API_KEY counts where the config has none";
    }
    if (
        /no such host|connection refused|connection reset|i\/o timeout|network is unreachable|deadline exceeded|certificate|giving up after/i.test(
            message,
        )
    ) {
        return `Confluent Cloud could not be reached; expected a way from here to confluentcloud:endpoint (default https://api.confluent.cloud). ${proxyVariable(env) ?? "HTTPS_PROXY"} and NO_PROXY of this shell count`;
    }
    if (/<!doctype|<html|invalid character '<'/i.test(message)) {
        return `something between here and Confluent Cloud answered with a web page; expected Confluent Cloud's own answer. ${proxyVariable(env) ?? "HTTPS_PROXY"} of this shell may lead to a proxy or a sign-in page`;
    }
    return undefined;
}

/** Whether Confluent Cloud has answered about the value itself: it does not exist, or this Cloud API key may not see it. */
export function isAnswerAboutValue(message: string): boolean {
    return /\b40[034]\b|not found|forbidden|there (aren't|are no)|does not exist/i.test(message);
}
