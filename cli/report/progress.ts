const silenceMs = 5000;
const betweenLinesMs = 20_000;

/**
 * Shows on a terminal, after one second, what is being done and how far it is. Without a terminal, or on one that knows no escape
 * sequences, it prints a line after five seconds, and another one every twenty.
 */
export class Progress {
    readonly #stream: NodeJS.WriteStream;
    readonly #startMs = Date.now();
    #timer: NodeJS.Timeout | undefined;
    #isShown = false;
    #doing = "";
    #state: () => string = () => "";

    constructor(stream: NodeJS.WriteStream = process.stderr) {
        this.#stream = stream;
    }

    /** Sets the current step, such as `reading`, and how far it is: `4 of 6 stacks read`. */
    say(doing: string, state: () => string): void {
        this.#doing = doing;
        this.#state = state;
        if (this.#timer) return;
        const canRedraw = this.#stream.isTTY && process.env.TERM !== "dumb";
        if (canRedraw) this.#timer = setInterval(() => this.#draw(), 1000);
        else this.#printAfter(silenceMs);
        this.#timer?.unref();
    }

    /** Removes the line. */
    end(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        if (this.#isShown) this.#stream.write("\r\u001b[K");
        this.#isShown = false;
    }

    #printAfter(ms: number): void {
        this.#timer = setTimeout(() => {
            this.#stream.write(`${this.#line()}.\n`);
            this.#printAfter(betweenLinesMs);
        }, ms);
        this.#timer.unref();
    }

    #draw(): void {
        this.#stream.write(`\r\u001b[K${this.#line().slice(0, (this.#stream.columns ?? 80) - 1)}`);
        this.#isShown = true;
    }

    #line(): string {
        const seconds = Math.round((Date.now() - this.#startMs) / 1000);
        return `Still ${this.#doing} after ${seconds} s: ${this.#state()}`;
    }
}
