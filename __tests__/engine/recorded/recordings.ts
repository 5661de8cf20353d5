import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "./engineOperation";

/** Where the committed recordings are. */
export const recordingsFolder = join(__dirname, "recordings");

/** `up --replace` → `up-replace.json`. */
export function fileOf(name: string): string {
    return `${name.replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "")}.json`;
}

export function textOf(recording: Recording): string {
    return `${JSON.stringify(recording, undefined, 4)}\n`;
}

export function readRecording(name: string): Recording {
    return JSON.parse(readFileSync(join(recordingsFolder, fileOf(name)), "utf8"));
}
