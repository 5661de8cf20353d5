import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../../confluent/clock";
import { ConfluentApi, defaultEndpoint } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import type { Credentials } from "../../confluent/credentials";
import { getEnvironment } from "../../confluent/environments";
import { listFlinkRegions } from "../../confluent/flinkRegions";
import { type FlinkScope, flinkScope, isEnvironmentId } from "../../confluent/flinkScope";
import { getOrganizationId } from "../../confluent/organizations";
import { patientPolicy } from "../../confluent/retry";
import { endpointProblem } from "../../confluent/safeEndpoint";
import { parseDurationMs } from "../../provider/keyInputs";
import { cloudAccess } from "../cloudAccess";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printJson, printLine, printNote } from "../output";
import { type Ask, terminalQuestion } from "../question";
import { plainText } from "../report/plainText";
import { Progress } from "../report/progress";
import { requireWritable, writeWhole } from "../writeWhole";
import { assumption } from "./assumptions";
import { type ConformanceReport, conformanceReport, profileOf } from "./conformanceReport";
import { ConformanceRun, timeIsOver } from "./conformanceRun";
import { conformanceTable } from "./conformanceTable";
import { durationText, Findings } from "./findings";
import {
    type EarlierAccount,
    findAccounts,
    type LeftThing,
    OwnThings,
    removeAccountCommand,
} from "./ownThings";
import { runChecks } from "./runChecks";
import { Service, Stopped } from "./service";

export interface ConformanceOptions {
    readonly environment: string;
    /** `aws.us-east-2` */
    readonly region: string;
    /** The role that the run's account is given on the environment. */
    readonly role: string;
    /** Of the region's Flink REST API; default: the one that Confluent Cloud lists. */
    readonly endpoint?: string;
    /** Duration after which nothing more is checked. */
    readonly budget: string;
    readonly foreignKey?: string;
    readonly identityPool?: string;
    readonly writeProfile?: string;
    /** Removes what other runs left, and checks nothing. */
    readonly clean?: boolean;
    readonly yes?: boolean;
    readonly json?: boolean;
}

export interface ConformanceSettings {
    readonly env?: NodeJS.ProcessEnv;
    readonly clock?: Clock;
    readonly ask?: Ask;
    readonly version?: string;
    /** How often each time is measured. Default 5. */
    readonly samples?: number;
}

const leastBudgetMs = 60_000;
const mostBudgetMs = 60 * 60_000;
/** From the end of its time a run may take so long to remove its things. */
const removalMs = 5 * 60_000;
const aboutRequests = 300;

