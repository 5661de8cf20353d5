/** Confluent's limit for descriptions, in characters. */
export const longestDescription = 128;

/** Cuts `text` to `longest` characters, the last three of them dots. */
export function cutText(text: string, longest: number): string {
    return text.length <= longest ? text : `${text.slice(0, longest - 3).trimEnd()}...`;
}
