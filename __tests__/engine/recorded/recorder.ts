import { type ChildProcess, spawn } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildSync } from "esbuild";
import { kill, processesOf } from "../processesOf";
import { inStableOrder } from "./callOrder";
import {
    type Command,
    type EngineOperation,
    type EngineStep,
    encryptedPlaceholder,
    providerPlaceholder,
    type RecordedCall,
    type Recording,
    type StepOutcome,
    type StoredThing,
} from "./engineOperation";
import type { CallLine } from "./scriptedProcess";
import type { Properties } from "./scriptedProvider";

const repository = join(__dirname, "..", "..", "..");
const project = "recorded";
/** The same as in program.js. */
const providerLine =
    'exports.handler = () => require("module").createRequire(process.cwd() + "/")("scripted-provider");';
const type = "pulumi-nodejs:dynamic/recorded:Thing";
/** No step takes so long; one that does is an error of the operation. */
const stepLimitMs = 90_000;

/**
 * Carries operations out on the real engine, each in a temporary folder that is gone afterwards. What many operations
 * begin with is carried out once, and its folder copied.
 */
export class Recorder {
    readonly #beginnings = new Map<string, { project: RecordedProject; outcome: StepOutcome }>();

    async record({ name, steps }: EngineOperation): Promise<Recording> {
        const recorded: Recording["steps"][number][] = [];
        let project: RecordedProject | undefined;
        try {
            const [first, ...rest] = steps as [EngineStep, ...EngineStep[]];
            const beginning = first.stop ? undefined : await this.#begin(first);
            project = beginning ? beginning.project.copy() : await RecordedProject.start();
            recorded.push({ ...first, ...(beginning?.outcome ?? (await project.do(first))) });
            for (const step of rest) recorded.push({ ...step, ...(await project.do(step)) });
            return {
                name,
                steps: recorded.map((step) => ({
                    ...step,
                    calls: inStableOrder(step.calls, { name, steps }),
                })),
            };
        } catch (error) {
            throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
        } finally {
            project?.remove();
        }
    }

    close(): void {
        for (const { project } of this.#beginnings.values()) project.remove();
    }

    async #begin(step: EngineStep): Promise<{ project: RecordedProject; outcome: StepOutcome }> {
        const key = JSON.stringify(step);
        const known = this.#beginnings.get(key);
        if (known) return known;
        const project = await RecordedProject.start();
        const beginning = { project, outcome: await project.do(step) };
        this.#beginnings.set(key, beginning);
        return beginning;
    }
}

/** A program with the scripted provider, a file backend and a home, all in one folder. */
class RecordedProject {
    readonly #folder = mkdtempSync(join(tmpdir(), "recorded-engine-"));
    readonly #processes: number[] = [];
    #stack = "first";
    #step = 0;