/** `conformance` */
export async function runConformance(
    options: ConformanceOptions,
    settings: ConformanceSettings = {},
): Promise<void> {
    const { env = process.env, clock = systemClock } = settings;
    const ask = "ask" in settings ? settings.ask : terminalQuestion();
    const { scope, budgetMs } = readOptions(options, ask);
    const connection = connect(options, env, clock);
    const { api, credentials } = connection;
    const organizationId = await organizationOf(api, scope.environmentId);
    const restEndpoint = options.endpoint ?? (await restEndpointOf(api, scope));
    const runId = randomBytes(3).toString("hex");
    const startMs = clock.now();
    const deadlineMs = startMs + budgetMs;

    const earlier = await findAccounts(api);
    const free = earlier.filter(
        (one) => options.clean || (one.neededUntilMs !== undefined && one.neededUntilMs < clock.now()),
    );
    const busy = earlier.filter((one) => !free.includes(one));

    const stop = new AbortController();
    const service = new Service({ endpoint: connection.endpoint, clock, stop: stop.signal });
    const region = new Service({ endpoint: restEndpoint, clock, stop: stop.signal, attempts: 1 }, "new");
    for (const one of [service, region]) one.observe(() => connection.requests++);
    const own = new OwnThings({
        service,
        api,
        credentials,
        clock,
        runId,
        neededUntilMs: deadlineMs + removalMs,
        organizationCrn: `crn://confluent.cloud/organization=${organizationId}`,
    });

    for (const one of busy) printNote(describeBusy(one));
    if (options.clean) {
        await clean(own, free, options, ask);
        return;
    }
    if (!options.yes) await confirm(plan(options, scope, own, budgetMs, free), ask);

    const progress = new Progress();
    let said = "";
    const say = (text: string): void => {
        if (text === said) return;
        said = text;
        if (process.stderr.isTTY) progress.say(text[0]?.toUpperCase() + text.slice(1));
        else if (!options.json) printNote(`${durationText(clock.now() - startMs)}: ${text}`);
    };
    const run = new ConformanceRun({
        service,
        region,
        api,
        credentials,
        own,
        findings: new Findings(),
        clock,
        stop: stop.signal,
        scope,
        organizationId,
        roleName: options.role,
        foreignKey: options.foreignKey,
        samples: settings.samples ?? 5,
        startMs,
        deadlineMs,
        say,
    });

    if (restEndpoint === "")
        run.regionProblem = "Confluent Cloud names no endpoint of the region; --endpoint does";

    const release = onSignals(stop, own);
    let ended = "whole";
    let left: LeftThing[] = [];
    try {
        for (const { id } of free) left.push(...(await own.removeAccount(id)));
        await runChecks(run);
        if (run.findings.ranOutOfTime) ended = timeIsOver;
        // A check may have ended by itself before the next question found out.
        if (stop.signal.aborted) ended = String(stop.signal.reason);
    } catch (error) {
        if (!(error instanceof Stopped)) throw error;
        ended = error.message;
    } finally {
        say("removing what was made");
        left = [...left, ...(await own.removeAll())];
        release();
        progress.end();
        for (const one of [service, region]) one.close();
        for (const one of left) printNote(describeLeft(one));
    }
    const report = conformanceReport({
        version: settings.version ?? "",
        startMs,
        endMs: clock.now(),
        requests: connection.requests,
        endpoint: connection.endpoint,
        region: `${scope.cloud}.${scope.region}`,
        roleName: options.role,
        runId,
        ended,
        findings: run.findings.all((id) => run.whyNotReached(id, ended)),
        left,
        profile: profileOf(run),
        ownIds: own.ids,
        hidden: [
            scope.environmentId,
            organizationId,
            connection.identity,
            ...[connection.endpoint, restEndpoint].filter((one) => one !== defaultEndpoint),
        ],
    });
    if (options.json) printJson(report);
    else for (const line of conformanceTable(report, process.stdout.columns)) printLine(plainText(line));
    if (options.writeProfile !== undefined) {
        const text = `${JSON.stringify(report.profile, undefined, 2)}\n`;
        writeWhole("--write-profile", options.writeProfile, text);
    }
    end(report);
}

/** Ends with the exit code that the report asks for. */
function end({ findings, left, ended }: ConformanceReport): void {
    if (left.length > 0) {
        throw new CommandFailure(
            `${left.length} things could not be removed; the commands that do are above`,
        );
    }
    const wrong = findings.filter(({ verdict }) => verdict === "false").map(({ id }) => id);
    const whether = ended === "whole" ? "" : ` The run ended before its end: ${ended}.`;
    if (wrong.length > 0) {
        const what = wrong.length === 1 ? "1 assumption is false" : `${wrong.length} assumptions are false`;
        throw new CommandFailure(`${what}: ${wrong.join(", ")}.${whether}`, exitCodes.found);
    }
    if (ended !== "whole") {
        throw new CommandFailure(`Nothing was found false.${whether}`, exitCodes.unverified);
    }
    const open = findings.filter(
        ({ verdict, id }) => verdict === "not checked" && assumption(id).notChecked === undefined,
    );
    if (open.length > 0) {
        const ids = open.map(({ id }) => id).join(", ");
        throw new CommandFailure(
            `Nothing was found false, and this could not be checked: ${ids}.`,
            exitCodes.unverified,
        );
    }
}

