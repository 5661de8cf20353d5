// Not the global one, which test runners replace by a fake.
import { setImmediate } from "node:timers/promises";
import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";

/** Where a program is run. */
export interface DeployOptions {
    /** Name of the project. Default `project`. */
    project?: string;
    /** Name of the stack. Default `stack`. */
    stack?: string;
    /** Name of the organization in Pulumi, for `pulumi.getOrganization()`. Default: none. */
    organization?: string;
    /** Stack config, in full names: `{ "orders:environmentId": "env-abc123" }`; what is no text is written as JSON. Default: none. */
    config?: Readonly<Record<string, unknown>>;
    /** Whether it is a preview: then the ids of what is made and the outputs of keys are unknown. Default `false`. */
    preview?: boolean;
}

/** A program that has run to its end. */
export interface Deployed {
    /** What the program exported or returned, with every output resolved and secrets in clear. */
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into the outputs of its own program, whose shape it knows.
    readonly outputs: Record<string, any>;
    /** Where secrets are in it: `keys["aws.us-east-2"].apiSecret`. */
    readonly secretOutputs: readonly string[];
}

/** Runs a program with mocks until everything is registered. Rejects with the error that stops it. */
export async function deployProgram(
    mocks: pulumi.runtime.Mocks,
    program: () => unknown,
    { project, stack, organization, config = {}, preview = false }: DeployOptions,
): Promise<Deployed> {
    pulumi.runtime.setAllConfig(
        Object.fromEntries(
            Object.entries(config).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        ),
    );
    await pulumi.runtime.setMocks(mocks, project, stack, preview, organization);
    const rejections = catchRejections();
    try {
        const exported = await exportsOf(await program());
        // The SDK tells nobody of a resource that could not be registered but by an unhandled rejection.
        await Promise.race([pulumi.runtime.disconnect(), rejections.first]);
        const found = await Promise.race([readOutputs(exported), rejections.first]);
        await turns(10);
        rejections.throwFirst();
        return found as Deployed;
    } finally {
        // The others of the same cause.
        await turns(10);
        rejections.stop();
    }
}

/**
 * Takes the process's unhandled rejections for itself. A test runner counts each as a failure of whichever test is
 * running, and jest gives tests a copy of `process`, whose events never come: hence the process of the main context.
 */
function catchRejections(): { first: Promise<never>; throwFirst(): void; stop(): void } {
    const real = runInThisContext("process") as NodeJS.Process;
    const before = real.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
    const seen: unknown[] = [];
    let reject: (error: unknown) => void = () => undefined;
    const first = new Promise<never>((_resolve, fail) => {
        reject = fail;
    });
    first.catch(() => undefined);
    const listener = (error: unknown): void => {
        seen.push(error);
        reject(error);
    };
    real.removeAllListeners("unhandledRejection");
    real.on("unhandledRejection", listener);
    return {
        first,
        throwFirst() {
            if (seen.length > 0) throw seen[0];
        },
        stop() {
            real.removeListener("unhandledRejection", listener);
            for (const one of before) real.on("unhandledRejection", one);
        },
    };
}

/** What the engine would take as the program's outputs: a default export that is all there is; what a function returns. */
async function exportsOf(loaded: unknown): Promise<unknown> {
    if (typeof loaded === "function") return loaded();
    if (typeof loaded !== "object" || loaded === null || !("default" in loaded)) return loaded;
    if ((loaded as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] !== "Module") return loaded;
    // A module that is no ES module itself comes as its own default beside its exports, and in Node 23 once more.
    const { default: whole, "module.exports": _again, ...named } = loaded as Record<string, unknown>;
    const isTwin = Object.keys(named).every(
        (name) => typeof whole === "object" && whole !== null && name in whole,
    );
    return isTwin ? exportsOf(whole) : loaded;
}

/** Turns of the event loop: rejections are told of at the end of one. */
export async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await setImmediate();
}

async function readOutputs(exported: unknown): Promise<Deployed> {
    const secretOutputs: string[] = [];
    const value = await read(exported, "", secretOutputs);
    const outputs = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    return { outputs, secretOutputs };
}

async function read(value: unknown, path: string, secretOutputs: string[]): Promise<unknown> {
    if (pulumi.Output.isInstance(value)) {
        if (await pulumi.isSecret(value)) secretOutputs.push(path);
        return known(value);
    }
    if (value instanceof Promise) return read(await value, path, secretOutputs);
    if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value)) return value;
    if (Array.isArray(value)) {
        return Promise.all(value.map((item, i) => read(item, `${path}[${i}]`, secretOutputs)));
    }
    const entries = Object.entries(value).map(async ([name, item]) => {
        const step = /^[A-Za-z_$][\w$]*$/.test(name) ? `${path && "."}${name}` : `[${JSON.stringify(name)}]`;
        return [name, await read(item, `${path}${step}`, secretOutputs)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
}

/** The value of an output; undefined where a preview does not know it. Rejects with what failed it. */
async function known(output: pulumi.Output<unknown>): Promise<unknown> {
    const { promise, isKnown } = output as unknown as {
        promise(): Promise<unknown>;
        isKnown: Promise<boolean>;
    };
    return (await isKnown) ? promise.call(output) : undefined;
}
