import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { credentialsOf, type PulumiRun, type StoredResource } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { isUnfinished } from "../../provider/tag";
import { sentinelSecret, showsSecret } from "../provider/sentinel";
import { processesOf } from "./processesOf";
import { keyType, PulumiProject, providerProcess, send } from "./pulumiProject";

/** A key as the config of the program declares it: the arguments of FlinkApiKey, and these. */
export interface DeclaredKey {
    /** Resource options, as far as JSON can say them. */
    readonly options?: Record<string, unknown>;
    /** How often an `onError` hook asks for another attempt. */
    readonly retries?: number;
    /**
     * A hook holds the engine where `create` or `update` has succeeded and the checkpoint does not know of it yet. `startAndHold`
     * sees it.
     */
    readonly holdsBeforeCheckpoint?: boolean;
    /** A transform of the program puts this text behind the description, or in its place. */
    readonly transform?: { readonly appends?: string; readonly replacesWith?: string };
    readonly [argument: string]: unknown;
}

interface StoredKey extends StoredResource {
    readonly delete?: boolean;
    readonly outputs?: Record<string, unknown> & { apiKey?: string; superseded?: { apiKey: string }[] };
}

/** The file that says that a hook holds the engine, in the project's folder. */
const heldFile = "held";

const program = `
const { writeFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
for (const [name, key] of Object.entries(new pulumi.Config().requireObject("keys"))) {
    const { options, retries = 0, holdsBeforeCheckpoint = false, transform, ...args } = key;
    let left = retries;
    const again = () => new pulumi.ErrorHook("again " + name, () => left-- > 0);
    const hold = () => new pulumi.ResourceHook("hold " + name, () => {
        writeFileSync(process.env.HOME + "/${heldFile}", "");
        return new Promise(() => setInterval(() => undefined, 1000));
    });
    const held = holdsBeforeCheckpoint ? [hold()] : [];
    const hooks = {
        ...(retries > 0 && { onError: [again()] }),
        ...(holdsBeforeCheckpoint && { afterCreate: held, afterUpdate: held }),
    };
    const transforms = transform === undefined ? [] : [({ props, opts }) => {
        const description = transform.replacesWith ?? (props.description ?? "") + transform.appends;
        return { props: { ...props, description }, opts };
    }];
    new FlinkApiKey(name, args, { ...options, transforms, ...(Object.keys(hooks).length > 0 && { hooks }) });
}
`;

/** What was there before a run. */
interface Moment {
    /** What the state held: ids of keys, those included that wait for their deletion. */
    readonly held: readonly string[];
    readonly live: readonly string[];
    /** Those that say that they were handed to nobody. */
    readonly unfinished: readonly string[];
}

/** Keys that live and that the state does not hold, at rest. */
interface Beside {
    /** A warning has named them. */
    readonly named?: readonly string[];
    /** Retained as the user wanted, or held by another state. */
    readonly others?: readonly string[];
}

/** Owned by the account that the emulator starts with, which is OrganizationAdmin. */
const declared = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    readiness: { timeout: "1s" },
};

/**
 * A stack of Flink API keys under a real engine, against an emulator. After every run it is held against what
 * docs/guarantees.md promises, whatever the test itself looks at.
 */
export class KeyStack {
    emulator!: Emulator;
    project!: PulumiProject;
    /** With `forAll`: the id of the key `orders` when the present test began. */
    before = "";
    #stack = "prod";
    /** `endpoint key` where that endpoint has accepted that key. */
    #accepted = new Set<string>();
    /** All that `pulumi` has printed. */
    #said = "";

