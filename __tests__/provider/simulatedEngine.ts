import { initFailureOf, type Properties, type ProviderPort, unknownValue } from "./providerPort";

/** Resource options as Pulumi knows them, as far as the tests need them. */
export interface ResourceOptions {
    readonly retainOnDelete?: boolean;
    readonly protect?: boolean;
    readonly deleteBeforeReplace?: boolean;
    /** Names of inputs. */
    readonly ignoreChanges?: readonly string[];
    /** Names of inputs, or `*`. */
    readonly replaceOnChanges?: readonly string[];
    readonly replacementTrigger?: string;
    /** Earlier names of the resource. */
    readonly aliases?: readonly string[];
    /** Names of resources that are declared before it. */
    readonly dependsOn?: readonly string[];
    /** Names of resources: where one of them is replaced, this one is too. */
    readonly replaceWith?: readonly string[];
    /**
     * Name of a resource. Where something of it is deleted, this one is dropped and the provider is not asked; where it is
     * replaced, this one is replaced too.
     */
    readonly deletedWith?: string;
    /** By input, the names of the resources that it comes from. */
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
    /** An `onError` hook that asks for another attempt so many times in a run. Default: no hook. */
    readonly hookRetries?: number;
    /** Id of something made elsewhere, to be taken over. */
    readonly importId?: string;
    /** Outputs that the state encrypts. Default: `apiSecret`. */
    readonly additionalSecretOutputs?: readonly string[];
}

/** A resource of the program. */
export interface Declared {
    readonly name: string;
    /** A function where they come from another resource: it gets that one's state, or undefined while it is unknown. */
    readonly inputs: Properties | ((stateOf: (name: string) => Stored | undefined) => Properties);
    readonly options?: ResourceOptions;
}

/** A resource as a stack's state holds it. */
export interface Stored {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    /** Why its creation or update ended half way; the next `up` then calls `update` whatever `diff` says. */
    readonly initErrors: readonly string[];
    /** Options of the program that declared it last. */
    readonly options?: ResourceOptions;
    /** `pulumi state taint`: the next `up` replaces it. */
    readonly taint?: boolean;
    /** Deleted by `deleteBeforeReplace`, and not made anew yet. */
    readonly pendingReplacement?: boolean;
}

/** Flags of a run. Names of resources, where there are several. */
export interface RunOptions {
    readonly replace?: readonly string[];
    readonly target?: readonly string[];
    readonly exclude?: readonly string[];
    readonly targetDependents?: boolean;
    readonly refresh?: boolean;
    readonly runProgram?: boolean;
    readonly continueOnError?: boolean;
    readonly excludeProtected?: boolean;
    /** `pulumi refresh --clear-pending-creates`. */
    readonly clearPendingCreates?: boolean;
}

/** Flags and resource options of a run with one resource. */
export interface UpOptions
    extends ResourceOptions,
        Pick<RunOptions, "refresh" | "runProgram" | "continueOnError"> {
    /** `--replace` of the resource. Default false. */
    readonly replace?: boolean;
}

export type Outcome = "created" | "updated" | "replaced" | "same";

/** The inputs were refused: nothing was asked of the provider but to check them. */
export class CheckFailed extends Error {
    override readonly name = "CheckFailed";
}

/** The engine refused to delete or replace what is protected. */
export class Protected extends Error {
    override readonly name = "Protected";
}

/** The run was cancelled by `interrupt()`. */
export class Interrupted extends Error {
    override readonly name = "Interrupted";
}

/**
 * Thrown by a provider port to say that the whole run dies in this call, engine and all: nothing more is stored, and no
 * hook is asked.
 */
export class Killed extends Error {
    override readonly name = "Killed";

    /** @param leavesLock false where the engine ended by itself, at a second SIGINT: its lock is gone then. */
    constructor(
        message: string,
        readonly leavesLock = true,
    ) {
        super(message);
    }
}

/** An engine that was killed has left its lock: `cancel()` first. */
export class Locked extends Error {
    override readonly name = "Locked";
}

const cannotRead = "a dynamic provider reads nothing that has no state yet";

