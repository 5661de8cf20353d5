import { type ProviderPort, unknownValue } from "../../provider/providerPort";
import {
    type Declared,
    Killed,
    type RunOptions,
    SimulatedEngine,
    type Stored,
} from "../../provider/simulatedEngine";
import { dependenciesOf, inStableOrder } from "./callOrder";
import {
    type DeclaredThing,
    type EngineOperation,
    type EngineStep,
    encryptedPlaceholder,
    providerPlaceholder,
    type RecordedCall,
    type StepOutcome,
    type StoredThing,
} from "./engineOperation";
import { type Call, type PastCall, type Properties, type Reply, replyTo } from "./scriptedProvider";

/** Plays an operation to the simulated engine, with the scripted provider's answers: what came of each step. */
export async function replay(operation: EngineOperation): Promise<StepOutcome[]> {
    const player = new Player();
    const outcomes: StepOutcome[] = [];
    for (const step of operation.steps) {
        const outcome = await player.play(step);
        outcomes.push({ ...outcome, calls: inStableOrder(outcome.calls, operation) });
    }
    return outcomes;
}

class Player {
    readonly #stacks = new Map([["first", new SimulatedEngine()]]);
    readonly #past: PastCall[] = [];
    #stack = "first";
    #program: readonly DeclaredThing[] = [];
    #step = 0;
    #processes = 0;
    #calls: RecordedCall[] = [];
    #exported = "";

    async play(step: EngineStep): Promise<StepOutcome> {
        this.#stack = step.stack ?? this.#stack;
        this.#program = step.program ?? this.#program;
        this.#calls = [];
        const succeeded = await this.#do(step).then(
            () => true,
            () => false,
        );
        this.#step++;
        const { state, pending } = this.#state();
        return { succeeded, calls: this.#calls, state, pending };
    }

