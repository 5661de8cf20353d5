// The forms of Confluent's resource ids. Case does not matter: Confluent compares ids without it.

/** `env-abc123`, or `t36303` in older organizations. */
export function isEnvironmentId(text: unknown): text is string {
    return matches(text, /^(env-[a-z0-9]+|t\d+)$/i);
}

/** `sa-111aaa` */
export function isServiceAccountId(text: unknown): text is string {
    return matches(text, /^sa-[a-z0-9]+$/i);
}

/** `u-111aaa` */
export function isUserId(text: unknown): text is string {
    return matches(text, /^u-[a-z0-9]+$/i);
}

/** A service account `sa-111aaa` or a user `u-111aaa`. */
export function isPrincipalId(text: unknown): text is string {
    return isServiceAccountId(text) || isUserId(text);
}

/** `ABCDEFGH12345678`. Case matters here. */
export function isApiKeyId(text: unknown): boolean {
    return matches(text, /^[A-Z0-9]{16}$/);
}

/** A UUID: `1111aaaa-0000-4000-8000-000000000000`. */
export function isOrganizationId(text: unknown): text is string {
    return matches(text, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
}

/** Space around an id is no mistake: it comes from copying. */
function matches(text: unknown, form: RegExp): boolean {
    return typeof text === "string" && form.test(text.trim());
}
