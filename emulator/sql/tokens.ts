/** A piece of SQL. `text` of a string or a quoted name is what is between the quotes. */
export interface Token {
    kind: "string" | "number" | "word" | "name" | "symbol";
    text: string;
}

const TOKEN =
    /\s+|'((?:[^']|'')*)'|`([^`]+)`|(\d+(?:\.\d+)?|\.\d+)|([A-Za-z_][\w$]*)|(<>|!=|<=|>=|\|\||[^\s])/gy;

/** The tokens of SQL without comments. */
export function tokenize(sql: string): Token[] {
    const tokens: Token[] = [];
    for (const [, string, name, number, word, symbol] of sql.matchAll(TOKEN)) {
        if (string !== undefined) {
            tokens.push({ kind: "string", text: string.replaceAll("''", "'") });
        } else if (name !== undefined) {
            tokens.push({ kind: "name", text: name });
        } else if (number !== undefined) {
            tokens.push({ kind: "number", text: number });
        } else if (word !== undefined) {
            tokens.push({ kind: "word", text: word });
        } else if (symbol !== undefined) {
            tokens.push({ kind: "symbol", text: symbol });
        }
    }
    return tokens;
}

/** Thrown where SQL goes beyond what is read here. */
export class Unreadable extends Error {}

/** How deep parentheses may stand in one another: a hostile statement must not use up the stack. */
const MAX_DEPTH = 100;

/** Goes through tokens from the left. */
export class TokenReader {
    #index = 0;
    #depth = 0;

    constructor(readonly tokens: readonly Token[]) {}

    get atEnd(): boolean {
        return this.#index >= this.tokens.length;
    }

    peek(ahead = 0): Token | undefined {
        return this.tokens[this.#index + ahead];
    }

    next(): Token {
        const token = this.peek();
        if (token === undefined) {
            throw new Unreadable("the end of the statement");
        }
        this.#index += 1;
        return token;
    }

    /** Whether the next tokens are these words or symbols; then they are taken. */
    take(...texts: string[]): boolean {
        const found = texts.every((text, ahead) => {
            const token = this.peek(ahead);
            return (token?.kind === "word" || token?.kind === "symbol") && token.text.toUpperCase() === text;
        });
        this.#index += found ? texts.length : 0;
        return found;
    }

    require(...texts: string[]): void {
        if (!this.take(...texts)) {
            throw new Unreadable(`'${this.peek()?.text ?? "the end of the statement"}'`);
        }
    }

    /** Reads what may contain itself. */
    nested<T>(read: () => T): T {
        this.#depth += 1;
        if (this.#depth > MAX_DEPTH) {
            throw new Unreadable("parentheses that deep");
        }
        const value = read();
        this.#depth -= 1;
        return value;
    }

    /** A name, quoted or not. */
    name(): string {
        const token = this.next();
        if (token.kind !== "name" && token.kind !== "word") {
            throw new Unreadable(`'${token.text}'`);
        }
        return token.text;
    }

    /** `catalog.database.table`, in its parts. */
    path(): string[] {
        const parts = [this.name()];
        while (this.take(".")) {
            parts.push(this.name());
        }
        return parts;
    }
}
