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
 * Why a look-up failed; undefined if Confluent Cloud has answered about the value itself. By status codes and this shell's
 * variables; by words of the official provider only for a value that does not exist, where some of its messages have no code.
 */
export function lookUpError(message: string, env: NodeJS.ProcessEnv): string | undefined {
    const found = flinkVariables.filter((name) => env[name]);
    const missing = flinkVariables.filter((name) => !env[name]);
    if (found.length > 0 && missing.length > 0)
        return `provider confluentcloud: got ${found.join(", ")} without ${missing.join(", ")}; expected all seven or none. Variables of pulumi-confluent-flink env or another Flink tool are set in this shell: run pulumi in another one, or unset ${found.join(" ")}`;
    if (/\b407\b/.test(message))
        return `a proxy between here and Confluent Cloud refused the request (407); expected ${proxyVariable(env) ?? "HTTPS_PROXY"} to let it through, or NO_PROXY to name the host`;
    if (/\b401\b/.test(message))
        return "confluentcloud:cloudApiKey: got nothing, or nothing that Confluent Cloud accepts (401); expected a Cloud API key and its secret (confluent api-key list --resource cloud): pulumi config set confluentcloud:cloudApiKey KEY; pulumi config set --secret confluentcloud:cloudApiSecret SECRET; or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET; or confluentcloud:oauth; or an explicit provider";
    if (isAnswerAboutValue(message)) return undefined;
    return `nothing could be looked up; expected a way from here to confluentcloud:endpoint (default https://api.confluent.cloud; ${proxyVariable(env) ?? "HTTPS_PROXY"} and NO_PROXY of this shell count), and the plugin of confluentcloud (pulumi plugin install)`;
}

/** Whether Confluent Cloud has answered about the value: it does not exist, or this Cloud API key may not see it. */
function isAnswerAboutValue(message: string): boolean {
    return /\b40[034]\b|not found|forbidden|there (aren't|are no)|does not exist/i.test(message);
}