interface Connection {
    readonly endpoint: string;
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    /** Id of the Cloud API key or of the identity pool. */
    readonly identity: string;
    /** Requests sent so far. */
    requests: number;
}

function connect(options: ConformanceOptions, env: NodeJS.ProcessEnv, clock: Clock): Connection {
    const endpoint = (env.CONFLUENT_CLOUD_ENDPOINT || defaultEndpoint).replace(/\/+$/, "");
    const mistake = endpointProblem(endpoint);
    if (mistake) throw new CommandFailure(`CONFLUENT_CLOUD_ENDPOINT: ${mistake}`, exitCodes.usage);
    const pool = options.identityPool;
    const cloud = cloudAccess(pool === undefined ? undefined : { oauthIdentityPoolId: pool }, env);
    if (cloud === undefined) {
        throw new CommandFailure(
            "No Confluent Cloud credentials: set CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, or CONFLUENT_FLINK_TOKEN_FILE beside --identity-pool.",
            exitCodes.usage,
        );
    }
    const { credentials, identity } = cloud;
    const connection: Connection = { endpoint, credentials, identity, requests: 0, api: undefined as never };
    const counted: Credentials = {
        headers: () => {
            connection.requests++;
            return credentials.headers();
        },
        redact: (text) => credentials.redact(text),
        ...(credentials.renew && {
            renew: (refused) => credentials.renew?.(refused) ?? Promise.resolve(false),
        }),
        ...(credentials.remedies && { remedies: credentials.remedies }),
    };
    const api = new ConfluentApi({ endpoint, credentials: counted, clock, policy: patientPolicy });
    return Object.assign(connection, { api });
}

function readOptions(options: ConformanceOptions, ask: Ask): { scope: FlinkScope; budgetMs: number } {
    if (!isEnvironmentId(options.environment)) {
        throw wrongUsage("--environment", options.environment, "the id of an environment such as env-abc123");
    }
    const region = /^\s*(aws|gcp|azure)\.([a-z0-9-]+)\s*$/i.exec(options.region);
    if (region === null) {
        throw wrongUsage("--region", options.region, "cloud and region such as aws.us-east-2");
    }
    const budgetMs = parseDurationMs(options.budget);
    if (budgetMs === undefined || budgetMs < leastBudgetMs || budgetMs > mostBudgetMs) {
        throw wrongUsage("--budget", options.budget, "a duration from 1m to 60m, such as 15m");
    }
    if (!/^[A-Za-z]+$/.test(options.role))
        throw wrongUsage("--role", options.role, "a role such as FlinkDeveloper");
    const { foreignKey, endpoint } = options;
    if (foreignKey !== undefined && !/^[A-Z0-9]{16}$/.test(foreignKey)) {
        const got = `${foreignKey.length} characters`;
        throw new CommandFailure(
            `--foreign-key: got ${got}, expected the id of an API key: 16 upper-case letters and digits. Never a secret`,
            exitCodes.usage,
        );
    }
    const mistake = endpoint === undefined ? undefined : endpointProblem(endpoint);
    if (mistake) throw new CommandFailure(`--endpoint: ${mistake}`, exitCodes.usage);
    if (options.writeProfile !== undefined) requireWritable("--write-profile", options.writeProfile);
    if (ask === undefined && !options.yes) {
        throw new CommandFailure(
            "--yes: not given, and there is no terminal to confirm at. Nothing was made.",
            exitCodes.usage,
        );
    }
    return { scope: flinkScope(options.environment, region[1] as string, region[2] as string), budgetMs };
}

function wrongUsage(option: string, got: string, wanted: string): CommandFailure {
    return new CommandFailure(`${option}: got "${plainText(got)}", expected ${wanted}`, exitCodes.usage);
}

/** Fails where the environment must not be seen. One that does not name its organization is told of later. */
async function organizationOf(api: ConfluentApi, environmentId: string): Promise<string> {
    try {
        return (await getEnvironment(api, environmentId)).organizationId;
    } catch (error) {
        if (error instanceof ConfluentError && error.kind === "malformed") return getOrganizationId(api);
        throw error;
    }
}

