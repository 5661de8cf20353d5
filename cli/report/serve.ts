import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type PageBundle, renderHtml } from "./html";
import { renderPrometheus } from "./prometheus";
import type { Report } from "./report";

export interface ServeOptions {
    /** 0 picks a free one. */
    readonly port: number;
    /** Age at which a report is read again, when it is asked for. */
    readonly refreshSeconds: number;
    readonly load: () => Promise<Report>;
    readonly bundle: PageBundle;
    /** Told of a report that could not be read. */
    readonly onError: (message: string) => void;
    /** Milliseconds since 1970; default: the machine's clock. */
    readonly now?: () => number;
}

export interface ReportServer {
    /** `http://127.0.0.1:9464/` */
    readonly url: string;
    close(): Promise<void>;
}

const loopback = "127.0.0.1";

/**
 * Serves the report on loopback: the page at `/`, its data at `/report.json`, metrics at `/metrics`. Confluent Cloud is
 * read when somebody asks and the last report is too old, by one reader at a time. Where that fails, `/metrics` answers
 * 503, so that a scrape counts as failed, and the page keeps what it shows.
 */
export async function serveReport(options: ServeOptions): Promise<ReportServer> {
    const latest = latestReport(options);
    const server = createServer((request, response) => {
        answer(request, response, options, latest).catch((error: Error) => {
            options.onError(error.message);
            end(response, 503, "text/plain", "The report could not be read; see the command's own output.\n");
        });
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(options.port, loopback, resolve);
    });
    return {
        url: `http://${loopback}:${(server.address() as AddressInfo).port}/`,
        close: () => close(server),
    };
}

function latestReport({ load, refreshSeconds, now = Date.now }: ServeOptions): () => Promise<Report> {
    let report: Report | undefined;
    let readMs = 0;
    let underWay: Promise<Report> | undefined;
    return () => {
        if (report && now() - readMs < refreshSeconds * 1000) return Promise.resolve(report);
        underWay ??= load()
            .then((fresh) => {
                readMs = now();
                report = fresh;
                return fresh;
            })
            .finally(() => {
                underWay = undefined;
            });
        return underWay;
    };
}

async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    options: ServeOptions,
    latest: () => Promise<Report>,
): Promise<void> {
    // A page elsewhere can point its own name at loopback; the names in the report are not for it.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) {
        end(response, 403, "text/plain", "This address is for 127.0.0.1 and localhost only.\n");
        return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
        end(response, 405, "text/plain", "GET only.\n");
        return;
    }
    switch (new URL(request.url ?? "/", `http://${loopback}`).pathname) {
        case "/": {
            const page = renderHtml(await latest(), options.bundle, options.refreshSeconds);
            response.setHeader("Content-Security-Policy", page.contentSecurityPolicy);
            end(response, 200, "text/html", page.html);
            return;
        }
        case "/report.json":
            end(response, 200, "application/json", JSON.stringify(await latest()));
            return;
        case "/metrics":
            end(response, 200, "text/plain; version=0.0.4", renderPrometheus(await latest()));
            return;
        default:
            end(response, 404, "text/plain", "There is /, /report.json and /metrics.\n");
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
