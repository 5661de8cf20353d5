/** What of a URL may be printed: scheme, host and port. Anything else of it may be a secret. */
export function printableUrl(url: unknown): string {
    const text = String(url);
    if (!URL.canParse(text)) return "a text that is not a URL";
    const { protocol, host } = new URL(text);
    return `${protocol}//${host}`;
}
