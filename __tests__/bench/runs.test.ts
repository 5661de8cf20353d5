import { measureInTurn, median, ratio } from "../../bench/runs";

describe("median", () => {
    it.each([
        [[3], 3],
        [[9, 1, 2], 2],
        [[4, 1, 3, 2], 2.5],
    ])("of %j is %d", (values, middle) => {
        expect(median(values)).toBe(middle);
    });

    it("does not reorder its argument", () => {
        const values = [3, 1, 2];
        median(values);
        expect(values).toEqual([3, 1, 2]);
    });

    it("is NaN without values, so that a missing measurement does not look like a figure", () => {
        expect(median([])).toBeNaN();
    });
});

describe("ratio", () => {
    it("compares the fastest runs, and has the range of each run and the one next to it", () => {
        expect(ratio("up", [2, 6], [1, 4])).toMatchObject({ value: 2, range: [1.5, 2] });
    });
});

describe("measureInTurn", () => {
    it("measures each step of all subjects, every second time in the opposite order", async () => {
        const calls: string[] = [];
        const turns = {
            subjects: ["a", "b"],
            steps: ["up", "destroy"],
            runs: 2,
            report: (text: string) => calls.push(text),
        } as const;
        const valuesOf = await measureInTurn(turns, async (subject, step) =>
            calls.push(`${step} ${subject}`),
        );
        const first = ["run 1 of 2", "up a", "up b", "destroy a", "destroy b"];
        expect(calls).toEqual([...first, "run 2 of 2", "up b", "up a", "destroy b", "destroy a"]);
        expect(valuesOf("b", "up")).toEqual([3, 7]);
    });
});
