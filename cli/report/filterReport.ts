import { closestName } from "../closestName";
import { CommandFailure, exitCodes } from "../exitCodes";
import type { KeyRow, Report } from "./report";
import { incompleteText } from "./reportText";
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
        (filter.stack === undefined || isStack(key.stack, filter.stack)) &&
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

function isStack(stack: string | null, name: string): boolean {
    return stack === name || stack?.split("/").at(-1) === name;
}

/**
 * Throws if an option names a stack, owner or environment that is not in the report. A misspelt name would show no keys
 * and no problems. In an incomplete report every name is accepted, because what was not read may have it.
 */
export function requireMatches(report: Report, { stack, owner, environment }: KeyFilter): void {
    if (incompleteText(report) !== undefined) return;
    const { keys } = report;
    const stacks = [...report.stacks.map(({ name }) => name), ...keys.flatMap((key) => key.stack ?? [])];
    if (stack !== undefined && !stacks.some((one) => isStack(one, stack))) {
        throw noMatch("stack", stack, "one of the stacks of this report", stacks);
    }
    if (keys.length === 0) return;
    const owners = keys.flatMap(({ ownerId, ownerName }) => [ownerId, ownerName]);
    if (owner !== undefined && !owners.includes(owner)) {
        throw noMatch("owner", owner, "the id or name of an owner that has a key", owners);
    }
    const environments = keys.flatMap(({ environmentId, environmentName }) => [
        environmentId,
        environmentName,
    ]);
    if (environment !== undefined && !environments.includes(environment)) {
        throw noMatch(
            "environment",
            environment,
            "the id or name of an environment that has a key",
            environments,
        );
    }
}

const mostNames = 12;

function noMatch(option: string, value: string, expected: string, names: readonly string[]): CommandFailure {
    const known = [...new Set(names)].filter((name) => name !== "").sort();
    // A stack may be named with or without its project.
    const meant = closestName(value, [...known, ...known.map((name) => name.split("/").at(-1) as string)]);
    const shown = known.slice(0, mostNames).join(", ");
    const more = known.length > mostNames ? `, … ${known.length - mostNames} more` : "";
    return new CommandFailure(
        `--${option}: got ${JSON.stringify(value)}, expected ${expected}: ${shown || "there is none"}${more}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
        exitCodes.usage,
    );
}
