/** The middle one; the mean of the middle two where they are even in number. Not a number for none. */
export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    if (sorted.length % 2 === 1) return sorted[half] as number;
    return ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}

/** Lowest and highest. */
export function rangeOf(values: readonly number[]): [lowest: number, highest: number] {
    return [Math.min(...values), Math.max(...values)];
}

/** Ratios of runs that were made side by side, one after the other. */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): number[] {
    return ours.map((value, i) => value / (theirs[i] as number));
}

/** The straight line that fits best, by least squares; `fit` is R², 1 for points that lie on it. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): {
    slope: number;
    fit: number;
} {
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    let xx = 0;
    let xy = 0;
    let yy = 0;
    for (const [x, y] of points) {
        xx += (x - meanX) ** 2;
        xy += (x - meanX) * (y - meanY);
        yy += (y - meanY) ** 2;
    }
    return { slope: xy / xx, fit: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}
