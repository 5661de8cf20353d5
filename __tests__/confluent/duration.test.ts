/**
 * The one grammar of durations. The emulator is a package of its own with a parser of its own, so both are held against one
 * table. Not proven here: the limits of each argument (`__tests__/program/oneVerdict.test.ts`).
 */
import { parseDurationMs } from "../../confluent/duration";
import { parseDuration } from "../../emulator/duration";

const accepted = [
    ["0s", 0],
    ["250ms", 250],
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["5m", 300_000],
    ["1d", 86_400_000],
    ["2w", 1_209_600_000],
    ["1y", 31_557_600_000],
    [" 7d ", 604_800_000],
    ["007d", 604_800_000],
] as const;

const refused = [
    "",
    " ",
    "0",
    "300",
    "s",
    "soon",
    "90 sec",
    "90 s",
    "90sec",
    "2 weeks",
    "2weeks",
    "-1d",
    "+1d",
    "1M",
    "1D",
    "5 M",
    ".5h",
    "5.h",
    "1,5h",
    "1e3s",
    "1h30m",
    "P1D",
    "Infinitys",
    "1000000000000000000000000s",
    "\u0661d",
    "1d\n2d",
];

describe.each([
    ["parseDurationMs", parseDurationMs],
    ["the emulator's parseDuration", (text: string) => parseDuration(text)],
])("%s", (_name, parse) => {
    it.each(accepted)("reads %j as %d ms", (text, expectedMs) => {
        expect(parse(text)).toBe(expectedMs);
    });

    it.each(refused)("refuses %j", (text) => {
        expect(orUndefined(() => parse(text))).toBeUndefined();
    });
});

describe("parseDurationMs", () => {
    it.each([[undefined], [null], [300], [{}], [["5m"]]])("refuses %j, which is no text", (value) => {
        expect(parseDurationMs(value)).toBeUndefined();
    });
});

function orUndefined<T>(read: () => T): T | undefined {
    try {
        return read();
    } catch (error) {
        expect((error as Error).message).toContain("is not a duration such as");
        return undefined;
    }
}
