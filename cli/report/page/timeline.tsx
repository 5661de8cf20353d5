import { useMemo, useState } from "preact/hooks";
import { groupBy } from "../groupBy";
import type { KeyRow } from "../report";
import { dueText, noEnvironment } from "../reportText";
import { dayText, secondsBetween, spanText } from "../timeText";
import { dueAt } from "../urgency";
import { usePage } from "./pageContext";

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
    readonly current: KeyRow | undefined;
    readonly superseded: readonly KeyRow[];
    /** Of its keys, ISO 8601; undefined if nothing is due. */
    readonly firstDue: string | undefined;
}

/** Past and future rotations, one line for each resource, the next one first. */
export function Timeline({ keys }: { keys: readonly KeyRow[] }) {
    const { report, printing } = usePage();
    const [laneLimit, setLaneLimit] = useState(lanesAtOnce);
    const lanes = useMemo(() => lanesOf(keys), [keys]);
    const shown = lanes.slice(0, laneLimit);
    const later = lanes.length - shown.length;
    const axis = axisOf(shown, report.generatedAt);
    return (
        <section aria-labelledby="timeline-title">
            <div class="section-head">
                <h2 id="timeline-title">Rotations</h2>
                <p class="legend" aria-hidden="true">
                    {[
                        ["mark made", "key created"],
                        ["overlap", "overlap with the old key"],
                        ["mark due", "rotation"],
                        ["mark due late", "overdue"],
                        ["now", "time of the report"],
                    ].map(([sign, text]) => (
                        <span key={text} class="entry">
                            <span class={sign} /> {text}
                        </span>
                    ))}
                </p>
            </div>
            {lanes.length === 0 ? (
                <p class="quiet">{emptyText(keys)}</p>
            ) : (
                <div class="panel timeline">
                    <div class="lane axis" aria-hidden="true">
                        <span class="strip">
                            <span class="today" style={axis.at(report.generatedAt)}>
                                {dayText(report.generatedAt)}
                            </span>
                            {axis.months.map((month) => (
                                <span key={month} class="tick" style={axis.at(month)}>
                                    {month.slice(0, 7)}
                                </span>
                            ))}
                        </span>
                    </div>
                    <ol>
                        {shown.map((lane, i) => (
                            <LaneRow key={i} lane={lane} axis={axis} />
                        ))}
                    </ol>
                </div>
            )}
            {printing && later > 0 && (
                <p class="quiet">{later} later ones are in the table of keys, with their dates.</p>
            )}
            {later > 0 && (
                <button
                    type="button"
                    class="plain below"
                    onClick={() => setLaneLimit(laneLimit + 5 * lanesAtOnce)}
                >
                    Show more ({later} later)
                </button>
            )}
        </section>
    );
}

function LaneRow({ lane, axis }: { lane: Lane; axis: Axis }) {
    const { select, report } = usePage();
    const { current, superseded } = lane;
    const now = report.generatedAt;
    const made = current?.createdAt;
    const due = current && dueAt(current);
    const { id, environmentName, environmentId, region } = current ?? (superseded[0] as KeyRow);
    return (
        <li class="lane">
            <button type="button" class="lane-name two" onClick={() => select({ key: id })}>
                <span class="name">
                    {environmentName || environmentId || noEnvironment.name}, {region}
                </span>
                <span class="id">{lane.name}</span>
            </button>
            <span class="strip" aria-hidden="true">
                <span class="now" style={axis.at(now)} />
                {made && due && <span class="life" style={axis.span(made, due)} />}
                {superseded.map(
                    ({ id, createdAt, retireAt }) =>
                        retireAt && (
                            <span
                                key={id}
                                class="overlap"
                                style={axis.span(made ?? createdAt ?? now, retireAt)}
                            />
                        ),
                )}
                {superseded.map(
                    ({ id, createdAt }) =>
                        createdAt && <span key={id} class="mark made past" style={axis.at(createdAt)} />,
                )}
                {made && <span class="mark made" style={axis.at(made)} />}
                {due && <span class={`mark due ${current.overdue ? "late" : ""}`} style={axis.at(due)} />}
            </span>
            <span class="when">
                {current && due && (
                    <span class={current.overdue ? "alarm" : ""}>
                        {dueText(current, now)}
                        <span class="hidden">
                            {made && `, created ${spanText(secondsBetween(made, now))} ago`}
                        </span>
                    </span>
                )}
                {superseded.map((key) => (
                    <span key={key.id} class={`id ${key.overdue ? "alarm" : ""}`}>
                        <span class="hidden">, </span>old key {dueText(key, now)}
                    </span>
                ))}
            </span>
        </li>
    );
}

function emptyText(keys: readonly KeyRow[]): string {
    if (keys.some((key) => !key.rotationKnown))
        return "Not known: the rotation of these keys could not be read.";
    return keys.some((key) => key.status === "managed")
        ? "None of these keys rotates, because their stacks set no rotation."
        : "None of these keys is the current key of a stack, so none has a rotation.";
}

function lanesOf(keys: readonly KeyRow[]): Lane[] {
    const inStates = keys.filter(({ status }) => status === "managed" || status === "superseded");
    return [...groupBy(inStates, ({ stack, resource }) => `${stack} ${resource}`)]
        .map(([name, ofLane]) => ({
            name,
            current: ofLane.find(({ status }) => status === "managed"),
            superseded: ofLane.filter(({ status }) => status === "superseded"),
            firstDue: ofLane.flatMap((key) => dueAt(key) ?? []).sort()[0],
        }))
        .filter(({ firstDue }) => firstDue !== undefined)
        .sort((a, b) => secondsBetween(b.firstDue as string, a.firstDue as string));
}

/** Further to the right, the name of a month would not fit. */
const mostMonthPercent = 88;

interface Axis {
    /** Beginnings of months, ISO 8601. */
    readonly months: readonly string[];
    at(date: string): { left: string };
    span(from: string, to: string): { left: string; width: string };
}

function axisOf(lanes: readonly Lane[], now: string): Axis {
    const nowMs = Date.parse(now);
    const moments = lanes
        .flatMap(({ current, superseded }) => (current ? [current, ...superseded] : superseded))
        .flatMap((key) => [key.createdAt ?? [], dueAt(key) ?? []].flat())
        .map((date) => Date.parse(date));
    const fromMs = Math.max(nowMs - mostMs, Math.min(nowMs - leastMs, ...moments));
    const toMs = Math.min(nowMs + mostMs, Math.max(nowMs + leastMs, ...moments));
    const margin = (toMs - fromMs) * 0.02;
    const start = fromMs - margin;
    const length = toMs + margin - start;
    const percent = (date: string): number =>
        Math.min(100, Math.max(0, (100 * (Date.parse(date) - start)) / length));
    const first = new Date(start);
    const monthCount = Math.ceil(length / (28 * dayMs));
    const months = Array.from({ length: monthCount }, (_, i) =>
        new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1 + i)).toISOString(),
    );
    return {
        months: months.filter((month) => {
            // Leaves room for the label with the day of the report.
            const fromNow = percent(month) - percent(now);
            return (fromNow <= -9 || fromNow >= 6) && percent(month) <= mostMonthPercent;
        }),
        at: (date) => ({ left: `${percent(date)}%` }),
        span: (from, to) => ({
            left: `${percent(from)}%`,
            width: `${Math.max(0, percent(to) - percent(from))}%`,
        }),
    };
}
