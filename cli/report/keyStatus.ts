import type { KeyOrigin } from "./keyDescription";
import { projectOf } from "./keysInStates";
import type { KeyStatus } from "./report";

// Allows for the difference between Confluent Cloud's clock and the clock of the machine that wrote the state.
const clockDifferenceMs = 10 * 60 * 1000;

/**
 * The status of a key that no state contains. `origin` is from its description. It is a stray only if the state of its own
 * stack was read. A finished key is in the states that were written after its creation. An older state proves nothing
 * about it.
 */
export function statusWithoutState(
    origin: KeyOrigin | undefined,
    { stack, createdAt }: { stack: string | null; createdAt: string | null },
    read: ReadonlyMap<string, number | undefined>,
    ownProjects: ReadonlySet<string>,
): KeyStatus {
    if (origin === undefined) return "unmanaged";
    if (stack === null) return "unknown";
    // If no state was read, any project may be the user's own.
    const mayBeOwn = ownProjects.size === 0 || ownProjects.has(projectOf(stack));
    if (!read.has(stack)) return mayBeOwn ? "unknown" : "elsewhere";
    const createdMs = createdAt === null ? Number.NaN : Date.parse(createdAt);
    const writtenMs = read.get(stack) ?? Number.NaN;
    return !origin.unfinished && createdMs > writtenMs + clockDifferenceMs ? "unknown" : "stray";
}
