import type { KeyRow, Report } from "./report";
import { summarise } from "./summarise";

/** Which keys to show; undefined means all. */
export interface KeyFilter {
    /** `prod`, or `confluent-flink/prod`. */
    readonly stack?: string | undefined;
    /** Id or name. */
    readonly owner?: string | undefined;
    /** Id or name. */
    readonly environment?: string | undefined;
}

/** The report with these keys only, and their counts. Stacks and gaps stay, because they show what was read. */
export function filterReport(report: Report, filter: KeyFilter): Report {
    const fits = (key: KeyRow): boolean =>
        (filter.stack === undefined ||
            key.stack === filter.stack ||
            key.stack?.split("/").at(-1) === filter.stack) &&
        (filter.owner === undefined || [key.ownerId, key.ownerName].includes(filter.owner)) &&
        (filter.environment === undefined ||
            [key.environmentId, key.environmentName].includes(filter.environment));
    const keys = report.keys.filter(fits);
    if (keys.length === report.keys.length) return report;
    const environments = new Set(keys.map(({ environmentId }) => environmentId));
    const owners = new Set(keys.map(({ ownerId }) => ownerId));
    return {
        ...report,
        keys,
        summary: summarise(keys, report.ageLimitSeconds),
        environments: report.environments.filter(({ id }) => environments.has(id)),
        owners: report.owners.filter(({ id }) => owners.has(id)),
    };
}
