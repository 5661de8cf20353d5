/**
 * The known name that the user probably meant: at most two letters differ, or only the case. Undefined if there is none.
 */
export function closestName(name: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({
            candidate,
            distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
        }))
        .filter(({ candidate, distance }) => candidate !== name && distance <= 2)
        .sort((a, b) => a.distance - b.distance);
    return ranked[0]?.candidate;
}

/** Number of letters to insert, delete or substitute (Levenshtein distance). */
function editDistance(from: string, to: string): number {
    let row = Array.from({ length: to.length + 1 }, (_, i) => i);
    for (let i = 1; i <= from.length; i++) {
        const next = [i];
        for (let j = 1; j <= to.length; j++) {
            const substitution = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
            next.push(Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1));
        }
        row = next;
    }
    return row[to.length] as number;
}
