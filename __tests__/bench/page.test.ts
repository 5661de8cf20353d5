// The page as text. Not proven here: how its charts look.
import { page } from "../../bench/page";
import type { Result } from "../../bench/results";

const result: Result = {
    scenario: "rate-limits",
    title: "Rate limits <1,000 keys>",
    takenAt: "2026-08-01T12:34:56.000Z",
    machine: { node: "v22.0.0", pulumi: undefined, hardware: "linux x64, 2 CPUs", load: [0.5, 1] },
    figures: [
        { name: "time beside the bound", value: 1.3, unit: "×", atMost: 1.2 },
        { name: "official", value: 150, unit: "s", quotedFrom: 'its "source"' },
    ],
    charts: [
        {
            title: "</script><b>",
            kind: "bar",
            xTitle: "",
            yTitle: "seconds",
            series: [{ label: "measured", points: [["50", 63]] }],
        },
    ],
    notes: ["Measured & noted."],
};

describe("page", () => {
    const html = page([result]);

    it("needs no network", () => {
        expect(html).not.toMatch(
            /<(script|img|iframe)[^>]*\ssrc=|<link\b|@import|\burl\(["']?http|sourceMappingURL/,
        );
        expect(html).toContain("Chart.js v");
    });

    it("shows every figure with its limit and verdict, and the source of a quoted one", () => {
        expect(html).toContain(
            '<td>time beside the bound<td>1.3 ×<td><td>≤ 1.2 ×<td class="broken">NOT KEPT',
        );
        expect(html).toContain('title="its &quot;source&quot;">quoted');
        expect(html).toContain("Measured &amp; noted.");
    });

    it("escapes text", () => {
        expect(html).toContain("Rate limits &lt;1,000 keys&gt;");
        expect(html).toContain('"title":"<\\/script><b>"');
        expect(html.match(/<\/script>/g)).toHaveLength(3);
    });
});
