import { median, pairedRatios, rangeOf, slopeOf, steepening } from "../../bench/statistics";

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

describe("pairedRatios", () => {
    it("compares each run with the one next to it", () => {
        expect(pairedRatios([2, 6], [1, 4])).toEqual([2, 1.5]);
        expect(rangeOf([2, 1.5])).toEqual([1.5, 2]);
    });
});

describe("slopeOf", () => {
    it("is the increase of y for each unit of x", () => {
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
    it("is 1 for linear growth, from any starting value", () => {
        expect(steepening([1, 10, 100].map((x) => [x, 500 + 2 * x] as const))).toBeCloseTo(1, 10);
    });

    it("is 10 for quadratic growth", () => {
        expect(steepening([1, 10, 100].map((x) => [x, x * x] as const))).toBeCloseTo(10, 10);
    });
});
