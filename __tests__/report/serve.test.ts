// The page and the metrics over HTTP, on loopback. The refresh of the page is tested in page.test.ts.
import { request } from "node:http";
import type { Report } from "../../cli/report/report";
import { type ReportServer, type ServeOptions, serveReport } from "../../cli/report/serve";
import { sampleReport } from "./sampleOrganization";

const report = sampleReport({ environments: 2, regions: 2, keysPerScope: 1, density: 1 });

let server: ReportServer | undefined;
afterEach(() => server?.close());

async function serve(changes: Partial<ServeOptions>): Promise<string> {
    server = await serveReport({
        port: 0,
        refreshSeconds: 60,
        load: async () => report,
        bundle: { script: "//", style: "" },
        onError: () => undefined,
        ...changes,
    });
    return server.url;
}

describe("serveReport", () => {
    it("serves the page, its data and the metrics, and answers 404 to other paths", async () => {
        const url = await serve({});
        const page = await fetch(url);
        expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
        expect(page.headers.get("content-security-policy")).toContain("connect-src 'self'");
        expect(await page.text()).toContain('"refreshSeconds":60');
        expect(((await (await fetch(`${url}report.json`)).json()) as Report).summary).toEqual(report.summary);
        const metrics = await fetch(`${url}metrics`);
        expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
        expect(await metrics.text()).toContain("confluent_flink_key_age_seconds{");
        expect((await fetch(`${url}admin`)).status).toBe(404);
        expect((await fetch(url, { method: "POST" })).status).toBe(405);
    });

    it("listens on loopback, and refuses other host names that resolve to it", async () => {
        const url = await serve({});
        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
        expect(await statusFor(url, "report.attacker.example")).toBe(403);
        expect(await statusFor(url, `localhost:${new URL(url).port}`)).toBe(200);
    });

    it("reads again only if the last report is too old, and once for all waiting requests", async () => {
        let [reads, nowMs] = [0, 0];
        const load = async (): Promise<Report> => {
            reads++;
            await new Promise(setImmediate);
            return report;
        };
        const url = await serve({ load, now: () => nowMs });
        await Promise.all([fetch(`${url}metrics`), fetch(`${url}metrics`), fetch(url)]);
        nowMs = 59_999;
        await fetch(`${url}metrics`);
        expect(reads).toBe(1);
        nowMs = 60_000;
        await fetch(`${url}metrics`);
        expect(reads).toBe(2);
    });

    it("answers 503 without the reason while the report cannot be read, and recovers", async () => {
        let works = false;
        const errors: string[] = [];
        const load = async (): Promise<Report> => {
            if (!works) throw new Error("listing API keys: 401");
            return report;
        };
        const url = await serve({ load, onError: (message) => errors.push(message) });
        const refused = await fetch(`${url}metrics`);
        expect(refused.status).toBe(503);
        expect(await refused.text()).not.toContain("401");
        expect(errors).toEqual(["listing API keys: 401"]);
        works = true;
        expect((await fetch(`${url}metrics`)).status).toBe(200);
    });
});

describe("serveReport, once it has a report", () => {
    it("shows the last report with a note if Confluent Cloud fails; only the scrape fails", async () => {
        let [works, nowMs] = [true, 0];
        const load = async (): Promise<Report> => {
            if (!works) throw new Error("listing API keys: 403");
            return report;
        };
        const url = await serve({ load, now: () => nowMs, onError: () => undefined });
        await fetch(url);
        works = false;
        nowMs = 60_000;
        const stale = (await (await fetch(`${url}report.json`)).json()) as Report;
        expect(stale.keys).toHaveLength(report.keys.length);
        expect(stale.gaps[0]).toEqual({
            subject: "report",
            reason: `This report is from ${report.generatedAt}. listing API keys: 403`,
        });
        expect((await fetch(url)).status).toBe(200);
        expect((await fetch(`${url}metrics`)).status).toBe(503);
        works = true;
        expect((await fetch(`${url}metrics`)).status).toBe(200);
    });

    it("shows the last report with a note if Confluent Cloud does not answer", async () => {
        let hang: Promise<Report> | undefined;
        let nowMs = 0;
        const load = (): Promise<Report> => hang ?? Promise.resolve(report);
        const url = await serve({ load, now: () => nowMs, patienceMs: 1 });
        await fetch(url);
        let release: (report: Report) => void = () => undefined;
        hang = new Promise((resolve) => {
            release = resolve;
        });
        nowMs = 60_000;
        const stale = (await (await fetch(`${url}report.json`)).json()) as Report;
        expect(stale.gaps[0]?.reason).toContain("has not answered yet");
        expect((await fetch(`${url}metrics`)).status).toBe(200);
        release(report);
    });
});

function statusFor(url: string, host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
        request(url, { headers: { host } }, (response) => {
            response.resume();
            resolve(response.statusCode);
        })
            .on("error", reject)
            .end();
    });
}
