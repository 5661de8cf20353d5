// The scripted provider inside the SDK's dynamic-provider process. The recorder bundles this file into the program's
// node_modules. Everything that outlives a call stands in files beside the program, since the process may die.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
    type Call,
    type PastCall,
    type Properties,
    type Reply,
    replyTo,
    type Script,
} from "./scriptedProvider";

/** A line of `calls.jsonl`: a call when it arrives, its reply when it is given. */
export type CallLine =
    | (PastCall & { readonly pid: number })
    | { readonly replyTo: number; readonly reply: Reply };

const folder = process.cwd();
const callsFile = join(folder, "calls.jsonl");

function arrived(): PastCall[] {
    if (!existsSync(callsFile)) return [];
    const lines = readFileSync(callsFile, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line)).filter((line) => "method" in line);
}

async function answer(call: Call): Promise<Properties> {
    const { step, script } = JSON.parse(readFileSync(join(folder, "script.json"), "utf8")) as {
        step: number;
        script: Script;
    };
    const before = arrived();
    const { reply, isHeld } = replyTo(call, step, before, script);
    write({ ...call, step, pid: process.pid });
    if (isHeld) {
        while (!existsSync(join(folder, "let-go"))) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    write({ replyTo: before.length, reply });
    if ("returns" in reply) return reply.returns;
    if ("throws" in reply) throw new Error(reply.throws);
    throw Object.assign(new Error("half done"), reply.half);
}

function write(line: CallLine): void {
    appendFileSync(callsFile, `${JSON.stringify(line)}\n`);
}

export const check = (olds: Properties, news: Properties) => answer({ method: "check", olds, news });
export const diff = (id: string, olds: Properties, news: Properties) =>
    answer({ method: "diff", id, olds, news });
export const create = (news: Properties) => answer({ method: "create", news });
export const read = (id: string, olds: Properties) => answer({ method: "read", id, olds });
export const update = (id: string, olds: Properties, news: Properties) =>
    answer({ method: "update", id, olds, news });
export { delete_ as delete };

const delete_ = (id: string, olds: Properties) => answer({ method: "delete", id, olds });
