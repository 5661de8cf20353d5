import type { Report } from "../report";
import { noEnvironment } from "../reportText";

/** An environment or a region: a row or a column of the matrix. */
export interface Line {
    /** `env-abc123`, `aws.us-east-2` */
    readonly id: string;
    readonly name: string;
    /** The id below the name; empty for a region, and for an environment without a name. */
    readonly idBelow: string;
}

/**
 * Regions are the columns if they fit, or else environments. If neither fits, the cells of each environment wrap and
 * name their region, so that no cell is beyond the edge of the screen or paper.
 */
export type Layout = "regionsAcross" | "environmentsAcross" | "wrapped";

/** Width of the first column, in pixels, as in matrix.css. */
export const headWidth = 220;

/** The environments and regions of these scopes, in the report's order and by name. */
export function linesOf(
    scopes: ReadonlySet<string>,
    report: Report,
): { environments: Line[]; regions: Line[] } {
    const parts = [...scopes].map((scope) => scope.split("."));
    const used = new Set(parts.map(([environment]) => environment));
    const regions = [...new Set(parts.map(([, ...region]) => region.join(".")))].sort();
    return {
        environments: [...report.environments, noEnvironment]
            .filter(({ id }) => used.has(id))
            .map(({ id, name }) => ({ id, name: name || id, idBelow: name === "" ? "" : id })),
        regions: regions.map((id) => ({ id, name: id, idBelow: "" })),
    };
}

export function layoutFor(width: number, environments: readonly Line[], regions: readonly Line[]): Layout {
    const fits = (columns: readonly Line[]): boolean =>
        headWidth + columnWidth(columns) * columns.length <= width;
    if (fits(regions)) return "regionsAcross";
    return fits(environments) && environments.length < regions.length ? "environmentsAcross" : "wrapped";
}

/** Room for the longest name in the header, in pixels; a longer name wraps. */
export function columnWidth(columns: readonly Line[]): number {
    const longest = Math.max(
        ...columns.map(({ id, name }) => (id === name ? id.slice(id.indexOf(".") + 1) : name).length),
    );
    return Math.min(180, Math.max(108, 7.5 * longest + 20));
}
