import { readFileSync } from "node:fs";
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** A mistake in a stack file, with its line. */
export interface LocatedMistake {
    readonly file: string;
    /** From 1. */
    readonly line: number;
    readonly message: string;
}

/** A stack file as Pulumi reads it, with the line of each key. */
export interface StackFile {
    readonly stack: string;
    readonly file: string;
    readonly document: Document;
    /** Config by full key; encrypted values are `encrypted`. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Why the file could not be read as a stack file. */
    readonly mistakes: readonly LocatedMistake[];
    /** The line of a config key, or of a part of its value; the line of `config:` if it does not exist. */
    lineOf(path: readonly (string | number)[]): number;
    /** The line of a key of the file itself, such as `secretsprovider`. */
    lineOfTop(key: string): number;
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
    // The other errors are usually caused by the first one.
    const mistakes: LocatedMistake[] = document.errors.slice(0, 1).map((error) => ({
        file,
        line: error.linePos?.[0].line ?? 1,
        message: `not valid YAML: ${error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "")}`,
    }));
    if (problem !== undefined) mistakes.push({ file, line: 1, message: problem });
    const root = document.contents;
    const lineOfNode = (node: Node | null | undefined): number =>
        node?.range ? lines.linePos(node.range[0]).line : 1;
    const lineOfTop = (key: string): number => lineOfNode(keyNode(root, key));
    const configNode = isMap(root) ? root.get("config", true) : undefined;
    const yamlKeys = new Map<string, string>();
    const config: Record<string, unknown> = {};

    if (mistakes.length === 0 && root !== null && !isMap(root)) {
        mistakes.push({
            file,
            line: 1,
            message: "got a file that is not a map, expected the key config: with keys and values",
        });
    }
    if (mistakes.length === 0 && isMap(configNode)) {
        for (const { key } of configNode.items) {
            const written = isScalar(key) ? String(key.value) : String(key);
            const full = written.includes(":") ? written : `${projectName}:${written}`;
            if (yamlKeys.has(full)) {
                const message = `${full}: set twice, the second time as ${written}; expected each key once`;
                mistakes.push({ file, line: lineOfNode(key as Node), message });
            }
            yamlKeys.set(full, written);
            try {
                config[full] = hideEncrypted(toPlain(document, configNode.get(key, true)));
            } catch (error) {
                const reason = (error as Error).message.split("\n")[0];
                const message = `${full}: got a value that cannot be read (${reason}), expected plain YAML`;
                mistakes.push({ file, line: lineOfNode(key as Node), message });
            }
        }
    } else if (mistakes.length === 0 && isMap(root) && root.has("config") && !isEmpty(configNode)) {
        mistakes.push({
            file,
            line: lineOfTop("config"),
            message: "config: got a value that is not a map, expected keys and values",
        });
    }

    const lineOf = (path: readonly (string | number)[]): number => {
        let node: unknown = configNode;
        let line = lineOfTop("config");
        for (const [depth, step] of path.entries()) {
            const written = depth === 0 ? (yamlKeys.get(String(step)) ?? step) : step;
            const key = keyNode(node, written);
            const next = isSeq(node) || isMap(node) ? node.get(written, true) : undefined;
            const at = key ?? (isSeq(node) ? (next as Node | undefined) : undefined);
            if (at === undefined) return line;
            line = lineOfNode(at);
            node = next;
        }
        return line;
    };
    return { stack, file, document, config, mistakes, lineOf, lineOfTop };
}

function readText(file: string): { text: string; problem?: string } {
    try {
        return { text: readFileSync(file, "utf8") };
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const got =
            code === "EISDIR"
                ? "a folder"
                : code === "ENOENT"
                  ? "a link to a file that does not exist"
                  : code;
        return { text: "", problem: `got ${got}, expected a stack file that can be read` };
    }
}

/** The keys of the file itself. */
export function topKeys({ document }: StackFile): string[] {
    const root = document.contents;
    return isMap(root) ? root.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
}

function keyNode(map: unknown, key: unknown): Node | undefined {
    if (!isMap(map)) return undefined;
    const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair?.key as Node | undefined;
}

function toPlain(document: Document, node: unknown): unknown {
    return node === undefined || node === null ? null : (node as Node).toJS(document);
}

function isEmpty(node: unknown): boolean {
    return node === undefined || node === null || (isScalar(node) && node.value === null);
}

/** `{ secure: … }`, at any depth, is how Pulumi writes an encrypted value. */
function hideEncrypted(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(hideEncrypted);
    const entries = Object.entries(value);
    if (entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string")
        return encrypted;
    return Object.fromEntries(entries.map(([key, inner]) => [key, hideEncrypted(inner)]));
}
