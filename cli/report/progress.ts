const silenceMs = 5000;

/** Shows the current step on a terminal after one second. Without a terminal, prints one line if it takes long. */
export class Progress {
    readonly #stream: NodeJS.WriteStream;
    readonly #startMs = Date.now();
    #timer: NodeJS.Timeout | undefined;
    #isShown = false;
    #text = "";

    constructor(stream: NodeJS.WriteStream = process.stderr) {
        this.#stream = stream;
    }

    /** Sets the current step: `Reading Confluent Cloud`. */
    say(text: string): void {
        this.#text = text;
        if (this.#timer) return;
        if (!this.#stream.isTTY) {
            this.#timer = setTimeout(
                () => this.#stream.write(`${this.#text}: no answer for 5 s, still trying.\n`),
                silenceMs,
            );
            this.#timer.unref();
            return;
        }
        this.#timer = setInterval(() => this.#draw(), 1000);
        this.#timer.unref();
    }

    /** Removes the line. */
    end(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        if (this.#isShown) this.#stream.write("\r\u001b[K");
        this.#isShown = false;
    }

    #draw(): void {
        const seconds = Math.round((Date.now() - this.#startMs) / 1000);
        const line = `${this.#text}, ${seconds} s`;
        this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
        this.#isShown = true;
    }
}
