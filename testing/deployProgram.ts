// Imported, because test runners replace the global function with a fake.
import { setImmediate } from "node:timers/promises";
import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { requireOneSdk } from "./oneSdk";

/** Project, stack and config of a test deployment. */
export interface DeployOptions {
    /** Name of the project. Default `project`. */
    project?: string;
    /** Name of the stack. Default `stack`. */
    stack?: string;
    /** Name of the Pulumi organization, which `pulumi.getOrganization()` returns. Default: none. */
    organization?: string;
    /**
     * Stack config by full key: `{ "orders:environmentId": "env-abc123" }`. Values that are not strings are passed as
     * JSON. Default: none.
     */
    config?: Readonly<Record<string, unknown>>;
    /** Whether this is a preview, in which the ids of new resources and the outputs of keys are unknown. Default `false`. */
    preview?: boolean;
}

/** The result of a program that has run to its end. */
export interface Deployed {
    /** The exports or the return value of the program. Outputs are resolved, and secrets are in plain text. */
    // biome-ignore lint/suspicious/noExplicitAny: a test knows the types of its own program's outputs.
    readonly outputs: Record<string, any>;
    /** Paths of the secrets in `outputs`: `keys["aws.us-east-2"].apiSecret`. */
    readonly secretOutputs: readonly string[];
}

/** Runs a program with mocks until all resources are registered. Rejects with the error that stops the program. */
export async function deployProgram(
    mocks: pulumi.runtime.Mocks,
    program: () => unknown,
    { project, stack, organization, config = {}, preview = false }: DeployOptions,
): Promise<Deployed> {
    requireOneSdk();
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
        // The SDK reports a resource that could not be registered only as an unhandled rejection.
        await Promise.race([pulumi.runtime.disconnect(), rejections.first]);
        const found = await Promise.race([readOutputs(exported), rejections.first]);
        await turns(10);
        rejections.throwFirst();
        return found as Deployed;
    } finally {
        // One cause may lead to several rejections. This catches the later ones.
        await turns(10);
        rejections.stop();
    }
}

/**
 * Replaces the process's listeners for unhandled rejections, because test runners count each rejection as a failure of
 * the test that is running. Jest gives tests a copy of `process` that has no events. So this uses the `process` of the
 * main context.
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

/**
 * The outputs of the program, as Pulumi's Node.js runtime determines them: the exports, or the default export if it is
 * the only one. A function is called, and its return value is used.
 */
async function exportsOf(loaded: unknown): Promise<unknown> {
    if (typeof loaded === "function") return loaded();
    if (typeof loaded !== "object" || loaded === null || !("default" in loaded)) return loaded;
    if ((loaded as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] !== "Module") return loaded;
    // import() of a CommonJS module returns its exports, and all of them again as `default`. Node.js 23 also adds
    // "module.exports".
    const { default: whole, "module.exports": _again, ...named } = loaded as Record<string, unknown>;
    const isTwin = Object.keys(named).every(
        (name) => typeof whole === "object" && whole !== null && name in whole,
    );
    return isTwin ? exportsOf(whole) : loaded;
}

/** Waits for `count` turns of the event loop. Unhandled rejections are reported at the end of a turn. */
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
    if (Array.isArray(value))
        return Promise.all(value.map((item, i) => read(item, `${path}[${i}]`, secretOutputs)));
    const entries = Object.entries(value).map(async ([name, item]) => {
        const step = /^[A-Za-z_$][\w$]*$/.test(name) ? `${path && "."}${name}` : `[${JSON.stringify(name)}]`;
        return [name, await read(item, `${path}${step}`, secretOutputs)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
}

/** The value of an output; undefined if it is unknown in a preview. Rejects if the output failed. */
async function known(output: pulumi.Output<unknown>): Promise<unknown> {
    const { promise, isKnown } = output as unknown as {
        promise(): Promise<unknown>;
        isKnown: Promise<boolean>;
    };
    return (await isKnown) ? promise.call(output) : undefined;
}
