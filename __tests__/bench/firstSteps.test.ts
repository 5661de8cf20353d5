// What the scenario makes of the commands' output. Not proven here: the commands, whose run takes minutes.
import { testsPassed } from "../../bench/scenarios/firstSteps";

describe("testsPassed", () => {
    it("is the number in jest's summary", () => {
        const suites = "Test Suites: 300 passed, 300 total";
        expect(testsPassed(`${suites}\nTests:       3 skipped, 5435 passed, 5438 total\n`)).toBe(5435);
    });

    it("is undefined if jest printed none", () => {
        expect(testsPassed("added 300 packages")).toBeUndefined();
    });
});
