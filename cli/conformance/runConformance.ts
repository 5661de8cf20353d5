import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../../confluent/clock";
import { defaultEndpoint } from "../../confluent/confluentApi";
import { crnOfOrganization } from "../../confluent/crn";
import type { FlinkScope } from "../../confluent/flinkScope";
import { plainText } from "../../confluent/plainText";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { Progress } from "../report/progress";
import { type Prompt, terminalPrompt } from "../terminalPrompt";
import { writeFileAtomically } from "../writeFileAtomically";
import { cleanUp, confirm, describeEarlier, describeRemaining } from "./cleanUp";
import { connect, organizationOf, restEndpointOf } from "./conformanceConnection";
import { type ConformanceOptions, parseOptions } from "./conformanceOptions";
import { type ConformanceReport, conformanceReport } from "./conformanceReport";
import { ConformanceRun, timeLimitReached } from "./conformanceRun";
import { conformanceTable } from "./conformanceTable";
import { CreatedResources } from "./createdResources";
import { type EarlierAccount, findEarlierAccounts } from "./earlierRuns";
import { durationText, Findings } from "./findings";
import { RawClient, RunStopped } from "./rawClient";
import type { RemainingResource } from "./resourceRemoval";
import { runChecks } from "./runChecks";
import { stopOnSignals } from "./stopOnSignals";

export interface ConformanceSettings {
    readonly env?: NodeJS.ProcessEnv;
    readonly clock?: Clock;
    readonly prompt?: Prompt;
    readonly version?: string;
    /** How often each duration is measured. Default 5. */
    readonly samples?: number;
}

/** How long a run may take to delete its resources after its time limit was reached. */
const removalMs = 5 * 60_000;
const approximateRequests = 400;

/** `conformance` */
export async function runConformance(
    options: ConformanceOptions,
    settings: ConformanceSettings = {},
): Promise<void> {
    const { env = process.env, clock = systemClock } = settings;
    const prompt = "prompt" in settings ? settings.prompt : terminalPrompt();
    const { scope, budgetMs } = parseOptions(options, prompt);
    const confirmWith = options.yes ? undefined : prompt;
    const connection = connect(options, env, clock);
    const { api, credentials } = connection;
    const organizationId = await organizationOf(api, scope.environmentId);
    const restEndpoint = options.endpoint ?? (await restEndpointOf(api, scope));
    const runId = randomBytes(3).toString("hex");
    const startMs = clock.now();
    const deadlineMs = startMs + budgetMs;

    const stop = new AbortController();
    const lifetime = { clock, stop: stop.signal };
    const controlPlane = new RawClient({ ...lifetime, endpoint: connection.endpoint });
    const region = new RawClient({
        ...lifetime,
        endpoint: restEndpoint,
        deadlineMs: 2_000,
        connection: "single",
    });
    for (const client of [controlPlane, region]) client.observe(() => connection.requests++);
    const created = new CreatedResources({
        controlPlane,
        api,
        credentials,
        clock,
        runId,
        neededUntilMs: deadlineMs + removalMs,
        organizationCrn: crnOfOrganization(organizationId),
    });

    const earlier = await findEarlierAccounts(api);
    const unneeded = earlier.filter(
        (one) => options.clean || (one.neededUntilMs !== undefined && one.neededUntilMs < clock.now()),
    );
    for (const one of earlier) if (!unneeded.includes(one)) printNote(describeEarlier(one));
    if (options.clean) {
        await cleanUp(created, unneeded, confirmWith);
        return;
    }
    if (confirmWith) await confirm(planOf(options, scope, created, budgetMs, unneeded), confirmWith);

    const progress = new Progress();
    let shown = "";
    const showProgress = (text: string): void => {
        if (text === shown) return;
        shown = text;
        if (process.stderr.isTTY) progress.say("checking", () => text);
        else if (!options.json) printNote(`${durationText(clock.now() - startMs)}: ${text}`);
    };
    const run = new ConformanceRun({
        controlPlane,
        region,
        api,
        credentials,
        created,
        findings: new Findings(),
        clock,
        stop: stop.signal,
        scope,
        organizationId,
        roleName: options.role,
        foreignKey: options.foreignKey,
        foreignEnvironment: options.foreignEnvironment,
        usesDefaultPool: options.defaultPool ?? false,
        samples: settings.samples ?? 5,
        startMs,
        deadlineMs,
        showProgress,
    });
    if (restEndpoint === "")
        run.regionProblem = "Confluent Cloud lists no endpoint for the region; give one with --endpoint";

    const removeHandlers = stopOnSignals(stop, created);
    let ended = "whole";
    let remaining: RemainingResource[] = [];
    try {
        for (const { id } of unneeded) remaining.push(...(await created.removeAccount(id)));
        await runChecks(run);
        if (run.findings.reachedTimeLimit) ended = timeLimitReached;
        // A check may have ended with another error before the next request noticed the signal.
        if (stop.signal.aborted) ended = String(stop.signal.reason);
    } catch (error) {
        if (!(error instanceof RunStopped)) throw error;
        ended = error.message;
    } finally {
        showProgress("deleting what was created");
        remaining = [...remaining, ...(await created.removeAll())];
        removeHandlers();
        progress.end();
        for (const one of remaining) printNote(describeRemaining(one));
    }
    const report = conformanceReport(run, {
        version: settings.version ?? "",
        requests: connection.requests,
        endpoint: connection.endpoint,
        runId,
        ended,
        left: remaining,
        hidden: [
            connection.identity,
            ...[connection.endpoint, restEndpoint].filter((one) => one !== defaultEndpoint),
        ],
    });
    if (options.json) printJson(report);
    else for (const line of conformanceTable(report, process.stdout.columns)) printLine(plainText(line));
    if (options.writeProfile !== undefined) {
        const text = `${JSON.stringify(report.profile, undefined, 2)}\n`;
        writeFileAtomically("--write-profile", options.writeProfile, text);
    }
    throwFailure(report);
}

