import { systemClock } from "../../confluent/clock";
import { counted } from "../counted";
import { CommandFailure, exitCodes, wrongUsage } from "../exitCodes";
import { readInsteadOfStack } from "../optionValues";
import { printJson, printLine, printNote } from "../output";
import { jsonErrors, pulumiJson, runPulumi } from "../runPulumi";
import { classifySteps, type Finding, type PreviewStep } from "./classifySteps";

export interface DriftOptions {
    readonly stack?: string;
    readonly preview?: string;
    readonly json?: boolean;
    readonly cwd: string;
}

/** Variables that `pulumi-confluent-flink env` may have set in the shell. */
const flinkVariables = ["FLINK_API_KEY", "FLINK_API_SECRET", "FLINK_REST_ENDPOINT"];

/** `drift` */
export async function runDrift(options: DriftOptions, run = runPulumi): Promise<void> {
    if (options.stack !== undefined && flinkVariables.every((name) => process.env[name])) {
        printNote(
            `${flinkVariables.join(", ")} are set in this shell, but the official provider needs all seven of its Flink variables or none. Unset them, or use another shell.`,
        );
    }
    const findings = classifySteps(await previewSteps(options, run), systemClock.now());
    const [drifted, rotations, unfinished] = (["drift", "rotation", "unfinished"] as const).map(
        (wanted) => findings.filter(({ kind }) => kind === wanted).length,
    ) as [number, number, number];
    const due = [
        ...(rotations > 0 ? [`${counted(rotations, "rotation")} due`] : []),
        ...(unfinished > 0 ? [`${counted(unfinished, "key")} not finished`] : []),
    ].join(", ");
    // For pipelines that open an issue or send an alert.
    const label = drifted > 0 ? "drift" : due !== "" ? "rotation-due" : "none";
    if (options.json) printJson({ label, findings });
    else for (const finding of findings) printLine(line(finding));
    if (drifted > 0) {
        const also = due === "" ? "" : `, and ${due}`;
        throw new CommandFailure(`${counted(drifted, "resource")} drifted${also}`, exitCodes.drift);
    }
    if (due !== "") throw new CommandFailure(`${due}: run pulumi up`, exitCodes.rotationDue);
    if (!options.json) printLine("no drift, no rotation due");
}

const wantedPreview = "the output of pulumi preview --refresh --json";

async function previewSteps(
    { stack, preview: file = "", cwd }: DriftOptions,
    run: typeof runPulumi,
): Promise<PreviewStep[]> {
    const text = readInsteadOfStack(stack, "--preview", file || undefined, wantedPreview);
    if (text === undefined) {
        const args = ["preview", "--stack", String(stack), "--refresh", "--json"];
        return stepsOf(await pulumiJson(run, args, cwd), `pulumi ${args.join(" ")}`);
    }
    // A preview that failed has steps too: those up to the failure.
    const failure = jsonErrors(text);
    if (failure !== "") throw new CommandFailure(`${file}: the preview failed: ${failure}`);
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        // The parser's message would quote the text, which may contain secrets.
    }
    const steps = stepsOf(json, file);
    requireRefresh(steps, file);
    return steps;
}

function stepsOf(json: unknown, source: string): PreviewStep[] {
    const { steps } = Object(json) as { steps?: unknown };
    if (Array.isArray(steps)) return steps as PreviewStep[];
    throw new CommandFailure(`${source}: this is not the JSON output of pulumi preview --refresh --json`);
}

/**
 * A preview without a refresh knows nothing about drift. With `--refresh` there is one `refresh` step for each resource of the
 * state; a stack without resources has only steps that create some.
 */
function requireRefresh(steps: readonly PreviewStep[], file: string): void {
    const hasRefresh = steps.some(({ op }) => op === "refresh");
    const isNew = steps.length > 0 && steps.every(({ op }) => op === "create");
    if (hasRefresh || isNew) return;
    throw wrongUsage(
        `--preview: got ${file}, which has no refresh steps, expected ${wantedPreview}: without --refresh it shows no drift`,
    );
}

function line({ kind, resource, operation, reason }: Finding): string {
    return `${kind === "rotation" ? "rotation due" : kind}: ${resource}: ${operation}: ${reason}`;
}
