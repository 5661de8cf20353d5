// Windows of rotation as a function of the clock. Not proven here: that keys are exchanged accordingly.
import fc from "fast-check";
import { parseRotation, type RotationArgs, rotationWindow } from "../../components/rotation";

const day = 86_400_000;
const at = (text: string): number => Date.parse(text);

function windowAt(time: string, args: RotationArgs = {}, region = "aws.us-east-2") {
    const rotation = parseRotation(
        { every: "90d", anchor: "2026-08-01", stagger: "0s", ...args },
        "rotation",
    );
    return rotationWindow(rotation, region, at(time));
}

describe("rotationWindow", () => {
    it("gives the start of the window as a date, and the start of the next", () => {
        expect(windowAt("2026-10-29T23:59:59Z")).toEqual({
            rotationTrigger: "2026-08-01",
            rotatesAt: "2026-10-30T00:00:00.000Z",
        });
        expect(windowAt("2026-10-30T00:00:00Z").rotationTrigger).toBe("2026-10-30");
    });

    it("counts windows before the anchor too", () => {
        expect(windowAt("2026-07-31T00:00:00Z").rotationTrigger).toBe("2026-05-03");
    });

    it("names the time where windows do not start at midnight", () => {
        expect(windowAt("2026-08-01T20:00:00Z", { every: "12h", overlap: "1h" }).rotationTrigger).toBe(
            "2026-08-01T12:00:00Z",
        );
    });

    it("puts a trigger of one's own behind the window, so that either change rotates", () => {
        expect(windowAt("2026-08-02", { trigger: "leak" }).rotationTrigger).toBe("2026-08-01 + leak");
    });

    it("rotates by the trigger alone where there is no window", () => {
        const rotation = parseRotation({ trigger: "leak" }, "rotation");
        expect(rotationWindow(rotation, "aws.us-east-2", at("2026-08-02"))).toEqual({
            rotationTrigger: "leak",
            rotatesAt: undefined,
        });
    });

    it("spreads regions over the whole window unless told otherwise, each at midnight", () => {
        const rotation = parseRotation({ every: "90d", anchor: "2026-01-01" }, "rotation");
        const regions = ["aws.us-east-1", "aws.us-east-2", "aws.eu-west-1", "gcp.us-east1", "azure.eastus"];
        const starts = regions.map(
            (r) => rotationWindow(rotation, r, at("2026-06-15")).rotationTrigger ?? "",
        );
        expect(new Set(starts).size).toBe(regions.length);
        for (const start of starts) expect(start).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        const offsets = starts.map((start) => (at(start) - at("2024-01-01") + 900 * day) % (90 * day));
        expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(30 * day);
    });

    it("holds for every clock: the moment lies in its window, and the next one begins when this one ends", () => {
        fc.assert(
            fc.property(fc.integer({ min: 0, max: 5000 }), fc.string(), (days, region) => {
                const rotation = parseRotation({ every: "30d" }, "rotation");
                const now = at("2020-01-01") + days * day + 12_345;
                const { rotationTrigger, rotatesAt } = rotationWindow(rotation, region, now);
                const [start, end] = [at(rotationTrigger ?? ""), at(rotatesAt ?? "")];
                expect(start).toBeLessThanOrEqual(now);
                expect(end).toBeGreaterThan(now);
                expect(end - start).toBe(30 * day);
                expect(at(rotationWindow(rotation, region, end).rotationTrigger ?? "")).toBe(end);
            }),
            { seed: 1 },
        );
    });
});

describe("parseRotation", () => {
    it("refuses an overlap that the default makes as long as the window", () => {
        expect(() => parseRotation({ every: "7d" }, "rotation")).toThrow(
            'rotation.overlap: got "7d", expected less than every (7d)',
        );
    });

    it("accepts an overlap of nothing, for a key that is compromised", () => {
        expect(parseRotation({ every: "90d", overlap: "0s" }, "rotation").overlap).toBe("0s");
    });
});
