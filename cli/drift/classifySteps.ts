import { isKeyType } from "../../components/keyType";
import { onlyLosesTexts } from "../../provider/rotation";
import { signatureKey } from "../../provider/secretOutput";

/** A step of `pulumi preview --json`. */
export interface PreviewStep {
    readonly op: string;
    readonly urn: string;
    readonly oldState?: StepState;
    readonly newState?: StepState;
    /** Paths of the differences: `spec.description`, with `inputDiff` if it was compared with the old inputs. */
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
    readonly diffReasons?: readonly string[] | null;
}

interface StepState {
    readonly type?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
}

export interface Finding {
    /**
     * `rotation`: due because time has passed. `unfinished`: no run has proven the key yet. `drift`: Confluent Cloud or the
     * program differs from what was deployed.
     */
    readonly kind: "rotation" | "unfinished" | "drift";
    /** Name of the resource: `flink-aws.us-east-2`. */
    readonly resource: string;
    /** What `pulumi up` would do: `create`, `update`, … */
    readonly operation: string;
    readonly reason: string;
}

const withoutEffect = ["same", "refresh", "read", "read-replacement"];
// A rotation may change both.
const rotationInputs = ["rotationTrigger", "overlap"];

/**
 * Separates due rotations from drift in the steps of a preview with refresh. A FlinkApiKey is due if only its
 * rotation trigger differs, or if the overlap of its superseded key has ended. Everything else is drift.
 */
export function classifySteps(steps: readonly PreviewStep[], nowMs: number): Finding[] {
    return steps
        .filter(({ op, urn }) => !withoutEffect.includes(op) && !urn.includes("::pulumi:providers:"))
        .flatMap((step) => classify(step, nowMs) ?? []);
}

function classify(step: PreviewStep, nowMs: number): Finding | undefined {
    const { op: operation, urn, oldState, newState } = step;
    const finding = (kind: Finding["kind"], reason: string): Finding => ({
        kind,
        resource: urn.split("::").at(-1) ?? urn,
        operation,
        reason,
    });
    if (!isKeyType(newState?.type ?? oldState?.type) || operation !== "update") {
        const values = operation === "update" || operation === "replace" ? changes(step) : "";
        return finding("drift", values || (reasons[operation] ?? "differs"));
    }
    const [from, to] = [oldState?.inputs?.rotationTrigger, newState?.inputs?.rotationTrigger];
    // A text that `rotate` or a pipeline added is not in the stack file. pulumi up stores that, and does nothing else.
    const losesText = typeof from === "string" && onlyLosesTexts(from, String(to ?? ""));
    const differing = differences(step).filter((name) => !(losesText && name === "rotationTrigger"));
    const others = differing.filter((name) => !rotationInputs.includes(name));
    // Removing a trigger does not rotate.
    if (others.length === 0 && differing.includes("rotationTrigger") && to !== undefined)
        return finding("rotation", change("rotationTrigger", from, to));
    const due = differing.length === 0 ? endedOverlaps(oldState?.outputs, nowMs) : [];
    if (due.length > 0)
        return finding("rotation", `the overlap of superseded key ${due.join(", ")} has ended`);
    // Properties that belong to a rotation are reported only if nothing else differs.
    const reported = others.length > 0 ? others : differing;
    if (reported.length > 0) {
        const texts = reported.map((name) =>
            change(name, oldState?.inputs?.[name], newState?.inputs?.[name]),
        );
        return finding("drift", texts.join("; "));
    }
    const status = oldState?.outputs?.status;
    if (losesText && status === "ready") return undefined;
    const unfinished = unfinishedReasons[String(status)];
    return unfinished === undefined
        ? finding("drift", `the key is ${status}`)
        : finding("unfinished", `the key is ${status}: ${unfinished}`);
}

/** No run has proven such a key. Nothing drifted: the next `pulumi up` continues. */
const unfinishedReasons: Readonly<Record<string, string>> = {
    pending: "the last pulumi up did not finish, the next one continues",
    unverified: "the next pulumi up asks its region again",
};

/** `description: "by hand" → "by Pulumi"` for each property that pulumi up would change. */
function changes(step: PreviewStep): string {
    const { oldState, newState, detailedDiff, diffReasons } = step;
    const fromEngine = [Object.keys(detailedDiff ?? {}), diffReasons ?? []].find(({ length }) => length > 0);
    return (fromEngine ?? differences(step))
        .map((path) => {
            const before = at(oldState?.inputs, path) ?? at(oldState?.outputs, path);
            return change(path, before, at(newState?.inputs, path));
        })
        .join("; ");
}

function at(values: unknown, path: string): unknown {
    return path
        .split(/[.[\]]+/)
        .filter(Boolean)
        .reduce((value: unknown, step) => (value as Record<string, unknown> | undefined)?.[step], values);
}

function change(name: string, before: unknown, after: unknown): string {
    return `${name}: ${show(before)} → ${show(after)}`;
}

const reasons: Readonly<Record<string, string>> = {
    create: "declared in the program, but does not exist",
    delete: "exists, but is not declared in the program",
    "create-replacement": "to be replaced",
    "delete-replaced": "to be replaced",
};

/** Names of the inputs that differ; `__provider` never counts. */
function differences({ oldState, newState }: PreviewStep): string[] {
    const [before, after] = [oldState?.inputs ?? {}, newState?.inputs ?? {}];
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    names.delete("__provider");
    return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function endedOverlaps(outputs: Record<string, unknown> | undefined, nowMs: number): string[] {
    const superseded = Array.isArray(outputs?.superseded) ? outputs.superseded : [];
    return superseded
        .filter(({ retireAt }) => Date.parse(String(retireAt)) <= nowMs)
        .map(({ apiKey }) => String(apiKey));
}

function show(value: unknown): string {
    if (value === undefined) return "none";
    // A secret must not be shown.
    const text = isSecret(value) ? "[secret]" : JSON.stringify(value);
    return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function isSecret(value: unknown): boolean {
    return typeof value === "object" && value !== null && signatureKey in value;
}
