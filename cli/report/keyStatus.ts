import { projectOf } from "./keyPlaces";
import type { KeyStatus } from "./report";

// By two clocks: the one that wrote the state, and Confluent Cloud's.
const clockDifferenceMs = 10 * 60 * 1000;

/**
 * Of a key that this package made and no state holds. It is a stray only where the state of its own stack was read; and a
 * key that was handed out is in a state that was written after it was made, so that an older one is not the one to ask.
 */
export function statusWithoutPlace(
    key: { stack: string | null; createdAt: string | null; unfinished: boolean },
    read: ReadonlyMap<string, number | undefined>,
    ownProjects: ReadonlySet<string>,
): KeyStatus {
    const { stack, createdAt, unfinished } = key;
    if (stack === null) return "unknown";
    // Where no state was read, no project is another one.
    const mayBeOwn = ownProjects.size === 0 || ownProjects.has(projectOf(stack));
    if (!read.has(stack)) return mayBeOwn ? "unknown" : "elsewhere";
    const madeMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    const writtenMs = read.get(stack) ?? Number.NaN;
    return !unfinished && madeMs > writtenMs + clockDifferenceMs ? "unknown" : "stray";
}
