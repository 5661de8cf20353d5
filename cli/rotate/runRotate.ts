import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseDurationMs } from "../../confluent/duration";
import { plainText } from "../../confluent/plainText";
import { keysInState } from "../../provider/keyState";
import { releasedText } from "../../provider/ownership";
import { textSeparator } from "../../provider/rotation";
import { commandName } from "../commandName";
import { classifySteps, type PreviewStep } from "../drift/classifySteps";
import { CommandFailure, wrongUsage } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { parseStackState, type StateKey } from "../report/stackState";
import { diagnosticErrors, oneLineMessage, pulumiJson, type RunPulumi, runPulumi } from "../runPulumi";
import { findProject, type Project } from "../stacks/project";
import { type Prompt, terminalPrompt } from "../terminalPrompt";
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

/** What the steps of a rotation need. */
interface Rotation {
    readonly options: RotateOptions;
    readonly run: RunPulumi;
    readonly project: Project;
    /** Copy of the stack file in which the trigger is set. */
    readonly configFile: string;
    /** `--target` for the keys of `--region`; empty for all regions. */
    readonly targets: readonly string[];
    /** The keys before the rotation, and after each run. */
    readonly readings: StateKey[][];
    /** Keys that left the state because another resource manages them. */
    readonly released: Set<string>;
    readonly now: () => number;
}

