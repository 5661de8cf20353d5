// The tag behind a key's description, and the mark of a key that was not handed out.
import { isUnfinished, tagOf, unfinished } from "../../provider/tag";
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
