// The page in a real headless Chromium, from a file that `--html` wrote: what it shows, how the keyboard works, and that it
// sends nothing. Skipped, with the reason, if there is no Chromium. With UPDATE_SCREENSHOTS=1 (npm run screenshots) the
// screenshots in docs/screenshots are renewed. Not proven here: other browsers.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { connect } from "../../cli/connect";
import { concerns, uncheckedConcerns } from "../../cli/report/concerns";
import { renderCsv } from "../../cli/report/csv";
import { type PageBundle, renderHtml } from "../../cli/report/html";
import { loadReport } from "../../cli/report/loadReport";
import type { KeyRow, Report } from "../../cli/report/report";
import { serveReport } from "../../cli/report/serve";
import { summarise } from "../../cli/report/summarise";
import { compareUrgency } from "../../cli/report/urgency";
import { sampleOf } from "../sample";
import { findChromium, launchChromium } from "./headlessChromium";
import { sampleReport } from "./sampleOrganization";
import { expectedCounts, hostileName, type SmallOrganization, startOrganization } from "./smallOrganization";

const { bundlePage } = require("../../cli/report/page/bundle.js") as { bundlePage(): Promise<PageBundle> };
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const screenshots = join(__dirname, "../../docs/screenshots");
const mostScreenshotBytes = 300 * 1024;

const executablePath = findChromium();
const inBrowser = executablePath === undefined ? describe.skip : describe;
if (executablePath === undefined) process.stderr.write("Skipped: there is no chromium on the PATH\n");

let organization: SmallOrganization;
let report: Report;
let bundle: PageBundle;
let browser: Browser;
let folder: string;

