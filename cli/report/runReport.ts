import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { connect } from "../connect";
import { CommandFailure, exitCodes, wrongUsage } from "../exitCodes";
import { printNote } from "../output";
import { requireWritable, writeFileAtomically } from "../writeFileAtomically";
import { renderCsv } from "./csv";
import { checkConditions, type FailOn, parseFailOn } from "./failOn";
import { dueWithinSeconds, filterReport, type KeyFilter, requireMatches } from "./filterReport";
import { readPageBundle, renderHtml } from "./html";
import { loadReport, type ReportSource } from "./loadReport";
import { renderMarkdown } from "./markdown";
import { renderPrometheus } from "./prometheus";
import type { Report } from "./report";
import { incompleteText, notesOf } from "./reportText";
import { type ServeOptions, serveReport } from "./serve";
import { renderTable } from "./terminalTable";

export interface ReportOptions extends ReportSource, KeyFilter {
    readonly json?: boolean;
    readonly jsonSchema?: boolean;
    readonly markdown?: boolean;
    readonly prometheus?: boolean;
    readonly csv?: boolean;
    readonly html?: string;
    /** File for the output, instead of standard output. */
    readonly output?: string;
    readonly probe?: boolean;
    readonly holders?: boolean;
    readonly failOn?: string;
    /** Port, or true for the default one. */
    readonly serve?: string | true;
    /** Seconds. */
    readonly refresh?: string;
}

type ServerSettings = Pick<ServeOptions, "port" | "refreshSeconds">;

const defaultPort = 9464;
const defaultRefreshSeconds = 60;
const shortestRefreshSeconds = 5;

/** `report` */
export async function runReport(options: ReportOptions): Promise<void> {
    if (options.jsonSchema) {
        const root = dirname(require.resolve("pulumi-confluent-flink/package.json"));
        process.stdout.write(readFileSync(join(root, "docs/report.schema.json"), "utf8"));
        return;
    }
    const failOn = options.failOn === undefined ? undefined : parseFailOn(options.failOn);
    const settings = {
        probe: options.probe ?? false,
        holders: options.holders === true || failOn?.concerns.includes("supersededInUse") === true,
        ageLimitSeconds: failOn?.ageLimitSeconds,
    };
    if (options.dueWithin !== undefined) dueWithinSeconds(options.dueWithin);
    const server = options.serve === undefined ? undefined : serverSettings(options);
    if (!server && options.refresh !== undefined)
        throw wrongUsage("--refresh: has an effect only with --serve");
    if (!server && options.html !== undefined) requireWritable("--html", options.html);
    if (!server && options.output !== undefined) requireWritable("--output", options.output);
    const connection = await connect(options);
    const load = (): Promise<Report> => loadReport(connection, options, settings);
    const complete = await load();
    requireMatches(complete, options);
    const report = filterReport(complete, options);
    if (server) {
        await serve(server, report, async () => filterReport(await load(), options));
        return;
    }
    const text = render(report, options);
    if (options.output !== undefined) writeFileAtomically("--output", options.output, text);
    else process.stdout.write(text);
    if (options.html !== undefined) {
        writeFileAtomically("--html", options.html, renderHtml(report, readPageBundle()).html);
        printNote(`Wrote ${options.html}.`);
    }
    // These formats do not show what could not be read, or are read later.
    if (options.csv || options.prometheus || (options.html !== undefined && text === ""))
        notesOf(report).forEach(printNote);
    const { owner } = options;
    if (owner !== undefined && report.keys.length === 0) {
        const seen = report.caller.seesEverything ? "" : ` that ${report.caller.identity} is allowed to see`;
        printNote(`${owner} owns no Flink API key${seen}.`);
    }
    if (failOn) throwIfConditionMet(report, failOn);
    throwIfIncomplete(report, failOn !== undefined);
}

/** The chosen format. Default: the table, or nothing if only a page is written. */
function render(report: Report, options: ReportOptions): string {
    if (options.json) return `${JSON.stringify(report, undefined, 2)}\n`;
    if (options.markdown) return renderMarkdown(report);
    if (options.prometheus) return renderPrometheus(report);
    if (options.csv) return renderCsv(report);
    if (options.html !== undefined && options.output === undefined) return "";
    return renderTable(
        report,
        options.output === undefined ? terminal() : { width: Infinity, colour: false },
    );
}

/**
 * Fails if the report is incomplete, so that nobody takes what could not be read for something that does not exist.
 * `--fail-on` itself checks what its conditions depend on. If no stack at all could be read, this always fails.
 */
function throwIfIncomplete(report: Report, hasFailOn: boolean): void {
    const { stacks } = report;
    if (stacks.length > 0 && stacks.every(({ state }) => state === "failed")) {
        const what = stacks.length === 1 ? `Stack ${stacks[0]?.name}` : `None of ${stacks.length} stacks`;
        const verb = stacks.length === 1 ? "could not be read" : "could be read";
        throw new CommandFailure(
            `${what} ${verb}: ${report.gaps.find(({ subject }) => subject === "stack")?.reason}`,
        );
    }
    const incomplete = incompleteText(report);
    if (incomplete !== undefined && !hasFailOn) throw new CommandFailure(incomplete, exitCodes.unverified);
}

/** The width of the terminal. In a file or pipe nothing is cut, unless COLUMNS gives a width. */
function terminal(): { width: number; colour: boolean } {
    const { isTTY, columns } = process.stdout;
    const fromEnv = Number(process.env.COLUMNS);
    const width = isTTY ? columns : fromEnv > 0 ? fromEnv : Number.POSITIVE_INFINITY;
    return { width, colour: isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb" };
}

function throwIfConditionMet(report: Report, failOn: FailOn): void {
    const { found, unverified } = checkConditions(report, failOn);
    for (const text of unverified) printNote(`--fail-on could not be fully checked: ${text}`);
    if (found.length > 0) throw new CommandFailure(`--fail-on: ${found.join("; ")}`, exitCodes.found);
    if (unverified.length > 0) {
        throw new CommandFailure(
            "--fail-on: no condition is met in what could be read",
            exitCodes.unverified,
        );
    }
}

function serverSettings({ serve, refresh }: ReportOptions): ServerSettings {
    return {
        port: wholeNumber("--serve", serve === true ? defaultPort : serve, 0, 65_535),
        refreshSeconds: wholeNumber(
            "--refresh",
            refresh ?? defaultRefreshSeconds,
            shortestRefreshSeconds,
            86_400,
        ),
    };
}

/** Serves the report until it is stopped. The first one is read already, so that an error is reported at once. */
async function serve(settings: ServerSettings, first: Report, load: () => Promise<Report>): Promise<void> {
    const bundle = readPageBundle();
    const server = await serveReport({ ...settings, first, load, bundle, onError: printNote });
    process.stdout.write(`Report: ${server.url}, metrics: ${server.url}metrics. Press Ctrl-C to stop.\n`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
}

function wholeNumber(option: string, value: unknown, least: number, most: number): number {
    const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw wrongUsage(
        `${option}: got ${JSON.stringify(value)}, expected a whole number from ${least} to ${most}`,
    );
}
