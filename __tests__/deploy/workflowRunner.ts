import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { parse } from "yaml";

export interface Step {
    readonly name?: string;
    readonly id?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
}

/** The contexts of GitHub's expressions: `inputs`, `vars`, `github`, … */
export type Contexts = Readonly<Record<string, unknown>>;

export interface JobResult {
    readonly exitCode: number;
    /** Standard output and error of every step, one after the other. */
    readonly log: string;
    /** By step id. */
    readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
    /** Names of the steps whose shell ran. */
    readonly ran: readonly string[];
}

/** Called with all that a step has said so far, each time it says more. */
export type OnLog = (log: string, send: (signal: NodeJS.Signals) => void) => void;

interface Machine {
    /** The checkout, where every step begins. */
    readonly folder: string;
    /** RUNNER_TEMP, for this job alone. */
    readonly temp: string;
    /** The whole environment of the runner, but for what the workflow sets. */
    readonly env: Readonly<Record<string, string>>;
    readonly onLog?: OnLog;
    /** Names of the steps to run; all by default. */
    readonly only?: readonly string[];
    /** Whether the files of the checkout are to be out of reach for writing. */
    readonly isReadOnly?: boolean;
}

/**
 * Runs the shell steps of a job as they are written, in GitHub's own shell and with GitHub's own evaluation of
 * expressions. Steps that use an action are left out: what they would set up is there.
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

/** Runs a script as a runner does: its signals go to this one process, and SIGKILL to all that descend from it. */
export function shell(
    script: string,
    { folder, onLog, isReadOnly }: Pick<Machine, "folder" | "onLog" | "isReadOnly">,
    env: Readonly<Record<string, string>>,
): Promise<{ exitCode: number; log: string }> {
    // Root may write anywhere unless that right is taken away.
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

/** The process and all that descend from it, as the runner ends a job that does not end itself. */
function killAll(pid: number): void {
    const lines = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    const parents = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
    const doomed = [pid];
    for (const one of doomed) for (const [child, parent] of parents) if (parent === one) doomed.push(child);
    for (const one of doomed) {
        try {
            process.kill(one, "SIGKILL");
        } catch {
            // Ended meanwhile.
        }
    }
}

/** `name=value` lines. */
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

/** Text with its expressions in double braces replaced. */
export function interpolate(text: unknown, contexts: Contexts): string {
    return String(text).replace(/\$\{\{(.+?)\}\}/g, (_all, expression: string) =>
        String(evaluate(expression, contexts) ?? ""),
    );
}

function isTrue(value: unknown): boolean {
    return value !== false && value !== null && value !== "" && value !== 0;
}

interface Expressions {
    Lexer: new (text: string) => { lex(): { tokens: unknown[] } };
    Parser: new (tokens: unknown[], contexts: string[], functions: unknown[]) => { parse(): unknown };
    Evaluator: new (
        expression: unknown,
        contexts: unknown,
    ) => { evaluate(): { coerceString(): string; kind: number; value?: unknown } };
    data: { replacer: unknown; reviver: (this: unknown, key: string, value: unknown) => unknown };
}

let expressions: Expressions | undefined;

/** The value of an expression, by the library that GitHub's own tools use. */
export function evaluate(text: string, contexts: Contexts): unknown {
    expressions ??= loadExpressions();
    const { Lexer, Parser, Evaluator, data } = expressions;
    const { tokens } = new Lexer(text.trim()).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
    const values = JSON.parse(JSON.stringify(contexts), data.reviver);
    const result = new Evaluator(parsed, values).evaluate();
    return "value" in result ? result.value : result.coerceString();
}

/** It is an ES module, which takes a bundler to load here. */
function loadExpressions(): Expressions {
    const contents = 'export { Lexer, Parser, Evaluator, data } from "@actions/expressions"';
    const stdin = { contents, resolveDir: join(__dirname, "../..") };
    const built = buildSync({ stdin, bundle: true, write: false, format: "cjs", platform: "node" });
    const module = { exports: {} as unknown };
    new Function("module", "exports", "require", built.outputFiles[0]?.text ?? "")(
        module,
        module.exports,
        require,
    );
    return module.exports as Expressions;
}
