import type { Result } from "../../bench/results";
import { type Figure, isWithinLimit } from "../../bench/scenario";
import { change, tableLines } from "../../bench/table";

const figure: Figure = { name: "up, 10 keys", value: 3.21, unit: "s" };

describe("isWithinLimit", () => {
    it.each([
        [true, figure],
        [true, { ...figure, atMost: 3.21 }],
        [false, { ...figure, atMost: 3.2 }],
        [false, { ...figure, value: Number.NaN, atMost: 3.2 }],
    ])("is %s for %j", (isWithin, given) => {
        expect(isWithinLimit(given)).toBe(isWithin);
    });
});

describe("change", () => {
    it("shows the committed value and the change since then", () => {
        expect(change(figure, [{ ...figure, value: 3 }])).toBe("3 s (+7 %)");
        expect(change(figure, [{ ...figure, value: 6.42 }])).toBe("6.42 s (−50 %)");
        expect(change(figure, [figure])).toBe("3.21 s");
        expect(change(figure, [{ ...figure, value: 0 }])).toBe("0 s");
        expect(change(figure, [{ ...figure, value: -1.5 }])).toBe("-1.5 s");
    });

    it("is empty for a figure that was not committed", () => {
        expect(change(figure, undefined)).toBe("");
        expect(change(figure, [{ ...figure, name: "up, 100 keys" }])).toBe("");
    });
});

describe("tableLines", () => {
    it("have a line for each figure with range, limit and verdict, and one for each note", () => {
        const result: Result = {
            scenario: "engine-time",
            title: "Engine time",
            takenAt: "2026-08-01T00:00:00.000Z",
            machine: { node: "v22.0.0", pulumi: undefined, hardware: "linux x64, 2 CPUs", load: [0, 1] },
            figures: [
                { ...figure, range: [3, 4.125], atMost: 5 },
                { name: "requests", value: 3012, unit: "", atMost: 3000 },
            ],
            notes: ["Not run: there is no pulumi command on the PATH."],
        };
        expect(tableLines(result, { ...result, figures: [{ ...figure, value: 6.42 }] })).toEqual([
            "Engine time (engine-time)",
            "                value   range    limit                 committed",
            "  up, 10 keys  3.21 s  3–4.13      ≤ 5      kept  6.42 s (−50 %)",
            "  requests      3,012          ≤ 3,000  NOT KEPT",
            "  · Not run: there is no pulumi command on the PATH.",
        ]);
    });
});