inBrowser("the page", () => {
    let page: Page;
    let troubles: string[];
    let requests: string[];

    beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), "confluent-flink-page-"));
        [organization, bundle, browser] = await Promise.all([
            startOrganization(),
            bundlePage(),
            launchChromium(executablePath as string),
        ]);
        const source = { cwd: ".", state: [organization.states] };
        report = await loadReport(await connect(source, { env: organization.env }), source);
    }, 60_000);
    afterAll(async () => {
        await browser?.close();
        await organization?.close();
        rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(() => {
        troubles = [];
        requests = [];
    });
    // Nothing of it is left for the next test.
    afterEach(() => page?.goto("about:blank"));

    /** Opens the report from a file, and records console messages and requests. */
    async function open(
        shown: Report,
        view: { width?: number; height?: number; colorScheme?: "light" | "dark"; hash?: string } = {},
    ): Promise<void> {
        const file = join(folder, "keys.html");
        writeFileSync(file, renderHtml(shown, bundle).html);
        await openUrl(pathToFileURL(file).href + (view.hash ?? ""), view);
    }

    async function openUrl(
        url: string,
        { width = 1360, height = 1000, colorScheme = "light" as "light" | "dark" } = {},
    ): Promise<void> {
        page ??= await newPage();
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme, media: "screen" });
        // Else an address that differs only behind `#` would not be loaded anew.
        await page.goto("about:blank");
        await page.goto(url);
        await page.waitForSelector("h1");
    }

    /** One for all tests: a new one is a new process of the browser. */
    async function newPage(): Promise<Page> {
        const first = await browser.newPage({ reducedMotion: "reduce" });
        first.on("console", (message) => troubles.push(`${message.type()}: ${message.text()}`));
        first.on("pageerror", (error) => troubles.push(error.message));
        first.on("request", (request) => requests.push(request.url()));
        first.on("dialog", (dialog) => troubles.push(`dialog: ${dialog.message()}`));
        return first;
    }

    /** Waits until the page has drawn the result of the last key or click, including effects. */
    const settled = (): Promise<void> =>
        page.evaluate(
            "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))",
        );
    const rows = async (): Promise<string[]> => {
        await settled();
        return page.locator("table.keys tbody .key").allTextContents();
    };
    const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) {
            await page.keyboard.press(key);
            await settled();
        }
    };
    const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent");

    it("has the same counts as the other formats, and causes no console message and no request", async () => {
        await open(report);
        expect(await page.locator(".lead").textContent()).toContain("10 live keys in 5 scopes");
        const tiles = await page.locator(".tile .number").allTextContents();
        expect(tiles.map(Number)).toEqual(concerns.map((concern) => report.summary[concern]));
        const { overdue, stray, drift, unready, orgadmin, overage } = expectedCounts;
        expect(report.summary).toMatchObject({ overdue, stray, drift, unready, orgadmin, overage });
        const cells = await page.locator(".matrix .cell .number").allTextContents();
        // Five scopes with live keys, and one whose only key is gone.
        expect(cells).toHaveLength(expectedCounts.scopes + 1);
        expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(expectedCounts.live);
        expect(await rows()).toHaveLength(expectedCounts.live + expectedCounts.missing);
        expect(troubles).toEqual([]);
        expect(requests).toHaveLength(1);
    });

    it("shows a hostile name unchanged and without any effect", async () => {
        await open(report);
        const name = page.locator("table.keys .name", { hasText: "onerror" }).first();
        expect(await name.textContent()).toBe(hostileName);
        await page.click(`text=${organization.ids.hostile}`);
        expect(await page.locator("dialog dd").first().textContent()).toBe(hostileName);
        expect(await page.locator("img").count()).toBe(0);
        expect(await page.title()).toBe("Flink API keys");
        expect(troubles).toEqual([]);
        expect(requests).toHaveLength(1);
    });

    it("stops injected scripts and requests with its content security policy", async () => {
        await open(report);
        await page.evaluate(`
            const image = document.createElement("img");
            image.src = "http://127.0.0.1:9/leak";
            const script = document.createElement("script");
            script.textContent = "document.title = 'broken into'";
            document.body.append(image, script);
        `);
        expect(
            await page.evaluate('fetch("http://127.0.0.1:9/leak").then(() => "sent", () => "stopped")'),
        ).toBe("stopped");
        expect(await page.title()).toBe("Flink API keys");
        expect(
            troubles.filter((text) => text.includes("Content Security Policy")).length,
        ).toBeGreaterThanOrEqual(3);
    });

    it("filters by a cell of the matrix, and removes the filter", async () => {
        await open(report);
        const cell = page.locator(".matrix .cell", { hasText: "production, aws.us-east-2" });
        await cell.click();
        expect(await cell.getAttribute("aria-pressed")).toBe("true");
        const { fresh, ending, strayOfProd, console } = organization.ids;
        expect((await rows()).sort()).toEqual([fresh, ending, strayOfProd, console].sort());
        expect(await page.locator("#count").textContent()).toBe("4 of 11");
        await cell.click();
        expect(await rows()).toHaveLength(11);
    });

    it("filters by concern, status, environment, region and words", async () => {
        await open(report);
        await page.click(".tile.overdue");
        expect((await rows()).sort()).toEqual([organization.ids.overdue, organization.ids.ended].sort());
        await page.click("text=Clear filters");
        await page.selectOption("label:has-text('Status') select", "stray");
        expect(await rows()).toEqual([organization.ids.strayOfProd]);
        await page.selectOption("label:has-text('Status') select", "elsewhere");
        expect(await rows()).toEqual([organization.ids.strayOfNobody]);
        await page.selectOption("label:has-text('Environment') select", "env-def456");
        expect(await rows()).toEqual([organization.ids.strayOfNobody]);
        await page.click("text=Clear filters");
        await page.fill("input[type=search]", "marty US-EAST-2");
        expect(await rows()).toEqual([organization.ids.console]);
        await page.fill("input[type=search]", "nothing of this kind");
        expect(await page.locator(".none").textContent()).toBe("No key matches these filters.");
    });

    it("sorts by a column, in reverse, and by urgency again", async () => {
        await open(report);
        const urgent = await rows();
        const ages = async (): Promise<(string | null)[]> =>
            settled().then(() => page.locator("td[data-title=Age]").allTextContents());
        await page.click("th >> text=Age");
        expect((await ages())[0]).toBe("24 h");
        expect(await page.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("ascending");
        await page.click("th >> text=Age");
        expect((await ages())[0]).toBe("120 d");
        await page.click("th >> text=Age");
        expect(await rows()).toEqual(urgent);
    });

    it("shows everything about a key on a click, and what to do", async () => {
        await open(report);
        await page.click(`text=${organization.ids.strayOfProd}`);
        const text = await page.locator("dialog").innerText();
        for (const part of [
            "analytics",
            "OrganizationAdmin",
            "env-abc123.aws.us-east-2",
            `pulumi-confluent-flink strays --delete ${organization.ids.strayOfProd}`,
            "7 of 100",
        ]) {
            expect(text).toContain(part);
        }
    });

    it("works with the keyboard alone: search, arrows in the matrix, details, and the focus where it was", async () => {
        await open(report);
        await press("/");
        expect(await page.evaluate("document.activeElement.type")).toBe("search");
        await page.keyboard.type("marty");
        expect(await rows()).toEqual([organization.ids.console]);
        await press("ControlOrMeta+a", "Delete");

        await page.locator(".matrix .cell").first().focus();
        const first = await focused();
        await press("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft");
        expect(await focused()).toBe(first);
        await press("Enter");
        expect((await rows()).length).toBeLessThan(11);
        await press("Enter");

        await page.locator("button.key").first().focus();
        await press("Enter");
        expect(await page.locator("dialog").isVisible()).toBe(true);
        expect(await page.evaluate("document.activeElement.closest('dialog') !== null")).toBe(true);
        await press("Escape");
        expect(await page.locator("dialog").count()).toBe(0);
        expect(await focused()).toBe((await rows())[0]);
    });

    it("reaches everything with Tab, and has a link that skips to the keys", async () => {
        await open(report);
        await press("Tab");
        expect(await focused()).toBe("Skip to the keys");
        await press("Enter");
        expect(await page.evaluate("document.activeElement.id")).toBe("keys");
    });

    it("keeps the filters in its URL, so that a link contains them", async () => {
        await open(report, { hash: "#status=elsewhere&environment=env-def456" });
        expect(await rows()).toEqual([organization.ids.strayOfNobody]);
        await page.click("text=Clear filters");
        await page.waitForURL((url) => url.hash === "");
        await page.click(".tile.drift");
        await page.waitForURL((url) => url.hash === "#concern=drift");
    });

    it("shows past and future rotations, the next one first", async () => {
        await open(report);
        const lanes = await page.locator(".timeline li").allInnerTexts();
        expect(lanes).toHaveLength(4);
        expect(lanes[0]).toMatch(/production, gcp\.us-east1[\s\S]*ended 13 d ago/);
        expect(lanes[1]).toMatch(/production, aws\.eu-central-1[\s\S]*overdue by 3 d/);
        expect(await page.locator(".timeline li").nth(2).locator(".overlap").count()).toBe(1);
    });

    it.each(
        sampleOf(
            [
                ["light", 1360],
                ["dark", 1360],
                ["light", 390],
                ["dark", 390],
            ] as const,
            2,
        ),
    )("has no accessibility violation: %s, %i wide, with and without details", async (colorScheme, width) => {
        await open(report, { colorScheme, width, height: 844 });
        expect(await violations(page)).toEqual([]);
        await page.locator("button.key").first().click();
        expect(await violations(page)).toEqual([]);
        expect(troubles).toEqual([]);
    });

    it("counts a key that may live as ?, and not as 0", async () => {
        const sample = sampleReport({ environments: 1, regions: 1, keysPerScope: 1, density: 1 });
        const keys = sample.keys.map((key) => ({ ...key, live: false, status: "unknown" as const }));
        const owners = sample.owners.map((owner) => ({ ...owner, liveKeys: 0, quota: null }));
        await open({ ...sample, keys, owners });
        expect(await page.locator(".cell .number").allTextContents()).toEqual(["?"]);
        await page.locator("button.key").first().click();
        expect(await page.locator('dialog dt:text-is("Owner\'s live keys") + dd').textContent()).toBe("?");
    });

    it("fits a phone without scrolling sideways", async () => {
        await open(report, { width: 360, height: 700 });
        const wide = await page.evaluate(
            "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 361 && !e.closest('.scroll')).map((e) => e.outerHTML.slice(0, 80))",
        );
        expect(wide).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    });

    it("prints every key that matches the filters, and not only one page", async () => {
        await open(sampleReport({ environments: 5, regions: 8, keysPerScope: 4, density: 0.9 }));
        expect(await rows()).toHaveLength(25);
        const all = Number((await page.locator("#count").textContent())?.replace(/\D/g, ""));
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        expect((await rows()).length).toBe(all);
        await page.evaluate("dispatchEvent(new Event('afterprint'))");
        expect(await rows()).toHaveLength(25);
    });

    it("shows the organization, the credentials, and where the states were read", async () => {
        await open(report);
        const text = await page.locator(".sources").innerText();
        for (const part of [report.organizationId, report.caller.identity, report.caller.endpoint]) {
            expect(text).toContain(part);
        }
        for (const { place } of report.backends) expect(text).toContain(place);
    });

    it("scrolls to the keys of a tile, below the row in which each active filter can be removed", async () => {
        await open(sampleReport({ environments: 6, regions: 10, keysPerScope: 3, density: 0.9 }));
        expect(await page.locator(".active").count()).toBe(0);
        await page.click(".tile.drift");
        await settled();
        const top = (selector: string): Promise<number> =>
            page.evaluate(`document.querySelector("${selector}").getBoundingClientRect().top`);
        expect(await top("#keys-title")).toBeGreaterThan(await top(".active"));
        expect(await top("table.keys")).toBeLessThan(1000);
        expect(await top(".active")).toBe(0);
        const count = await page.locator("#count").textContent();
        expect(await page.locator(".active .rows").textContent()).toBe(
            `${count?.replace(/ of (\d+)/, " of $1 keys")} ↓`,
        );
        await page.click("text=drifted ×");
        await settled();
        expect(await page.locator(".active").count()).toBe(0);
        expect(await page.locator("#count").textContent()).toMatch(/^\d+ in all$/);
    });

    it("downloads the keys that match the filters as CSV, in the order shown", async () => {
        await open(report);
        await page.click(".tile.orgadmin");
        const shown = await rows();
        const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.click("text=Download CSV"),
        ]);
        expect(download.suggestedFilename()).toBe(`flink-api-keys-${report.generatedAt.slice(0, 10)}.csv`);
        const csv = readFileSync(await download.path(), "utf8");
        const keys = shown.map((id) => report.keys.find((key) => key.id === id) as KeyRow);
        expect(csv).toBe(renderCsv({ ...report, keys }));
        expect(troubles).toEqual([]);
        expect(requests.filter((url) => !url.startsWith("blob:"))).toHaveLength(1);
    });

    it("copies a key's id, and only the command of a remedy", async () => {
        await open(report);
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        const copied = (): Promise<string> => page.evaluate("navigator.clipboard.readText()");
        const id = organization.ids.strayOfProd;
        await page.click(`[aria-label="Copy ${id}"]`);
        await page.locator(`[aria-label="${id} copied"]`).waitFor();
        expect(await copied()).toBe(id);
        await page.click(`text=${id}`);
        await page.click('dialog [aria-label="Copy the command"]');
        await page.locator('dialog [aria-label="the command copied"]').waitFor();
        expect(await copied()).toBe(`npx pulumi-confluent-flink strays --delete ${id}`);
        expect(troubles).toEqual([]);
    });

    it("shows a remedy for each problem of a key, and each command on its own line", async () => {
        const key = report.keys.find(({ id }) => id === organization.ids.overdue) as KeyRow;
        const remedies = [
            "pulumi up --stack prod",
            "The region answered 403. npx pulumi-confluent-flink verify --stack prod --region aws.us-east-2 says why; then pulumi up --refresh --stack prod",
            "Its owner has no role in env-abc123: add one to the program's roles, or confluent iam rbac role-binding create --principal User:sa-1 --role FlinkDeveloper --environment env-abc123",
        ];
        const troubled: KeyRow = {
            ...key,
            remedies,
            readiness: "refused",
            refusal: "403",
            rolesInEnvironment: [],
            drift: ["displayName differs"],
        };
        await open({ ...report, keys: [troubled] });
        await page.click(`text=${key.id}`);
        expect(await page.locator(".troubles strong").allTextContents()).toEqual(
            expect.arrayContaining(["overdue", "not ready", "without a role", "drifted"]),
        );
        expect(await page.locator(".advice li").count()).toBe(3);
        expect(await page.locator(".advice code").allTextContents()).toEqual([
            "pulumi up --stack prod",
            "npx pulumi-confluent-flink verify --stack prod --region aws.us-east-2",
            "pulumi up --refresh --stack prod",
            "confluent iam rbac role-binding create --principal User:sa-1 --role FlinkDeveloper --environment env-abc123",
        ]);
    });

    it("explains an empty table: no key at all, no key that matches, no key that these credentials see", async () => {
        const empty = { ...report, keys: [], environments: [], owners: [], summary: summarise([], 0) };
        const said = async (seesEverything: boolean): Promise<string | null> => {
            await open({ ...empty, caller: { ...report.caller, seesEverything } });
            return page.locator(".none").textContent();
        };
        expect(await said(true)).toBe(
            "The organization has no Flink API key, and no state that was read contains one.",
        );
        expect(await said(false)).toContain("There may be some that they are not allowed to see.");
        expect(await violations(page)).toEqual([]);
    });

    it("shows in its headline that it is incomplete, and each reason", async () => {
        const names = ["dev", "staging", "prod"];
        const gaps = [
            { subject: "stack" as const, name: names.join(", "), reason: "no stack named 'dev' found" },
            { subject: "roleBindings" as const, reason: "403" },
        ];
        const stacks = names.map((name) => ({
            name,
            state: "failed" as const,
            keys: 0,
            hasFile: true,
            interrupted: [],
            organizationId: null,
        }));
        await open({ ...report, gaps, stacks });
        expect(await page.locator(".incomplete").textContent()).toContain(
            "Incomplete: 3 of 3 stacks could not be read",
        );
        expect(await page.locator(".note").allInnerTexts()).toEqual([
            "Not read: stack dev, staging, prod: no stack named 'dev' found",
            "Not read: role bindings: 403",
        ]);
    });

    it.each(sampleOf([390, 768, 1360, 1920], 2))(
        "keeps every text inside its own place at %i, with the longest names of regions",
        async (width) => {
            for (const regions of [3, 12, 48]) {
                const sample = sampleReport({ environments: 12, regions, keysPerScope: 1, density: 0.4 });
                await open(withLongRegions(sample), { width });
                expect(await page.evaluate(overprinted)).toEqual([]);
                expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
            }
        },
    );

    it("shows only the scopes with problems of a large matrix, all of them on a click, and moves by arrows", async () => {
        await open(sampleReport({ environments: 12, regions: 48, keysPerScope: 1, density: 0.4 }));
        const cells = page.locator(".matrix .cell");
        const troubled = await cells.count();
        expect(await page.locator(".matrix .cell.troubled").count()).toBe(troubled);
        await cells.first().focus();
        await press("ArrowRight");
        expect(await focused()).toBe(await cells.nth(1).textContent());
        await press("ArrowDown", "ArrowUp");
        expect(await focused()).toBe(await cells.nth(1).textContent());
        await page.click("text=/Show all \\d+ scopes/");
        await settled();
        expect(await cells.count()).toBeGreaterThan(troubled);
        expect(await page.locator(".matrix .cell.troubled").count()).toBe(troubled);
    });

    it("leaves rows and columns without a matching key out of the matrix, and keeps the others when a cell is chosen", async () => {
        await open(report);
        await page.click(".tile.overdue");
        await settled();
        expect(await page.locator(".matrix .cell").count()).toBe(2);
        expect(await page.locator(".matrix .cell.none-fit").count()).toBe(0);
        await page.locator(".matrix .cell").first().click();
        await settled();
        expect(await page.locator(".matrix .cell").count()).toBe(2);
    });

    it("fits on paper: no column and no cell of the matrix is beyond the edge", async () => {
        await open(
            withLongRegions(sampleReport({ environments: 12, regions: 48, keysPerScope: 1, density: 0.4 })),
            {
                width: paperWidth,
            },
        );
        await page.emulateMedia({ media: "print" });
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        await settled();
        expect(
            await page.evaluate(
                `[...document.querySelectorAll("td, th, .cell")].filter((e) => e.getBoundingClientRect().right > ${paperWidth + 1}).length`,
            ),
        ).toBe(0);
        expect(await page.locator(".sources").isVisible()).toBe(true);
    });

    it("says what could not be read", async () => {
        const gaps = [
            { subject: "stack", name: "prod", reason: `${hostileName} could not be decrypted` },
        ] as const;
        await open({ ...report, gaps });
        expect(await page.locator(".note").innerText()).toBe(
            `Not read: stack prod: ${hostileName} could not be decrypted`,
        );
    });

    it("refreshes itself with --serve, and requests nothing else", async () => {
        let shown = report;
        const server = await serveReport({
            port: 0,
            refreshSeconds: 0.2,
            bundle,
            load: async () => shown,
            onError: () => undefined,
        });
        try {
            await openUrl(server.url);
            await page.fill("input[type=search]", "prod");
            const keys = report.keys.filter(({ id }) => id !== organization.ids.fresh);
            shown = { ...report, keys };
            await page.locator(`text=${organization.ids.fresh}`).waitFor({ state: "detached" });
            expect(await page.inputValue("input[type=search]")).toBe("prod");
            expect(new Set(requests)).toEqual(new Set([server.url, `${server.url}report.json`]));
            expect(troubles).toEqual([]);
        } finally {
            await page.goto("about:blank");
            await server.close();
        }
    });

    const sample = sampleReport({ environments: 5, regions: 8, keysPerScope: 2, density: 0.55 });

    it.each([
        ["light", 1360, 1500, sample],
        ["dark", 1360, 1500, sample],
        ["narrow", 390, 1300, sample],
        ["unread", 1360, 1500, withUnreadStacks(sample)],
        ["long-names", 1360, 1500, withLongNames(sample)],
    ] as const)("has a screenshot of less than 300 KB: %s", async (name, width, height, shown) => {
        await open(shown, { width, height, colorScheme: name === "dark" ? "dark" : "light" });
        expect(await page.evaluate(overprinted)).toEqual([]);
        const update = process.env.UPDATE_SCREENSHOTS === "1";
        const path = join(update ? screenshots : folder, `report-${name}.png`);
        await page.screenshot({ path });
        expect(statSync(path).size).toBeLessThan(mostScreenshotBytes);
        expect(statSync(join(screenshots, `report-${name}.png`)).size).toBeLessThan(mostScreenshotBytes);
    });
});

