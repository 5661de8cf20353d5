import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { wrongUsage } from "../exitCodes";
import { inParallel } from "../inParallel";
import { oneLineMessage, type RunPulumi, runPulumi } from "../runPulumi";
import { findProject, listStacks, type Project } from "../stacks/project";
import { groupBy } from "./groupBy";
import type { Backend, Gap, StackSummary } from "./report";
import { parseStackState, type StackState } from "./stackState";

export interface StackStates {
    /** The states that could be read. */
    readonly states: readonly StackState[];
    /** All stacks that were requested. */
    readonly summaries: readonly StackSummary[];
    readonly gaps: readonly Gap[];
    /** Where they were searched. */
    readonly backends: readonly Backend[];
}

// Each one is a process that reads and decrypts a whole state.
const maxProcesses = 4;

/** How far the reading is, for a line of progress. */
export interface StacksRead {
    done: number;
    all: number;
}

/** Pulumi projects, and the backends in which their stacks are looked for. */
export interface StateSearch {
    /** Folders of Pulumi projects. */
    readonly folders: readonly string[];
    /** URLs; empty: the one that the Pulumi CLI is logged in to. */
    readonly backends: readonly string[];
    /** Decrypts the values of all resources. */
    readonly showSecrets: boolean;
}

/**
 * The states of all stacks of these projects in these backends: stacks with a stack file, and stacks that only the
 * backend knows.
 */
export async function searchStackStates(
    { folders, backends, showSecrets }: StateSearch,
    run: RunPulumi = runPulumi,
    stacksRead: StacksRead = { done: 0, all: 0 },
): Promise<StackStates> {
    const found: StackStates[] = [];
    for (const project of folders.map((folder) => findProject(folder))) {
        const inBackends: StackStates[] = [];
        for (const url of backends.length === 0 ? [undefined] : backends)
            inBackends.push(await searchProject(project, url, showSecrets, run, stacksRead));
        const ofProject = joinStates(inBackends);
        found.push({ ...ofProject, gaps: [...ofProject.gaps, ...nothingFound(project, ofProject)] });
    }
    return joinStates(found);
}

/** A gap if these backends have no stack of the project. A wrong login looks like this. */
function nothingFound({ name }: Project, { summaries, gaps, backends }: StackStates): Gap[] {
    if (summaries.some(({ state }) => state !== "absent") || gaps.length > 0) return [];
    const places = [...new Set(backends.map(({ place }) => place))].join(", ");
    const which =
        summaries.length === 0 ? `No stack of ${name}` : `None of the ${summaries.length} stacks of ${name}`;
    const reason = `${which} exists in ${places}: nothing was deployed yet, or this is the wrong backend (pulumi whoami -v shows which one).`;
    return [{ subject: "stack", reason }];
}

async function searchProject(
    project: Project,
    url: string | undefined,
    showSecrets: boolean,
    run: RunPulumi,
    stacksRead: StacksRead,
): Promise<StackStates> {
    const variables = url === undefined ? {} : { PULUMI_BACKEND_URL: url };
    const runHere: RunPulumi = (args, folder) => run(args, folder, variables);
    const withFile = listStacks(project).map(({ stack }) => stack);
    const [backend, listed] = await Promise.all([
        describeBackend(project, url, runHere),
        listBackend(project, runHere),
    ]);
    const all = [...new Set([...withFile, ...(listed.stacks ?? [])])];
    const states = await exportStackStates(project, all, showSecrets, runHere, stacksRead);
    const summaries = states.summaries.map((summary) => ({
        ...summary,
        hasFile: withFile.length === 0 ? null : withFile.includes(summary.name.split("/").at(-1) as string),
    }));
    // If the stacks could not be read, that is reported already.
    const isReported = listed.reason === undefined || states.gaps.length > 0;
    const reason = `The stacks of ${project.name} could not be listed: ${listed.reason}`;
    const gaps: readonly Gap[] = isReported ? states.gaps : [{ subject: "stack", reason }];
    return { ...states, summaries, gaps, backends: [backend] };
}

async function describeBackend(project: Project, url: string | undefined, run: RunPulumi): Promise<Backend> {
    const backend = {
        kind: "pulumi",
        place: url ?? "an unknown backend",
        user: null,
        project: project.name,
    } as const;
    try {
        const { exitCode, stdout } = await run(["whoami", "--verbose", "--json"], project.root);
        const parsed = exitCode === 0 ? (JSON.parse(stdout) as { user?: unknown; url?: unknown }) : {};
        return {
            ...backend,
            place: typeof parsed.url === "string" ? parsed.url : backend.place,
            user: typeof parsed.user === "string" ? parsed.user : null,
        };
    } catch {
        return backend;
    }
}

