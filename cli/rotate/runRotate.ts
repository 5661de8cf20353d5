import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classifySteps, type PreviewStep } from "../drift/classifySteps";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { plainText } from "../report/plainText";
import { parseStackState, type StateKey } from "../report/stackState";
import { oneLineMessage, pulumiJson, type RunPulumi, runPulumi } from "../runPulumi";
import { findProject, type Project } from "../stacks/project";
import { type Prompt, terminalPrompt } from "../terminalPrompt";

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

export interface Rotated {
    /** `aws.us-east-2` */
    readonly region: string;
    readonly from: string;
    readonly to: string;
    /** ISO 8601; null if it is already deleted. */
    readonly oldEndsAt: string | null;
}

/** Each run deletes one superseded key of a resource. A resource never has more than these. */
const mostRuns = 5;

/** What the steps of a rotation need. */
interface Rotation {
    readonly options: RotateOptions;
    readonly run: RunPulumi;
    readonly project: Project;
    /** Copy of the stack file in which the trigger is set. */
    readonly configFile: string;
    /** `--target` for the keys of `--region`; empty for all regions. */
    readonly targets: readonly string[];
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
    const before = chooseKeys(await readKeys(project, stack, run), options);
    const ids = new Map(before.keys.map((key) => [regionOf(key), key.state.apiKey]));
    const targets = options.region === undefined ? [] : targetsOf(before.urns);
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-rotate-"));
    try {
        const fileName = `Pulumi.${stack.split("/").at(-1)}.${project.extension}`;
        const rotation = { options, run, project, configFile: join(folder, fileName), targets };
        await setTrigger(rotation, join(project.stacksFolder, fileName), now);
        await confirmPreview(rotation, options.yes ? undefined : prompt, now);
        await deployRotation(rotation);
        // Removing a trigger does not rotate. This run only makes the state agree with the stack file.
        printNote(
            "5. Run pulumi up with the unchanged stack file, so that the next preview shows no changes",
        );
        const args = ["up", "--stack", stack, ...targets, "--yes", "--skip-preview"];
        await runOrFail(run, args, project.root);
        const after = (await readKeys(project, stack, run)).keys.filter((key) => ids.has(regionOf(key)));
        printResult(after, ids, options);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Step 1. */
async function setTrigger(
    { options, run, project, configFile }: Rotation,
    stackFile: string,
    now: () => number,
): Promise<void> {
    if (existsSync(stackFile)) copyFileSync(stackFile, configFile);
    const trigger = `${new Date(now()).toISOString()} ${options.reason}`;
    printNote(
        `1. Copy the stack file and set rotation.trigger ${JSON.stringify(trigger)}${options.revokeOld ? " and rotation.overlap 0s" : ""} in the copy; ${stackFile} is not changed.`,
    );
    const set = async (path: string, value: string): Promise<void> => {
        const file = ["--stack", options.stack, "--config-file", configFile];
        await runOrFail(run, ["config", "set", ...file, "--path", path, value], project.root);
    };
    await set(`${project.name}:rotation.trigger`, trigger);
    if (options.revokeOld) await set(`${project.name}:rotation.overlap`, "0s");
}

/** Steps 2 and 3. Without a prompt (`--yes`), changes other than the rotation are refused. */
async function confirmPreview(
    { options, run, project, configFile, targets }: Rotation,
    prompt: Prompt,
    now: () => number,
): Promise<void> {
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
    const warning = options.revokeOld
        ? "Workloads with an old key get 401 from then on, until they read the new one. "
        : "";
    if (prompt === undefined) {
        printNote(`3. ${warning}Continue without a question, because of --yes`);
        return;
    }
    if ((await prompt(`3. ${warning}Type yes to continue: `)).trim() !== "yes") {
        throw new CommandFailure("Nothing was changed: not confirmed.");
    }
}

/** Step 4. With `--revoke-old`, repeats it until no old key remains. */
async function deployRotation({ options, run, project, configFile, targets }: Rotation): Promise<void> {
    const { stack, revokeOld } = options;
    for (let i = 1; i <= mostRuns; i++) {
        printNote(`4. Run pulumi up${i === 1 ? "" : `, run ${i}: an old key remains`}`);
        const config = ["--stack", stack, "--config-file", configFile, ...targets];
        await runOrFail(run, ["up", ...config, "--yes", "--skip-preview"], project.root);
        if (!revokeOld) return;
        const { keys } = chooseKeys(await readKeys(project, stack, run), options);
        if (keys.every(({ state }) => state.superseded.length === 0)) return;
    }
}

function printResult(
    after: readonly StateKey[],
    ids: ReadonlyMap<string, string>,
    options: RotateOptions,
): void {
    const rotated = after.map((key): Rotated => {
        const from = ids.get(regionOf(key)) as string;
        const old = key.state.superseded.find(({ apiKey }) => apiKey === from);
        return { region: regionOf(key), from, to: key.state.apiKey, oldEndsAt: old?.retireAt ?? null };
    });
    if (options.json) printJson(rotated);
    else {
        for (const { region, from, to, oldEndsAt } of rotated) {
            const end =
                oldEndsAt === null
                    ? "is deleted"
                    : `works until ${oldEndsAt}, then the next pulumi up deletes it`;
            printLine(
                from === to ? `${region}: still ${from}` : `${region}: ${from} → ${to}; ${from} ${end}`,
            );
        }
    }
    const unchanged = rotated.filter(({ from, to }) => from === to);
    if (unchanged.length > 0) {
        throw new CommandFailure(
            `${unchanged.map(({ region }) => region).join(", ")}: not rotated; pulumi up shows why`,
        );
    }
    const undeleted = rotated.filter(({ oldEndsAt }) => oldEndsAt !== null);
    if (options.revokeOld && undeleted.length > 0) {
        throw new CommandFailure(
            `${undeleted.map(({ from }) => from).join(", ")}: not deleted after ${mostRuns} runs; to delete it now: confluent api-key delete`,
        );
    }
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

function regionOf({ state: { scope } }: StateKey): string {
    return `${scope.cloud}.${scope.region}`;
}

async function runOrFail(run: RunPulumi, args: readonly string[], folder: string): Promise<void> {
    const { exitCode, stdout, stderr } = await run(args, folder);
    if (exitCode === 0) return;
    throw new CommandFailure(
        `pulumi ${args[0]}: ${oneLineMessage(stderr) || oneLineMessage(stdout) || `exit code ${exitCode}`}`,
    );
}

function wrongUsage(message: string): CommandFailure {
    return new CommandFailure(message, exitCodes.usage);
}
