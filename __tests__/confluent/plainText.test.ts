// What a terminal would act on, in texts from outside.
import { plainLines, plainText } from "../../confluent/plainText";

describe("plainText", () => {
    it.each([
        ["an escape sequence", "a\u001b[2Jb"],
        ["an escape sequence of one byte", "a\u009b2Jb"],
        ["a title of the window", "a\u001b]0;title\u0007b"],
        ["a line feed", "a\nb"],
        ["an override of the direction", "a\u202eb"],
        ["an isolate", "a\u2066b\u2069"],
        ["an Arabic letter mark", "a\u061cb"],
        ["an invisible space", "a\u200bb"],
        ["a byte order mark", "\ufeffab"],
        ["invisible letters", "a\u{e0061}b"],
    ])("replaces %s", (_what, text) => {
        expect(plainText(text)).not.toMatch(/\p{Cc}|\p{Cf}/u);
        expect(plainText(text)).toContain("\ufffd");
    });

    it("leaves words of any script alone", () => {
        for (const text of ["Zürich – 東京", "नमस्ते", "می\u200cخواهم"]) expect(plainText(text)).toBe(text);
    });
});

describe("plainLines", () => {
    it("keeps the lines", () => {
        expect(plainLines("a\u001b[2J\r\nb\n")).toBe("a\ufffd[2J\nb\n");
    });
});
