// Control characters (so that no escape sequence is left), and marks that are invisible or change the direction of text, can make a
// terminal or a page show something other than the text. The two joiners are part of words in some scripts.
const unsafe = /(?:(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029])+/gu;

/** Makes text from outside, such as a name in Confluent Cloud, safe to print in one line. */
export function plainText(text: string): string {
    return text.replace(unsafe, "\ufffd");
}

/** The same for a text of several lines. */
export function plainLines(text: string): string {
    return text
        .split(/\r?\n/)
        .map((line) => plainText(line))
        .join("\n");
}
