import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../../confluent/clock";
import { type ConfluentApi, defaultEndpoint } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import { getEnvironment } from "../../confluent/environments";
import { listFlinkRegions } from "../../confluent/flinkRegions";
import type { FlinkScope } from "../../confluent/flinkScope";
import { getOrganizationId } from "../../confluent/organizations";
import { patientPolicy } from "../../confluent/retry";
import { connectFromEnvironment } from "../connect";
import { CommandFailure, exitCodes } from "../exitCodes";
import { wrongValue } from "../optionValues";
import { printJson, printLine, printNote } from "../output";
import { Progress } from "../report/progress";
import { confirm, type Prompt, terminalPrompt } from "../terminalPrompt";
import { writeFileAtomically } from "../writeFileAtomically";
import { cleanUp, noteRemaining, throwIfLeft } from "./cleanUp";
import { type ConformanceOptions, parseOptions } from "./conformanceOptions";
import { type ConformanceReport, conformanceReport } from "./conformanceReport";
import { ConformanceRun, timeLimitReached } from "./conformanceRun";
import { conformanceTable } from "./conformanceTable";
import { describeEarlier, type EarlierAccount, findEarlierAccounts } from "./earlierRuns";
import { durationText } from "./findings";
import { RawClient, type RawResponse, RunStopped } from "./rawClient";
import { observeResponse, runChecks } from "./runChecks";
import { stopOnSignals } from "./stopOnSignals";

export interface ConformanceSettings {
    readonly env?: NodeJS.ProcessEnv;
    readonly clock?: Clock;
    readonly prompt?: Prompt;
    readonly version?: string;
    /** How often each duration is measured. Default 5. */
    readonly samples?: number;
}

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
    const { api, credentials, identity } = connectFromEnvironment(
        env,
        "Or set CONFLUENT_FLINK_TOKEN_FILE and give --identity-pool.",
        options.identityPool,
        { clock, policy: patientPolicy },
    );
    // A request that the client repeats counts once.
    let requests = 0;
    const send = api.send.bind(api);
    api.send = (request) => {
        requests++;
        return send(request);
    };
    const organizationId = await organizationOf(api, scope.environmentId);
    const restEndpoint = options.endpoint ?? (await restEndpointOf(api, scope));
    const startMs = clock.now();
    const deadlineMs = startMs + budgetMs;

    const stop = new AbortController();
    const onResponse = (response: RawResponse): void => {
        requests++;
        observeResponse(run, response);
    };
    const common = { clock, stop: stop.signal, onResponse };
    const controlPlane = new RawClient({ ...common, endpoint: api.endpoint });
    const region = new RawClient({
        ...common,
        endpoint: restEndpoint,
        deadlineMs: 2_000,
        connection: "single",
    });
    const progress = new Progress();
    const showProgress = (text: string): void => {
        if (process.stderr.isTTY) progress.say("checking", () => text);
        else if (!options.json) printNote(`${durationText(clock.now() - startMs)}: ${text}`);
    };
    const run = new ConformanceRun({
        options,
        controlPlane,
        region,
        api,
        credentials,
        clock,
        stop: stop.signal,
        scope,
        organizationId,
        runId: randomBytes(3).toString("hex"),
        samples: settings.samples ?? 5,
        startMs,
        deadlineMs,
        showProgress,
    });
    const { created } = run;
    if (restEndpoint === "")
        run.regionProblem = "Confluent Cloud lists no endpoint for the region; give one with --endpoint";

    const earlier = await findEarlierAccounts(api);
    const unneeded = earlier.filter(
        (one) => options.clean || (one.neededUntilMs !== undefined && one.neededUntilMs < clock.now()),
    );
    for (const one of earlier) if (!unneeded.includes(one)) printNote(describeEarlier(one));
    if (options.clean) {
        await cleanUp(created, unneeded, confirmWith);
        return;
    }
    if (confirmWith) {
        for (const line of planOf(run, budgetMs, unneeded)) printNote(line);
        await confirm(confirmWith, "to begin");
    }

    const removeHandlers = stopOnSignals(stop, created);
    let ended = "whole";
    const left: ConformanceReport["left"][number][] = [];
    try {
        for (const { id } of unneeded) left.push(...(await created.removeAccount(id)));
        await runChecks(run);
        if (run.findings.reachedTimeLimit) ended = timeLimitReached;
        // A check may have ended with another error before the next request noticed the signal.
        if (stop.signal.aborted) ended = String(stop.signal.reason);
    } catch (error) {
        if (!(error instanceof RunStopped)) throw error;
        ended = error.message;
    } finally {
        showProgress("deleting what was created");
        left.push(...(await created.removeAll()));
        removeHandlers();
        progress.end();
        noteRemaining(left);
    }
    const hidden = [identity, ...[api.endpoint, restEndpoint].filter((one) => one !== defaultEndpoint)];
    const { version = "" } = settings;
    const report = conformanceReport(run, { version, requests, ended, left }, hidden);
    if (options.json) printJson(report);
    else for (const line of conformanceTable(report, process.stdout.columns)) printLine(line);
    if (options.writeProfile !== undefined) {
        const text = `${JSON.stringify(report.profile, undefined, 2)}\n`;
        writeFileAtomically("--write-profile", options.writeProfile, text);
    }
    throwFailure(report);
}

