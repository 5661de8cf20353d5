import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
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
    const server = createServer((request, response) => {
        answer(request, response, options, latest).catch((error: Error) => {
            options.onError(error.message);
            end(response, 503, "text/plain", notRead);
        });
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) =>
            reject(
                error.code === "EADDRINUSE" || error.code === "EACCES"
                    ? wrongUsage(
                          `--serve: got ${options.port}, expected a free port on ${loopback} (${error.code})`,
                      )
                    : error,
            ),
        );
        server.listen(options.port, loopback, resolve);
    });
    return {
        url: `http://${loopback}:${(server.address() as AddressInfo).port}/`,
        close: () => close(server),
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
    const read = (): Promise<void> =>
        load()
            .then((report) => {
                last = { report, readMs: now() };
                failure = undefined;
            })
            .catch((error: Error) => {
                failure = error.message;
                // The error in reading the very first report is thrown to the request itself.
                if (last) onError(error.message);
            })
            .finally(() => {
                reading = undefined;
            });
    return async () => {
        if (last && failure === undefined && now() - last.readMs < refreshSeconds * 1000) {
            return { report: last.report, hasFailed: false };
        }
        reading ??= read();
        const isDone = await (last ? withinPatience(reading, patienceMs) : reading.then(() => true));
        if (last === undefined) throw new Error(failure ?? "There is no report yet.");
        if (isDone && failure === undefined) return { report: last.report, hasFailed: false };
        const why = failure ?? "Confluent Cloud or the backend of the stacks has not answered yet.";
        const reason = `This report is from ${last.report.generatedAt}. ${why}`;
        const gaps = [{ subject: "report", reason } as const, ...last.report.gaps];
        return { report: { ...last.report, gaps }, hasFailed: failure !== undefined };
    };
}

/** Whether the promise was settled within the time limit. */
async function withinPatience(work: Promise<void>, patienceMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, patienceMs, false);
    });
    try {
        return await Promise.race([work.then(() => true), patience]);
    } finally {
        clearTimeout(timer);
    }
}

async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    options: ServeOptions,
    latest: () => Promise<Latest>,
): Promise<void> {
    // A website could resolve its own name to 127.0.0.1 (DNS rebinding) and read the report.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) {
        end(response, 403, "text/plain", "This address is for 127.0.0.1 and localhost only.\n");
        return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
        end(response, 405, "text/plain", "Only GET is supported.\n");
        return;
    }
    switch (new URL(request.url ?? "/", `http://${loopback}`).pathname) {
        case "/": {
            const page = renderHtml((await latest()).report, options.bundle, options.refreshSeconds);
            response.setHeader("Content-Security-Policy", page.contentSecurityPolicy);
            end(response, 200, "text/html", page.html);
            return;
        }
        case "/report.json":
            end(response, 200, "application/json", JSON.stringify((await latest()).report));
            return;
        case "/metrics": {
            const { report, hasFailed } = await latest();
            if (hasFailed) end(response, 503, "text/plain", notRead);
            else end(response, 200, "text/plain; version=0.0.4", renderPrometheus(report));
            return;
        }
        default:
            end(response, 404, "text/plain", "Not found: use /, /report.json or /metrics.\n");
    }
}

function end(response: ServerResponse, status: number, type: string, body: string): void {
    response.writeHead(status, {
        "Content-Type": `${type}; charset=utf-8`,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    });
    response.end(response.req.method === "HEAD" ? undefined : body);
}

function close(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
}
