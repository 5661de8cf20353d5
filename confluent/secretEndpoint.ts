/**
 * Whether a secret may be sent to this URL: encrypted, or not off this machine. Every endpoint is held to it, wherever it
 * comes from: an option, a variable, a state file, stack config, Confluent Cloud's own list of regions.
 */
export function mayReceiveSecrets(url: unknown): boolean {
    return endpointProblem(url) === undefined;
}

/** What is wrong with the URL of an endpoint: `got http://…, expected a URL that …`. Undefined where nothing is. */
export function endpointProblem(endpoint: unknown): string | undefined {
    const url = typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    const wanted =
        "expected a URL that begins with https:// (http:// for this machine only, such as 127.0.0.1)";
    if (url === undefined) return `got something that is no URL, ${wanted}`;
    // It would take the place of the credentials, and is not to be shown.
    if (url.username !== "" || url.password !== "") {
        return `got ${url.protocol}//${url.host} with a user name or password in it, ${wanted}`;
    }
    if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
    return `got ${url.protocol}//${url.host}, ${wanted}`;
}

function isLoopback(host: string): boolean {
    return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}
