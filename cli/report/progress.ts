/**
 * Shows on a terminal, after one second, what is being done and how far it is. Without a terminal, or on one that knows no escape
 * sequences, it prints a line after five seconds, and another one every twenty.
 */
export class Progress {
    readonly #stream: NodeJS.WriteStream;
    #timer: NodeJS.Timeout | undefined;
    #seconds = 0;
    #isShown = false;
    #text: () => string = () => "";

    constructor(stream: NodeJS.WriteStream = process.stderr) {
        this.#stream = stream;
    }

    /** Sets the current step, such as `reading`, and how far it is: `4 of 6 stacks read`. */
    say(doing: string, state: () => string): void {
        this.#text = () => `Still ${doing} after ${this.#seconds} s: ${state()}`;
        this.#timer ??= setInterval(() => this.#show(), 1000).unref();
    }

    /** Removes the line. */
    end(): void {
        clearInterval(this.#timer);
        this.#timer = undefined;
        if (this.#isShown) this.#stream.write("\r\u001b[K");
        this.#isShown = false;
    }

    #show(): void {
        this.#seconds++;
        if (this.#stream.isTTY && process.env.TERM !== "dumb") {
            this.#stream.write(`\r\u001b[K${this.#text().slice(0, (this.#stream.columns ?? 80) - 1)}`);
            this.#isShown = true;
        } else if (this.#seconds % 20 === 5) this.#stream.write(`${this.#text()}.\n`);
    }
}
