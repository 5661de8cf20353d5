import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { wrongUsage } from "../exitCodes";
import { type PageBundle, renderHtml } from "./html";
import { renderPrometheus } from "./prometheus";
import type { Report } from "./report";

export interface ServeOptions {
    /** 0 chooses a free port. */
    readonly port: number;
    /** A request reads the report again if it is older than this. */
    readonly refreshSeconds: number;
    readonly load: () => Promise<Report>;
    /** A report that was just read. */
    readonly first?: Report;
    readonly bundle: PageBundle;
    /** Called if a report could not be read. */
    readonly onError: (message: string) => void;
    /** Milliseconds since 1970; default: the machine's clock. */
    readonly now?: () => number;
    /** How long a request waits for a new report before it gets the last one, in milliseconds; default 5000. */
    readonly patienceMs?: number;
}

export interface ReportServer {
    /** `http://127.0.0.1:9464/` */
    readonly url: string;
    close(): Promise<void>;
}

const loopback = "127.0.0.1";
const notRead = "The report could not be read; see the output of the command.\n";

/**
 * Serves the report on loopback: the page at `/`, its data at `/report.json`, metrics at `/metrics`. A request reads
 * everything again if the last report is too old; only one such read is in progress at a time. If it fails or takes long,
 * page and data show the last report, with a note. After a failure `/metrics` answers 503, so that a scrape counts as failed.
 */
export async function serveReport(options: ServeOptions): Promise<ReportServer> {
    const latest = latestReport(options);
    const server = createServer(async (request, response) => {
        const { status, body, type, headers } = await answer(request, options, latest).catch(
            (error: Error): Answer => {
                options.onError(error.message);
                return { status: 503, body: notRead };
            },
        );
        response.writeHead(status, {
            "Content-Type": `${type ?? "text/plain"}; charset=utf-8`,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            ...headers,
        });
        response.end(request.method === "HEAD" ? undefined : body);
    });
    server.listen(options.port, loopback);
    await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
        throw wrongUsage(`--serve: got ${options.port}, expected a free port on ${loopback} (${error.code})`);
    });
    return {
        url: `http://${loopback}:${(server.address() as AddressInfo).port}/`,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}

interface Latest {
    readonly report: Report;
    /** Whether this is the last report because a new one could not be read. */
    readonly hasFailed: boolean;
}

function latestReport(options: ServeOptions): () => Promise<Latest> {
    const { load, first, refreshSeconds, onError, now = Date.now, patienceMs = 5000 } = options;
    let last = first && { report: first, readMs: now() };
    let failure: string | undefined;
    let reading: Promise<void> | undefined;
    const read = async (): Promise<void> => {
        try {
            last = { report: await load(), readMs: now() };
            failure = undefined;
        } catch (error) {
            failure = (error as Error).message;
            // The error in reading the very first report is thrown to the request itself.
            if (last) onError(failure);
        }
        reading = undefined;
    };
    return async () => {
        if (last && failure === undefined && now() - last.readMs < refreshSeconds * 1000) {
            return { report: last.report, hasFailed: false };
        }
        reading ??= read();
        const done = reading.then(() => true);
        const isDone = await (last
            ? Promise.race([done, setTimeout(patienceMs, false, { ref: false })])
            : done);
        if (last === undefined) throw new Error(failure ?? "There is no report yet.");
        if (isDone && failure === undefined) return { report: last.report, hasFailed: false };
        const why = failure ?? "Confluent Cloud or the backend of the stacks has not answered yet.";
        const reason = `This report is from ${last.report.generatedAt}. ${why}`;
        const gaps = [{ subject: "report", reason } as const, ...last.report.gaps];
        return { report: { ...last.report, gaps }, hasFailed: failure !== undefined };
    };
}

interface Answer {
    readonly status: number;
    readonly body: string;
    /** Default: `text/plain`. */
    readonly type?: string;
    readonly headers?: Readonly<Record<string, string>>;
}

async function answer(
    { method, headers, url = "/" }: IncomingMessage,
    { bundle, refreshSeconds }: ServeOptions,
    latest: () => Promise<Latest>,
): Promise<Answer> {
    // A website could resolve its own name to 127.0.0.1 (DNS rebinding) and read the report.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? ""))
        return { status: 403, body: "This address is for 127.0.0.1 and localhost only.\n" };
    if (method !== "GET" && method !== "HEAD") return { status: 405, body: "Only GET is supported.\n" };
    switch (new URL(url, `http://${loopback}`).pathname) {
        case "/": {
            const page = renderHtml((await latest()).report, bundle, refreshSeconds);
            const policy = { "Content-Security-Policy": page.contentSecurityPolicy };
            return { status: 200, type: "text/html", body: page.html, headers: policy };
        }
        case "/report.json":
            return { status: 200, type: "application/json", body: JSON.stringify((await latest()).report) };
        case "/metrics": {
            const { report, hasFailed } = await latest();
            if (hasFailed) return { status: 503, body: notRead };
            return { status: 200, type: "text/plain; version=0.0.4", body: renderPrometheus(report) };
        }
        default:
            return { status: 404, body: "Not found: use /, /report.json or /metrics.\n" };
    }
}