/** Throws an error with the exit code of the report; returns if every assumption is true. */
function throwFailure({ findings, left, ended }: ConformanceReport): void {
    if (left.length > 0) {
        const resources = left.length === 1 ? "1 resource" : `${left.length} resources`;
        throw new CommandFailure(
            `${resources} could not be deleted; the commands that delete them are above`,
        );
    }
    const falseIds = findings.filter(({ verdict }) => verdict === "false").map(({ id }) => id);
    const incomplete = ended === "whole" ? "" : ` The run is incomplete: ${ended}.`;
    if (falseIds.length > 0) {
        const what =
            falseIds.length === 1 ? "1 assumption is false" : `${falseIds.length} assumptions are false`;
        throw new CommandFailure(`${what}: ${firstOf(falseIds)}.${incomplete}`, exitCodes.found);
    }
    if (ended !== "whole")
        throw new CommandFailure(`No assumption was found false.${incomplete}`, exitCodes.unverified);
    const unchecked = findings.filter(({ verdict }) => verdict === "not checked").map(({ id }) => id);
    if (unchecked.length > 0) {
        throw new CommandFailure(
            `No assumption was found false, but ${unchecked.length} could not be checked: ${firstOf(unchecked)}.`,
            exitCodes.unverified,
        );
    }
}

/** The first ten; the report has all. */
function firstOf(ids: readonly string[]): string {
    const shown = ids.slice(0, 10).join(", ");
    return ids.length > 10 ? `${shown} and ${ids.length - 10} more` : shown;
}

/** What the run will do, for the user to confirm. */
function planOf(
    { role, defaultPool }: ConformanceOptions,
    scope: FlinkScope,
    created: CreatedResources,
    budgetMs: number,
    earlier: readonly EarlierAccount[],
): string[] {
    return [
        "Will create, use and delete in the organization of these credentials:",
        `  the service account ${created.accountName}, with ${role} on ${scope.environmentId}, six times, one at a time`,
        `  Flink API keys of this account for ${scope.name}, and a Global API key, at most three at a time`,
        "  four more service accounts, one at a time, each with a Cloud API key and one of the roles ResourceOwner (on the first account), ResourceKeyAdmin, EnvironmentAdmin and FlinkAdmin",
        ...(defaultPool
            ? ["  a statement, SELECT 1, and the default compute pool if there is none yet (it costs money)"]
            : []),
        ...earlier.map(
            ({ id, displayName }) => `Will also delete ${id} (${displayName}), left by an earlier run.`,
        ),
        `This takes up to ${durationText(budgetMs)} and about ${approximateRequests} requests. Nothing else is changed.`,
    ];
}