/** `rotate` */
export async function runRotate(
    options: RotateOptions,
    run: RunPulumi = runPulumi,
    prompt: Prompt = terminalPrompt(),
    now: () => number = Date.now,
): Promise<void> {
    const { stack } = options;
    if (prompt === undefined && !options.yes) {
        throw wrongUsage(
            "--yes: not given, and there is no terminal to confirm the rotation. Nothing was changed.",
        );
    }
    const project = findProject(options.cwd);
    requireRotation(project);
    const fileName = `Pulumi.${stack.split("/").at(-1)}.${project.extension}`;
    const stackFile = join(project.stacksFolder, fileName);
    requireStackFile(stackFile, project, stack);
    const before = chooseKeys(await readKeys(project, stack, run), options);
    const targets = options.region === undefined ? [] : targetsOf(before.urns);
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-rotate-"));
    const configFile = join(folder, fileName);
    const readings = [before.keys];
    const released = new Set<string>();
    const rotation = { options, run, project, configFile, targets, readings, released, now };
    try {
        // Not a copy of the file's mode, which may be read-only.
        writeFileSync(configFile, readFileSync(stackFile), { mode: 0o600 });
        await setTrigger(rotation, stackFile);
        const revokes = await confirmPreview(rotation, options.yes ? undefined : prompt);
        try {
            await deployRotation(rotation, revokes);
            await deployStackFile(rotation);
        } catch (error) {
            // A run that failed in one region may have rotated the others.
            const isRead = await readAgain(rotation).then(
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

/** Step 1. The new text is added to the file's own, so that the next run, which has only that one, does not rotate again. */
async function setTrigger(rotation: Rotation, stackFile: string): Promise<void> {
    const { options, project, now } = rotation;
    const path = `${project.name}:rotation.trigger`;
    const ownText = `${new Date(now()).toISOString()} ${options.reason}`;
    const fileText = await configValue(rotation, path, stackFile);
    const trigger = fileText === undefined ? ownText : `${fileText}${textSeparator}${ownText}`;
    printNote(
        plainText(
            `1. Copy the stack file and set rotation.trigger ${JSON.stringify(trigger)}${options.revokeOld ? " and rotation.overlap 0s" : ""} in the copy; ${stackFile} is not changed.`,
        ),
    );
    await setConfig(rotation, path, trigger);
    if (options.revokeOld) await setConfig(rotation, `${project.name}:rotation.overlap`, "0s");
}

async function setConfig(rotation: Rotation, path: string, value: string): Promise<void> {
    const { options, run, project, configFile } = rotation;
    const args = [
        "config",
        "set",
        "--stack",
        options.stack,
        "--config-file",
        configFile,
        "--path",
        path,
        value,
    ];
    await runOrFail(run, args, project.root);
}

/** The value of the stack file or of Pulumi.yaml; undefined if neither has one. */
async function configValue(rotation: Rotation, path: string, stackFile: string): Promise<string | undefined> {
    const { options, run, project, configFile } = rotation;
    const args = ["config", "get", "--stack", options.stack, "--config-file", configFile, "--path", path];
    const { exitCode, stdout, stderr } = await run(args, project.root);
    if (exitCode === 0) return stdout.trim() || undefined;
    if (/not found for stack/.test(stderr)) return undefined;
    throw new CommandFailure(
        `${stackFile}: pulumi config get: ${oneLineMessage(stderr) || `exit code ${exitCode}`}`,
    );
}

/**
 * Steps 2 and 3. Without a prompt (`--yes`), changes other than the rotation are refused. Returns whether the old keys are deleted at
 * once, by whichever setting.
 */
async function confirmPreview(rotation: Rotation, prompt: Prompt): Promise<boolean> {
    const { options, run, project, configFile, targets, readings, now } = rotation;
    printNote("2. Run pulumi preview:");
    const args = ["preview", "--stack", options.stack, "--config-file", configFile, ...targets, "--json"];
    const { steps = [] } = (await pulumiJson(run, args, project.root)) as { steps?: PreviewStep[] };
    const findings = classifySteps(steps, now());
    for (const { resource, operation, reason } of findings) {
        printNote(plainText(`   ${resource}: ${operation}: ${reason}`));
    }
    const others = findings.filter(({ kind }) => kind !== "rotation").length;
    const note = `${others} of these ${others === 1 ? "changes is" : "changes are"} not a rotation, and would be deployed too.`;
    if (prompt === undefined && others > 0) {
        throw new CommandFailure(
            `${note} Nothing was changed: run pulumi up first, or rotate without --yes.`,
        );
    }
    if (others > 0) printNote(`   ${note}`);
    const revokes = options.revokeOld === true || steps.some(hasNoOverlap);
    const ending = idsToDelete(readings[0] ?? [], revokes, now());
    const warning =
        ending.length === 0
            ? ""
            : `This deletes ${ending.join(", ")}. Workloads with ${ending.length === 1 ? "this key" : "one of these keys"} get 401 from then on, until they read the new one. `;
    if (prompt === undefined) {
        printNote(`3. ${warning}Continue without a question, because of --yes`);
        return revokes;
    }
    if ((await prompt(`3. ${warning}Type yes to continue: `)).trim() !== "yes") {
        throw new CommandFailure("Nothing was changed: not confirmed.");
    }
    return revokes;
}

/** Whether a key's overlap is `0s`, in the stack file or for this rotation. */
function hasNoOverlap({ op, newState }: PreviewStep): boolean {
    return op === "update" && parseDurationMs(newState?.inputs?.overlap) === 0;
}

/** Step 4. A run deletes one key of each region, so it is repeated as long as a key remains that should be gone. */
async function deployRotation(rotation: Rotation, revokes: boolean): Promise<void> {
    const { configFile, readings, now } = rotation;
    let left = idsToDelete(readings[0] ?? [], revokes, now());
    for (let i = 1; ; i++) {
        const why = `${left.join(", ")} ${left.length === 1 ? "is" : "are"} still there`;
        printNote(`4. Run pulumi up${i === 1 ? "" : ` again (${i}): ${why}`}`);
        await deploy(rotation, ["--config-file", configFile]);
        const before = left;
        const keys = await readAgain(rotation);
        const current = keys.map(({ state }) => state.apiKey);
        left = idsToDelete(keys, revokes, now()).filter((id) => !current.includes(id));
        if (left.length === 0 || left.length >= before.length) return;
    }
}

/** Step 5. It only makes the state agree with the stack file: a trigger that loses a text rotates nothing. */
async function deployStackFile(rotation: Rotation): Promise<void> {
    printNote("5. Run pulumi up with the unchanged stack file, so that the next preview shows no changes");
    await deploy(rotation, []);
    await readAgain(rotation);
}

/** Runs `pulumi up`, and shows its progress up to the diagnostics, which are the error that it throws. */
async function deploy(rotation: Rotation, config: readonly string[]): Promise<void> {
    const { options, run, project, targets, released } = rotation;
    const args = ["up", "--stack", options.stack, ...config, ...targets];
    let isProgress = true;
    const show = (line: string): void => {
        if (/^(Diagnostics|Resources|Outputs|Duration):/.test(line)) isProgress = false;
        const [, apiKey] = releasedKey.exec(line) ?? [];
        if (apiKey !== undefined) released.add(apiKey);
        const text = progressText(line);
        if (isProgress && text !== "") printNote(plainText(`   ${text}`));
    };
    await runOrFail(run, [...args, "--yes", "--skip-preview", "--suppress-outputs"], project.root, show);
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

async function readAgain({ options, run, project, readings }: Rotation): Promise<StateKey[]> {
    const regions = new Set((readings[0] ?? []).map(regionOf));
    const { keys } = await readKeys(project, options.stack, run);
    const chosen = keys.filter((key) => regions.has(regionOf(key)));
    readings.push(chosen);
    return chosen;
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
        `--stack: got ${plainText(stack)}, but ${relative(project.root, stackFile)} is not there: expected a stack with a stack file. Get the file back (git log -- ${relative(project.root, stackFile)}), or write it (pulumi config refresh --stack ${plainText(stack)} takes its values from the last deployment).`,
    );
}

function requireRotation(project: Project): void {
    if (project.declared.has("rotation")) return;
    throw wrongUsage(
        `rotate sets ${project.name}:rotation, which ${join(project.root, "Pulumi.yaml")} does not declare: the command works only with this package's own program. In a program of your own, set rotation: { trigger: "${new Date().toISOString().slice(0, 10)} leak", overlap: "0s" } on the FlinkAccess, and run pulumi up until it reports no changes (docs/runbook.md).`,
    );
}

async function readKeys(
    project: Project,
    stack: string,
    run: RunPulumi,
): Promise<{ keys: StateKey[]; urns: ReadonlyMap<string, readonly string[]> }> {
    const json = await pulumiJson(run, ["stack", "export", "--stack", stack], project.root);
    const keys = parseStackState(json, stack).keys.filter(({ pendingDelete }) => !pendingDelete);
    const resources =
        (
            json as {
                deployment?: {
                    resources?: { urn: string; parent?: string; outputs?: { apiKey?: unknown } }[];
                };
            }
        ).deployment?.resources ?? [];
    const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
    const chain = (urn: string | undefined): string[] =>
        urn === undefined ? [] : [urn, ...chain(parents.get(urn))];
    const urns = new Map(
        resources
            .filter(({ outputs }) => keys.some(({ state }) => state.apiKey === outputs?.apiKey))
            .map(({ urn, outputs }) => [String(outputs?.apiKey), chain(urn)]),
    );
    return { keys, urns };
}

function chooseKeys(
    found: Awaited<ReturnType<typeof readKeys>>,
    { stack, region }: RotateOptions,
): Awaited<ReturnType<typeof readKeys>> {
    const regions = found.keys.map(regionOf);
    for (const one of region ?? []) {
        if (!regions.includes(one)) {
            throw wrongUsage(
                `--region: got "${plainText(one)}", expected one of ${regions.join(", ")} (stack ${stack})`,
            );
        }
    }
    const keys = found.keys.filter((key) => region === undefined || region.includes(regionOf(key)));
    if (keys.length === 0) throw wrongUsage(`--stack: got ${stack}, which has no Flink API key`);
    const urns = new Map([...found.urns].filter(([id]) => keys.some(({ state }) => state.apiKey === id)));
    return { keys, urns };
}

/** The keys with their parents up to the stack, so that their outputs show the new keys too. */
function targetsOf(urns: ReadonlyMap<string, readonly string[]>): string[] {
    return [...new Set([...urns.values()].flat())].flatMap((urn) => ["--target", urn]);
}

async function runOrFail(
    run: RunPulumi,
    args: readonly string[],
    folder: string,
    onLine?: (line: string) => void,
): Promise<void> {
    const { exitCode, stdout, stderr } = await run(args, folder, {}, onLine);
    if (exitCode === 0) return;
    const reason = diagnosticErrors(stdout) || oneLineMessage(stderr) || oneLineMessage(stdout).slice(-300);
    throw new CommandFailure(`pulumi ${args[0]}: ${reason || `exit code ${exitCode}`}`);
}
