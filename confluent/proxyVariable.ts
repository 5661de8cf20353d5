/**
 * The variable that sets a proxy for `https://`; undefined if none is set. Go, and so the official provider, reads the first two.
 * HTTP_PROXY does not count: it is for `http://`.
 */
export function proxyVariable(env: NodeJS.ProcessEnv): string | undefined {
    return ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].find((name) => env[name]);
}
