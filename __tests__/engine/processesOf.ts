import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Processes with `folder` as their home, where /proc tells. */
export function processesOf(folder: string): number[] {
    if (!existsSync("/proc/self/environ")) return [];
    const pids = readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid);
    return pids.filter((pid) => {
        try {
            return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${folder}`);
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
