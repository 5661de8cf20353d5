import { parseRotation, rotationWindow } from "../../components/rotation";
import { Secret } from "../../confluent/secret";
import { overlapMs } from "../../provider/keyInputs";
import type { KeyState } from "../../provider/keyState";
import { dueKey, rotationStep } from "../../provider/rotation";
import { element, label, picture } from "./svg";

const dayMs = 86_400_000;
const settings = { every: "90d", overlap: "7d", anchor: "2026-01-01" };
const startMs = Date.parse("2026-01-12T06:00:00Z");
const days = 250;
/** A run a week, on Mondays at six; none for these weeks. */
const silentWeeks = { from: 16, to: 21 };
const runTimesMs = Array.from({ length: Math.floor(days / 7) + 1 }, (_, week) => week)
    .filter((week) => week < silentWeeks.from || week >= silentWeeks.to)
    .map((week) => startMs + week * 7 * dayMs);

interface DrawnKey {
    readonly madeMs: number;
    supersededMs?: number;
    retireMs?: number;
    deletedMs?: number;
}

/** The keys of one region, by the provider's own rules. */
function liveThrough(region: string): DrawnKey[] {
    const rotation = parseRotation(settings, "rotation");
    const keys: DrawnKey[] = [];
    const state = {
        apiSecret: new Secret("shown nowhere"),
        superseded: [],
        readiness: "ready",
    } as unknown as KeyState;
    for (const runMs of runTimesMs) {
        // The new key is proven some seconds into the run; the overlap counts from there.
        const nowMs = runMs + 10_000;
        const inputs = {
            overlap: rotation.overlap,
            rotationTrigger: rotationWindow(rotation, region, runMs).rotationTrigger,
        } as Parameters<typeof rotationStep>[1];
        const isFirst = keys.length === 0;
        const step = isFirst ? "now" : rotationStep(state, inputs, runMs);
        const due = dueKey(state, runMs);
        if (due) {
            (keys[Number(due.apiKey)] as DrawnKey).deletedMs = runMs;
            state.superseded = state.superseded.filter((key) => key !== due);
        }
        if (step !== "now") continue;
        if (!isFirst) {
            const retireMs = nowMs + overlapMs(inputs);
            Object.assign(keys.at(-1) as DrawnKey, { supersededMs: nowMs, retireMs });
            const old = { apiKey: String(keys.length - 1), retireAt: new Date(retireMs).toISOString() };
            state.superseded = [...state.superseded, old];
        }
        keys.push({ madeMs: runMs });
        state.createdAt = new Date(nowMs).toISOString();
        state.rotationTrigger = inputs.rotationTrigger;
    }
    return keys;
}

const width = 960;
const left = 130;
const right = width - 20;
const rowHeight = 26;

function x(ms: number): number {
    return left + ((ms - startMs) / (days * dayMs)) * (right - left);
}

const style = `
.run { stroke: var(--soft); stroke-width: 1.5 }
.rule { stroke: var(--rule) }
.edge { stroke: var(--rule); stroke-dasharray: 3 4 }
.current { fill: var(--current) }
.overlap { fill: var(--overlap) }
.waiting { fill: var(--waiting) }
.gap { fill: var(--box); stroke: var(--rule); stroke-dasharray: 3 3 }
`;

/** The time-line of `docs/guides/rotation.md`: two regions, a run a week, and some weeks without any. */
export function rotationPicture(): string {
    const body: string[] = [
        label(
            20,
            28,
            `rotation: { every: "${settings.every}", overlap: "${settings.overlap}" }, pulumi up every Monday`,
            { class: "strong" },
        ),
    ];
    const runsY = 62;
    body.push(label(left - 12, runsY + 4, "pulumi up", { class: "end" }));
    for (const ms of runTimesMs) {
        body.push(element("line", { class: "run", x1: x(ms), x2: x(ms), y1: runsY - 7, y2: runsY + 7 }));
    }
    const gap = [startMs + (silentWeeks.from - 1) * 7 * dayMs, startMs + silentWeeks.to * 7 * dayMs] as const;
    body.push(
        element("rect", {
            class: "gap",
            x: x(gap[0]) + 6,
            y: runsY - 11,
            width: x(gap[1]) - x(gap[0]) - 12,
            height: 22,
            rx: 3,
        }),
        label((x(gap[0]) + x(gap[1])) / 2, runsY + 4, "no run", { class: "soft mid" }),
    );
    let y = 96;
    for (const region of ["aws.us-east-2", "gcp.us-east1"]) {
        y = drawRegion(body, region, y) + 22;
    }
    drawLegend(body, y + 2);
    return picture(
        width,
        y + 24,
        "Keys of two regions over time: the first run in a new window replaces the key",
        style,
        body,
    );
}

function drawRegion(body: string[], region: string, topY: number): number {
    const rotation = parseRotation(settings, "rotation");
    const keys = liveThrough(region);
    const bottomY = topY + 24 + keys.length * rowHeight;
    body.push(label(20, topY + 12, region, { class: "strong" }));
    for (let ms = startMs; ms < startMs + days * dayMs; ) {
        const { rotationTrigger, rotatesAt } = rotationWindow(rotation, region, ms);
        const fromMs = Date.parse(rotationTrigger as string);
        if (fromMs > startMs) {
            body.push(
                element("line", { class: "edge", x1: x(fromMs), x2: x(fromMs), y1: topY, y2: bottomY }),
                x(fromMs) < right - 120
                    ? label(x(fromMs) + 5, topY + 12, `window ${rotationTrigger}`, { class: "soft" })
                    : label(x(fromMs) - 5, topY + 12, `window ${rotationTrigger}`, { class: "soft end" }),
            );
        }
        ms = Date.parse(rotatesAt as string);
    }
    body.push(element("line", { class: "rule", x1: left, x2: right, y1: bottomY, y2: bottomY }));
    for (const [i, key] of keys.entries()) {
        const y = topY + 24 + i * rowHeight;
        const endMs = startMs + days * dayMs;
        const bar = (name: string, fromMs: number, toMs: number): string =>
            element("rect", {
                class: name,
                x: x(fromMs),
                y: y + 4,
                width: x(toMs) - x(fromMs),
                height: 14,
                rx: 2,
            });
        body.push(label(left - 12, y + 16, `key ${i + 1}`, { class: "end" }));
        body.push(bar("current", key.madeMs, key.supersededMs ?? endMs));
        if (key.supersededMs !== undefined && key.retireMs !== undefined) {
            body.push(bar("overlap", key.supersededMs, key.retireMs));
            body.push(bar("waiting", key.retireMs, key.deletedMs ?? endMs));
        }
    }
    return bottomY;
}

function drawLegend(body: string[], y: number): void {
    const entries = [
        ["current", "current: in the outputs"],
        ["overlap", `superseded: valid for the overlap (${settings.overlap})`],
        ["waiting", "overlap ended: the next run deletes it"],
    ] as const;
    let atX = left;
    for (const [name, text] of entries) {
        body.push(element("rect", { class: name, x: atX, y: y - 10, width: 22, height: 12, rx: 2 }));
        body.push(label(atX + 29, y, text, { class: "soft" }));
        atX += 62 + text.length * 6.4;
    }
}
