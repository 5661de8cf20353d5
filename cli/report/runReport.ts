import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { CommandFailure, exitCodes } from "../exitCodes";
import { printNote } from "../output";
import { type FailOn, judge, parseFailOn } from "./failOn";
import { readPageBundle, renderHtml } from "./html";
import { connect, loadReport, type ReportSource } from "./loadReport";
import { renderMarkdown } from "./markdown";
import { renderPrometheus } from "./prometheus";
import type { Report } from "./report";
import { reportSchema } from "./reportSchema";
import { serveReport } from "./serve";
import { renderTable } from "./terminalTable";

export interface ReportOptions extends ReportSource {
    readonly json?: boolean;
    readonly jsonSchema?: boolean;
    readonly markdown?: boolean;
    readonly prometheus?: boolean;
    readonly html?: string;
    readonly probe?: boolean;
    readonly failOn?: string;
    /** Port, or true for the default one. */
    readonly serve?: string | true;
    /** Seconds. */
    readonly refresh: string;
}

const defaultPort = 9464;
const shortestRefreshSeconds = 5;

export async function runReport(options: ReportOptions): Promise<void> {
    if (options.jsonSchema) {
        process.stdout.write(`${JSON.stringify(reportSchema, undefined, 2)}\n`);
        return;
    }
    const failOn =
        options.failOn === undefined ? undefined : usage(() => parseFailOn(options.failOn as string));
    const settings = { probe: options.probe ?? false, ageLimitSeconds: failOn?.ageLimitSeconds };
    if (options.serve !== undefined) {
        await serve(options, settings);
        return;
    }
    const api = await connect(options);
    const report = await loadReport(api, options, settings);
    for (const text of formsOf(report, options)) process.stdout.write(text);
    if (options.html !== undefined) {
        writeFileSync(options.html, renderHtml(report, readPageBundle()).html);
        printNote(`Wrote ${options.html}.`);
    }
    if (failOn) endByJudgement(report, failOn);
}

/** What goes to standard output: one form, the table where no other was asked for. */
function* formsOf(report: Report, options: ReportOptions): Generator<string> {
    if (options.json) yield `${JSON.stringify(report, undefined, 2)}\n`;
    else if (options.markdown) yield renderMarkdown(report);
    else if (options.prometheus) yield renderPrometheus(report);
    else if (options.html === undefined) yield renderTable(report, terminal());
    // Who reads a page later still wants to know now what could not be read.
    const isShown = options.json || options.markdown || options.html === undefined;
    if (!isShown || options.prometheus) {
        for (const { subject, name, reason } of report.gaps) {
            printNote(`Not read: ${subject}${name === undefined ? "" : ` ${name}`}: ${reason}`);
        }
    }
}

/** On a terminal as wide as it is; elsewhere nothing is cut, unless COLUMNS says how wide it is. */
function terminal(): { width: number; colour: boolean } {
    const { isTTY, columns } = process.stdout;
    const said = Number(process.env.COLUMNS);
    const width = isTTY ? columns : said > 0 ? said : Number.POSITIVE_INFINITY;
    return { width, colour: isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb" };
}

function endByJudgement(report: Report, failOn: FailOn): void {
    const { found, unverified } = judge(report, failOn);
    for (const text of unverified) printNote(`--fail-on could not be judged as a whole: ${text}`);
    if (found.length > 0) throw new CommandFailure(`--fail-on: ${found.join("; ")}`, exitCodes.found);
    if (unverified.length > 0) {
        throw new CommandFailure("--fail-on: nothing found in what could be read", exitCodes.unverified);
    }
}

async function serve(
    options: ReportOptions,
    settings: { probe: boolean; ageLimitSeconds: number | undefined },
): Promise<void> {
    const port = usage(() =>
        wholeNumber("--serve", options.serve === true ? defaultPort : options.serve, 0, 65_535),
    );
    const refreshSeconds = usage(() =>
        wholeNumber("--refresh", options.refresh, shortestRefreshSeconds, 86_400),
    );
    const api = await connect(options);
    const load = (): Promise<Report> => loadReport(api, options, settings);
    // What is wrong from the start is said at the start, not to the first who opens the page.
    const first = await load();
    let isFirst = true;
    const server = await serveReport({
        port,
        refreshSeconds,
        bundle: readPageBundle(),
        onError: printNote,
        load: async () => {
            if (!isFirst) return load();
            isFirst = false;
            return first;
        },
    });
    process.stdout.write(
        `${server.url} shows the report, ${server.url}metrics its metrics. Ctrl-C ends it.\n`,
    );
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
}

function wholeNumber(option: string, value: unknown, least: number, most: number): number {
    const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new Error(
        `${option}: got ${JSON.stringify(value)}, expected a whole number from ${least} to ${most}`,
    );
}

/** A mistake on the command line ends with the code for one. */
function usage<T>(read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw new CommandFailure((error as Error).message, exitCodes.usage);
    }
}
