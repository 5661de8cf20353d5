// The tag behind a key's description, and the mark of a key that was not handed out.
import { isUnfinished, tagOf, unfinished, withTag } from "../../provider/tag";
import { tag } from "./world";

const marked = "[pcf-0123456789abcdef unfinished]";

describe("tagOf", () => {
    it.each([
        [`For orders ${tag}`, "pcf-0123456789abcdef"],
        [`For orders ${marked}`, "pcf-0123456789abcdef"],
        [tag, "pcf-0123456789abcdef"],
        [`${tag} `, "pcf-0123456789abcdef"],
        [`${tag} and more`, undefined],
        ["[pcf-0123456789ABCDEF]", undefined],
        ["[pcf-0123456789abcdef  unfinished]", undefined],
        ["[pcf-0123456789abcdef finished]", undefined],
        ["[pcf-0123]", undefined],
        ["", undefined],
    ])("reads %j as %s", (description, found) => {
        expect(tagOf(description)).toBe(found);
    });
});

describe("withTag", () => {
    it.each([
        ["For orders", `For orders ${tag}`],
        ["", tag],
        [`For orders ${tag}`, `For orders ${tag}`],
        [`For orders ${tag} (team A)`, `For orders (team A) ${tag}`],
        ["For orders [pcf-ffffffffffffffff]", `For orders ${tag}`],
        ["For orders [pcf-ffffffffffffffff 7f3a9c01b2]", `For orders ${tag}`],
    ])("makes of %j %j", (description, tagged) => {
        expect(withTag(description, "pcf-0123456789abcdef")).toBe(tagged);
    });

    it("cuts a description to Confluent's 128 characters, with its tag and the mark of an unfinished key whole", () => {
        const tagged = withTag("d".repeat(300), "pcf-0123456789abcdef");
        expect(tagged).toMatch(/^d{91}\.\.\. \[pcf-0123456789abcdef\]$/);
        expect(unfinished(tagged)).toHaveLength(128);
    });
});

describe("unfinished", () => {
    it("puts the mark into the tag, once", () => {
        expect(unfinished(`For orders ${tag}`)).toBe(`For orders ${marked}`);
        expect(unfinished(unfinished(`For orders ${tag}`))).toBe(`For orders ${marked}`);
    });

    it("leaves a description without a tag as it is: there is nothing to mark", () => {
        expect(unfinished("For orders")).toBe("For orders");
    });
});

describe("isUnfinished", () => {
    it.each([
        [`For orders ${marked}`, true],
        [`For orders ${tag}`, false],
        [`${marked} and more`, false],
        ["unfinished", false],
    ])("says for %j: %s", (description, is) => {
        expect(isUnfinished(description)).toBe(is);
    });
});
