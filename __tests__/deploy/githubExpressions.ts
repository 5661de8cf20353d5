import { loadEsModule } from "./loadEsModule";

/** The contexts of GitHub's expressions: `inputs`, `vars`, `github`, … */
export type Contexts = Readonly<Record<string, unknown>>;

/** Replaces the expressions in double braces in a text. */
export function interpolate(text: unknown, contexts: Contexts): string {
    return String(text).replace(/\$\{\{(.+?)\}\}/g, (_all, expression: string) =>
        String(evaluate(expression, contexts) ?? ""),
    );
}

/** Whether a value counts as true in a condition. */
export function isTrue(value: unknown): boolean {
    return value !== false && value !== null && value !== "" && value !== 0;
}

interface Expressions {
    Lexer: new (text: string) => { lex(): { tokens: unknown[] } };
    Parser: new (tokens: unknown[], contexts: string[], functions: unknown[]) => { parse(): unknown };
    Evaluator: new (
        expression: unknown,
        contexts: unknown,
    ) => { evaluate(): { coerceString(): string; kind: number; value?: unknown } };
    data: { replacer: unknown; reviver: (this: unknown, key: string, value: unknown) => unknown };
}

let expressions: Expressions | undefined;

/** Evaluates an expression with the library that GitHub's own tools use. */
export function evaluate(text: string, contexts: Contexts): unknown {
    expressions ??= loadEsModule<Expressions>(
        'export { Lexer, Parser, Evaluator, data } from "@actions/expressions"',
    );
    const { Lexer, Parser, Evaluator, data } = expressions;
    const { tokens } = new Lexer(text.trim()).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
    const values = JSON.parse(JSON.stringify(contexts), data.reviver);
    const result = new Evaluator(parsed, values).evaluate();
    return "value" in result ? result.value : result.coerceString();
}