    get #engine(): SimulatedEngine {
        return this.#engineOf(this.#stack);
    }

    #engineOf(stack: string): SimulatedEngine {
        const engine = this.#stacks.get(stack) ?? new SimulatedEngine();
        this.#stacks.set(stack, engine);
        return engine;
    }

    async #do(step: EngineStep): Promise<void> {
        const { command } = step;
        const engine = this.#engine;
        switch (command.run) {
            case "up":
            case "preview":
            case "refresh":
            case "destroy": {
                const { run, replace, targetReplace, target, withPreview = false, ...flags } = command;
                const targets = target ?? targetReplace;
                const replaced = replace ?? targetReplace;
                const options: RunOptions = {
                    ...flags,
                    ...(replaced && { replace: replaced }),
                    ...(targets && { target: targets }),
                };
                const program = this.#program.map(declared);
                if (run === "preview" || withPreview) {
                    await engine.preview(
                        run === "preview" ? "up" : run,
                        this.#process(step),
                        program,
                        options,
                    );
                }
                if (run === "up") await engine.upAll(this.#process(step), program, options);
                if (run === "refresh") await engine.refresh(this.#process(step), options, program);
                if (run === "destroy") await engine.destroy(this.#process(step), options, program);
                return;
            }
            case "taint":
            case "untaint":
                return engine.taint(command.run === "taint", command.resource);
            case "unprotect":
                return engine.unprotect(command.resource);
            case "state delete":
                return engine.stateDelete(command.resource);
            case "state rename":
                return engine.stateRename(command.resource, command.to);
            case "state move":
                return engine.moveTo(this.#engineOf(command.toStack), command.resource);
            case "stack rename":
                this.#stacks.set(command.to, engine);
                this.#stacks.delete(this.#stack);
                this.#stack = command.to;
                return;
            case "import": {
                const { resource, id, inputs, outputs } = command;
                const withLine = (properties: Properties) => ({
                    ...properties,
                    __provider: providerPlaceholder,
                });
                return engine.importFile(this.#process(step), resource, {
                    id,
                    ...(inputs && { inputs: withLine(inputs) }),
                    ...(outputs && { outputs: withLine(outputs) }),
                });
            }
            case "cancel":
                return engine.cancel();
            case "export":
                this.#exported = engine.export();
                return;
            case "restore":
                return engine.restore(this.#exported);
        }
    }

    /** The scripted provider in a process of its own, counted when it is first asked. */
    #process(step: EngineStep): ProviderPort {
        let process: number | undefined;
        let isDead = false;
        const ask = (call: Call): Properties => {
            if (isDead) throw new Error("the provider is dead");
            process ??= ++this.#processes;
            const { reply, isHeld } = replyTo(call, this.#step, this.#past, step.script ?? {});
            this.#past.push({ ...call, step: this.#step });
            const record = (given: Reply | null): void => {
                this.#calls.push({ process: process as number, ...call, reply: given });
            };
            if (isHeld && step.stop !== "interrupt") {
                record(null);
                isDead = true;
                if (step.stop === "kill the provider") throw new Error("the provider is dead");
                throw new Killed(step.stop ?? "", step.stop?.startsWith("kill"));
            }
            if (isHeld) this.#engine.interrupt();
            record(reply);
            if ("returns" in reply) return reply.returns;
            if ("throws" in reply) throw new Error(reply.throws);
            throw Object.assign(new Error("half done"), { initFailure: reply.half });
        };
        return {
            async check(olds, news) {
                const { inputs, failures } = ask({ method: "check", olds, news });
                return { inputs: inputs as Properties, failures: failures as [] };
            },
            async diff(id, olds, news) {
                const reply = ask({ method: "diff", id, olds, news });
                return {
                    changes: reply.changes ? "some" : "none",
                    replaces: (reply.replaces ?? []) as string[],
                    deleteBeforeReplace: reply.deleteBeforeReplace === true,
                };
            },
            async create(news) {
                const { id, outs } = ask({ method: "create", news });
                return { id: String(id), outputs: outs as Properties };
            },
            async read(id, olds) {
                // The SDK finds the provider in the state that it gets.
                if (olds.__provider === undefined) throw new Error("no provider in the state");
                const { id: found = "", props = {}, inputs } = ask({ method: "read", id, olds });
                return {
                    id: String(found),
                    outputs: props as Properties,
                    inputs: inputs as Properties | undefined,
                };
            },
            async update(id, olds, news) {
                const { outs } = ask({ method: "update", id, olds, news });
                return { outputs: outs as Properties };
            },
            async delete(id, olds) {
                ask({ method: "delete", id, olds });
            },
        };
    }

    #state(): { state: StoredThing[]; pending: string[] } {
        const engine = this.#engine;
        const state = engine
            .stored()
            .map(({ name, stored, isPendingDelete }) => storedThing(name, stored, isPendingDelete));
        return { state, pending: [...engine.pendingOperations] };
    }
}

function declared(thing: DeclaredThing): Declared {
    const { name, note, place, noteFrom, options = {} } = thing;
    const { retries, import: imported, ...rest } = options;
    const fixed = {
        __provider: providerPlaceholder,
        name,
        ...(note !== undefined && { note }),
        ...(place !== undefined && { place }),
    };
    const dependsOn = dependenciesOf(thing);
    return {
        name,
        inputs:
            noteFrom === undefined
                ? fixed
                : (stateOf) => ({ ...fixed, note: stateOf(noteFrom)?.id ?? unknownValue }),
        options: {
            ...rest,
            additionalSecretOutputs: ["secret"],
            ...(retries !== undefined && { hookRetries: retries }),
            ...(imported !== undefined && { importId: imported }),
            ...(dependsOn.length > 0 && { dependsOn }),
            ...(noteFrom !== undefined && { propertyDependencies: { note: [noteFrom] } }),
        },
    };
}

function storedThing(name: string, stored: Stored, isPendingDelete: boolean): StoredThing {
    const { id, inputs, outputs, initErrors, options = {}, taint, pendingReplacement } = stored;
    const secrets = (options.additionalSecretOutputs ?? []).filter((key) => key in outputs);
    return {
        name,
        id,
        inputs,
        outputs: { ...outputs, ...Object.fromEntries(secrets.map((key) => [key, encryptedPlaceholder])) },
        ...(initErrors.length > 0 && { initErrors }),
        ...(isPendingDelete && { delete: true as const }),
        ...(pendingReplacement && { pendingReplacement: true as const }),
        ...(taint && { taint: true as const }),
        ...(options.protect && { protect: true as const }),
        ...(options.retainOnDelete && { retainOnDelete: true as const }),
    };
}
