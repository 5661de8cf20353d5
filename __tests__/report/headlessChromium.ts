import { execFileSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

/** The system's Chromium; undefined if there is none on the PATH. */
export function findChromium(): string | undefined {
    try {
        return execFileSync("which", ["chromium"], { encoding: "utf8" }).trim() || undefined;
    } catch {
        return undefined;
    }
}

/** Starts Chromium without a window and without its own network requests. */
export function launchChromium(executablePath: string): Promise<Browser> {
    return chromium.launch({
        executablePath,
        args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}
