import { readFileSync } from "node:fs";
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** A mistake in a stack file, with its line. */
export interface LocatedMistake {
    readonly stack: string;
    readonly file: string;
    /** From 1. */
    readonly line: number;
    readonly message: string;
}

type Path = readonly (string | number)[];

/** A stack file as Pulumi reads it, with the line of each key. */
export interface StackFile {
    readonly stack: string;
    readonly document: Document;
    /** The keys of the file itself. */
    readonly topKeys: readonly string[];
    /** Config by full key; encrypted values are `encrypted`. */
    readonly config: Readonly<Record<string, unknown>>;
    /** The keys as the file has them, with or without a namespace, by full key. */
    readonly writtenKeys: ReadonlyMap<string, string>;
    /** Why the file could not be read as a stack file. */
    readonly mistakes: readonly LocatedMistake[];
    /** A mistake at a config key, or at a part of its value; at `config:` if it does not exist. */
    mistakeAt(path: Path, message: string): LocatedMistake;
    /** A mistake at a key of the file itself, such as `secretsprovider`. */
    mistakeAtTop(key: string, message: string): LocatedMistake;
}

/** A value that only the stack's secrets provider can decrypt. */
export const encrypted = Symbol("encrypted");

/**
 * Reads a stack file. As in Pulumi, keys without a namespace belong to the project. What cannot be read is a mistake of this file: it
 * must not keep the other stacks from being checked.
 */
export function readStackFile(file: string, stack: string, projectName: string): StackFile {
    const lines = new LineCounter();
    const { text, problem } = readText(file);
    const document = parseDocument(text, { lineCounter: lines, merge: true });
    const mistakes: LocatedMistake[] = [];
    const mistakeOn = (line: number, message: string): LocatedMistake => ({ stack, file, line, message });
    const lineOfNode = (node: Node | null | undefined): number =>
        node?.range ? lines.linePos(node.range[0]).line : 1;
    const root = document.contents;
    const configNode = isMap(root) ? root.get("config", true) : undefined;
    const writtenKeys = new Map<string, string>();
    const config: Record<string, unknown> = {};

    // The other errors are usually caused by the first one.
    const [error] = document.errors;
    if (problem !== undefined) mistakes.push(mistakeOn(1, problem));
    else if (error !== undefined) {
        const reason = error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "");
        mistakes.push(mistakeOn(error.linePos?.[0].line ?? 1, `not valid YAML: ${reason}`));
    } else if (root !== null && !isMap(root)) {
        const message = "got a file that is not a map, expected the key config: with keys and values";
        mistakes.push(mistakeOn(1, message));
    } else if (isMap(configNode)) {
        for (const { key } of configNode.items) {
            const written = String(isScalar(key) ? key.value : key);
            const full = written.includes(":") ? written : `${projectName}:${written}`;
            const note = (message: string) =>
                mistakes.push(mistakeOn(lineOfNode(key as Node), `${full}: ${message}`));
            if (writtenKeys.has(full))
                note(`set twice, the second time as ${written}; expected each key once`);
            writtenKeys.set(full, written);
            try {
                const node = configNode.get(key, true) as Node | null | undefined;
                config[full] = node?.toJS(document, { reviver: hideEncrypted }) ?? null;
            } catch (error) {
                const reason = (error as Error).message.split("\n")[0];
                note(`got a value that cannot be read (${reason}), expected plain YAML`);
            }
        }
    } else if (isMap(root) && (root.get("config") ?? null) !== null) {
        const message = "config: got a value that is not a map, expected keys and values";
        mistakes.push(mistakeOn(lineOf(["config"]), message));
    }

    function lineOf(path: Path): number {
        let node: unknown = root;
        let line = 1;
        for (const step of path) {
            const written = (node === configNode && writtenKeys.get(String(step))) || step;
            const key = keyNode(node, written);
            const next = isSeq(node) || isMap(node) ? node.get(written, true) : undefined;
            const at = key ?? (isSeq(node) ? (next as Node | undefined) : undefined);
            if (at === undefined) return line;
            line = lineOfNode(at);
            node = next;
        }
        return line;
    }
    return {
        stack,
        document,
        topKeys: isMap(root) ? root.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [],
        config,
        writtenKeys,
        mistakes,
        mistakeAt: (path, message) => mistakeOn(lineOf(["config", ...path]), message),
        mistakeAtTop: (key, message) => mistakeOn(lineOf([key]), message),
    };
}

function readText(file: string): { text: string; problem?: string } {
    try {
        return { text: readFileSync(file, "utf8") };
    } catch (error) {
        const { code = "" } = error as NodeJS.ErrnoException;
        const got = { EISDIR: "a folder", ENOENT: "a link to a file that does not exist" }[code] ?? code;
        return { text: "", problem: `got ${got}, expected a stack file that can be read` };
    }
}

function keyNode(map: unknown, key: unknown): Node | undefined {
    if (!isMap(map)) return undefined;
    const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair?.key as Node | undefined;
}

/** `{ secure: … }`, at any depth, is how Pulumi writes an encrypted value. */
function hideEncrypted(_key: unknown, value: unknown): unknown {
    const [[name, text] = [], ...others] = Object.entries(Object(value));
    return others.length === 0 && name === "secure" && typeof text === "string" ? encrypted : value;
}

export function containsEncrypted(value: unknown): boolean {
    if (value === encrypted) return true;
    return typeof value === "object" && value !== null && Object.values(value).some(containsEncrypted);
}
