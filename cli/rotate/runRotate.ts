import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseDurationMs } from "../../confluent/duration";
import { keysInState } from "../../provider/keyState";
import { releasedText } from "../../provider/ownership";
import { textSeparator } from "../../provider/rotation";
import { commandName } from "../commandName";
import { classifySteps, type PreviewStep } from "../drift/classifySteps";
import { CommandFailure, wrongUsage } from "../exitCodes";
import { wrongValue } from "../optionValues";
import { printJson, printLine, printNote } from "../output";
import { parseStackState, type StateKey } from "../report/stackState";
import { pulumiJson, pulumiText, type RunPulumi, runPulumi } from "../runPulumi";
import { findProject, type Project } from "../stacks/project";
import { confirm, type Prompt, requirePrompt, terminalPrompt } from "../terminalPrompt";
import { type Rotated, type RotatedKey, regionOf, rotatedKeys } from "./rotatedKeys";

export interface RotateOptions {
    readonly stack: string;
    readonly region?: readonly string[];
    readonly revokeOld?: boolean;
    /** Text for the trigger, such as the reason of the rotation. */
    readonly reason: string;
    readonly yes?: boolean;
    readonly json?: boolean;
    readonly cwd: string;
}

/** `rotate` */
export async function runRotate(
    options: RotateOptions,
    run: RunPulumi = runPulumi,
    prompt: Prompt = terminalPrompt(),
    now: () => number = Date.now,
): Promise<void> {
    const { stack } = options;
    requirePrompt(prompt, options.yes, "the rotation");
    const project = findProject(options.cwd);
    requireRotation(project);
    const fileName = `Pulumi.${stack.split("/").at(-1)}.${project.extension}`;
    const stackFile = join(project.stacksFolder, fileName);
    requireStackFile(stackFile, project, stack);
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-rotate-"));
    const configFile = join(folder, fileName);
    const copy = ["--stack", stack, "--config-file", configFile];
    const pulumi: Pulumi = (args, onLine) => pulumiText(run, args, project.root, onLine);
    const readStack = async (): Promise<{ json: unknown; keys: readonly StateKey[] }> => {
        const json = await pulumiJson(run, ["stack", "export", "--stack", stack], project.root);
        return { json, keys: parseStackState(json, stack).keys.filter((key) => !key.pendingDelete) };
    };
    try {
        const { json, keys } = await readStack();
        const before = keysToRotate(keys, options);
        const targets = options.region === undefined ? [] : targetsOf(json, before);
        // Not a copy of the file's mode, which may be read-only.
        writeFileSync(configFile, readFileSync(stackFile), { mode: 0o600 });
        await setTrigger(pulumi, copy, project, stackFile, options, now());
        printNote("2. Run pulumi preview:");
        const preview = await pulumiJson(run, ["preview", ...copy, ...targets, "--json"], project.root);
        const { steps = [] } = preview as { steps?: PreviewStep[] };
        const revokes = options.revokeOld === true || steps.some(hasNoOverlap);
        await confirmPreview(
            steps,
            idsToDelete(before, revokes, now()),
            options.yes ? undefined : prompt,
            now(),
        );

        const readings = [before];
        const released = new Set<string>();
        const readAgain = async (): Promise<readonly StateKey[]> => {
            const regions = before.map(regionOf);
            const after = (await readStack()).keys.filter((key) => regions.includes(regionOf(key)));
            readings.push(after);
            return after;
        };
        const up = async (config: readonly string[]): Promise<readonly StateKey[]> => {
            await deploy(pulumi, ["--stack", stack, ...config, ...targets], released);
            return readAgain();
        };
        try {
            // A run deletes one key of each region, so it is repeated as long as a key remains that should be gone.
            let left = idsToDelete(before, revokes, now());
            for (let i = 1, earlier = Number.POSITIVE_INFINITY; left.length < earlier; i++) {
                const why = `${left.join(", ")} ${left.length === 1 ? "is" : "are"} still there`;
                printNote(`4. Run pulumi up${i === 1 ? "" : ` again (${i}): ${why}`}`);
                earlier = left.length;
                const after = await up(["--config-file", configFile]);
                const current = after.map(({ state }) => state.apiKey);
                left = idsToDelete(after, revokes, now()).filter((id) => !current.includes(id));
                if (left.length === 0) break;
            }
            // It only makes the state agree with the stack file: a trigger that loses a text rotates nothing.
            printNote(
                "5. Run pulumi up with the unchanged stack file, so that the next preview shows no changes",
            );
            await up([]);
        } catch (error) {
            // A run that failed in one region may have rotated the others.
            const isRead = await readAgain().then(
                () => true,
                () => false,
            );
            if (isRead) printKeys(rotatedKeys(readings, released), options, now());
            throw error;
        }
        const rotated = rotatedKeys(readings, released);
        printKeys(rotated, options, now());
        throwIfLeft(rotated, revokes, now());
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Runs `pulumi` in the project. Throws its error, or returns what it printed. */
type Pulumi = (args: readonly string[], onLine?: (line: string) => void) => Promise<string>;

/** The keys of the chosen regions. */
function keysToRotate(keys: readonly StateKey[], { stack, region }: RotateOptions): readonly StateKey[] {
    const regions = keys.map(regionOf);
    const unknown = region?.find((one) => !regions.includes(one));
    if (unknown !== undefined)
        throw wrongValue("--region", unknown, `one of ${regions.join(", ")} (stack ${stack})`);
    const chosen = keys.filter((key) => region?.includes(regionOf(key)) ?? true);
    if (chosen.length === 0) throw wrongUsage(`--stack: got ${stack}, which has no Flink API key`);
    return chosen;
}

/** Step 1. The new text is added to the file's own, so that the next run, which has only that one, does not rotate again. */
async function setTrigger(
    pulumi: Pulumi,
    copy: readonly string[],
    { name }: Project,
    stackFile: string,
    { reason, revokeOld }: RotateOptions,
    nowMs: number,
): Promise<void> {
    const path = `${name}:rotation.trigger`;
    // Of the stack file or of Pulumi.yaml; empty if neither has one.
    const fileText = await pulumi(["config", "get", ...copy, "--path", path]).catch(({ message }: Error) => {
        if (/not found for stack/.test(message)) return "";
        throw new CommandFailure(`${stackFile}: ${message}`);
    });
    const ownText = `${new Date(nowMs).toISOString()} ${reason}`;
    const trigger = [fileText.trim(), ownText].filter(Boolean).join(textSeparator);
    printNote(
        `1. Copy the stack file and set rotation.trigger ${JSON.stringify(trigger)}${revokeOld ? " and rotation.overlap 0s" : ""} in the copy; ${stackFile} is not changed.`,
    );
    await pulumi(["config", "set", ...copy, "--path", path, trigger]);
    if (revokeOld) await pulumi(["config", "set", ...copy, "--path", `${name}:rotation.overlap`, "0s"]);
}

/** Step 3, for the steps of the preview. Without a prompt (`--yes`), changes other than the rotation are refused. */
async function confirmPreview(
    steps: readonly PreviewStep[],
    ending: readonly string[],
    prompt: Prompt,
    nowMs: number,
): Promise<void> {
    const findings = classifySteps(steps, nowMs);
    for (const { resource, operation, reason } of findings)
        printNote(`   ${resource}: ${operation}: ${reason}`);
    const others = findings.filter(({ kind }) => kind !== "rotation").length;
    const note = `${others} of these ${others === 1 ? "changes is" : "changes are"} not a rotation, and would be deployed too.`;
    if (prompt === undefined && others > 0) {
        throw new CommandFailure(
            `${note} Nothing was changed: run pulumi up first, or rotate without --yes.`,
        );
    }
    if (others > 0) printNote(`   ${note}`);
    const warning =
        ending.length === 0
            ? ""
            : `This deletes ${ending.join(", ")}. Workloads with ${ending.length === 1 ? "this key" : "one of these keys"} get 401 from then on, until they read the new one. `;
    if (prompt === undefined) printNote(`3. ${warning}Continue without a question, because of --yes`);
    else await confirm((question) => prompt(`3. ${warning}${question}`), "to continue");
}

/**
 * Runs `pulumi up`, and shows its progress up to the diagnostics, which are the error that it throws. Adds to `released` the keys that
 * leave the state because another resource manages them.
 */
async function deploy(pulumi: Pulumi, args: readonly string[], released: Set<string>): Promise<void> {
    let isProgress = true;
    await pulumi(["up", ...args, "--yes", "--skip-preview", "--suppress-outputs"], (line) => {
        if (/^(Diagnostics|Resources|Outputs|Duration):/.test(line)) isProgress = false;
        const [, apiKey] = releasedKey.exec(line) ?? [];
        if (apiKey !== undefined) released.add(apiKey);
        const text = progressText(line);
        if (isProgress && text !== "") printNote(`   ${text}`);
    });
}

/** Whether a key's overlap is `0s`, in the stack file or for this rotation. */
function hasNoOverlap({ op, newState }: PreviewStep): boolean {
    return op === "update" && parseDurationMs(newState?.inputs?.overlap) === 0;
}

const releasedKey = new RegExp(`Flink API key ([A-Z0-9]{16}) \\(\\S+\\) ${releasedText}`);

/** `~ flink-aws.us-east-2 updating (0s)`, without the resource's type; empty for a line without news. */
function progressText(line: string): string {
    const [, operation = "", type, name, news = ""] =
        /^ ([ +~-]{2,3}) +(\S+:\S+) (\S+) (.*)$/.exec(line) ?? [];
    // The errors follow under Diagnostics.
    const told = news.replace(/;? ?(\[diff: [^\]]*\]|error: .*)/g, "").trim();
    if (type === "pulumi:pulumi:Stack") return /^running /.test(told) ? told.slice("running ".length) : "";
    return told === "" || name === undefined ? "" : `${operation.trim()} ${name} ${told}`.trim();
}

/** The keys that a rotation deletes at once: those whose overlap has ended, or all that the state has before the rotation. */
function idsToDelete(keys: readonly StateKey[], revokes: boolean, nowMs: number): string[] {
    return keys.flatMap(({ state }) =>
        revokes
            ? [...keysInState(state)]
            : state.superseded
                  .filter(({ retireAt }) => Date.parse(retireAt) <= nowMs)
                  .map(({ apiKey }) => apiKey),
    );
}

function printKeys(rotated: readonly Rotated[], options: RotateOptions, nowMs: number): void {
    if (options.json) {
        printJson(rotated);
        return;
    }
    for (const { region, from, to, keys } of rotated) {
        printLine(from === to ? `${region}: still ${from}` : `${region}: ${from} → ${to}`);
        for (const key of keys) {
            const isNew = key.isNew && key.apiKey !== to ? ", made by this command" : "";
            printLine(`  ${key.apiKey}  ${placeText(key, nowMs)}${isNew}`);
        }
    }
}

function placeText({ place, isNew, status, endsAt }: RotatedKey, nowMs: number): string {
    switch (place) {
        case "deleted":
            return "deleted";
        case "released":
            return "released, still works: another resource manages it now";
        case "superseded":
            return Date.parse(String(endsAt)) > nowMs
                ? `superseded, works until ${endsAt}, then the next pulumi up deletes it`
                : "superseded, still works although its overlap has ended: the next pulumi up deletes it";
        default:
            return `current${isNew ? ", new" : ""}, ${status}${status === "unverified" ? ": its region could not be asked from here whether it accepts the key" : ""}`;
    }
}

function throwIfLeft(rotated: readonly Rotated[], revokes: boolean, nowMs: number): void {
    const unchanged = rotated.filter(({ from, to }) => from === to);
    if (unchanged.length > 0) {
        throw new CommandFailure(
            `${unchanged.map(({ region }) => region).join(", ")}: not rotated; pulumi up shows why`,
        );
    }
    const left = rotated.flatMap(({ keys }) =>
        keys.filter(
            ({ place, endsAt }) =>
                (place === "superseded" && (revokes || Date.parse(String(endsAt)) <= nowMs)) ||
                (place === "released" && revokes),
        ),
    );
    if (left.length === 0) return;
    const unverified = rotated
        .flatMap(({ keys }) => keys)
        .filter(({ place, status }) => place === "current" && status !== "ready");
    const others = left.filter(({ place }) => place === "released").map(({ apiKey }) => apiKey);
    const why =
        others.length > 0
            ? ` Another resource manages ${others.join(", ")} now: rotate it in the stack that has it (${commandName} find ${others[0]}).`
            : unverified.length === 0
              ? ""
              : ` ${unverified.map(({ apiKey, status }) => `${apiKey} is ${status}`).join(", ")}: an old key is kept until its region has accepted the new one (docs/guides/private-network.md).`;
    throw new CommandFailure(
        `${left.map(({ apiKey }) => apiKey).join(", ")}: not deleted, and still valid.${why} To delete it now, whatever uses it: confluent api-key delete ${left[0]?.apiKey}`,
    );
}

function requireStackFile(stackFile: string, project: Project, stack: string): void {
    if (existsSync(stackFile)) return;
    throw wrongUsage(
        `--stack: got ${stack}, but ${relative(project.root, stackFile)} is not there: expected a stack with a stack file. Get the file back (git log -- ${relative(project.root, stackFile)}), or write it (pulumi config refresh --stack ${stack} takes its values from the last deployment).`,
    );
}

function requireRotation(project: Project): void {
    if (project.declared.has("rotation")) return;
    throw wrongUsage(
        `rotate sets ${project.name}:rotation, which ${join(project.root, "Pulumi.yaml")} does not declare: the command works only with this package's own program. In a program of your own, set rotation: { trigger: "${new Date().toISOString().slice(0, 10)} leak", overlap: "0s" } on the FlinkAccess, and run pulumi up until it reports no changes (docs/runbook.md).`,
    );
}

/** The keys with their parents up to the stack, so that their outputs show the new keys too. */
function targetsOf(json: unknown, keys: readonly StateKey[]): string[] {
    const { deployment } = json as {
        deployment?: { resources?: { urn: string; parent?: string; outputs?: { apiKey?: unknown } }[] };
    };
    const resources = deployment?.resources ?? [];
    const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
    const targets = new Set<string>();
    for (const { urn, outputs } of resources) {
        if (!keys.some(({ state }) => state.apiKey === outputs?.apiKey)) continue;
        for (let at: string | undefined = urn; at !== undefined; at = parents.get(at)) targets.add(at);
    }
    return [...targets].flatMap((urn) => ["--target", urn]);
}