/** Width of A4 landscape without its margins, in CSS pixels. */
const paperWidth = 1032;

/** Elements whose text does not fit, except those for screen readers only. */
const overprinted = `[...document.querySelectorAll("main *, header *")]
    .filter((e) => e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 1 && !e.classList.contains("hidden") && getComputedStyle(e).display !== "inline")
    .map((e) => e.outerHTML.slice(0, 100))`;

/** The same report with the longest region names of Confluent Cloud. */
function withLongRegions(report: Report): Report {
    const names = [
        "gcp.northamerica-northeast1",
        "azure.germanywestcentral",
        "azure.australiasoutheast",
        "gcp.australia-southeast1",
        "gcp.southamerica-east1",
    ];
    const regions = [...new Set(report.keys.map(({ region }) => region))].sort();
    const renamed = (region: string): string => {
        const i = regions.indexOf(region);
        return `${names[i % names.length]}${i < names.length ? "" : i}`;
    };
    const keys = report.keys.map((key) => ({
        ...key,
        region: renamed(key.region),
        scope: `${key.environmentId}.${renamed(key.region)}`,
        resource: key.resource && `flink-${renamed(key.region)}`,
    }));
    return { ...report, keys };
}

/** The same report where the states of two stacks could not be read. */
function withUnreadStacks(report: Report): Report {
    const names = ["orders", "billing"].map((stack) => `confluent-flink/${stack}`);
    const gaps = [
        {
            subject: "stack" as const,
            name: names.join(", "),
            reason: "incorrect passphrase (PULUMI_CONFIG_PASSPHRASE)",
        },
    ];
    const notKnown = {
        status: "unknown",
        ...{ rotatesAt: null, rotationKnown: false, overdue: null, drift: null, readiness: null },
    } as const;
    const keys = report.keys.map((key, i) =>
        i % 6 === 0 ? { ...key, ...notKnown, resource: null, stack: names[i % 2] ?? null } : key,
    );
    const failed = names.map((name) => {
        const stack = { name, state: "failed", keys: 0, hasFile: true } as const;
        return { ...stack, interrupted: [], organizationId: null };
    });
    const summary = summarise(keys, report.ageLimitSeconds);
    const stacks = [...report.stacks, ...failed];
    return { ...report, keys, gaps, stacks, summary, unchecked: uncheckedConcerns({ keys, gaps }) };
}

/** The same report with names of 30 characters, the longest regions, and overlaps that have ended. */
function withLongNames(report: Report): Report {
    const environmentName = "payments-settlements-emea-prod";
    const retireAt = new Date(Date.parse(report.generatedAt) - 11 * 60_000).toISOString();
    const ended = {
        status: "superseded",
        rotatesAt: null,
        retireAt,
        overdue: true,
        readiness: null,
    } as const;
    const renamed = withLongRegions(report).keys.map((key) => ({
        ...key,
        environmentName,
        ownerName: "payments-settlements-analytics",
        stack: key.stack && "confluent-flink/payments-settlements-emea-prod",
    }));
    const old = renamed
        .filter(({ status }) => status === "managed")
        .slice(0, 3)
        .map((key, i) => ({ ...key, ...ended, id: `OLDKEY000000000${i}` }));
    const keys = [...renamed, ...old].sort(compareUrgency);
    const environments = report.environments.map(({ id }) => ({ id, name: environmentName }));
    return { ...report, keys, environments, summary: summarise(keys, report.ageLimitSeconds) };
}

/** The violations that axe finds: rule and element. */
async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 120))))",
    );
}
