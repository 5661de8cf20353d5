import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type RunPulumi, runPulumi, said } from "../runPulumi";
import type { Gap, StackSummary } from "./report";
import { parseStackState, type StackState } from "./stackState";

export interface StackStates {
    /** Those that could be read. */
    readonly states: readonly StackState[];
    /** All that were asked for. */
    readonly summaries: readonly StackSummary[];
    readonly gaps: readonly Gap[];
}

// Each is a process of its own that reads and decrypts a whole state.
const maxProcesses = 4;

/** The states of these stacks, from the backend that the Pulumi CLI is logged in to. */
export async function exportStackStates(
    folder: string,
    stacks: readonly string[],
    showSecrets: boolean,
    run: RunPulumi = runPulumi,
): Promise<StackStates> {
    const results: StackResult[] = new Array(stacks.length);
    const waiting = stacks.entries();
    const work = async (): Promise<void> => {
        for (const [i, stack] of waiting) results[i] = await exportStack(folder, stack, showSecrets, run);
    };
    await Promise.all(Array.from({ length: maxProcesses }, work));
    return combine(results);
}

/** The states in these files, written by `pulumi stack export`; of a folder, all of its `.json` files. */
export function readStackStateFiles(paths: readonly string[]): StackStates {
    const files = paths.flatMap((path) => (isFolder(path) ? jsonFiles(path) : [path]));
    return combine(
        files.map((file) => {
            const name = basename(file).replace(/\.json$/, "");
            return resultOf(name, () => parseStackState(JSON.parse(readFileSync(file, "utf8")), name));
        }),
    );
}

type StackResult =
    | { readonly state: StackState }
    | { readonly name: string; readonly absent: true }
    | { readonly name: string; readonly reason: string };

async function exportStack(
    folder: string,
    stack: string,
    showSecrets: boolean,
    run: RunPulumi,
): Promise<StackResult> {
    const secrets = showSecrets ? ["--show-secrets"] : [];
    try {
        const args = ["stack", "export", "--stack", stack, ...secrets];
        const { exitCode, stdout, stderr } = await run(args, folder);
        if (exitCode === 0) return resultOf(stack, () => parseStackState(JSON.parse(stdout), stack));
        if (/no stack named/i.test(stderr)) return { name: stack, absent: true };
        return { name: stack, reason: said(stderr) || `pulumi ended with exit code ${exitCode}` };
    } catch (error) {
        return { name: stack, reason: (error as Error).message };
    }
}

function resultOf(name: string, parse: () => StackState): StackResult {
    try {
        return { state: parse() };
    } catch (error) {
        // A parser's message quotes the text that it could not read, which may be anything.
        const reason = error instanceof SyntaxError ? `${name}: not JSON` : (error as Error).message;
        return { name, reason };
    }
}

function combine(results: readonly StackResult[]): StackStates {
    return {
        states: results.flatMap((result) => ("state" in result ? [result.state] : [])),
        summaries: results.map((result) => {
            if ("absent" in result) return { name: result.name, state: "absent", keys: 0 };
            if ("reason" in result) return { name: result.name, state: "failed", keys: 0 };
            const keys = result.state.keys.filter((key) => !key.pendingDelete).length;
            return { name: result.state.name, state: "read", keys };
        }),
        gaps: results.flatMap((result) =>
            "reason" in result ? [{ subject: "stack", name: result.name, reason: result.reason }] : [],
        ),
    };
}

function jsonFiles(folder: string): string[] {
    return readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .sort()
        .map((name) => join(folder, name));
}

function isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
