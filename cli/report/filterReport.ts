import { closestName } from "../closestName";
import { type CommandFailure, wrongUsage } from "../exitCodes";
import { uncheckedConcerns } from "./concerns";
import { parseSeconds } from "./failOn";
import type { Gap, KeyRow, Report, StackSummary } from "./report";
import { incompleteText } from "./reportText";
import { summarise } from "./summarise";
import { isDueWithin } from "./urgency";

/** Which keys to show; undefined means all. */
export interface KeyFilter {
    /** `prod`, or `confluent-flink/prod`. */
    readonly stack?: string | undefined;
    /** Id or name. */
    readonly owner?: string | undefined;
    /** Id or name. */
    readonly environment?: string | undefined;
    /** Id. Leaves out the stacks of other organizations. */
    readonly organization?: string | undefined;
    /** Keys that are due within this time: `30d`. Those of which that is not known stay. */
    readonly dueWithin?: string | undefined;
}

/** The report with these keys only, and their counts. Of the stacks and gaps, those stay that matter for these keys. */
export function filterReport(all: Report, filter: KeyFilter): Report {
    const { owner, environment } = filter;
    const report = { ...all, filter: filterOf(filter, all.keys.length) };
    const dueSeconds = filter.dueWithin === undefined ? undefined : dueWithinSeconds(filter.dueWithin);
    const elsewhere = report.stacks.filter((stack) => isElsewhere(stack, filter)).map(({ name }) => name);
    const isWanted = (stack: string | null): boolean =>
        filter.stack === undefined || isStack(stack, filter.stack);
    const keys = report.keys.filter(
        (key) =>
            isWanted(key.stack) &&
            (key.live || !elsewhere.includes(key.stack ?? "")) &&
            (owner === undefined || [key.ownerId, key.ownerName].includes(owner)) &&
            (environment === undefined || [key.environmentId, key.environmentName].includes(environment)) &&
            (dueSeconds === undefined ||
                (!key.rotationKnown && key.status !== "elsewhere") ||
                isDueWithin(key, dueSeconds, report.generatedAt)),
    );
    // A name that is not known may be one of those that could not be read.
    if (keys.length === 0 && !report.stacks.some(({ name }) => isWanted(name)))
        return { ...report, keys, summary: summarise([], report.ageLimitSeconds) };
    const stacks = report.stacks.filter(({ name }) => isWanted(name) && !elsewhere.includes(name));
    if (keys.length === report.keys.length && stacks.length === report.stacks.length) return report;
    const gaps = report.gaps.filter((gap) => matters(gap, report, stacks, keys));
    return {
        ...report,
        keys,
        stacks,
        gaps,
        unchecked: uncheckedConcerns({ keys, gaps }),
        summary: summarise(keys, report.ageLimitSeconds),
        environments: report.environments.filter(({ id }) => keys.some((key) => key.environmentId === id)),
        owners: report.owners.filter(({ id }) => keys.some((key) => key.ownerId === id)),
    };
}

/** As the options of the command. */
function filterOf(
    { stack, owner, environment, organization, dueWithin }: KeyFilter,
    keys: number,
): Report["filter"] {
    const options = { stack, owner, environment, organization, "due-within": dueWithin };
    const by = Object.entries(options).flatMap(([name, value]) => (value ? [`--${name} ${value}`] : []));
    return by.length === 0 ? null : { by: by.join(" "), keys };
}

/** Throws for a value that is not a time. */
export function dueWithinSeconds(text: string): number {
    return parseSeconds(text, `--due-within: got ${JSON.stringify(text)}`);
}

function isElsewhere({ organizationId }: StackSummary, { organization }: KeyFilter): boolean {
    return organization !== undefined && organizationId !== null && organizationId !== organization;
}

/** Whether what could not be read may change what the report says about these stacks and keys. */
function matters(
    { subject, name }: Gap,
    report: Report,
    stacks: readonly StackSummary[],
    keys: readonly KeyRow[],
): boolean {
    if (subject === "keys" && report.keys.length > 0)
        return keys.some((key) => !key.live && key.status === "unknown");
    // Any state may contain a key that it does not own.
    const isOfStack = subject === "stack" || subject === "organization" || subject === "probe";
    if (!isOfStack || name === undefined) return true;
    return name.split(", ").some((one) => stacks.some((stack) => stack.name === one));
}

function isStack(stack: string | null, name: string): boolean {
    return stack === name || stack?.split("/").at(-1) === name;
}

/**
 * Throws if an option names a stack, owner or environment that is not in the report. A misspelt name would show no keys
 * and no problems. In an incomplete report every name is accepted, because what was not read may have it.
 */
export function requireMatches(report: Report, filter: KeyFilter): void {
    const { stack, owner, environment, organization } = filter;
    if (organization !== undefined && organization !== report.organizationId) {
        throw wrongUsage(
            `--organization: got ${JSON.stringify(organization)}, expected ${report.organizationId ?? "an organization that can be read"}, to which the credentials belong`,
        );
    }
    if (incompleteText(report) !== undefined) return;
    const { keys } = report;
    const stacks = [...report.stacks.map(({ name }) => name), ...keys.flatMap((key) => key.stack ?? [])];
    if (stack !== undefined && !stacks.some((one) => isStack(one, stack)))
        throw noMatch("stack", stack, "one of the stacks of this report", stacks);
    if (keys.length === 0) return;
    const owners = keys.flatMap(({ ownerId, ownerName }) => [ownerId, ownerName]);
    // An id that owns nothing is an answer: it may be a colleague's who has left.
    if (owner !== undefined && !owners.includes(owner) && !isPrincipalId(owner))
        throw noMatch("owner", owner, "the id or name of an owner that has a key", owners);
    const names = keys.flatMap(({ environmentId, environmentName }) => [environmentId, environmentName]);
    if (environment !== undefined && !names.includes(environment))
        throw noMatch("environment", environment, "the id or name of an environment that has a key", names);
}

/** `sa-111aaa`, `u-111aaa` or `pool-111aaa` */
export function isPrincipalId(text: string): boolean {
    return /^(sa|u|pool)-[a-z0-9]+$/.test(text);
}

const mostNames = 12;

function noMatch(option: string, value: string, expected: string, names: readonly string[]): CommandFailure {
    const known = [...new Set(names)].filter((name) => name !== "").sort();
    // A stack may be named with or without its project.
    const meant = closestName(value, [...known, ...known.map((name) => name.split("/").at(-1) as string)]);
    const shown = known.slice(0, mostNames).join(", ");
    const more = known.length > mostNames ? `, … ${known.length - mostNames} more` : "";
    return wrongUsage(
        `--${option}: got ${JSON.stringify(value)}, expected ${expected}: ${shown || "there is none"}${more}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    );
}
