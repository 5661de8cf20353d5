import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "./engineOperation";

/** Where the committed recordings are. */
export const recordingsFolder = join(__dirname, "recordings");

/** `up --replace` → `up-replace.json`. */
export function fileOf(name: string): string {
    return `${name.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "")}.json`;
}

/** JSON with one line for each call, and one for the rest of a step before and after its calls. */
export function textOf({ name, steps }: Recording): string {
    const lines = steps.map((step) =>
        JSON.stringify({ ...step, calls: [] }).replace(
            '"calls":[]',
            () => `"calls":[${callLines(step.calls)}]`,
        ),
    );
    return `{"name":${JSON.stringify(name)},"steps":[\n${lines.join(",\n")}\n]}\n`;
}

function callLines(calls: Recording["steps"][number]["calls"]): string {
    return calls.length === 0 ? "" : `\n${calls.map((call) => JSON.stringify(call)).join(",\n")}\n`;
}

export function readRecording(name: string): Recording {
    return JSON.parse(readFileSync(join(recordingsFolder, fileOf(name)), "utf8"));
}
