import { median, pairedRatios, rangeOf, slopeOf, steepening } from "../../bench/statistics";

describe("median", () => {
    it.each([
        [[3], 3],
        [[9, 1, 2], 2],
        [[4, 1, 3, 2], 2.5],
    ])("of %j is %d", (values, middle) => {
        expect(median(values)).toBe(middle);
    });

    it("leaves the order of what it is given alone", () => {
        const values = [3, 1, 2];
        median(values);
        expect(values).toEqual([3, 1, 2]);
    });

    it("of nothing is no number, so that a figure that was not measured cannot look like one", () => {
        expect(median([])).toBeNaN();
    });
});

describe("pairedRatios", () => {
    it("compares each run with the one beside it", () => {
        expect(pairedRatios([2, 6], [1, 4])).toEqual([2, 1.5]);
        expect(rangeOf([2, 1.5])).toEqual([1.5, 2]);
    });
});

describe("slopeOf", () => {
    it("is what one more of x adds", () => {
        expect(
            slopeOf([
                [1, 12],
                [10, 30],
                [100, 210],
            ]),
        ).toBeCloseTo(2, 10);
    });
});

describe("steepening", () => {
    it("is 1 for what grows linearly, whatever it starts from", () => {
        expect(steepening([1, 10, 100].map((x) => [x, 500 + 2 * x] as const))).toBeCloseTo(1, 10);
    });

    it("tells squares", () => {
        expect(steepening([1, 10, 100].map((x) => [x, x * x] as const))).toBeCloseTo(10, 10);
    });
});
