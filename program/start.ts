import { setImmediate as nextTurn } from "node:timers/promises";
import { invoke } from "@pulumi/pulumi/runtime/invoke";

/**
 * Turns of the event loop, before loading the SDK blocks it for half a second. A request is sent in the second, however
 * long a busy machine takes for it.
 */
const turns = 10;

/**
 * Where a deployment enters (`main` in Pulumi.yaml); the program is index.ts. An engine starts the process of dynamic
 * providers when a program first asks for one, which for a key is after its account and its roles, and then waits half
 * a second for it. Asked here, it does that while this process loads the SDK, which takes as long
 * (docs/decisions/007-early-start.md).
 */
async function start(): Promise<unknown> {
    // Dynamic providers have no functions, so the answer is an error, and of no interest.
    invoke("pulumi-nodejs:index:start", {}).catch(() => undefined);
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    return require("../index");
}

export = start();
