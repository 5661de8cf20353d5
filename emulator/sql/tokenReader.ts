const kinds = ["string", "name", "number", "word", "symbol"] as const;

/** A token of SQL. For a string or a quoted name, `text` is without the quotes. */
export interface Token {
    kind: (typeof kinds)[number];
    text: string;
    /** Where it begins and ends in the statement. */
    start: number;
    end: number;
}

const tokenPattern =
    /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?<string>(?:[^']|'')*)'|`(?<name>[^`]+)`|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?<word>[A-Za-z_][\w$]*)|(?<symbol><>|!=|<=|>=|\|\||[^\s])/gy;

/** The tokens of a statement, without comments and the semicolon at its end. */
export function tokenize(sql: string): Token[] {
    const tokens: Token[] = [];
    for (const { 0: all, index: start, groups = {} } of sql.matchAll(tokenPattern)) {
        const kind = kinds.find((one) => groups[one] !== undefined);
        const written = groups[kind ?? ""] ?? "";
        const text = kind === "string" ? written.replaceAll("''", "'") : written;
        if (kind !== undefined) tokens.push({ kind, text, start, end: start + all.length });
    }
    return tokens.at(-1)?.text === ";" ? tokens.slice(0, -1) : tokens;
}

/** One form for the same tokens: single spaces, empty strings. `SELECT a , COUNT ( * ) FROM orders WHERE b = ''` */
export function shapeOf(tokens: readonly Token[]): string {
    const textOf = ({ kind, text }: Token): string => (kind === "name" ? `\`${text}\`` : text);
    return tokens.map((token) => (token.kind === "string" ? "''" : textOf(token))).join(" ");
}

/** Thrown for SQL that the emulator does not support. The message names the unsupported part. */
export class UnsupportedSql extends Error {}

/** Nesting limit: a hostile statement must not overflow the stack. */
const maxDepth = 100;

/** Reads tokens from left to right. */
export class TokenReader {
    #index = 0;
    #depth = 0;

    constructor(readonly tokens: readonly Token[]) {}

    /** The tokens that were not read yet. */
    get rest(): readonly Token[] {
        return this.tokens.slice(this.#index);
    }

    peek(ahead = 0): Token | undefined {
        return this.tokens[this.#index + ahead];
    }

    next(): Token {
        const token = this.peek();
        if (token === undefined) throw this.unexpected();
        this.#index += 1;
        return token;
    }

    /** What `read` reads, and the tokens of it. */
    withTokens<T>(read: () => T): { value: T; tokens: readonly Token[] } {
        const start = this.#index;
        return { value: read(), tokens: this.tokens.slice(start, this.#index) };
    }

    /** Whether the next tokens are these words or symbols. */
    at(...texts: string[]): boolean {
        return texts.every((text, ahead) => {
            const token = this.peek(ahead);
            return (token?.kind === "word" || token?.kind === "symbol") && token.text.toUpperCase() === text;
        });
    }

    /** Consumes the next tokens if they are these words or symbols. Returns whether they were. */
    take(...texts: string[]): boolean {
        const found = this.at(...texts);
        this.#index += found ? texts.length : 0;
        return found;
    }

    require(...texts: string[]): void {
        if (!this.take(...texts)) throw this.unexpected();
    }

    /** For a next token that is not supported. */
    unexpected(): UnsupportedSql {
        const token = this.peek();
        return new UnsupportedSql(token === undefined ? "the end of the statement" : `'${token.text}'`);
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

    enclosed<T>(read: () => T, open = "(", close = ")"): T {
        this.require(open);
        const value = read();
        this.require(close);
        return value;
    }

    /** A list in parentheses; empty without them. */
    optionalList<T>(read: () => T): T[] {
        return this.at("(") ? this.enclosed(() => this.list(read)) : [];
    }

    /** A name, quoted or not. */
    name(): string {
        const kind = this.peek()?.kind;
        if (kind === "name" || kind === "word" || kind === undefined) return this.next().text;
        throw this.unexpected();
    }

    /** `catalog.database.table`, in its parts. */
    path(): string[] {
        const parts = [this.name()];
        while (this.take(".")) parts.push(this.name());
        return parts;
    }
}
