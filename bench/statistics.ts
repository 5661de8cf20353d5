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

/** The fastest run: what others do on the machine only ever adds to a time. */
export function fastest(times: readonly number[]): number {
    return Math.min(...times);
}

/** Ratios of runs that were made side by side, one after the other. */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): number[] {
    return ours.map((value, i) => value / (theirs[i] as number));
}

type Point = readonly [x: number, y: number];

/** What one more of x adds to y: the straight line that fits best, by least squares. */
export function slopeOf(points: readonly Point[]): number {
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    const xy = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
    const xx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    return xy / xx;
}

/** How much steeper the last step is than the one before: 1 for what grows linearly, 10 for squares of decades. */
export function steepening(points: readonly Point[]): number {
    const [before, middle, last] = points.slice(-3) as [Point, Point, Point];
    return slopeOf([middle, last]) / slopeOf([before, middle]);
}