async function restEndpointOf(api: ConfluentApi, scope: FlinkScope): Promise<string> {
    const regions = await listFlinkRegions(api);
    const row = regions.find(({ cloud, region }) => cloud === scope.cloud && region === scope.region);
    // Without an address the run goes on, and says so.
    if (row !== undefined) return row.restEndpoint;
    const others = regions.filter(({ cloud }) => cloud === scope.cloud).map(({ region }) => region);
    throw new CommandFailure(
        `--region: got "${scope.cloud}.${scope.region}", expected a region of ${scope.cloud} where Confluent Cloud runs Flink: ${others.sort().join(", ") || "(none)"}`,
        exitCodes.usage,
    );
}

/** What is about to be done, for a person to agree to. */
function plan(
    { role }: ConformanceOptions,
    scope: FlinkScope,
    own: OwnThings,
    budgetMs: number,
    earlier: readonly EarlierAccount[],
): string[] {
    return [
        "About to make, use and remove, in the organization of these credentials:",
        `  a service account ${own.accountName}`,
        `  its role ${role} on ${scope.environmentId}, six times, one role binding at a time`,
        `  six Flink API keys of it for ${scope.name}, no more than two at a time`,
        ...earlier.map(
            ({ id, displayName }) => `  and to remove ${id} (${displayName}), which an earlier run left`,
        ),
        `It takes up to ${durationText(budgetMs)} and about ${aboutRequests} requests. Nothing else is changed.`,
    ];
}

async function confirm(lines: readonly string[], ask: Ask): Promise<void> {
    for (const line of lines) printNote(plainText(line));
    if (ask !== undefined && (await ask("Type yes to begin: ")).trim() === "yes") return;
    throw new CommandFailure("Nothing was made: not confirmed.");
}

async function clean(
    own: OwnThings,
    accounts: readonly EarlierAccount[],
    options: ConformanceOptions,
    ask: Ask,
): Promise<void> {
    if (accounts.length === 0) {
        printLine("No run has left anything.");
        return;
    }
    const lines = accounts.map(
        ({ id, displayName }) => `About to remove ${id} (${displayName}) with its keys and roles.`,
    );
    if (!options.yes) await confirm(lines, ask);
    const left: LeftThing[] = [];
    for (const { id, displayName } of accounts) {
        const problems = await own.removeAccount(id);
        if (problems.length === 0)
            printLine(plainText(`Removed ${id} (${displayName}) with its keys and roles.`));
        left.push(...problems);
    }
    for (const one of left) printNote(describeLeft(one));
    if (left.length > 0) throw new CommandFailure(`${left.length} things could not be removed`);
}

function describeBusy({ id, displayName, neededUntilMs }: EarlierAccount): string {
    const until =
        neededUntilMs === undefined
            ? ""
            : `; it may be removed after ${new Date(neededUntilMs).toISOString()}`;
    return plainText(
        `${id} (${displayName}) is of another run, which may be under way${until}. If it is not: --clean, or ${removeAccountCommand(id)}`,
    );
}

function describeLeft({ kind, id, remove, because }: LeftThing): string {
    return plainText(`Not removed: ${kind} ${id} (${because}). ${remove}`);
}

/** The first Ctrl-C or SIGTERM ends the checks, and what was made is removed. The second ends the process at once. */
function onSignals(stop: AbortController, own: OwnThings): () => void {
    const onSignal = (signal: NodeJS.Signals): void => {
        if (!stop.signal.aborted) {
            printNote(`${signal}: removing what was made. Once more ends at once and leaves it.`);
            stop.abort(`it was stopped by ${signal}`);
            return;
        }
        for (const line of own.describeAlive()) printNote(line);
        release();
        process.kill(process.pid, signal);
    };
    const release = (): void => {
        process.off("SIGINT", onSignal);
        process.off("SIGTERM", onSignal);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    return release;
}
