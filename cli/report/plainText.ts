// Control characters, and the marks that turn the direction of text round: either can make a terminal or a page show
// something other than what is written.
const unsafe = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** Text that other people wrote, in one line that does nothing but be read. */
export function plainText(text: string): string {
    return text.replace(unsafe, "\ufffd");
}
