import { setImmediate as nextTurn } from "node:timers/promises";
import { invoke } from "@pulumi/pulumi/runtime/invoke";

/**
 * Turns of the event loop to wait before the SDK is loaded, which blocks the event loop for half a second. The request
 * is sent in the second turn, even on a busy machine.
 */
const turns = 10;

/**
 * The entry point of a deployment (`main` in Pulumi.yaml); the program is index.ts. The engine starts the process for
 * dynamic providers when a program first needs it. For a key, this is after the service account and its roles, and takes
 * half a second. The request here starts that process earlier, while this one loads the SDK, which takes as long
 * (docs/decisions/007-early-start.md).
 */
async function start(): Promise<unknown> {
    // Dynamic providers have no functions, so the answer is an error, which is ignored.
    invoke("pulumi-nodejs:index:start", {}).catch(() => undefined);
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    return require("../index");
}

export = start();
