// What the scenario makes of the commands' output. Not proven here: the commands, whose run takes minutes.
import { measurementOf } from "../../bench/scenarios/firstSteps";

describe("first-steps", () => {
    const steps = [
        { command: "npm ci", seconds: 20, printed: "" },
        { command: "npm run demo", seconds: 7, printed: "" },
        {
            command: "npm test",
            seconds: 300,
            printed: "Test Suites: 300 passed, 300 total\nTests:       3 skipped, 5435 passed, 5438 total\n",
        },
    ];

    it("gives the time of each command, and of the demo from the installation on", () => {
        const { figures } = measurementOf(steps);
        expect(figures.map(({ name, value, unit }) => [name, value, unit])).toEqual([
            ["npm ci", 20, "s"],
            ["npm run demo", 7, "s"],
            ["npm test", 300, "s"],
            ["npm ci and npm run demo", 27, "s"],
            ["tests passed", 5435, ""],
        ]);
    });

    it("leaves the number of tests out if jest printed none", () => {
        const { figures } = measurementOf([...steps.slice(0, 2), { ...steps[2], printed: "" } as never]);
        expect(figures.map(({ name }) => name)).not.toContain("tests passed");
    });
});
