import { appendFileSync } from "node:fs";
import type { Exchange } from "./exchange";

/** One request, without credentials. */
export interface JournalEntry
    extends Pick<Exchange, "method" | "path" | "region" | "query" | "status" | "fault"> {
    /** When the response was sent, by the emulator's clock: `2026-08-01T00:00:00.000Z`. */
    at: string;
    /** `sa-111aaa`; null when the credentials were not accepted. */
    principal: string | null;
    /** `Basic AK4NBR7MUYHVJMHW:***` or `Bearer ***`; null without the header. */
    authorization: string | null;
    /** The request body with secrets masked; null without one. */
    body: unknown;
    /** By the wall clock. */
    durationMs: number;
}

/** The requests that the emulator received, in the order of their responses. */
export class Journal {
    readonly #file: string | undefined;
    #entries: JournalEntry[] = [];

    /**
     * @param file Gets one JSON line per request, as soon as it is recorded, so that a killed process leaves its journal. The
     * file is created at once.
     */
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

    /** The entry must not hold credentials: it is written as it is. */
    add(entry: JournalEntry): void {
        this.#entries.push(entry);
        this.#append(`${JSON.stringify(entry)}\n`);
    }

    #append(text: string): void {
        if (this.#file !== undefined) appendFileSync(this.#file, text, { mode: 0o600 });
    }
}
