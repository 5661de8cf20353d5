import { isUnknown, type KeyInputs, overlapMs } from "./keyInputs";
import type { KeyState, SupersededKey } from "./keyState";
import { clockToleranceMs } from "./session";

/** What a run does about rotation. `record`: only store the trigger. `later`: wait until a key of the last rotation is deleted. */
export type RotationStep = "none" | "record" | "now" | "later";

/**
 * The start of a window (`2026-08-01`, set by the schedule) and texts (set by a person): `2026-08-01 + leak + audit`. Either may
 * be missing. Any other string is a text.
 */
interface Trigger {
    readonly windowStartMs: number | undefined;
    readonly texts: readonly string[];
}

/**
 * A text that the state does not have rotates at once, whatever other keys are valid. Texts are compared one by one: a command adds
 * its own text to that of the stack file, and the next run, which has only the file's text, rotates nothing. A window rotates a key that was created before it began, so a
 * changed schedule alone rotates nothing. A window never leads to a third key: if a late run rotated shortly before the window
 * ended, the next window waits for the end of the overlap. `staying`: how many superseded keys this run does not delete.
 */
export function rotationStep(state: KeyState, inputs: KeyInputs, staying: number): RotationStep {
    // A secret that the state has lost cannot be read again. Clients that have it can use it until the overlap ends.
    if (state.status === "gone" || state.apiSecret.isEmpty) return "now";
    if (inputs.rotationTrigger === state.rotationTrigger) return "none";
    // Removing a text is stored, so that the same text can rotate again later.
    if (inputs.rotationTrigger === undefined) return "record";
    const wanted = readTrigger(inputs.rotationTrigger);
    const held = readTrigger(state.rotationTrigger ?? "");
    if (wanted.texts.some((text) => !held.texts.includes(text))) return "now";
    const isOlderThanWindow =
        wanted.windowStartMs !== undefined &&
        // Keys are dated by Confluent Cloud's clock, windows by this machine's.
        !(Date.parse(state.createdAt) + clockToleranceMs >= wanted.windowStartMs);
    if (!isOlderThanWindow)
        return wanted.texts.length === held.texts.length && state.rotationTrigger ? "none" : "record";
    return staying > 0 ? "later" : "now";
}

/** Separates the texts of a trigger, and the window's start from them. */
export const textSeparator = " + ";

/** An overlap of `0s`, or of a key that was never handed out, has ended, whatever a clock says. */
export function endsAtOnce({ retireAt, supersededAt }: SupersededKey): boolean {
    return supersededAt === undefined || Date.parse(retireAt) <= Date.parse(supersededAt);
}

function hasEnded(key: SupersededKey, nowMs: number): boolean {
    return endsAtOnce(key) || Date.parse(key.retireAt) <= nowMs;
}

/** The superseded key whose overlap ended first, by this machine's clock. */
export function dueKey(state: KeyState, nowMs: number): SupersededKey | undefined {
    return state.superseded
        .filter((key) => hasEnded(key, nowMs))
        .sort((a, b) => Date.parse(a.retireAt) - Date.parse(b.retireAt))[0];
}

/**
 * The superseded keys, with their overlap's end by the current setting. It counts from the time when each key was replaced. An
 * overlap that has ended stays ended. Without an overlap in the inputs, the end stays as it is: after a refresh that has found
 * another name, the inputs have none, and `ignoreChanges` keeps it so.
 */
export function followOverlap(state: KeyState, inputs: KeyInputs, nowMs: number): SupersededKey[] {
    if (inputs.overlap === undefined || isUnknown(inputs.overlap)) return state.superseded;
    const overlap = overlapMs(inputs);
    return state.superseded.map((key) => {
        if (key.supersededAt === undefined || hasEnded(key, nowMs)) return key;
        return endingAt(key, Date.parse(key.supersededAt) + overlap);
    });
}

/** The superseded keys whose end has changed. */
export function movedEnds(
    before: readonly SupersededKey[],
    after: readonly SupersededKey[],
): SupersededKey[] {
    return after.filter(({ apiKey, retireAt }) =>
        before.some((key) => key.apiKey === apiKey && key.retireAt !== retireAt),
    );
}

function endingAt(key: SupersededKey, endMs: number): SupersededKey {
    // A wrong clock may have led to an invalid date.
    return Number.isNaN(endMs) ? key : { ...key, retireAt: new Date(endMs).toISOString() };
}

/** Whether the trigger has only lost texts. Then a run stores it and rotates nothing. */
export function onlyLosesTexts(held: string, wanted: string): boolean {
    const [before, after] = [readTrigger(held), readTrigger(wanted)];
    return (
        before.windowStartMs === after.windowStartMs &&
        after.texts.every((text) => before.texts.includes(text))
    );
}

function readTrigger(trigger: string): Trigger {
    const [, start, text] = /^(\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?)(?: \+ (.*))?$/s.exec(trigger) ?? [];
    const texts = start === undefined ? trigger : (text ?? "");
    return {
        windowStartMs: start === undefined ? undefined : Date.parse(start),
        texts: texts.split(textSeparator).filter((one) => one !== ""),
    };
}
