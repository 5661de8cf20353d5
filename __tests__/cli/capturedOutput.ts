/** Captures what this process writes to stdout and stderr, without showing it, until `release` is called. */
export function captureOutput(): { readonly out: string; readonly err: string; release(): void } {
    const written = { out: "", err: "" };
    const spies = (["out", "err"] as const).map((name) =>
        jest.spyOn(process[`std${name}`], "write").mockImplementation((text) => {
            written[name] += String(text);
            return true;
        }),
    );
    return {
        get out() {
            return written.out;
        },
        get err() {
            return written.err;
        },
        release: () => {
            for (const spy of spies) spy.mockRestore();
        },
    };
}