/** Throws if the credentials are not allowed to read the environment. */
async function organizationOf(api: ConfluentApi, environmentId: string): Promise<string> {
    try {
        return (await getEnvironment(api, environmentId)).organizationId;
    } catch (error) {
        // An environment without its organization is a finding of a check, and must not end the run here.
        if (error instanceof ConfluentError && error.kind === "malformed") return getOrganizationId(api);
        throw error;
    }
}

/** URL of the region's Flink endpoint; empty if Confluent Cloud lists the region without one. */
async function restEndpointOf(api: ConfluentApi, { cloud, region }: FlinkScope): Promise<string> {
    const ofCloud = (await listFlinkRegions(api)).filter((row) => row.cloud === cloud);
    const row = ofCloud.find((one) => one.region === region);
    if (row !== undefined) return row.restEndpoint;
    const others = ofCloud.map((one) => one.region).sort();
    const wanted = `a region of ${cloud} where Confluent Cloud runs Flink: ${others.join(", ") || "(none)"}`;
    throw wrongValue("--region", `${cloud}.${region}`, wanted);
}

/** Throws an error with the exit code of the report; returns if every assumption is true. */
function throwFailure({ findings, left, ended }: ConformanceReport): void {
    throwIfLeft(left);
    const idsWith = (wanted: string): string[] =>
        findings.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
    const [falseIds, unchecked] = [idsWith("false"), idsWith("not checked")];
    const incomplete = ended === "whole" ? "" : ` The run is incomplete: ${ended}.`;
    if (falseIds.length > 0) {
        const what =
            falseIds.length === 1 ? "1 assumption is false" : `${falseIds.length} assumptions are false`;
        throw new CommandFailure(`${what}: ${firstOf(falseIds)}.${incomplete}`, exitCodes.found);
    }
    if (incomplete !== "")
        throw new CommandFailure(`No assumption was found false.${incomplete}`, exitCodes.unverified);
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
function planOf(run: ConformanceRun, budgetMs: number, earlier: readonly EarlierAccount[]): string[] {
    const { scope, options } = run.context;
    return [
        "Will create, use and delete in the organization of these credentials:",
        `  the service account ${run.created.accountName}, with ${options.role} on ${scope.environmentId}, six times, one at a time`,
        `  Flink API keys of this account for ${scope.name}, and a Global API key, at most three at a time`,
        "  four more service accounts, one at a time, each with a Cloud API key and one of the roles ResourceOwner (on the first account), ResourceKeyAdmin, EnvironmentAdmin and FlinkAdmin",
        ...(options.defaultPool
            ? ["  a statement, SELECT 1, and the default compute pool if there is none yet (it costs money)"]
            : []),
        ...earlier.map(
            ({ id, displayName }) => `Will also delete ${id} (${displayName}), left by an earlier run.`,
        ),
        `This takes up to ${durationText(budgetMs)} and about ${approximateRequests} requests. Nothing else is changed.`,
    ];
}