    private constructor(from?: RecordedProject) {
        if (from) {
            cpSync(from.#folder, this.#folder, { recursive: true, verbatimSymlinks: true });
            this.#processes.push(...from.#processes);
            this.#step = from.#step;
            return;
        }
        for (const name of ["home", "state", "project/node_modules/scripted-provider"]) {
            mkdirSync(this.#path(name), { recursive: true });
        }
        symlinkSync(join(repository, "node_modules", "@pulumi"), this.#path("project/node_modules/@pulumi"));
        buildSync({
            entryPoints: [join(__dirname, "scriptedProcess.ts")],
            outfile: this.#path("project/node_modules/scripted-provider/index.js"),
            bundle: true,
            platform: "node",
            logLevel: "error",
        });
        const program = readFileSync(join(__dirname, "program.js"));
        writeFileSync(this.#path("project/index.js"), program);
        writeFileSync(
            this.#path("project/package.json"),
            JSON.stringify({ name: project, main: "index.js" }),
        );
        writeFileSync(this.#path("project/program.json"), "[]");
        writeFileSync(this.#path("project/calls.jsonl"), "");
        const settings = { name: project, runtime: { name: "nodejs", options: { typescript: false } } };
        // JSON is YAML.
        writeFileSync(this.#path("project/Pulumi.yaml"), JSON.stringify(settings));
    }

    static async start(): Promise<RecordedProject> {
        const project = new RecordedProject();
        await project.init("first");
        return project;
    }

    copy(): RecordedProject {
        return new RecordedProject(this);
    }

    async init(stack: string): Promise<void> {
        const { code, text } = await this.#pulumi(["stack", "init", stack, "--no-select"]);
        if (code !== 0) throw new Error(`pulumi stack init ended with ${code}:\n${text}`);
    }

    async do(step: EngineStep): Promise<StepOutcome> {
        this.#stack = step.stack ?? this.#stack;
        if (step.program) writeFileSync(this.#path("project/program.json"), JSON.stringify(step.program));
        const script = { step: this.#step, script: step.script ?? {} };
        writeFileSync(this.#path("project/script.json"), JSON.stringify(script));
        const first = this.#arrived().length;
        rmSync(this.#path("project/let-go"), { force: true });
        const { command } = step;
        if (command.run === "state move" && !existsSync(this.#stateFile(command.toStack))) {
            await this.init(command.toStack);
        }
        const args = await this.#arguments(command);
        const { code, text } = await this.#pulumi(args, step.stop);
        if (process.env.RECORD_VERBOSE) process.stderr.write(`${args.join(" ")} → ${code}\n${text}\n`);
        if (command.run === "stack rename") this.#stack = command.to;
        const calls = this.#calls().slice(first);
        this.#step++;
        return { succeeded: code === 0, calls, ...this.#state() };
    }

    /** Ends what an interrupted engine has left running, and takes the folder away. */
    remove(): void {
        for (const { pid } of this.#arrived()) kill(pid);
        // The language host has a process group of its own, and outlives an engine that was killed.
        for (const pid of processesOf(this.#folder)) kill(pid);
        rmSync(this.#folder, { recursive: true, force: true });
    }

    async #arguments(command: Command): Promise<string[]> {
        const stack = ["--stack", this.#stack];
        switch (command.run) {
            case "up":
            case "preview":
            case "refresh":
            case "destroy": {
                const flags = [
                    ...this.#urns("--replace", command.replace),
                    ...this.#urns("--target-replace", command.targetReplace),
                    ...this.#urns("--target", command.target),
                    ...this.#urns("--exclude", command.exclude),
                    ...(command.targetDependents ? ["--target-dependents"] : []),
                    ...(command.refresh ? ["--refresh"] : []),
                    ...(command.runProgram ? ["--run-program"] : []),
                    ...(command.continueOnError ? ["--continue-on-error"] : []),
                    ...(command.excludeProtected ? ["--exclude-protected"] : []),
                    ...(command.clearPendingCreates ? ["--clear-pending-creates"] : []),
                ];
                const approval = command.withPreview ? ["--yes"] : ["--yes", "--skip-preview"];
                const answered = command.run === "preview" ? [] : approval;
                return [command.run, ...flags, ...answered, "--parallel", "1", ...stack];
            }
            case "taint":
            case "untaint":
            case "unprotect":
                return ["state", command.run, this.#urn(command.resource), "--yes", ...stack];
            case "state delete":
                return ["state", "delete", this.#urn(command.resource), "--yes", ...stack];
            case "state rename":
                return ["state", "rename", this.#urn(command.resource), command.to, "--yes", ...stack];
            case "state move":
                return [
                    ...["state", "move", "--source", this.#stack, "--dest", command.toStack, "--yes"],
                    this.#urn(command.resource),
                ];
            case "stack rename":
                return ["stack", "rename", command.to, ...stack];
            case "import": {
                const { resource: name, id, inputs, outputs } = command;
                const withLine = (properties: Properties) => ({ ...properties, __provider: providerLine });
                const resources = [
                    {
                        ...{ type, name, id },
                        ...(inputs && { inputs: withLine(inputs) }),
                        ...(outputs && { outputs: withLine(outputs) }),
                    },
                ];
                writeFileSync(this.#path("import.json"), JSON.stringify({ resources }));
                return [
                    ...["import", "--file", this.#path("import.json"), "--generate-code=false"],
                    ...["--protect=false", "--yes", "--skip-preview", ...stack],
                ];
            }
            case "cancel":
                return ["cancel", this.#stack, "--yes"];
            case "export":
                return ["stack", "export", "--file", this.#path("export.json"), ...stack];
            case "restore":
                return ["stack", "import", "--file", this.#path("export.json"), ...stack];
        }
    }

    #urns(flag: string, names: readonly string[] = []): string[] {
        return names.flatMap((name) => [flag, this.#urn(name)]);
    }

    #urn(name: string): string {
        return `urn:pulumi:${this.#stack}::${project}::${type}::${name}`;
    }

    #lines(): CallLine[] {
        const lines = readFileSync(this.#path("project/calls.jsonl"), "utf8").split("\n").filter(Boolean);
        return lines.map((line) => JSON.parse(line));
    }

    #arrived(): Extract<CallLine, { method: unknown }>[] {
        return this.#lines().filter((line) => "method" in line);
    }

    /** All calls so far, with their replies. */
    #calls(): RecordedCall[] {
        const replies = this.#lines().filter((line) => "replyTo" in line);
        return this.#arrived().map(({ pid, step: _, ...call }, index) => {
            if (!this.#processes.includes(pid)) this.#processes.push(pid);
            const reply = replies.find(({ replyTo }) => replyTo === index)?.reply ?? null;
            return normalised({ process: 1 + this.#processes.indexOf(pid), ...call, reply });
        });
    }

    #stateFile(stack: string): string {
        return this.#path(`state/.pulumi/stacks/${project}/${stack}.json`);
    }

    #state(): { state: StoredThing[]; pending: string[] } {
        const { latest } = JSON.parse(readFileSync(this.#stateFile(this.#stack), "utf8")).checkpoint;
        const resources: CheckpointResource[] = latest?.resources ?? [];
        const operations: { type: string; resource: CheckpointResource }[] = latest?.pending_operations ?? [];
        const state = resources.filter((resource) => resource.type === type).map(storedThing);
        return {
            state: state.sort((a, b) => orderOf(a).localeCompare(orderOf(b))),
            pending: operations.map(({ type: doing, resource }) => `${doing} ${nameIn(resource.urn)}`),
        };
    }

    #pulumi(args: readonly string[], stop?: EngineStep["stop"]): Promise<{ code: number; text: string }> {
        const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.#path("project"),
            // A process group of its own: what is sent to it reaches neither the recorder nor its terminal.
            detached: true,
            env: {
                PATH: process.env.PATH,
                HOME: this.#folder,
                PULUMI_HOME: this.#path("home"),
                PULUMI_BACKEND_URL: `file://${this.#path("state")}`,
                PULUMI_CONFIG_PASSPHRASE: "recorded",
                PULUMI_SKIP_UPDATE_CHECK: "true",
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        child.stdout.on("data", (part) => (text += part));
        child.stderr.on("data", (part) => (text += part));
        const ended = new Promise<number>((resolve, reject) => {
            child.once("error", reject);
            // Not "close": a provider that outlives the engine keeps its ends of the pipes.
            child.once("exit", (code) => resolve(code ?? 1));
        });
        if (child.pid === undefined) return ended.then((code) => ({ code, text }));
        const limit = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), stepLimitMs);
        const stopping = stop && this.#stop(child, stop, () => text);
        return Promise.all([ended, stopping])
            .then(([code]) => ({ code, text }))
            .finally(() => {
                clearTimeout(limit);
                child.stdout.destroy();
                child.stderr.destroy();
            });
    }

    async #stop(
        child: ChildProcess,
        stop: NonNullable<EngineStep["stop"]>,
        text: () => string,
    ): Promise<void> {
        const heldAt = (): number | undefined => {
            const lines = this.#lines();
            const last = lines.at(-1);
            return last && "method" in last && last.step === this.#step ? last.pid : undefined;
        };
        const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
        await until(() => heldAt() !== undefined || isOver());
        // A call that is answered stands in the file a moment before its reply.
        await pause(200);
        const provider = heldAt();
        if (provider === undefined) throw new Error(`no call was held:\n${text()}`);
        const pid = child.pid as number;
        switch (stop) {
            case "interrupt":
                process.kill(pid, "SIGINT");
                await until(() => /received; cancelling/.test(text()) || isOver());
                writeFileSync(this.#path("project/let-go"), "");
                return;
            case "interrupt twice":
                process.kill(pid, "SIGINT");
                await until(() => /received; cancelling/.test(text()) || isOver());
                process.kill(pid, "SIGINT");
                await until(isOver);
                kill(provider);
                return;
            case "kill":
                process.kill(-pid, "SIGKILL");
                kill(provider);
                return;
            case "kill the engine":
                kill(pid);
                await until(isOver);
                kill(provider);
                return;
            case "kill the provider":
                kill(provider);
        }
    }

    #path(name: string): string {
        return join(this.#folder, name);
    }
}

interface CheckpointResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Properties;
    readonly outputs?: Properties;
    readonly initErrors?: readonly string[];
    readonly delete?: boolean;
    readonly pendingReplacement?: boolean;
    readonly taint?: boolean;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
}

function storedThing(resource: CheckpointResource): StoredThing {
    const { urn, id = "", inputs = {}, outputs = {}, initErrors = [] } = resource;
    const stored: StoredThing = {
        name: nameIn(urn),
        id,
        inputs,
        outputs,
        ...(initErrors.length > 0 && { initErrors }),
        ...(resource.delete && { delete: true }),
        ...(resource.pendingReplacement && { pendingReplacement: true }),
        ...(resource.taint && { taint: true }),
        ...(resource.protect && { protect: true }),
        ...(resource.retainOnDelete && { retainOnDelete: true }),
    };
    return normalised(stored);
}

function orderOf({ name, delete: isDeleted, id }: StoredThing): string {
    return `${name} ${isDeleted === true} ${id}`;
}

function nameIn(urn: string): string {
    return urn.split("::").at(-1) as string;
}

/** Without the provider's line and what is encrypted, keys in order. */
function normalised<T>(value: T): T {
    return JSON.parse(JSON.stringify(value), (key, part) => {
        if (key === "__provider") return providerPlaceholder;
        if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
        // The mark of a secret in a checkpoint.
        if (part["4dabf18193072939515e22adb298388d"] !== undefined) return encryptedPlaceholder;
        return isProperties(key)
            ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
            : part;
    });
}

function isProperties(key: string): boolean {
    return ["inputs", "outputs", "olds", "news", "outs", "props", "properties"].includes(key);
}

async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(20);
}
