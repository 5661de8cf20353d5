import { inspect } from "node:util";
import { withChecksum } from "../../confluent/apiKeySecret";

/** In every secret that a test's key has, so that it can be looked for wherever something is rendered. */
const sentinel = "SENTINELsecretSENTINELsecretSENTINEL";

/** The secret of the `n`-th key: of the length, prefix and checksum that Confluent's have. */
export function sentinelSecret(n: number): string {
    return withChecksum(`cflt${sentinel}${String(n).padStart(18, "0")}`);
}

// Base64 of a text depends on where in a group of three bytes it begins; the rims belong to the neighbours.
const renderings = [
    sentinel,
    encodeURIComponent(sentinel),
    ...[0, 1, 2].map((offset) =>
        Buffer.from(`${"x".repeat(offset)}${sentinel}`)
            .toString("base64")
            .slice(4, -4),
    ),
];

/** Whether a secret shows in the text: as it is, URL-encoded or in base64. */
export function showsSecret(text: string, ...others: readonly string[]): boolean {
    return [...renderings, ...others, ...others.map((o) => Buffer.from(o).toString("base64"))].some(
        (rendering) => text.includes(rendering),
    );
}

/** Everything that a log, a debugger or a serializer would make of a value. */
export function renderingsOf(value: unknown): string {
    const error = value instanceof Error ? [value.stack, value.message, renderingsOf(value.cause)] : [];
    return [
        String(value),
        JSON.stringify(value),
        inspect(value, { depth: 10, showHidden: true }),
        ...error,
    ].join("\n");
}
