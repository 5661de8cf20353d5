/** The median: the middle value, or the mean of the two middle ones. NaN without values. */
export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    if (sorted.length % 2 === 1) return sorted[half] as number;
    return ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}

/** The lowest and the highest value. */
export function rangeOf(values: readonly number[]): [lowest: number, highest: number] {
    return [Math.min(...values), Math.max(...values)];
}

/** The fastest run, because other work on the machine can only slow a run down. */
export function fastest(times: readonly number[]): number {
    return Math.min(...times);
}

/** The ratios of runs that were made one right after the other. */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): number[] {
    return ours.map((value, i) => value / (theirs[i] as number));
}

type Point = readonly [x: number, y: number];

/** Slope of the straight line that fits best (least squares). */
export function slopeOf(points: readonly Point[]): number {
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    const xy = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
    const xx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    return xy / xx;
}

/** Slope of the last segment divided by the slope of the one before. 1: linear growth; 10: quadratic, with x in powers of ten. */
export function steepening(points: readonly Point[]): number {
    const [before, middle, last] = points.slice(-3) as [Point, Point, Point];
    return slopeOf([middle, last]) / slopeOf([before, middle]);
}
