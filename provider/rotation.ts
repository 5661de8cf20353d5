import ms from "ms";
import { isUnknown, type KeyInputs, overlapMs, readinessTimeoutMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { clockToleranceMs } from "./session";

/**
 * What a run does about rotation. `none`: nothing. `record`: nothing but to remember the trigger. `now`: a new key takes
 * over. `later`: a new window has begun while a key of the last rotation still lives; it waits for that key to go.
 */
export type RotationStep = "none" | "record" | "now" | "later";

/**
 * The trigger has two parts, either may be absent: the start of a window (`2026-08-01`, what time asks for) and a text
 * (`2026-08-01 + leak`, what a person asks for). Any other string is a text.
 */
interface Trigger {
    readonly windowStartMs: number | undefined;
    readonly text: string;
}

/**
 * A text that is new rotates at once, whatever else lives. A window rotates a key made before it began; a schedule that
 * is merely changed therefore exchanges nothing. A window never makes a third key: where a late run rotated shortly
 * before the window ended, the next window waits until the overlap is over.
 */
export function rotationStep(state: KeyState, inputs: KeyInputs, nowMs: number): RotationStep {
    // A secret that the state has lost is shown to nobody again; whoever has it keeps it for the overlap.
    if (state.readiness === "gone" || state.apiSecret.isEmpty) return "now";
    if (inputs.rotationTrigger === state.rotationTrigger) return "none";
    // The same text may ask again once it has been taken away.
    if (inputs.rotationTrigger === undefined) return "record";
    const wanted = readTrigger(inputs.rotationTrigger);
    const held = readTrigger(state.rotationTrigger ?? "");
    if (wanted.text !== "" && wanted.text !== held.text) return "now";
    const isOlderThanWindow =
        wanted.windowStartMs !== undefined &&
        // A key is made by Confluent Cloud's clock, a window begins by this machine's.
        !(Date.parse(state.createdAt) + clockToleranceMs >= wanted.windowStartMs);
    if (!isOlderThanWindow) return wanted.text === held.text && state.rotationTrigger ? "none" : "record";
    // One key a run is deleted: the one that is due, or with no overlap the current one.
    const goes = overlapMs(inputs) > 0 && dueKey(state, nowMs) !== undefined ? 1 : 0;
    return state.superseded.length > goes ? "later" : "now";
}

/** The superseded key that is longest overdue. */
export function dueKey(state: KeyState, nowMs: number): SupersededKey | undefined {
    return state.superseded
        .filter(({ retireAt }) => Date.parse(retireAt) <= nowMs)
        .sort((a, b) => Date.parse(a.retireAt) - Date.parse(b.retireAt))[0];
}

/**
 * The superseded keys with the end that the overlap's present setting gives them: counted from when each was superseded.
 * What is over stays over, and where no overlap is given they keep the end that they have: a refresh that has found another
 * name leaves the inputs without one, and `ignoreChanges` keeps them so. A key without that moment (a state of a version before 0.2) was superseded about when the
 * current one was made, which is good enough to cut its overlap short, and not to lengthen it.
 */
export function followOverlap(state: KeyState, inputs: KeyInputs, nowMs: number): SupersededKey[] {
    if (inputs.overlap === undefined || isUnknown(inputs.overlap)) return state.superseded;
    const overlap = overlapMs(inputs);
    return state.superseded.map((key) => {
        const endMs = Date.parse(key.retireAt);
        if (endMs <= nowMs) return key;
        if (key.supersededAt !== undefined) return endingAt(key, Date.parse(key.supersededAt) + overlap);
        const wantedMs = Date.parse(state.createdAt) + overlap;
        // The current key was made a wait before it took over.
        const isShorter = endMs - wantedMs > (overlap === 0 ? 0 : readinessTimeoutMs(inputs) + ms("1m"));
        return isShorter ? endingAt(key, wantedMs) : key;
    });
}

/** The superseded keys whose end differs from the one they had. */
export function movedEnds(
    before: readonly SupersededKey[],
    after: readonly SupersededKey[],
): SupersededKey[] {
    return after.filter(({ apiKey, retireAt }) =>
        before.some((key) => key.apiKey === apiKey && key.retireAt !== retireAt),
    );
}

function endingAt(key: SupersededKey, endMs: number): SupersededKey {
    // A clock that was wrong may have written no date.
    return Number.isNaN(endMs) ? key : { ...key, retireAt: new Date(endMs).toISOString() };
}

function readTrigger(trigger: string): Trigger {
    const [, start, text] = /^(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?)(?: \+ (.*))?$/s.exec(trigger) ?? [];
    if (start === undefined) return { windowStartMs: undefined, text: trigger };
    return { windowStartMs: Date.parse(start), text: text ?? "" };
}