/** All resources of one name. */
interface States {
    current: Stored | undefined;
    /** Replaced, and not deleted yet. */
    readonly pendingDeletes: Stored[];
}

/** A deletion that a run has decided on. */
interface Deletion {
    readonly name: string;
    readonly old: Stored;
    /** It is deleted because another one has taken its place. */
    readonly isReplaced: boolean;
    /** Takes it out of the state. */
    done(): unknown;
}

/** What one run has done so far. */
interface Run {
    readonly provider: ProviderPort;
    readonly options: RunOptions;
    readonly isPreview: boolean;
    /** Names the program has declared and the engine has dealt with. */
    readonly registered: Set<string>;
    /** Names that were left out of a run with targets and do not exist, or whose making failed. */
    readonly missing: Set<string>;
    /** Names whose id is not known in a preview. */
    readonly unknown: Set<string>;
    /** Names of what has been replaced. */
    readonly replaced: Set<string>;
    /** Names of which something is deleted, or is going to be. */
    readonly deletes: Set<string>;
    /** Failures that a hook has been asked about, by name. */
    readonly failures: Map<string, number>;
    readonly errors: unknown[];
}

/**
 * What the Pulumi engine does with the resources of a stack, as far as it decides what a provider is asked and what the
 * state holds. `__tests__/engine/recorded.test.ts` holds it against recordings of a real engine, call by call.
 *
 * One resource, as most tests have it:
 *
 * ```ts
 * await engine.up(provider, inputs, { replace: true, hookRetries: 2 });
 * engine.current; // what the state says
 * ```
 *
 * Each run gets the provider of a process of its own: `pulumi up` with its preview is `preview` with one and `up` with
 * another. Every method throws what the provider threw, after storing what the engine would. A provider port that throws
 * `Killed` ends the run as SIGKILL does; one that calls `interrupt()` and goes on is what SIGINT does. Not here: components, explicit
 * providers, transforms, policies, and replacement of resources because another one they depend on is replaced first.
 */
export class SimulatedEngine {
    /** The name that `up` and `current` mean. */
    readonly only = "key";
    #resources = new Map<string, States>();
    #isInterrupted = false;
    #isLocked = false;
    #pendingOperations: string[] = [];

    /** The state of the one resource. */
    get current(): Stored | undefined {
        return this.#resources.get(this.only)?.current;
    }

    set current(stored: Stored | undefined) {
        this.#statesOf(this.only).current = stored;
    }

    /** Replaced states of the one resource, not deleted yet. */
    get pendingDeletes(): Stored[] {
        return this.#statesOf(this.only).pendingDeletes;
    }

