import { type Emulator, startEmulator } from "../../emulator";
import { PulumiProject, type PulumiRun, type StoredResource } from "./pulumiProject";

/** A key as the config of the program declares it: the arguments of FlinkApiKey, and these. */
export interface DeclaredKey {
    /** Resource options, as far as JSON can say them. */
    readonly options?: Record<string, unknown>;
    /** How often an `onError` hook asks for another attempt. */
    readonly retries?: number;
    readonly [argument: string]: unknown;
}

interface StoredKey extends StoredResource {
    readonly delete?: boolean;
    readonly outputs?: Record<string, unknown> & { apiKey?: string; superseded?: { apiKey: string }[] };
}

const program = `
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
for (const [name, { options, retries = 0, ...args }] of Object.entries(new pulumi.Config().requireObject("keys"))) {
    let left = retries;
    const hooks = retries > 0 && { hooks: { onError: [new pulumi.ErrorHook("again " + name, () => left-- > 0)] } };
    new FlinkApiKey(name, args, { ...options, ...hooks });
}
`;

/** Owned by the account that the emulator starts with, which is OrganizationAdmin. */
const declared = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    readiness: { timeout: "1s" },
};

/** A stack of Flink API keys under a real engine, against an emulator. */
export class KeyStack {
    readonly emulator: Emulator;
    readonly project: PulumiProject;
    #stack = "prod";

    private constructor(emulator: Emulator, project: PulumiProject) {
        this.emulator = emulator;
        this.project = project;
    }

    /** @param emulator of another stack, which then closes it. Default: one of its own. */
    static async open(emulator?: Emulator): Promise<KeyStack> {
        const cloud = emulator ?? (await startEmulator());
        const project = new PulumiProject(cloud, program);
        const keys = new KeyStack(cloud, project);
        await project.init(keys.#stack);
        return keys;
    }

    /** Puts these keys into the program, in place of those of before. */
    declare(keys: Readonly<Record<string, DeclaredKey>>): void {
        const all = Object.entries(keys).map(([name, key]) => [name, { ...declared, ...key }]);
        this.project.configure(this.#stack, { "confluent-flink:keys": Object.fromEntries(all) });
    }

    /** `pulumi <args>`, however it ends. */
    pulumi(...args: string[]): Promise<PulumiRun> {
        return this.project.run(this.#stack, args);
    }

    up(...args: string[]): Promise<PulumiRun> {
        return this.pulumi("up", "--yes", "--skip-preview", ...args);
    }

    /** `pulumi <args>`, to be stopped half-way. */
    start(...args: string[]): ReturnType<PulumiProject["start"]> {
        return this.project.start(this.#stack, args);
    }

    /** `pulumi state move` of what has this URN, to a stack that exists. */
    move(toStack: string, urn: string): Promise<PulumiRun> {
        return this.project.command(
            "state",
            "move",
            "--source",
            this.#stack,
            "--dest",
            toStack,
            "--yes",
            urn,
        );
    }

    /** The stack goes by another name from here on. */
    isCalled(stack: string): void {
        this.#stack = stack;
    }

    urn(name = "orders"): string {
        return `urn:pulumi:${this.#stack}::confluent-flink::pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey::${name}`;
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

    /** Requests of this kind fail from now on, until what this returns is called. */
    failing(method: string, path: string, status: number): () => void {
        const id = this.emulator.faults.add({ method, path, action: { status }, times: 0 });
        return () => void this.emulator.faults.remove(id);
    }

    /** No region accepts a key from now on, until what this returns is called. */
    slowRegions(): () => void {
        return this.failing("GET", "/sql/**", 401);
    }

    /**
     * Nothing is left to do: what lives is what the state holds and `kept`, every key of the state is proven, and neither
     * `up` nor `up --refresh` changes anything.
     */
    async expectAtRest(...kept: string[]): Promise<void> {
        this.expectSettled(...kept);
        const before = this.live();
        for (const args of [[], ["--refresh"]]) {
            const { code, text } = await this.up("--expect-no-changes", ...args);
            expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
        }
        expect(this.live()).toEqual(before);
    }

    /** The same without the two runs: for a step that is followed by others. */
    expectSettled(...kept: string[]): void {
        for (const { delete: isToGo, outputs, initErrors } of this.all()) {
            expect({ isToGo, initErrors }).toEqual({ isToGo: undefined, initErrors: undefined });
            expect(outputs).toMatchObject({
                readiness: "ready",
                description: expect.stringMatching(/\[pcf-[0-9a-f]{16}\]$/),
            });
        }
        const held = this.all().flatMap(({ outputs }) => [
            String(outputs?.apiKey),
            ...(outputs?.superseded ?? []).map(({ apiKey }) => apiKey),
        ]);
        expect(this.live()).toEqual([...held, ...kept].sort());
        expect(this.descriptions().filter((text) => text.includes("unfinished"))).toEqual([]);
    }

    /** Closes the emulator too, where it is its own. */
    async close({ keepEmulator = false } = {}): Promise<void> {
        this.project.killProcesses();
        this.project.remove();
        if (!keepEmulator) await this.emulator.close();
    }

    #keys() {
        return this.emulator.state().apiKeys.filter(({ seeded }) => !seeded);
    }
}
