import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Contexts, evaluate, interpolate, isTrue } from "./githubExpressions";

export interface Step {
    readonly name?: string;
    readonly id?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
}

export interface JobResult {
    readonly exitCode: number;
    /** Standard output and error of every step, one after the other. */
    readonly log: string;
    /** By step id. */
    readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** Names of the steps whose shell ran. */
    readonly ran: readonly string[];
}

/** Called with the whole log of a step each time the step prints something. */
export type OnLog = (log: string, send: (signal: NodeJS.Signals) => void) => void;

interface Machine {
    /** The checkout, where every step begins. */
    readonly folder: string;
    /** RUNNER_TEMP of this job. */
    readonly temp: string;
    /** The environment of the runner, without the variables that the workflow sets. */
    readonly env: Readonly<Record<string, string>>;
    readonly onLog?: OnLog;
    /** Names of the steps to run; all by default. */
    readonly only?: readonly string[];
    /** Whether the checkout is read-only. Default: false. */
    readonly isReadOnly?: boolean;
}

/**
 * Runs the shell steps of a job in the shell that GitHub uses, with GitHub's own library for expressions. Skips steps that
 * use an action: their result must already be in place.
 */
export async function runJob(
    file: string,
    jobName: string,
    contexts: Contexts,
    machine: Machine,
): Promise<JobResult> {
    const workflow = parse(readFileSync(file, "utf8")) as {
        jobs: Record<string, { env?: Record<string, string>; steps: Step[] }>;
    };
    const job = workflow.jobs[jobName];
    if (job === undefined) throw new Error(`${file} has no job ${jobName}`);
    mkdirSync(machine.temp, { recursive: true });
    const steps: Record<string, { outputs: Record<string, string> }> = {
        ...(contexts.steps as Record<string, { outputs: Record<string, string> }> | undefined),
    };
    const env: Record<string, string> = {};
    const scope = (): Contexts => ({ ...contexts, env, steps, runner: { temp: machine.temp } });
    for (const [name, value] of Object.entries(job.env ?? {})) env[name] = interpolate(value, scope());
    let log = "";
    const ran: string[] = [];
    for (const [i, step] of job.steps.entries()) {
        if (step.run === undefined) continue;
        if (machine.only && !machine.only.includes(step.name ?? "")) continue;
        if (step.if !== undefined && !isTrue(evaluate(step.if, scope()))) continue;
        const own = Object.entries(step.env ?? {}).map(([name, value]) => [
            name,
            interpolate(value, scope()),
        ]);
        const files = { GITHUB_ENV: "env", GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary" };
        const paths = Object.fromEntries(
            Object.entries(files).map(([name, kind]) => [name, join(machine.temp, `${i}.${kind}`)]),
        ) as Record<keyof typeof files, string>;
        for (const path of Object.values(paths)) writeFileSync(path, "");
        const script = join(machine.temp, `${i}.sh`);
        writeFileSync(script, step.run);
        const result = await shell(script, machine, {
            ...machine.env,
            ...env,
            ...Object.fromEntries(own),
            ...paths,
            RUNNER_TEMP: machine.temp,
        });
        ran.push(step.name ?? String(i));
        log += `## ${step.name}\n${result.log}`;
        Object.assign(env, assignments(paths.GITHUB_ENV));
        if (step.id !== undefined) steps[step.id] = { outputs: assignments(paths.GITHUB_OUTPUT) };
        if (result.exitCode !== 0) return { exitCode: result.exitCode, log, outputs: outputsOf(steps), ran };
    }
    return { exitCode: 0, log, outputs: outputsOf(steps), ran };
}

/** Bash as GitHub's `shell: bash` starts it. */
export const githubShell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] as const;

/** Runs a script as a runner does: signals go to this process only, but SIGKILL also to all its descendants. */
export function shell(
    script: string,
    { folder, onLog, isReadOnly }: Pick<Machine, "folder" | "onLog" | "isReadOnly">,
    env: Readonly<Record<string, string>>,
): Promise<{ exitCode: number; log: string }> {
    // Root can write to read-only files unless this capability is dropped.
    const prefix = isReadOnly && process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override"] : [];
    if (isReadOnly) execFileSync("chmod", ["-R", "a-w", folder]);
    const [program = "bash", ...args] = [...prefix, ...githubShell, script];
    const child = spawn(program, args, { cwd: folder, env });
    let log = "";
    const send = (signal: NodeJS.Signals): void => {
        if (signal === "SIGKILL") killAll(child.pid as number);
        else child.kill(signal);
    };
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (text) => {
            log += String(text);
            onLog?.(log, send);
        });
    }
    return new Promise((resolve) =>
        child.once("close", (code) => {
            if (isReadOnly) execFileSync("chmod", ["-R", "u+w", folder]);
            resolve({ exitCode: code ?? 1, log });
        }),
    );
}

/** Kills a process and all its descendants, as the runner does with a job that does not end. */
function killAll(pid: number): void {
    const lines = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    const parents = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
    const doomed = [pid];
    for (const one of doomed) for (const [child, parent] of parents) if (parent === one) doomed.push(child);
    for (const one of doomed) {
        try {
            process.kill(one, "SIGKILL");
        } catch {
            // The process has already ended.
        }
    }
}

/** Reads lines of the form `name=value`. */
function assignments(file: string): Record<string, string> {
    const lines = readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.includes("="));
    return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
}

function outputsOf(steps: Record<string, { outputs: Record<string, string> }>): JobResult["outputs"] {
    return Object.fromEntries(Object.entries(steps).map(([id, { outputs }]) => [id, outputs]));
}
