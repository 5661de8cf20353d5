import { printableUrl } from "./printableUrl";

/**
 * Whether a secret may be sent to this URL: the connection is encrypted, or stays on this machine. Every endpoint is checked,
 * wherever it comes from.
 */
export function mayReceiveSecrets(url: unknown): boolean {
    return endpointProblem(url) === undefined;
}

/** Whether a setting may be the base of a REST API's URLs: a secret may be sent there, and it has no query. */
export function isEndpoint(url: unknown): url is string {
    return mayReceiveSecrets(url) && new URL(url as string).search === "";
}

/** Why no secret may be sent to this URL: `got http://…, expected a URL that …`. Undefined if it may. */
export function endpointProblem(endpoint: unknown): string | undefined {
    const url = typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    const wanted =
        "expected a URL that begins with https:// (http:// for this machine only, such as 127.0.0.1)";
    if (url === undefined) return `got a text that is not a URL, ${wanted}`;
    // User name and password would replace the credentials. They are not printed.
    if (url.username !== "" || url.password !== "") {
        return `got ${printableUrl(url)} with a user name or password in it, ${wanted}`;
    }
    if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
    return `got ${printableUrl(url)}, ${wanted}`;
}

function isLoopback(host: string): boolean {
    return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}
