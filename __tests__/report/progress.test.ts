// The line of progress while a command waits. Not proven here: when a command calls it.
import { Progress } from "../../cli/report/progress";

let written: string;
const stream = (isTTY: boolean) =>
    ({
        isTTY,
        columns: 80,
        write: (text: string) => {
            written += text;
            return true;
        },
    }) as unknown as NodeJS.WriteStream;

describe("Progress", () => {
    const term = process.env.TERM;
    beforeEach(() => {
        written = "";
        process.env.TERM = "xterm";
        jest.useFakeTimers();
    });
    afterEach(() => {
        jest.useRealTimers();
        if (term === undefined) delete process.env.TERM;
        else process.env.TERM = term;
    });

    it.each([
        ["without a terminal", false, "xterm"],
        ["on a terminal that knows no escape sequences", true, "dumb"],
    ])("says after 5 s and every 20 s what is read and how far it is: %s", (_, isTTY, termName) => {
        process.env.TERM = termName;
        const progress = new Progress(stream(isTTY));
        let read = 4;
        progress.say("reading", () => `${read} of 6 stacks read, Confluent Cloud has answered`);
        jest.advanceTimersByTime(4_900);
        expect(written).toBe("");
        jest.advanceTimersByTime(200);
        expect(written).toBe("Still reading after 5 s: 4 of 6 stacks read, Confluent Cloud has answered.\n");
        read = 5;
        jest.advanceTimersByTime(20_000);
        expect(written.split("\n")[1]).toMatch(/^Still reading after 25 s: 5 of 6/);
        progress.end();
        expect(written).not.toContain("\u001b");
    });

    it("redraws one line on a terminal, and removes it at the end", () => {
        const progress = new Progress(stream(true));
        progress.say("reading", () => "0 of 6 stacks read");
        jest.advanceTimersByTime(2_000);
        expect(written).toContain("\r\u001b[KStill reading after 2 s: 0 of 6 stacks read");
        progress.end();
        expect(written.endsWith("\r\u001b[K")).toBe(true);
    });
});
