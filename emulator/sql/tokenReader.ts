/** A token of SQL. For a string or a quoted name, `text` is without the quotes. */
export interface Token {
    kind: "string" | "number" | "word" | "name" | "symbol";
    text: string;
}

const tokenPattern =
    /\s+|'((?:[^']|'')*)'|`([^`]+)`|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_][\w$]*)|(<>|!=|<=|>=|\|\||[^\s])/gy;

/** The tokens of a statement without comments. */
export function tokenize(sql: string): Token[] {
    const tokens: Token[] = [];
    for (const [, string, name, number, word, symbol] of sql.matchAll(tokenPattern)) {
        if (string !== undefined) tokens.push({ kind: "string", text: string.replaceAll("''", "'") });
        else if (name !== undefined) tokens.push({ kind: "name", text: name });
        else if (number !== undefined) tokens.push({ kind: "number", text: number });
        else if (word !== undefined) tokens.push({ kind: "word", text: word });
        else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol });
    }
    return tokens;
}

/** Thrown for SQL that the emulator does not support. The message names the unsupported part. */
export class UnsupportedSql extends Error {}

/** Nesting limit: a hostile statement must not overflow the stack. */
const maxDepth = 100;

/** Reads tokens from left to right. */
export class TokenReader {
    /** How many aggregates, such as COUNT, were read. */
    aggregates = 0;
    #index = 0;
    #depth = 0;

    constructor(readonly tokens: readonly Token[]) {}

    get atEnd(): boolean {
        return this.#index >= this.tokens.length;
    }

    /** How far it has read, for `textSince`. */
    get position(): number {
        return this.#index;
    }

    /** The tokens since a position, in one form for the same expression. */
    textSince(position: number): string {
        return this.tokens
            .slice(position, this.#index)
            .map(({ kind, text }) => (kind === "word" || kind === "name" ? text.toUpperCase() : text))
            .join(" ");
    }

    peek(ahead = 0): Token | undefined {
        return this.tokens[this.#index + ahead];
    }

    next(): Token {
        const token = this.peek();
        if (token === undefined) throw new UnsupportedSql("the end of the statement");
        this.#index += 1;
        return token;
    }

    /** Consumes the next tokens if they are these words or symbols. Returns whether they were. */
    take(...texts: string[]): boolean {
        const found = texts.every((text, ahead) => {
            const token = this.peek(ahead);
            return (token?.kind === "word" || token?.kind === "symbol") && token.text.toUpperCase() === text;
        });
        this.#index += found ? texts.length : 0;
        return found;
    }

    require(...texts: string[]): void {
        if (!this.take(...texts))
            throw new UnsupportedSql(`'${this.peek()?.text ?? "the end of the statement"}'`);
    }

    /** Runs a parser function that may call itself, within the nesting limit. */
    nested<T>(read: () => T): T {
        this.#depth += 1;
        if (this.#depth > maxDepth) throw new UnsupportedSql("parentheses that deep");
        const value = read();
        this.#depth -= 1;
        return value;
    }

    /** What `read` reads, one or more times with commas between. */
    list<T>(read: () => T): T[] {
        const items: T[] = [];
        do items.push(read());
        while (this.take(","));
        return items;
    }

    /** A name, quoted or not. */
    name(): string {
        const token = this.next();
        if (token.kind !== "name" && token.kind !== "word") throw new UnsupportedSql(`'${token.text}'`);
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
