import { appendFileSync } from "node:fs";
import type { Query } from "./route";

/** One request, credentials taken out. */
export interface JournalEntry {
    /** When it ended, by the emulator's clock: `2026-08-01T00:00:00.000Z`. */
    at: string;
    method: string;
    /** Without the query. */
    path: string;
    query: Query;
    /** Null when the caller got no status: dropped or left hanging. */
    status: number | null;
    /** `sa-111aaa`; null when nobody was recognised. */
    principal: string | null;
    /** `Basic AK4NBR7MUYHVJMHW:***` or `Bearer ***`; null without the header. */
    authorization: string | null;
    /** The request body with secrets masked; null without one. */
    body: unknown;
    /** The id of the fault rule that acted on it. */
    fault?: string;
    /** Wall-clock time it took. */
    durationMs: number;
}

/** What was asked of the emulator, in the order in which it ended. */
export class Journal {
    readonly #file: string | undefined;
    #entries: JournalEntry[] = [];

    /** @param file JSON lines are appended to it as requests end, so that a killed run leaves its trace. Made at once. */
    constructor(file?: string) {
        this.#file = file;
        this.#append("");
    }

    entries(): JournalEntry[] {
        return [...this.#entries];
    }

    clear(): void {
        this.#entries = [];
    }

    /** The entry must be free of credentials already. */
    add(entry: JournalEntry): void {
        this.#entries.push(entry);
        this.#append(`${JSON.stringify(entry)}\n`);
    }

    #append(text: string): void {
        if (this.#file !== undefined) {
            appendFileSync(this.#file, text, { mode: 0o600 });
        }
    }
}
