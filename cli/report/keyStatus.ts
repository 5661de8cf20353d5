import { projectOf } from "./keyPlaces";
import type { KeyStatus } from "./report";

// Two clocks are compared: that of the machine that wrote the state, and Confluent Cloud's.
const clockDifferenceMs = 10 * 60 * 1000;

/**
 * The status of a key that this package made and that no state contains. It is a stray only if the state of its own
 * stack was read. A key that was handed out is in a state that was written after the key was made, so an older state
 * proves nothing about it.
 */
export function statusWithoutPlace(
    key: { stack: string | null; createdAt: string | null; unfinished: boolean },
    read: ReadonlyMap<string, number | undefined>,
    ownProjects: ReadonlySet<string>,
): KeyStatus {
    const { stack, createdAt, unfinished } = key;
    if (stack === null) return "unknown";
    // If no state was read, it is not known which projects are other ones.
    const mayBeOwn = ownProjects.size === 0 || ownProjects.has(projectOf(stack));
    if (!read.has(stack)) return mayBeOwn ? "unknown" : "elsewhere";
    const madeMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    const writtenMs = read.get(stack) ?? Number.NaN;
    return !unfinished && madeMs > writtenMs + clockDifferenceMs ? "unknown" : "stray";
}
