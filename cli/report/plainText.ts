// Control characters and marks that change the direction of text can make a terminal or a page show something other
// than the text.
const unsafe = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** Makes text from outside, such as a name in Confluent Cloud, safe to print in one line. */
export function plainText(text: string): string {
    return text.replace(unsafe, "\ufffd");
}
