import { join } from "node:path";
import { buildSync } from "esbuild";

/** What an ES module exports, which jest can load only through a bundler: `export { Lexer } from "@actions/expressions"`. */
export function loadEsModule<T>(contents: string): T {
    const stdin = { contents, resolveDir: join(__dirname, "../..") };
    const built = buildSync({ stdin, bundle: true, write: false, format: "cjs", platform: "node" });
    const module = { exports: {} };
    const evaluate = new Function("module", "exports", "require", built.outputFiles[0]?.text ?? "");
    evaluate(module, module.exports, require);
    return module.exports as T;
}
