import { execFile } from "node:child_process";
import { createInterface } from "node:readline";
import { closestName } from "./closestName";
import { CommandFailure } from "./exitCodes";

export interface PulumiRun {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

/**
 * Runs the Pulumi CLI in a project's folder and waits until it ends, whatever its exit code. `variables` are added to
 * the environment and override it. `onLine` is called with each line of standard output at once.
 */
export type RunPulumi = (
    args: readonly string[],
    folder: string,
    variables?: Readonly<Record<string, string>>,
    onLine?: (line: string) => void,
) => Promise<PulumiRun>;

const maxOutputBytes = 512 * 1024 * 1024;

/** Runs the `pulumi` on the PATH with this process's environment, and so with the user's backend, login and passphrase. */
export const runPulumi: RunPulumi = (args, folder, variables, onLine) =>
    new Promise((resolve, reject) => {
        const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...variables };
        const settings = { cwd: folder, env, maxBuffer: maxOutputBytes };
        // A terminal sends Ctrl-C to both processes. Pulumi then ends by itself, with its state stored.
        const ignore = (): void => undefined;
        if (onLine !== undefined) process.on("SIGINT", ignore);
        const child = execFile(
            "pulumi",
            [...args, "--non-interactive"],
            settings,
            (error, stdout, stderr) => {
                process.off("SIGINT", ignore);
                const { code } = (error ?? { code: 0 }) as { code?: unknown };
                if (typeof code === "number") resolve({ exitCode: code, stdout, stderr });
                else if (code === "ENOENT") {
                    reject(
                        new CommandFailure(
                            "The pulumi command was not found on the PATH: install it, see https://www.pulumi.com/docs/install/",
                        ),
                    );
                } else reject(new CommandFailure(`pulumi ${args[0]} ended early: ${error?.message}`));
            },
        );
        if (onLine !== undefined && child.stdout !== null)
            createInterface({ input: child.stdout }).on("line", onLine);
    });

/** Runs `pulumi` and parses its JSON output. If `pulumi` fails, this throws an error with its message. */
export async function pulumiJson(run: RunPulumi, args: readonly string[], folder: string): Promise<unknown> {
    const { exitCode, stdout, stderr } = await run(args, folder);
    if (exitCode !== 0) {
        const reason = jsonErrors(stdout) || oneLineMessage(stderr) || `exit code ${exitCode}`;
        const hint = await failureHint(run, args, folder, `${reason}\n${stderr}`);
        throw new CommandFailure(`pulumi ${args.join(" ")}: ${reason}${hint}`);
    }
    try {
        return JSON.parse(stdout);
    } catch {
        throw new CommandFailure(`pulumi ${args.join(" ")}: the output is not JSON`);
    }
}

/** Runs `pulumi` and returns what it printed. If it fails, this throws an error with its message. */
export async function pulumiText(
    run: RunPulumi,
    args: readonly string[],
    folder: string,
    onLine?: (line: string) => void,
): Promise<string> {
    const { exitCode, stdout, stderr } = await run(args, folder, {}, onLine);
    if (exitCode === 0) return stdout;
    const reason = diagnosticErrors(stdout) || oneLineMessage(stderr) || oneLineMessage(stdout).slice(-300);
    throw new CommandFailure(`pulumi ${args[0]}: ${reason || `exit code ${exitCode}`}`);
}

/** The engine refreshes with the credentials of the last deployment. */
const keyOfState =
    ". If the Cloud API key was changed since the last pulumi up, this used the old one, from the state: run pulumi up once, or the same with --run-program";

/** What to do about a failure of `pulumi`, as the end of its message; empty if its own message is enough. */
async function failureHint(
    run: RunPulumi,
    args: readonly string[],
    folder: string,
    output: string,
): Promise<string> {
    if (/no stack named/i.test(output)) return otherStacks(run, args, folder);
    const isRefresh = args.includes("--refresh") || args[0] === "refresh" || args[0] === "destroy";
    return isRefresh && /\b401\b|unauthori[sz]ed/i.test(output) ? keyOfState : "";
}

/** A hint that names the stacks of this project and backend. */
async function otherStacks(run: RunPulumi, args: readonly string[], folder: string): Promise<string> {
    try {
        const { exitCode, stdout } = await run(["stack", "ls", "--json"], folder);
        if (exitCode !== 0) return "";
        const names = (JSON.parse(stdout) as { name?: unknown }[]).map(({ name }) => String(name));
        const meant = closestName(args[args.indexOf("--stack") + 1] ?? "", names);
        const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
        return `; this backend has ${names.join(", ") || "no stack of this project (pulumi whoami -v says which it is)"}.${hint}`;
    } catch {
        return "";
    }
}

/**
 * The errors under `Diagnostics:` in the output of `pulumi up`, in one line, each once; empty if there are none. The rest of the
 * output is progress.
 */
function diagnosticErrors(stdout: string): string {
    const [, diagnostics = ""] =
        /^Diagnostics:$([\s\S]*?)(?=^(?:Outputs|Resources|Duration):|$(?![\s\S]))/m.exec(stdout) ?? [];
    // All lines of a message are indented like its first.
    const message = /^ {4}error: ([\s\S]*?)(?=^ {4}(?:error|warning|info|debug): |^ {2}\S|$(?![\s\S]))/gm;
    const errors = [...diagnostics.matchAll(message)];
    return joinErrors(errors.map(([, text = ""]) => text));
}

/** The errors in the JSON output of `pulumi preview`, including errors of the program itself. */
export function jsonErrors(stdout: string): string {
    try {
        const { diagnostics = [] } = JSON.parse(stdout) as {
            diagnostics?: { severity: string; message: string }[];
        };
        return joinErrors(
            diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message),
        );
    } catch {
        return "";
    }
}

const mostCharacters = 600;

/** Several resources may report the same error, and the stack reports that the update failed. */
function joinErrors(errors: readonly string[]): string {
    const messages = [...new Set(errors.map(oneLineMessage))];
    const telling = messages.filter(
        (one, i) =>
            !messages.some((other, j) => j !== i && other.includes(one)) &&
            (messages.length === 1 || !/^(update|preview) failed$/.test(one)),
    );
    const text = telling.join(" ");
    return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** The message of the Pulumi CLI, in one line. */
export function oneLineMessage(stderr: string): string {
    const message = stderr
        .replace(/\s+/g, " ")
        .trim()
        .replace(/^error: /, "");
    if (/incorrect passphrase/.test(message)) return "incorrect passphrase (PULUMI_CONFIG_PASSPHRASE)";
    // The CLI's message, if nobody has logged in and there is no terminal, names a token that most backends do not have.
    return /PULUMI_ACCESS_TOKEN must be set for login/.test(message)
        ? `not logged in to a backend: run pulumi login, or set PULUMI_BACKEND_URL (${message})`
        : message;
}
