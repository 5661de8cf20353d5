/**
 * The part of a URL that may be printed: scheme, host and port. A user name, password, path, query or fragment may be a
 * secret. A text that is not a URL is not printed at all.
 */
export function printableUrl(url: unknown): string {
    const text = String(url);
    if (!URL.canParse(text)) return "a text that is not a URL";
    const { protocol, host } = new URL(text);
    return `${protocol}//${host}`;
}
