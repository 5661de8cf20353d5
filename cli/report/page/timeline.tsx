import { useMemo, useState } from "preact/hooks";
import type { KeyRow, Report } from "../report";
import { dueText, noEnvironment } from "../reportText";
import { dayText, secondsBetween, spanText } from "../timeText";
import { dueAt } from "../urgency";
import type { IndexedKey } from "./selection";

const lanesAtOnce = 12;
const dayMs = 24 * 60 * 60 * 1000;
/** The axis shows at most this long before and after the time of the report. */
const mostMs = 200 * dayMs;
/** The axis shows at least this long. */
const leastMs = 30 * dayMs;

/** One resource: its current key, and the keys that it replaced. */
interface Lane {
    /** Stack and resource. */
    readonly name: string;
    current: KeyRow | undefined;
    readonly superseded: KeyRow[];
    firstDueMs: number;
}

/** Past and future rotations, one line for each resource, the next one first. */
export function Timeline(props: {
    keys: readonly IndexedKey[];
    report: Report;
    printing: boolean;
    onShow: (key: string) => void;
}) {
    const { keys, report, printing, onShow } = props;
    const [laneLimit, setLaneLimit] = useState(lanesAtOnce);
    const lanes = useMemo(() => lanesOf(keys), [keys]);
    const shown = lanes.slice(0, laneLimit);
    const nowMs = Date.parse(report.generatedAt);
    const axis = axisOf(shown, nowMs);
    return (
        <section aria-labelledby="timeline-title">
            <div class="section-head">
                <h2 id="timeline-title">Rotations</h2>
                <p class="legend" aria-hidden="true">
                    <span class="entry">
                        <span class="mark made" /> key created
                    </span>
                    <span class="entry">
                        <span class="overlap-swatch" /> overlap with the old key
                    </span>
                    <span class="entry">
                        <span class="mark due" /> rotation
                    </span>
                    <span class="entry">
                        <span class="mark due late" /> overdue
                    </span>
                    <span class="entry">
                        <span class="now-swatch" /> time of the report
                    </span>
                </p>
            </div>
            {lanes.length === 0 ? (
                <p class="quiet">
                    {keys.some(({ key }) => !key.rotationKnown)
                        ? "Not known: the rotation of these keys could not be read."
                        : keys.some(({ key }) => key.status === "managed")
                          ? "None of these keys rotates, because their stacks set no rotation."
                          : "None of these keys is the current key of a stack, so none has a rotation."}
                </p>
            ) : (
                <>
                    <div class="timeline">
                        <div class="lane axis" aria-hidden="true">
                            <span />
                            <span class="strip">
                                <span class="today" style={{ left: axis.left(nowMs) }}>
                                    {dayText(report.generatedAt)}
                                </span>
                                {axis.ticks.map(({ text, left }) => (
                                    <span key={text} class="tick" style={{ left }}>
                                        {text}
                                    </span>
                                ))}
                            </span>
                            <span />
                        </div>
                        <ol>
                            {shown.map((lane, i) => (
                                <LaneRow key={i} lane={lane} axis={axis} report={report} onShow={onShow} />
                            ))}
                        </ol>
                    </div>
                    {printing && lanes.length > laneLimit && (
                        <p class="quiet">
                            {lanes.length - laneLimit} later ones are in the table of keys, with their dates.
                        </p>
                    )}
                    {lanes.length > laneLimit && (
                        <button
                            type="button"
                            class="plain below"
                            onClick={() => setLaneLimit(laneLimit + 5 * lanesAtOnce)}
                        >
                            Show more ({lanes.length - laneLimit} later)
                        </button>
                    )}
                </>
            )}
        </section>
    );
}

