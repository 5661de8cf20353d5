/** The variable that sets a proxy for `https://`. Go, and so the official provider, reads the first two. */
export function proxyVariable(env: NodeJS.ProcessEnv): string | undefined {
    return ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].find((name) => env[name]);
}
