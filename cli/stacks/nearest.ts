/** The known name that a person most likely meant: at most two letters off, or another case; undefined where none is. */
export function nearest(name: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({
            candidate,
            distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
        }))
        .filter(({ candidate, distance }) => candidate !== name && distance <= 2)
        .sort((a, b) => a.distance - b.distance);
    return ranked[0]?.candidate;
}

/** Letters to insert, drop or exchange (Levenshtein). */
function editDistance(from: string, to: string): number {
    let row = Array.from({ length: to.length + 1 }, (_, i) => i);
    for (let i = 1; i <= from.length; i++) {
        const next = [i];
        for (let j = 1; j <= to.length; j++) {
            const exchange = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
            next.push(Math.min(exchange, (row[j] as number) + 1, (next[j - 1] as number) + 1));
        }
        row = next;
    }
    return row[to.length] as number;
}