function LaneRow(props: { lane: Lane; axis: Axis; report: Report; onShow: (key: string) => void }) {
    const { lane, axis, report, onShow } = props;
    const { current, superseded } = lane;
    const made = current?.createdAt ?? null;
    const due = current && dueAt(current);
    const shownKey = current ?? (superseded[0] as KeyRow);
    const isLate = current?.overdue === true;
    return (
        <li class="lane">
            <button type="button" class="lane-name" onClick={() => onShow(shownKey.id)}>
                <span class="name">{scopeText(shownKey)}</span>
                <span class="id">{lane.name}</span>
            </button>
            <span class="strip" aria-hidden="true">
                <span class="now" style={{ left: axis.left(Date.parse(report.generatedAt)) }} />
                {made !== null && due && (
                    <span class="life" style={axis.span(Date.parse(made), Date.parse(due))} />
                )}
                {superseded.map(
                    ({ id, retireAt, createdAt }) =>
                        retireAt !== null && (
                            <span
                                key={id}
                                class="overlap"
                                style={axis.span(
                                    Date.parse(made ?? createdAt ?? report.generatedAt),
                                    Date.parse(retireAt),
                                )}
                            />
                        ),
                )}
                {superseded.map(
                    ({ id, createdAt }) =>
                        createdAt !== null && (
                            <span
                                key={id}
                                class="mark made past"
                                style={{ left: axis.left(Date.parse(createdAt)) }}
                            />
                        ),
                )}
                {made !== null && <span class="mark made" style={{ left: axis.left(Date.parse(made)) }} />}
                {due && (
                    <span
                        class={`mark due ${current.overdue ? "late" : ""}`}
                        style={{ left: axis.left(Date.parse(due)) }}
                    />
                )}
            </span>
            <span class={`when ${isLate ? "late" : ""}`}>
                {current && due && (
                    <span>
                        {dueText(current, report.generatedAt)}
                        <span class="hidden">
                            {made !== null &&
                                `, created ${spanText(secondsBetween(made, report.generatedAt))} ago`}
                        </span>
                    </span>
                )}
                {superseded.map((key) => (
                    <span key={key.id} class={`before ${key.overdue ? "late" : ""}`}>
                        <span class="hidden">, </span>old key {dueText(key, report.generatedAt)}
                    </span>
                ))}
            </span>
        </li>
    );
}

function lanesOf(keys: readonly IndexedKey[]): Lane[] {
    const lanes = new Map<string, Lane>();
    for (const { key, lane: name, dueMs } of keys) {
        if (name === undefined) continue;
        let lane = lanes.get(name);
        if (!lane) {
            lane = { name, current: undefined, superseded: [], firstDueMs: Number.POSITIVE_INFINITY };
            lanes.set(name, lane);
        }
        if (key.status === "managed") lane.current = key;
        else lane.superseded.push(key);
        lane.firstDueMs = Math.min(lane.firstDueMs, dueMs);
    }
    return [...lanes.values()]
        .filter((lane) => lane.firstDueMs < Number.POSITIVE_INFINITY)
        .sort((a, b) => a.firstDueMs - b.firstDueMs);
}

function scopeText(key: KeyRow): string {
    return `${key.environmentName || key.environmentId || noEnvironment.name}, ${key.region}`;
}

/** Further to the right, a label would not fit. */
const mostTickPercent = 88;

interface Axis {
    readonly ticks: readonly { readonly text: string; readonly left: string }[];
    left(ms: number): string;
    span(fromMs: number, toMs: number): { left: string; width: string };
}

function axisOf(lanes: readonly Lane[], nowMs: number): Axis {
    const keys = lanes.flatMap(({ current, superseded }) =>
        current ? [current, ...superseded] : superseded,
    );
    const dates = keys.flatMap((key) => [key.createdAt, dueAt(key)]).filter((date) => date !== null);
    const moments = dates.map((date) => Date.parse(date));
    const fromMs = Math.max(nowMs - mostMs, Math.min(nowMs - leastMs, ...moments));
    const toMs = Math.min(nowMs + mostMs, Math.max(nowMs + leastMs, ...moments));
    const margin = (toMs - fromMs) * 0.02;
    const [start, end] = [fromMs - margin, toMs + margin];
    // Two decimals are exact enough, and keep the page small.
    const percent = (ms: number): number =>
        Math.round(Math.min(100, Math.max(0, (100 * (ms - start)) / (end - start))) * 100) / 100;
    const nowLeft = percent(nowMs);
    const months: { text: string; left: string }[] = [];
    const month = new Date(start);
    month.setUTCDate(1);
    month.setUTCHours(0, 0, 0, 0);
    for (
        month.setUTCMonth(month.getUTCMonth() + 1);
        month.getTime() < end;
        month.setUTCMonth(month.getUTCMonth() + 1)
    ) {
        const left = percent(month.getTime());
        // Leaves room for the label with the day of the report.
        if ((left - nowLeft > -9 && left - nowLeft < 6) || left > mostTickPercent) continue;
        months.push({ text: dayText(month.toISOString()).slice(0, 7), left: `${left}%` });
    }
    return {
        ticks: months,
        left: (ms) => `${percent(ms)}%`,
        span: (a, b) => ({ left: `${percent(a)}%`, width: `${Math.max(0, percent(b) - percent(a))}%` }),
    };
}
