/** The variable that sets a proxy for requests to Confluent Cloud; undefined if none is set. Axios and Go read the same ones. */
export function proxyVariable(env: NodeJS.ProcessEnv): string | undefined {
    return ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].find((name) => env[name]);
}
