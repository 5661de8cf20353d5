// Help texts at the width of a terminal. Not proven here: that a shell accepts the examples.
import { wrapHelp } from "../../cli/wrapHelp";

describe("a help text", () => {
    it("stays as it is if every line fits", () => {
        const text =
            "\nNotes that fit,\nin two lines.\n  1. A step.\n\nExamples:\n  command --option 'a  b'\n";
        expect(wrapHelp(text, 40)).toBe(text);
    });

    it("has its paragraphs and items broken anew, and its options as they are", () => {
        const options = "Options:\n  --json         an option that is too long";
        const notes =
            "It reads the key's state, and\nthe key's age.\n  1. A step that is\n     long.\n  2. Another.\n";
        expect(wrapHelp(`${options}\n\n${notes}`, 20)).toBe(
            `${options}\n\nIt reads the key's\nstate, and the key's\nage.\n  1. A step that is\n     long.\n  2. Another.\n`,
        );
    });

    it("continues examples with a backslash, and breaks none within quotes", () => {
        expect(wrapHelp("Examples:\n  report --json | jq '.keys[] | .id' --raw-output", 24)).toBe(
            "Examples:\n  report --json | jq \\\n     '.keys[] | .id' \\\n     --raw-output",
        );
    });
});