    /** One stack for all tests of a block, which each begin with an empty journal. */
    static forAll(): KeyStack {
        const keys = new KeyStack();
        beforeAll(() => keys.#open());
        beforeEach(() => {
            keys.before = keys.apiKey();
            keys.emulator.journal.clear();
        });
        afterAll(() => keys.close());
        return keys;
    }

    /** A stack for each test of a block, which begins with these keys in use. */
    static forEach(begin: Readonly<Record<string, DeclaredKey>> = {}): KeyStack {
        const keys = new KeyStack();
        beforeEach(async () => {
            await keys.#open();
            if (Object.keys(begin).length > 0) await keys.deploy(begin);
        });
        afterEach(() => keys.close());
        return keys;
    }

    /** @param emulator of another stack, which then closes it. Default: one of its own. */
    static async open(emulator?: Emulator): Promise<KeyStack> {
        const keys = new KeyStack();
        await keys.#open(emulator);
        return keys;
    }

    async #open(emulator?: Emulator): Promise<void> {
        let made = 0;
        this.#stack = "prod";
        this.#accepted = new Set();
        this.#said = "";
        this.emulator = emulator ?? (await startEmulator({ makeSecret: () => sentinelSecret(++made) }));
        this.project = new PulumiProject(this.emulator, program);
        await this.project.init(this.#stack);
    }

    /** A new stack of the same name that knows nothing of the old one's keys. */
    async loseState(): Promise<void> {
        await this.close({ keepEmulator: true });
        await this.#open(this.emulator);
    }

    /** Puts these keys into the program, in place of those of before. */
    declare(keys: Readonly<Record<string, DeclaredKey>>): void {
        this.project.configure(this.#stack, this.config(keys));
    }

    /** The config that declares these keys. */
    config(keys: Readonly<Record<string, DeclaredKey>>): Record<string, unknown> {
        const all = Object.entries(keys).map(([name, key]) => [name, { ...declared, ...key }]);
        return { "confluent-flink:keys": Object.fromEntries(all) };
    }

    /** `pulumi <args>`, however it ends. @param env beside the credentials. */
    async pulumi(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<PulumiRun> {
        const before = this.#moment();
        const run = await this.project.run(this.#stack, args, { ...credentialsOf(this.emulator), ...env });
        this.#said += run.text;
        this.#expectPromises(before);
        return run;
    }

    up(...args: string[]): Promise<PulumiRun> {
        return this.pulumi(["up", "--yes", "--skip-preview", ...args]);
    }

    /** `up` that has to end well. */
    async deploy(keys: Readonly<Record<string, DeclaredKey>>): Promise<void> {
        this.declare(keys);
        const { code, text } = await this.up();
        if (code !== 0) throw new Error(`pulumi up ended with ${code}:\n${text}`);
    }

    destroy(...args: string[]): Promise<PulumiRun> {
        return this.pulumi(["destroy", "--yes", "--skip-preview", ...args]);
    }

    refresh(): Promise<PulumiRun> {
        return this.pulumi(["refresh", "--yes", "--skip-preview"]);
    }

    /**
     * Starts `pulumi <args>` and resolves when it is held: at the first request of this kind, or between the success of
     * `create` or `update` and the checkpoint (`holdsBeforeCheckpoint`), or while it waits for a region that accepts no key.
     */
    async startAndHold(args: readonly string[], at: Held | "checkpoint" | "wait") {
        const before = this.#moment();
        const isHeld =
            at === "checkpoint"
                ? this.#heldByHook()
                : at === "wait"
                  ? this.#heldByRegion()
                  : this.#heldByEmulator(at);
        const run = this.project.start(this.#stack, args);
        await until(() => isHeld() || run.isOver());
        if (!isHeld()) throw new Error(`Not held at ${JSON.stringify(at)}:\n${(await run.ended).text}`);
        const ended = async (hasCheckpoint: boolean): Promise<PulumiRun> => {
            const outcome = await run.ended;
            this.#said += outcome.text;
            this.emulator.faults.clear();
            this.#expectPromises(before, hasCheckpoint);
            return outcome;
        };
        /** SIGINT, and the engine has said that it has seen it. */
        const interrupt = async (): Promise<void> => {
            run.interrupt();
            await until(() => /received; cancelling/.test(run.text()) || run.isOver());
        };
        return {
            /** kill -9 of the engine and all that it has started, and what a person does then: the lock has to go. */
            kill: async (): Promise<void> => {
                run.kill();
                await ended(false);
                await this.pulumi(["cancel", "--yes"]);
            },
            /** kill -9 of the engine alone. Milliseconds until the provider has ended by itself; then the lock has to go. */
            killEngine: async (): Promise<number> => {
                const sinceMs = Date.now();
                run.killEngine();
                const isOver = () => processesOf(this.project.folder, providerProcess).length === 0;
                await until(() => isOver() || Date.now() - sinceMs > longestLifeMs);
                const outlivedMs = Date.now() - sinceMs;
                run.kill();
                await ended(false);
                await this.pulumi(["cancel", "--yes"]);
                return outlivedMs;
            },
            /** One SIGINT; then Confluent Cloud answers, and the engine ends as it likes. */
            interruptOnce: async (): Promise<PulumiRun> => {
                await interrupt();
                this.emulator.clock.advance(hourMs);
                return ended(true);
            },
            /** Two, and no answer. */
            interruptTwice: async (): Promise<PulumiRun> => {
                await interrupt();
                run.interrupt();
                await until(run.isOver);
                this.project.killProcesses();
                const outcome = await ended(false);
                await this.pulumi(["cancel", "--yes"]);
                return outcome;
            },
        };
    }

    /** `pulumi <args>`, for a test that stops it itself: the promises are then the test's to check. */
    start(...args: string[]): ReturnType<PulumiProject["start"]> {
        return this.project.start(this.#stack, args);
    }

    /** `pulumi stack rename`. */
    async rename(stack: string): Promise<void> {
        const { code, text } = await this.project.run(this.#stack, ["stack", "rename", stack]);
        if (code !== 0) throw new Error(`pulumi stack rename ended with ${code}:\n${text}`);
        this.#stack = stack;
    }

    /** `pulumi state move` of what has this URN, to a stack that exists and that this one stands for from then on. */
    async moveTo(stack: string, urn: string): Promise<void> {
        const stacks = ["--source", this.#stack, "--dest", stack];
        const { code, text } = await this.project.command("state", "move", ...stacks, "--yes", urn);
        if (code !== 0) throw new Error(`pulumi state move ended with ${code}:\n${text}`);
        this.#stack = stack;
    }

    urn(name = "orders"): string {
        return `urn:pulumi:${this.#stack}::confluent-flink::${keyType}::${name}`;
    }

    /** The resource of this name, without what waits for its deletion. */
    stored(name = "orders"): StoredKey | undefined {
        return this.all().find(({ urn, delete: isToGo }) => urn.endsWith(`::${name}`) && !isToGo);
    }

    /** Every resource, also what waits for its deletion. */
    all(): StoredKey[] {
        return this.project.stored(this.#stack, "FlinkApiKey") as StoredKey[];
    }

    apiKey(name = "orders"): string {
        return String(this.stored(name)?.outputs?.apiKey);
    }

    /** Ids of the keys that clients made and that live. */
    live(): string[] {
        return this.#keys()
            .map(({ id }) => id)
            .sort();
    }

    /** Descriptions of the same. */
    descriptions(): string[] {
        return this.#keys().map(({ description }) => description);
    }

    /** How many keys were made and shown. */
    posts(): number {
        return this.emulator.journal
            .entries()
            .filter(
                ({ method, path, status }) => method === "POST" && /api-keys$/.test(path) && status === 202,
            ).length;
    }

    /** Requests of this kind fail from now on, until what this returns is called. @param times 0: all of them. */
    failing(method: string, path: string, status: number, { times = 0 } = {}): () => void {
        const id = this.emulator.faults.add({ method, path, action: { status }, times });
        return () => void this.emulator.faults.remove(id);
    }

    /** No region accepts a key from now on, until what this returns is called. */
    slowRegions(): () => void {
        return this.failing("GET", "/sql/**", 401);
    }

    /** As somebody does who uses none of this. */
    async deleteByHand(...apiKeys: readonly string[]): Promise<void> {
        for (const id of apiKeys) await send(this.emulator, "DELETE", `/iam/v2/api-keys/${id}`);
    }

    /**
     * Nothing is left to do: what lives is what the state holds and what is named here, every key of the state is proven, no
     * secret is in clear, and neither `up` nor `up --refresh` changes anything.
     * @param runs arguments of these two runs.
     */
    async expectAtRest(
        beside: Beside = {},
        runs: readonly (readonly string[])[] = [[], ["--refresh"]],
    ): Promise<void> {
        this.expectSettled(beside);
        const before = this.live();
        for (const args of runs) {
            const { code, text } = await this.up("--expect-no-changes", ...args);
            expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
        }
        expect(this.live()).toEqual(before);
        this.expectSettled(beside);
    }

    /** The same without the two runs: for a step that is followed by others. */
    expectSettled({ named = [], others = [] }: Beside = {}): void {
        for (const { delete: isToGo, outputs, initErrors } of this.all()) {
            expect({ isToGo, initErrors }).toEqual({ isToGo: undefined, initErrors: undefined });
            expect(outputs).toMatchObject({
                status: "ready",
                description: expect.stringMatching(/\[pcf-[0-9a-f]{16}\]$/),
            });
        }
        expect(this.live()).toEqual([...this.#held(), ...named, ...others].sort());
        expect(this.descriptions().filter(isUnfinished)).toEqual([]);
        expect(named.filter((id) => !this.#said.includes(`Flink API key ${id} of`))).toEqual([]);
        expect(this.project.anyFile((content) => showsSecret(content.toString("latin1")))).toBe(false);
    }

    /** Closes the emulator too, where it is its own. */
    async close({ keepEmulator = false } = {}): Promise<void> {
        this.project?.killProcesses();
        this.project?.remove();
        if (!keepEmulator) await this.emulator?.close();
    }

    #keys() {
        return this.emulator.state().apiKeys.filter(({ seeded }) => !seeded);
    }

    #held(): string[] {
        return this.all().flatMap(({ outputs }) => [
            String(outputs?.apiKey),
            ...(outputs?.superseded ?? []).map(({ apiKey }) => apiKey),
        ]);
    }

    #moment(): Moment {
        const unfinished = this.#keys().filter(({ description }) => isUnfinished(description));
        return { held: this.#held(), live: this.live(), unfinished: unfinished.map(({ id }) => id) };
    }

    /** What holds after every run, however it ended. @param hasCheckpoint the engine could write down what it did. */
    #expectPromises(before: Moment, hasCheckpoint = true): void {
        const live = this.live();
        const held = this.#held();
        const deleted = before.live.filter((id) => !live.includes(id));
        expectNone(
            "a key that was handed out lives until its own state lets it go",
            deleted.filter((id) => !before.held.includes(id) && !before.unfinished.includes(id)),
        );
        for (const { path, region, status, authorization } of this.emulator.journal.entries()) {
            const id = /^Basic (\w{16}):/.exec(authorization ?? "")?.[1];
            const endpoint =
                region === undefined ? this.emulator.url : `${this.emulator.url}/flink/${region}`;
            if (path.startsWith("/sql/") && status === 200) this.#accepted.add(`${endpoint} ${id}`);
        }
        expectNone(
            "no state says ready of a key that its endpoint never accepted",
            this.all()
                .filter(({ outputs }) => outputs?.status === "ready")
                .flatMap(({ outputs = {} }) => endpointsOf(outputs).map((url) => `${url} ${outputs.apiKey}`))
                .filter((pair) => !this.#accepted.has(pair)),
        );
        expectNone("no secret in what is printed", showsSecret(this.#said) ? [this.#said] : []);
        if (!hasCheckpoint) return;
        expectNone(
            "the state holds no key that this run has deleted",
            deleted.filter((id) => held.includes(id)),
        );
        expectNone(
            "a run leaves no second key: what it made is in the state, or gone",
            live.filter((id) => !before.live.includes(id) && !held.includes(id)),
        );
    }

    #heldByHook(): () => boolean {
        const file = join(this.project.folder, heldFile);
        rmSync(file, { force: true });
        return () => existsSync(file);
    }

    #heldByRegion(): () => boolean {
        const id = this.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        return () => this.emulator.faults.list().some((rule) => rule.id === id && rule.matched >= 3);
    }

    #heldByEmulator({ method, path, effect }: Held): () => boolean {
        const id = this.emulator.faults.add({ method, path, action: { delayMs: hourMs, effect } });
        return () => this.emulator.faults.list().some((rule) => rule.id === id && rule.matched > 0);
    }
}

/** A request that the emulator holds, before it has its effect (`last`) or after it (`first`). */
export interface Held {
    readonly method: string;
    readonly path: string;
    readonly effect: "first" | "last";
}

const hourMs = 3_600_000;
/** A provider that outlives its engine for so long does not notice that it is gone. */
const longestLifeMs = 20_000;

/** Another process is waited for: its output, its end and what it writes are all there is to see of it. */
async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(20);
}

/** A global key has an endpoint for each of its regions. */
function endpointsOf({ restEndpoint, restEndpoints }: Record<string, unknown>): unknown[] {
    return restEndpoints === undefined ? [restEndpoint] : Object.values(restEndpoints as object);
}

function expectNone(promise: string, offenders: readonly string[]): void {
    if (offenders.length > 0) throw new Error(`Broken: ${promise}. ${offenders.join(", ")}`);
}
