import { concerns, concernsOf, softConcerns } from "./concerns";
import { groupBy } from "./groupBy";
import { type Concern, type KeyRow, placeOf } from "./report";

/** A cell in the matrix of environments and regions. */
export interface ScopeCounts {
    /** Live keys. */
    readonly live: number;
    /** Further keys in a state, of which it is not known whether they live. */
    readonly unseen: number;
    /** Age of the oldest live key. */
    readonly oldestSeconds: number;
    /** The concerns that need action, with their number of keys. */
    readonly found: readonly { readonly concern: Concern; readonly count: number }[];
}

/** Counts for each environment and region with a key, by `placeOf`. */
export function countByScope(keys: readonly KeyRow[], ageLimitSeconds: number): Map<string, ScopeCounts> {
    const counts = [...groupBy(keys, placeOf)].map(([place, ofPlace]): [string, ScopeCounts] => {
        const live = ofPlace.filter((key) => key.live);
        const found = groupBy(
            ofPlace.flatMap((key) => concernsOf(key, ageLimitSeconds)),
            (concern) => concern,
        );
        return [
            place,
            {
                live: live.length,
                unseen: ofPlace.filter((key) => !key.live && key.status === "unknown").length,
                oldestSeconds: Math.max(0, ...live.map((key) => key.ageSeconds ?? 0)),
                found: concerns
                    .filter((concern) => !softConcerns.includes(concern) && found.has(concern))
                    .map((concern) => ({ concern, count: found.get(concern)?.length ?? 0 })),
            },
        ];
    });
    return new Map(counts);
}