    /** `pulumi up` with one resource declared. */
    async up(provider: ProviderPort, declared: Properties, options: UpOptions = {}): Promise<Outcome> {
        const outcomes = await this.upAll(provider, ...this.#single(declared, options));
        return outcomes.get(this.only) ?? "same";
    }

    /** `pulumi preview` with one resource declared: stores nothing. */
    async previewUp(provider: ProviderPort, declared: Properties, options: UpOptions = {}): Promise<void> {
        await this.preview("up", provider, ...this.#single(declared, options));
    }

    /** `pulumi up` of a program, `--skip-preview`. */
    async upAll(
        provider: ProviderPort,
        program: readonly Declared[],
        options: RunOptions = {},
    ): Promise<Map<string, Outcome>> {
        return this.#update(this.#start(provider, options, false), program);
    }

    /** What `pulumi preview` asks, and each other command before it is approved: stores nothing. */
    async preview(
        command: "up" | "refresh" | "destroy",
        provider: ProviderPort,
        program: readonly Declared[] = [],
        options: RunOptions = {},
    ): Promise<void> {
        const before = this.export();
        const run = this.#start(provider, options, true);
        try {
            if (command === "up") await this.#update(run, program);
            if (command === "refresh") await this.#refresh(run);
            if (command === "destroy") await this.#destroy(run, program);
        } finally {
            this.#load(before);
        }
    }

    /** `pulumi refresh`; `program` with `runProgram`. */
    async refresh(
        provider: ProviderPort,
        options: RunOptions = {},
        program: readonly Declared[] = [],
    ): Promise<void> {
        const run = this.#start(provider, options, false);
        for (const { name } of program) run.registered.add(name);
        if (options.clearPendingCreates) this.#pendingOperations = [];
        await this.#refresh(run);
        this.#finish(run);
    }

    /** `pulumi destroy`; `program` with `runProgram`. */
    async destroy(
        provider: ProviderPort,
        options: RunOptions = {},
        program: readonly Declared[] = [],
    ): Promise<void> {
        await this.#destroy(this.#start(provider, options, false), program);
    }

    /**
     * `pulumi import --file`. Without `outputs` it fails: the SDK finds a dynamic provider in the state, and there is
     * none. What comes in by `outputs` is not encrypted until an `up` has said what is secret.
     */
    async importFile(
        provider: ProviderPort,
        name: string,
        { id, inputs = {}, outputs }: { id: string; inputs?: Properties; outputs?: Properties },
    ): Promise<void> {
        this.#requireNoLock();
        if (outputs === undefined) throw new Error(cannotRead);
        const states = this.#statesOf(name);
        if (states.current) throw new Error(`"${name}" is in the state already`);
        // Refused inputs are a warning here.
        await provider.check(inputs, inputs);
        const options = { additionalSecretOutputs: [] };
        states.current = { id, inputs, outputs, initErrors: [], options };
    }

    /**
     * What an engine that was killed had begun: `creating key`. What was being created stays until a refresh clears it,
     * the rest until the next run.
     */
    get pendingOperations(): readonly string[] {
        return this.#pendingOperations;
    }

    /** `pulumi cancel`: takes away the lock of an engine that was killed. */
    cancel(): void {
        this.#isLocked = false;
    }

    /** What SIGINT does: the call under way ends and is stored, then nothing more is asked. Call it during a run. */
    interrupt(): void {
        this.#isInterrupted = true;
    }

    /** `pulumi state taint`, and `untaint` with false. */
    taint(isTainted = true, name = this.only): void {
        this.#edit(name, (stored) => ({ ...stored, taint: isTainted }));
    }

    /** `pulumi state unprotect`. */
    unprotect(name = this.only): void {
        this.#edit(name, (stored) => ({ ...stored, options: { ...stored.options, protect: false } }));
    }

    /** `pulumi state delete`: the state forgets the resource, and what waits for its deletion stays. */
    stateDelete(name = this.only): void {
        this.#requireNoLock();
        this.#statesOf(name).current = undefined;
    }

    /** `pulumi state rename`. */
    stateRename(name: string, to: string): void {
        this.#requireNoLock();
        this.#rename(name, to);
    }

    #rename(name: string, to: string): void {
        this.#resources = new Map(
            [...this.#resources].map(([one, states]) => [one === name ? to : one, states] as const),
        );
    }

    /** `pulumi state move`. */
    moveTo(other: SimulatedEngine, name = this.only): void {
        this.#requireNoLock();
        other.#statesOf(name).current = this.#statesOf(name).current;
        this.#statesOf(name).current = undefined;
    }

    /** `pulumi stack export`. */
    export(): string {
        return JSON.stringify([...this.#resources]);
    }

    /** `pulumi stack import` of what `export` gave, however old it is. */
    restore(exported: string): void {
        this.#requireNoLock();
        this.#load(exported);
    }

    #load(exported: string): void {
        this.#resources = new Map(JSON.parse(exported) as [string, States][]);
    }

    /** All that the state holds, in the order of the program. */
    stored(): { name: string; stored: Stored; isPendingDelete: boolean }[] {
        return [...this.#resources].flatMap(([name, { current, pendingDeletes }]) => [
            ...(current ? [{ name, stored: current, isPendingDelete: false }] : []),
            ...pendingDeletes.map((stored) => ({ name, stored, isPendingDelete: true })),
        ]);
    }

    /** The ids of the keys that the state holds. */
    keys(): string[] {
        return this.stored().flatMap(({ stored: { outputs } }) => [
            String(outputs.apiKey),
            ...((outputs.superseded ?? []) as { apiKey: string }[]).map(({ apiKey }) => apiKey),
        ]);
    }

    /** The state as an export shows it, without the fields that are encrypted in it. */
    plainState(): string {
        return JSON.stringify(
            this.stored().map(({ stored: { id, inputs, outputs, initErrors, options } }) => {
                const secrets = options?.additionalSecretOutputs ?? ["apiSecret"];
                return {
                    id,
                    inputs: { ...inputs, adopt: undefined },
                    outputs: { ...outputs, ...Object.fromEntries(secrets.map((key) => [key, undefined])) },
                    initErrors,
                };
            }),
        );
    }

    #single(inputs: Properties, options: UpOptions): [Declared[], RunOptions] {
        const { replace = false, refresh, runProgram, continueOnError, ...resourceOptions } = options;
        const flags = {
            ...(refresh && { refresh }),
            ...(runProgram && { runProgram }),
            ...(continueOnError && { continueOnError }),
        };
        const name = this.only;
        return [
            [{ name, inputs, options: resourceOptions }],
            { ...flags, ...(replace && { replace: [name] }) },
        ];
    }

