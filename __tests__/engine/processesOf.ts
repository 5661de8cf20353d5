import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Processes with `folder` as their home and `word` in their command line, where /proc tells. */
export function processesOf(folder: string, word = ""): number[] {
    if (!existsSync("/proc/self/environ")) return [];
    const pids = readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid);
    return pids.filter((pid) => {
        try {
            const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8")
                .split("\0")
                .includes(`HOME=${folder}`);
            return isOurs && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
        } catch {
            return false; // Ended meanwhile, or somebody else's.
        }
    });
}

/** With SIGKILL. */
export function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It has ended by itself.
    }
}