async function listBackend(
    project: Project,
    run: RunPulumi,
): Promise<{ readonly stacks?: string[]; readonly reason?: string }> {
    try {
        const { exitCode, stdout, stderr } = await run(["stack", "ls", "--json"], project.root);
        if (exitCode !== 0)
            return { reason: oneLineMessage(stderr) || `pulumi ended with exit code ${exitCode}` };
        const rows = JSON.parse(stdout) as { name?: unknown }[];
        return { stacks: rows.map(({ name }) => String(name).split("/").at(-1) as string) };
    } catch (error) {
        return {
            reason: error instanceof SyntaxError ? "the output is not JSON" : (error as Error).message,
        };
    }
}

/** The states of these stacks, from the backend that the Pulumi CLI is logged in to. */
export async function exportStackStates(
    project: Pick<Project, "root" | "name">,
    stacks: readonly string[],
    showSecrets: boolean,
    run: RunPulumi = runPulumi,
    stacksRead: StacksRead = { done: 0, all: 0 },
): Promise<StackStates> {
    stacksRead.all += stacks.length;
    const results = await inParallel(stacks, maxProcesses, async (stack) => {
        const result = await exportStack(project, stack, showSecrets, run);
        stacksRead.done++;
        return result;
    });
    return combine(results, []);
}

/** The states in these files, written by `pulumi stack export`. A folder means all its `.json` files. */
export function readStackStateFiles(paths: readonly string[]): StackStates {
    const files = paths.flatMap((path) => {
        const kind = statSync(path, { throwIfNoEntry: false });
        if (kind && !kind.isDirectory()) return [path];
        const names = kind ? readdirSync(path).filter((name) => name.endsWith(".json")) : [];
        if (names.length > 0) return names.sort().map((name) => join(path, name));
        const got = kind ? "a folder without .json files" : "does not exist";
        throw wrongUsage(
            `--state: got ${path} (${got}), expected an exported state (pulumi stack export), or a folder of them`,
        );
    });
    const results = files.map((file) => {
        const name = basename(file).replace(/\.json$/, "");
        return resultOf(name, () => parseStackState(JSON.parse(readFileSync(file, "utf8")), name));
    });
    const backends = paths.map((place): Backend => ({ kind: "files", place, user: null, project: null }));
    return combine(results, backends);
}

/** Without state and reason, the backend has no such stack. */
interface StackResult {
    readonly name: string;
    readonly state?: StackState;
    /** Why it could not be read. */
    readonly reason?: string;
}

async function exportStack(
    project: Pick<Project, "root" | "name">,
    stack: string,
    showSecrets: boolean,
    run: RunPulumi,
): Promise<StackResult> {
    const secrets = showSecrets ? ["--show-secrets"] : [];
    const name = `${project.name}/${stack}`;
    try {
        const args = ["stack", "export", "--stack", stack, ...secrets];
        const { exitCode, stdout, stderr } = await run(args, project.root);
        if (exitCode === 0) return resultOf(name, () => parseStackState(JSON.parse(stdout), name));
        if (/no stack named/i.test(stderr)) return { name };
        const reason = oneLineMessage(stderr) || `pulumi ended with exit code ${exitCode}`;
        // Without the passphrase or key service, everything but the secrets can be read.
        const plain = showSecrets ? await exportStack(project, stack, false, run) : undefined;
        return plain?.state ? { name, state: { ...plain.state, secretsProblem: reason } } : { name, reason };
    } catch (error) {
        return { name, reason: (error as Error).message };
    }
}

function resultOf(name: string, parse: () => StackState): StackResult {
    try {
        return { name, state: parse() };
    } catch (error) {
        // The parser's message quotes the text that it could not parse, which may be a secret.
        const reason = error instanceof SyntaxError ? `${name}: not JSON` : (error as Error).message;
        return { name, reason };
    }
}

function combine(results: readonly StackResult[], backends: readonly Backend[]): StackStates {
    // One gap for each reason, so that a missing `pulumi` is reported once and not for each stack. Some messages name the stack.
    const failed = results.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }]));
    const withoutName = ({ name, reason }: { name: string; reason: string }): string =>
        reason.replaceAll(name, "").replaceAll(`'${name.split("/").at(-1)}'`, "");
    const gaps = [...groupBy(failed, withoutName).values()].map(
        (alike): Gap => ({
            subject: "stack",
            name: alike.map(({ name }) => name).join(", "),
            reason: alike[0]?.reason ?? "",
        }),
    );
    const summaries = results.map(
        ({ name, state, reason }): StackSummary => ({
            name: state?.name ?? name,
            state: state ? "read" : reason === undefined ? "absent" : "failed",
            keys: state?.keys.filter((key) => !key.pendingDelete).length ?? 0,
            hasFile: null,
            interrupted: state?.interrupted ?? [],
            organizationId: state?.organizationId ?? null,
        }),
    );
    return { states: results.flatMap(({ state }) => state ?? []), summaries, gaps, backends };
}

function joinStates(all: readonly StackStates[]): StackStates {
    return {
        states: all.flatMap(({ states }) => states),
        summaries: all.flatMap(({ summaries }) => summaries),
        gaps: all.flatMap(({ gaps }) => gaps),
        backends: all.flatMap(({ backends }) => backends),
    };
}