    #start(provider: ProviderPort, options: RunOptions, isPreview: boolean): Run {
        if (!isPreview) {
            this.#requireNoLock();
            this.#pendingOperations = this.#pendingOperations.filter((one) => one.startsWith("creating "));
        }
        this.#isInterrupted = false;
        return {
            provider: isPreview ? provider : this.#watched(provider),
            options,
            isPreview,
            registered: new Set(),
            missing: new Set(),
            unknown: new Set(),
            replaced: new Set(),
            deletes: new Set(),
            failures: new Map(),
            errors: [],
        };
    }

    #requireNoLock(): void {
        if (this.#isLocked)
            throw new Locked("an engine that was killed holds the lock; cancel() takes it away");
    }

    /** A call that changes something; what is begun and never ends is remembered. */
    async #change<T>(doing: string, name: string, call: () => Promise<T>): Promise<T> {
        try {
            return await call();
        } catch (error) {
            if (error instanceof Killed) {
                this.#pendingOperations.push(`${doing} ${name}`);
            }
            throw error;
        }
    }

    /** The lock that a killed engine leaves, in whatever call it dies. */
    #watched(provider: ProviderPort): ProviderPort {
        const watch =
            <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
            async (...args: Args): Promise<T> => {
                try {
                    return await call(...args);
                } catch (error) {
                    if (error instanceof Killed) this.#isLocked = error.leavesLock;
                    throw error;
                }
            };
        return {
            check: watch((...args) => provider.check(...args)),
            diff: watch((...args) => provider.diff(...args)),
            create: watch((...args) => provider.create(...args)),
            read: watch((...args) => provider.read(...args)),
            update: watch((...args) => provider.update(...args)),
            delete: watch((...args) => provider.delete(...args)),
        };
    }

    #finish(run: Run): void {
        if (run.errors.length > 0) throw run.errors[0];
        this.#stopIfInterrupted();
    }

    #stopIfInterrupted(): void {
        if (this.#isInterrupted) throw new Interrupted("The run was interrupted; run it again.");
    }

    async #destroy(run: Run, program: readonly Declared[]): Promise<void> {
        const { options } = run;
        if (options.refresh) await this.#refresh(run);
        // With the program, its hooks are there; resources of the program keep what the state says of them.
        if (options.runProgram) for (const { name } of program) run.registered.add(name);
        const targets = options.target && (await this.#targetsOf(run, options.target));
        const isProtected = (name: string): boolean =>
            this.#resources.get(name)?.current?.options?.protect === true;
        const kept = this.#withDependencies(options.exclude ?? []);
        const isMeant = (name: string): boolean =>
            !kept.has(name) &&
            (targets === undefined || targets.has(name)) &&
            !(options.excludeProtected && isProtected(name));
        try {
            await this.#delete(run, isMeant, isMeant);
        } catch (error) {
            // An interrupted destroy ends with 0, whatever is left.
            if (!(error instanceof Interrupted)) throw error;
        }
        if (run.errors.length > 0) throw run.errors[0];
    }

    async #update(run: Run, program: readonly Declared[]): Promise<Map<string, Outcome>> {
        const { refresh, continueOnError } = run.options;
        if (refresh) await this.#refresh(run);
        const outcomes = new Map<string, Outcome>();
        for (const declared of program) {
            if (declared.options?.dependsOn?.some((name) => run.missing.has(name))) {
                await this.#skip(run, declared);
                continue;
            }
            try {
                outcomes.set(declared.name, await this.#register(run, declared));
                this.#stopIfInterrupted();
            } catch (error) {
                // Refused inputs end the run in any case: nothing is deleted.
                const isEnd = [Killed, Interrupted, CheckFailed].some((kind) => error instanceof kind);
                if (!continueOnError || isEnd) throw error;
                run.errors.push(error);
                run.missing.add(declared.name);
            }
        }
        // What an excluded resource depends on stays as well.
        const kept = this.#withDependencies(run.options.exclude ?? []);
        const isIncluded = (name: string): boolean => this.#isIncluded(run.options, name) && !kept.has(name);
        if (!run.isPreview) {
            await this.#delete(
                run,
                (name) => isIncluded(name) && !run.registered.has(name) && !run.missing.has(name),
                isIncluded,
            );
        }
        this.#finish(run);
        return outcomes;
    }

    /** What depends on something whose making failed: its inputs are checked, where they are known, and no more. */
    async #skip(run: Run, { name, inputs, options = {} }: Declared): Promise<void> {
        run.missing.add(name);
        if (typeof inputs === "function") return;
        await this.#check(run.provider, this.#statesOf(name, options.aliases).current?.inputs ?? {}, inputs);
    }

    #isIncluded({ target, exclude }: RunOptions, name: string): boolean {
        return target?.includes(name) ?? !exclude?.includes(name);
    }

    /** What the engine does when the program declares a resource. */
    async #register(run: Run, declared: Declared): Promise<Outcome> {
        const { name, options = {} } = declared;
        const { provider } = run;
        const states = this.#statesOf(name, options.aliases);
        const old = states.current;
        run.registered.add(name);
        if (!this.#isIncluded(run.options, name)) {
            if (old === undefined) run.missing.add(name);
            return "same";
        }
        if (options.importId !== undefined && old?.id !== options.importId) throw new Error(cannotRead);
        const goal = this.#inputsOf(run, declared);
        const isReplaceAsked = run.options.replace?.includes(name) || old?.taint === true;
        // Without the old inputs: whatever a provider keeps of them is not there in a replacement that was asked for.
        const inputs =
            old === undefined || isReplaceAsked
                ? await this.#check(provider, {}, goal)
                : await this.#check(provider, old.inputs, ignoring(goal, old.inputs, options.ignoreChanges));
        if (old === undefined) {
            if (run.isPreview) run.unknown.add(name);
            else
                states.current = await this.#create(run, name, inputs, options, (half) => {
                    states.current = half;
                });
            return "created";
        }

        const isTriggered =
            differs(options.replacementTrigger, old.options?.replacementTrigger) ||
            [...(options.replaceWith ?? []), options.deletedWith].some((other) =>
                run.replaced.has(other ?? ""),
            );
        const isHalfMade = old.initErrors.length > 0;
        let changes = true;
        let replaces = true;
        let deleteBeforeReplace = options.deleteBeforeReplace;
        if (!isReplaceAsked && !isTriggered) {
            const diff = await this.#diff(provider, old.id, old.outputs, old.inputs, inputs, options);
            const isAnyChange = options.replaceOnChanges?.includes("*") && isHalfMade;
            changes = diff.changes || isAnyChange === true;
            replaces = diff.replaces || isAnyChange === true;
            deleteBeforeReplace ??= diff.deleteBeforeReplace;
        }
        if ((changes && replaces) || old.pendingReplacement) {
            await this.#replace(run, declared, old, goal, {
                inputs: isReplaceAsked ? inputs : undefined,
                deleteBeforeReplace: deleteBeforeReplace === true,
            });
            return "replaced";
        }
        if (changes || isHalfMade) {
            if (!run.isPreview) {
                states.current = await this.#updateThing(run, name, old, inputs, options, (half) => {
                    states.current = half;
                });
            }
            return "updated";
        }
        states.current = { ...old, inputs, options };
        return "same";
    }

    async #replace(
        run: Run,
        { name, options = {} }: Declared,
        old: Stored,
        goal: Properties,
        {
            inputs: checked,
            deleteBeforeReplace,
        }: { inputs: Properties | undefined; deleteBeforeReplace: boolean },
    ): Promise<void> {
        if (old.options?.protect && options.protect) {
            throw new Protected(`"${name}" is to be replaced and is protected`);
        }
        // Once more, without the old inputs, which a replacement does not inherit: nor what is ignored of them.
        const inputs = checked ?? (await this.#check(run.provider, {}, goal));
        run.unknown.add(name);
        run.replaced.add(name);
        if (run.isPreview) return;
        const states = this.#statesOf(name);
        if (deleteBeforeReplace) {
            if (!old.pendingReplacement) {
                run.deletes.add(name);
                await this.#deleteThing(run, name, old);
                states.current = { ...old, pendingReplacement: true };
                this.#stopIfInterrupted();
            }
            states.current = await this.#create(run, name, inputs, options, (half) => {
                states.current = half;
            });
            return;
        }
        const replaced = (next: Stored): void => {
            states.current = next;
            if (!old.pendingReplacement) states.pendingDeletes.unshift(old);
        };
        replaced(await this.#create(run, name, inputs, options, replaced));
    }

    async #check(provider: ProviderPort, olds: Properties, news: Properties): Promise<Properties> {
        const { inputs, failures } = await provider.check(olds, news);
        if (failures.length > 0) {
            throw new CheckFailed(
                failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"),
            );
        }
        return inputs;
    }

    async #diff(
        provider: ProviderPort,
        id: string,
        oldOutputs: Properties,
        oldInputs: Properties,
        inputs: Properties,
        options: ResourceOptions,
    ): Promise<{ changes: boolean; replaces: boolean; deleteBeforeReplace: boolean }> {
        const {
            changes,
            replaces,
            deleteBeforeReplace = false,
        } = await provider.diff(id, oldOutputs, inputs);
        if (changes !== "unknown") {
            // A dynamic provider names no changed properties, so replaceOnChanges finds none.
            return { changes: changes === "some", replaces: replaces.length > 0, deleteBeforeReplace };
        }
        const news = ignoring(inputs, oldInputs, options.ignoreChanges);
        const changed = [...new Set([...Object.keys(news), ...Object.keys(oldInputs)])].filter((key) =>
            differs(news[key] ?? "", oldInputs[key] ?? ""),
        );
        const replaceOnChanges = options.replaceOnChanges ?? [];
        return {
            changes: changed.length > 0,
            replaces:
                replaces.length > 0 ||
                changed.some((key) => replaceOnChanges.includes(key) || replaceOnChanges.includes("*")),
            deleteBeforeReplace,
        };
    }

    /** `store` gets what is left of a failure half way. */
    async #create(
        run: Run,
        name: string,
        inputs: Properties,
        options: ResourceOptions,
        store: (half: Stored) => void,
    ): Promise<Stored> {
        const { result, initErrors } = await this.#attempt(
            run,
            name,
            options,
            () => this.#change("creating", name, () => run.provider.create(inputs)),
            ({ id, properties, reasons }) =>
                store({ id, inputs, outputs: properties, initErrors: reasons, options }),
        );
        return { ...result, inputs, initErrors, options };
    }

    async #updateThing(
        run: Run,
        name: string,
        old: Stored,
        inputs: Properties,
        options: ResourceOptions,
        store: (half: Stored) => void,
    ): Promise<Stored> {
        const { id } = old;
        const { result, initErrors } = await this.#attempt(
            run,
            name,
            options,
            () => this.#change("updating", name, () => run.provider.update(id, old.outputs, inputs)),
            ({ properties, reasons }) =>
                // What was asked for has not come about: the inputs of before stay.
                store({ id, inputs: old.inputs, outputs: properties, initErrors: reasons, options }),
        );
        return { id, inputs, outputs: result.outputs, initErrors, options };
    }

    /** `call`, and again where a hook says so. */
    async #attempt<T>(
        run: Run,
        name: string,
        { hookRetries = 0 }: ResourceOptions,
        call: () => Promise<T>,
        store: (half: NonNullable<ReturnType<typeof initFailureOf>>) => void,
    ): Promise<{ result: T; initErrors: readonly string[] }> {
        // The reasons of an attempt that failed half way stay, even where a later attempt succeeds.
        let initErrors: readonly string[] = [];
        for (;;) {
            try {
                return { result: await call(), initErrors };
            } catch (error) {
                if (error instanceof Killed) throw error;
                const half = initFailureOf(error);
                if (half) initErrors = half.reasons;
                if (this.#asksAgain(run, name, hookRetries)) continue;
                if (half) store(half);
                throw error;
            }
        }
    }

    #asksAgain(run: Run, name: string, hookRetries: number): boolean {
        const failures = 1 + (run.failures.get(name) ?? 0);
        run.failures.set(name, failures);
        return failures <= hookRetries;
    }

    /**
     * Deletes what waits for it and what is not wanted any more, dependents first. What may be deleted at the same time
     * has no order in the engine; here it is that of the ids.
     */
    async #delete(
        run: Run,
        isUnwanted: (name: string) => boolean,
        isIncluded: (name: string) => boolean,
    ): Promise<void> {
        let remaining = [...this.#resources.keys()].filter(isIncluded);
        for (const name of remaining)
            if (this.#deletionsOf(name, isUnwanted(name)).length > 0) run.deletes.add(name);
        while (remaining.length > 0) {
            const isFree = (name: string): boolean =>
                !remaining.some((other) => other !== name && this.#dependenciesOf(other).includes(name));
            const layer = remaining.filter(isFree);
            remaining = remaining.filter((name) => !layer.includes(name));
            const deletions = layer.flatMap((name) => this.#deletionsOf(name, isUnwanted(name)));
            deletions.sort(({ old: { id: a } }, { old: { id: b } }) => (a < b ? -1 : 1));
            for (const deletion of deletions) await this.#carryOut(run, deletion);
        }
    }

    #deletionsOf(name: string, isUnwanted: boolean): Deletion[] {
        const states = this.#statesOf(name);
        const { current, pendingDeletes } = states;
        const deletions: Deletion[] = pendingDeletes.map((old) => ({
            name,
            old,
            isReplaced: true,
            done: () => pendingDeletes.splice(pendingDeletes.indexOf(old), 1),
        }));
        if (isUnwanted && current) {
            const done = () => (states.current = undefined);
            deletions.push({ name, old: current, isReplaced: false, done });
        }
        return deletions;
    }

    async #carryOut(run: Run, { name, old, isReplaced, done }: Deletion): Promise<void> {
        this.#stopIfInterrupted();
        try {
            if (!isReplaced && old.options?.protect) throw new Protected(`"${name}" is protected`);
            if (!old.pendingReplacement && !run.isPreview) await this.#deleteThing(run, name, old);
            done();
        } catch (error) {
            // What is protected has cost nothing: the others are deleted, and the run fails in the end.
            if (!(error instanceof Protected) && !run.options.continueOnError) throw error;
            run.errors.push(error);
        }
    }

    async #deleteThing(run: Run, name: string, old: Stored): Promise<void> {
        const { retainOnDelete, deletedWith } = old.options ?? {};
        if (retainOnDelete || (deletedWith !== undefined && run.deletes.has(deletedWith))) return;
        for (;;) {
            try {
                const { id, outputs } = old;
                return await this.#change("deleting", name, () => run.provider.delete(id, outputs));
            } catch (error) {
                if (error instanceof Killed) throw error;
                // A hook is a function of the program: none without it.
                const hookRetries = run.registered.has(name) ? (old.options?.hookRetries ?? 0) : 0;
                if (!this.#asksAgain(run, name, hookRetries)) throw error;
            }
        }
    }

    async #refresh(run: Run): Promise<void> {
        for (const [name, states] of this.#resources) {
            if (!this.#isIncluded(run.options, name)) continue;
            if (states.current) states.current = await this.#refreshThing(run, states.current);
            for (const [index, old] of [...states.pendingDeletes.entries()].reverse()) {
                const found = await this.#refreshThing(run, old);
                states.pendingDeletes.splice(index, 1, ...(found ? [found] : []));
            }
        }
    }

    async #refreshThing({ provider }: Run, old: Stored): Promise<Stored | undefined> {
        if (old.pendingReplacement) return old;
        this.#stopIfInterrupted();
        const { id, outputs, inputs = old.inputs } = await provider.read(old.id, old.outputs);
        if (id === "") return undefined;
        // Only to show what is different; the inputs of before stand for those of the program.
        await provider.diff(id, outputs, old.inputs);
        return { ...old, id, outputs, inputs, initErrors: [] };
    }

    #inputsOf(run: Run, { inputs }: Declared): Properties {
        if (typeof inputs !== "function") return inputs;
        return inputs((name) =>
            run.unknown.has(name) && run.isPreview ? undefined : this.#resources.get(name)?.current,
        );
    }

    /** The targets of a destroy, and what depends on them, which has to be meant as well. */
    async #targetsOf({ provider, options }: Run, target: readonly string[]): Promise<Set<string>> {
        const all = new Set(target);
        for (const name of this.#resources.keys()) {
            if (this.#dependenciesOf(name).some((one) => all.has(one))) all.add(name);
        }
        // Whether they would have to be replaced; asked with what is not known then, outside of previews as well.
        for (const name of all) {
            const stored = this.#resources.get(name)?.current;
            const unknown = Object.entries(stored?.options?.propertyDependencies ?? {})
                .filter(([, sources]) => sources.some((source) => all.has(source)))
                .map(([key]) => [key, unknownValue]);
            if (stored === undefined || unknown.length === 0) continue;
            const news = { ...stored.inputs, ...Object.fromEntries(unknown) };
            await provider.diff(stored.id, stored.outputs, news);
        }
        if (!options.targetDependents && all.size > target.length) {
            throw new Error("what depends on the targets has to be destroyed with them");
        }
        return all;
    }

    #withDependencies(names: readonly string[]): Set<string> {
        const all = new Set(names);
        for (const name of all) for (const other of this.#dependenciesOf(name)) all.add(other);
        return all;
    }

    #dependenciesOf(name: string): readonly string[] {
        const { current, pendingDeletes = [] } = this.#resources.get(name) ?? {};
        const {
            dependsOn = [],
            replaceWith = [],
            deletedWith,
        } = (current ?? pendingDeletes[0])?.options ?? {};
        return [...dependsOn, ...replaceWith, ...(deletedWith === undefined ? [] : [deletedWith])];
    }

    #statesOf(name: string, aliases: readonly string[] = []): States {
        const known = this.#resources.get(name);
        if (known) return known;
        for (const alias of aliases) {
            const states = this.#resources.get(alias);
            if (states === undefined) continue;
            this.#rename(alias, name);
            return states;
        }
        const states: States = { current: undefined, pendingDeletes: [] };
        this.#resources.set(name, states);
        return states;
    }

    #edit(name: string, change: (stored: Stored) => Stored): void {
        this.#requireNoLock();
        const states = this.#statesOf(name);
        if (states.current) states.current = change(states.current);
    }
}

/** `inputs` with the old values of what is ignored. */
function ignoring(inputs: Properties, olds: Properties, ignored: readonly string[] = []): Properties {
    const kept = ignored.filter((key) => key in olds && key in inputs);
    return { ...inputs, ...Object.fromEntries(kept.map((key) => [key, olds[key]])) };
}

/** Whether both are there and are not the same; what is unknown is never the same. */
function differs(one: unknown, other: unknown): boolean {
    if (one === unknownValue || other === unknownValue) return true;
    if (one === undefined || other === undefined) return false;
    return JSON.stringify(one) !== JSON.stringify(other);
}
