// Every format of one report: the counts agree, hostile names have no effect, and no format contains a secret. The page in a
// browser is tested in page.test.ts.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import parsePrometheus from "parse-prometheus-text-format";
import ts from "typescript";
import { connect } from "../../cli/connect";
import { concerns } from "../../cli/report/concerns";
import { type PageBundle, renderHtml } from "../../cli/report/html";
import { loadReport } from "../../cli/report/loadReport";
import { renderMarkdown } from "../../cli/report/markdown";
import { renderPrometheus } from "../../cli/report/prometheus";
import type { KeyRow, Report } from "../../cli/report/report";
import { quotaText, rolesText, statusText } from "../../cli/report/reportText";
import { renderTable } from "../../cli/report/terminalTable";
import { sampleReport } from "./sampleOrganization";
import {
    expectedCounts,
    hostileName,
    type SmallOrganization,
    startOrganization,
    testSecret,
} from "./smallOrganization";

const { bundlePage } = require("../../cli/report/page/bundle.js") as { bundlePage(): Promise<PageBundle> };

const unlimited = { width: Number.POSITIVE_INFINITY, colour: false };
const statuses = ["managed", "superseded", "stray", "unmanaged"] as const;

let organization: SmallOrganization;
let report: Report;
let bundle: PageBundle;

beforeAll(async () => {
    organization = await startOrganization();
    const source = { cwd: ".", state: [organization.states] };
    report = await loadReport(await connect(source, { env: organization.env }), source);
    bundle = await bundlePage();
});
afterAll(() => organization.close());

describe("the forms of one report", () => {
    it("agree on every count: JSON", () => {
        const json = JSON.parse(JSON.stringify(report)) as Report;
        expect(json.summary).toEqual(expectedCounts);
        for (const status of statuses) {
            const keys = json.keys.filter((key) => key.live && key.status === status);
            expect([status, keys.length]).toEqual([status, expectedCounts[status]]);
        }
    });

    it("agree on every count: table", () => {
        const text = renderTable(report, unlimited);
        const rows = text.split("\n").filter((line) => /^[A-Z0-9]{16} /.test(line));
        expect(rows).toHaveLength(expectedCounts.live + expectedCounts.missing);
        for (const status of [...statuses, "missing"] as const) {
            const shown = rows.filter((line) => line.slice(18).startsWith(status));
            expect([status, shown.length]).toEqual([status, expectedCounts[status]]);
        }
        expect(text).toContain(
            "10 live keys in 5 scopes: 5 managed, 2 superseded, 1 stray, 1 elsewhere, 1 unmanaged; 1 missing",
        );
        expect(text).toContain(
            "2 overdue, 1 stray, 2 drifted, 1 not ready, 7 owned by an OrganizationAdmin, 2 without rotation, 3 older than 90 d",
        );
    });

    it("agree on every count: Markdown", () => {
        const text = renderMarkdown(report);
        const all = text.slice(text.indexOf("### All keys")).split("\n");
        const rows = all.filter((line) => /^\| `[A-Z0-9]{16}` /.test(line));
        expect(rows).toHaveLength(expectedCounts.live + expectedCounts.missing);
        for (const status of [...statuses, "missing"] as const) {
            const shown = rows.filter((line) => line.split(" | ")[1] === status);
            expect([status, shown.length]).toEqual([status, expectedCounts[status]]);
        }
        const counts = concerns
            .map((concern) => (expectedCounts[concern] === 0 ? "0" : `**${expectedCounts[concern]}**`))
            .join(" | ");
        expect(text).toContain(`| ${counts} |`);
    });

    it("agree on every count: Prometheus", () => {
        const metrics = readMetrics(renderPrometheus(report));
        for (const status of statuses) {
            expect(
                metrics.get("confluent_flink_keys")?.find(({ labels }) => labels.status === status)?.value,
            ).toBe(expectedCounts[status]);
        }
        for (const concern of concerns) {
            const sample = metrics
                .get("confluent_flink_keys_of_concern")
                ?.find(({ labels }) => labels.concern === concern);
            expect([concern, sample?.value]).toEqual([concern, expectedCounts[concern]]);
        }
        expect(metrics.get("confluent_flink_key_age_seconds")).toHaveLength(expectedCounts.live);
        expect(sum(metrics.get("confluent_flink_stray_keys"))).toBe(expectedCounts.stray);
        expect(metrics.get("confluent_flink_stray_keys")).toHaveLength(expectedCounts.scopes);
        expect(metrics.get("confluent_flink_key_ready")).toHaveLength(expectedCounts.managed);
        const created = metrics.get("confluent_flink_key_created_timestamp_seconds");
        expect(created).toHaveLength(expectedCounts.live);
        const fresh = created?.find(({ labels }) => labels.key === organization.ids.fresh)?.value;
        expect(fresh).toBe(Date.parse("2026-08-24T00:00:00Z") / 1000);
        // `gone` is in no metric of live keys, but its rotation is known.
        expect(metrics.get("confluent_flink_key_rotates_timestamp_seconds")).toHaveLength(6);
        expect(metrics.get("confluent_flink_report_timestamp_seconds")?.[0]?.value).toBe(
            Date.parse(report.generatedAt) / 1000,
        );
        const unready = metrics.get("confluent_flink_key_ready")?.filter(({ value }) => value === 0);
        expect(unready).toHaveLength(expectedCounts.unready);
        const due = metrics.get("confluent_flink_key_rotation_due_seconds");
        expect(due?.filter(({ value }) => value <= 0)).toHaveLength(expectedCounts.overdue);
        expect(due).toHaveLength(6);
    });

    it("agree on every count: the data of the page", () => {
        const { html } = renderHtml(report, bundle);
        const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
        expect(JSON.parse(data)).toEqual({
            report: JSON.parse(JSON.stringify(report)),
            refreshSeconds: null,
        });
    });

    it("never contain a secret", async () => {
        const source = { cwd: ".", state: [organization.states] };
        const api = await connect(source, { env: organization.env });
        const probed = await loadReport(api, source, { probe: true });
        for (const one of [report, probed]) {
            const forms = [
                JSON.stringify(one),
                renderTable(one, unlimited),
                renderMarkdown(one),
                renderPrometheus(one),
                renderHtml(one, bundle).html,
            ];
            for (const form of forms) {
                expect(form).not.toContain(testSecret);
                expect(form).not.toContain(organization.emulator.cloudApiSecret);
                expect(form).not.toContain(Buffer.from(testSecret).toString("base64").slice(0, 30));
            }
        }
    });
});

/** `string`, `string or null`, `"read" or "absent"`, a list of one shape, or fields with their shapes. */
type Shape = string | Shape[] | { [field: string]: Shape };

function orNull(shape: Shape, isNullable: boolean): Shape {
    return isNullable ? { orNull: shape } : shape;
}

function shapeOfType(type: ts.Type, checker: ts.TypeChecker): Shape {
    const parts = type.isUnion() ? type.types : [type];
    const others = parts.filter(({ flags }) => !(flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
    const isNullable = parts.some(({ flags }) => flags & ts.TypeFlags.Null);
    if (others.every((one) => one.isLiteral()))
        return orNull(
            others
                .map((one) => String((one as ts.LiteralType).value))
                .sort()
                .join(" or "),
            isNullable,
        );
    const [first] = others as [ts.Type];
    if (first.flags & ts.TypeFlags.BooleanLike) return orNull("boolean", isNullable);
    if (first.flags & (ts.TypeFlags.String | ts.TypeFlags.Number))
        return orNull(checker.typeToString(first), isNullable);
    if (checker.isArrayType(first)) {
        const [item] = checker.getTypeArguments(first as ts.TypeReference);
        return orNull([shapeOfType(item as ts.Type, checker)], isNullable);
    }
    const fields = checker.getPropertiesOfType(first).map((field): [string, Shape] => {
        const isOptional = (field.flags & ts.SymbolFlags.Optional) !== 0;
        return [
            `${field.name}${isOptional ? "?" : ""}`,
            shapeOfType(checker.getTypeOfSymbol(field), checker),
        ];
    });
    return orNull(Object.fromEntries(fields), isNullable);
}

interface SchemaPart {
    readonly type?: string;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly anyOf?: readonly SchemaPart[];
    readonly items?: SchemaPart;
    readonly properties?: Readonly<Record<string, SchemaPart>>;
    readonly required?: readonly string[];
}

function shapeOfSchema(part: SchemaPart): Shape {
    if (part.anyOf) return orNull(shapeOfSchema(part.anyOf[0] as SchemaPart), true);
    if (part.const !== undefined) return String(part.const);
    if (part.enum) {
        const values = part.enum.filter((one) => one !== null).map(String);
        return orNull(values.sort().join(" or "), part.enum.includes(null));
    }
    if (part.items) return [shapeOfSchema(part.items)];
    if (part.properties === undefined) return part.type === "integer" ? "number" : String(part.type);
    const fields = Object.entries(part.properties).map(([name, inner]): [string, Shape] => [
        `${name}${part.required?.includes(name) ? "" : "?"}`,
        shapeOfSchema(inner),
    ]);
    return Object.fromEntries(fields);
}

describe("JSON", () => {
    const schema = JSON.parse(readFileSync(join(__dirname, "../../docs/report.schema.json"), "utf8"));
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    addFormats(ajv);

    it("matches the documented schema", () => {
        const validate = ajv.compile(schema);
        for (const one of [
            report,
            sampleReport({ environments: 3, regions: 4, keysPerScope: 2, density: 0.8 }),
        ]) {
            validate(JSON.parse(JSON.stringify(one)));
            expect(validate.errors ?? []).toEqual([]);
        }
        expect(validate({ ...report, keys: [{ ...report.keys[0], apiSecret: testSecret }] })).toBe(false);
        expect(validate({ ...report, summary: {} })).toBe(false);
    });

    it("has a schema with the fields and values of the type, and no others", () => {
        const file = join(__dirname, "../../cli/report/report.ts");
        const program = ts.createProgram([file], { strict: true, noLib: false, skipLibCheck: true });
        const checker = program.getTypeChecker();
        const source = program.getSourceFile(file) as ts.SourceFile;
        const declared = source.statements.find(
            (one) => ts.isInterfaceDeclaration(one) && one.name.text === "Report",
        );
        const type = checker.getTypeAtLocation(declared as ts.Node);
        expect(shapeOfSchema(schema)).toEqual(shapeOfType(type, checker));
    }, 30_000);
});

describe("Prometheus text", () => {
    it("keeps one sample on each line with a hostile name in its labels", () => {
        const metrics = readMetrics(renderPrometheus(report));
        const names = metrics.get("confluent_flink_key_age_seconds")?.map(({ labels }) => labels.owner_name);
        expect(names?.filter((name) => name === hostileName)).toHaveLength(2);
    });

    it("escapes backslashes, quotes and line breaks", () => {
        const name = 'a\\b"c\nd';
        const keys = report.keys.map((key) => ({ ...key, ownerName: name }));
        const metrics = readMetrics(renderPrometheus({ ...report, keys }));
        expect(metrics.get("confluent_flink_key_age_seconds")?.[0]?.labels.owner_name).toBe(name);
    });

    const promtool = spawnSync("promtool", ["--version"]).status === 0;
    (promtool ? it : skipped("there is no promtool on the PATH"))(
        "satisfies Prometheus' own parser and linter",
        () => {
            execFileSync("promtool", ["check", "metrics"], { input: renderPrometheus(report) });
        },
    );
});

describe("Markdown", () => {
    it("shows a hostile name unchanged, and not as markup, a mention or the end of a cell", () => {
        const text = renderMarkdown(report);
        expect(text).not.toMatch(/<img/);
        expect(text).not.toContain("@all");
        const cells = text.split("\n").find((line) => line.includes(organization.ids.hostile));
        expect(cells?.split(" | ")).toHaveLength(10);
        const literal = (cells ?? "").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
        expect(literal).toContain(`<code>${hostileName}</code>`);
    });

    it("stays below GitHub's limit for a comment, and shows how many keys it leaves out", () => {
        const big = sampleReport({ environments: 20, regions: 10, keysPerScope: 5, density: 1 });
        const text = renderMarkdown(big);
        expect(text.length).toBeLessThan(65_536);
        expect(text).toMatch(/… and \d+ more/);
    });
});

describe("the table", () => {
    it.each([200, 140, 120, 100, 80, 64, 50, 30])("fits a terminal of %i columns", (width) => {
        const lines = renderTable(report, { width, colour: false }).split("\n").slice(4);
        const rows = lines.filter((line) => /[A-Z0-9]{16}/.test(line) || line.startsWith("  "));
        expect(rows.length).toBeGreaterThanOrEqual(11);
        const wide = rows.filter((line) => line.length > width);
        expect(wide).toEqual([]);
    });

    it.each([200, 140, 120, 100, 80, 64, 50, 30])("shows drift and readiness at %i columns", (width) => {
        const text = renderTable(report, { width, colour: false }).toLowerCase();
        expect(text).toContain("unverified");
        expect(text).toContain("drift");
        expect(text).toMatch(/display name: .*|"flink-aws/);
    });

    // Names of 30 characters, as organizations with many teams have them, in two stacks whose names differ at the end.
    const longNames = (): Report => {
        const sample = sampleReport({ environments: 3, regions: 4, keysPerScope: 2, density: 1 });
        const keys = sample.keys.map((key, i) => ({
            ...key,
            ownerName: `${key.ownerName}-of-payments-settlements`.slice(0, 30),
            environmentName: `payments-and-settlements-of-${key.environmentName}`.slice(0, 30),
            stack: `confluent-flink/payments-settlements-production-emea-0${i % 9}`,
            resource: `flink-${key.region}-${i}`,
        }));
        return { ...sample, keys };
    };
    const widths = Array.from({ length: 141 }, (_, i) => 60 + i);

    it("tells two keys apart by more than their ids, at every width from 60 to 200, and shows region and stack", () => {
        const lost: string[] = [];
        for (const sample of [longNames(), report]) {
            for (const width of widths) {
                const text = renderTable(sample, { width, colour: false });
                const rows = text.split(/^(?=[A-Z0-9]{16}(?: |$))/m).slice(1);
                expect(rows).toHaveLength(sample.keys.length);
                rows.forEach((row, i) => {
                    const { id, region, environmentId, ownerId, stack } = sample.keys[i] as KeyRow;
                    const words = row.replace(/\s+/g, "");
                    for (const part of [id, region, environmentId, ownerId, stack?.split("/")[1] ?? ""])
                        if (!words.includes(part)) lost.push(`${width}: ${part}`);
                });
            }
        }
        expect(lost).toEqual([]);
    });

    it("leaves no value out, at every width from 60 to 200, and no row is wider than the terminal", () => {
        const sample = longNames();
        const owners = new Map(sample.owners.map((owner) => [owner.id, owner]));
        const wrong: string[] = [];
        for (const width of widths) {
            const text = renderTable(sample, { width, colour: false });
            const body = text.split("\n").slice(4);
            for (const line of body) if (line.length > width) wrong.push(`${width}: too wide: ${line}`);
            const rows = text.split(/^(?=[A-Z0-9]{16}(?: |$))/m).slice(1);
            rows.forEach((row, i) => {
                const key = sample.keys[i] as KeyRow;
                const words = row.replace(/\s+/g, "");
                // A name may be cut, but not to less than three characters.
                const parts = [key.ownerName.slice(0, 2), key.environmentName.slice(0, 2), statusText(key)];
                const roles = rolesText(key).slice(0, 9);
                for (const part of [...parts, roles, quotaText(owners.get(key.ownerId))])
                    if (!words.includes(part)) wrong.push(`${width}: ${key.id} without ${part}`);
            });
        }
        expect(wrong).toEqual([]);
    });

    it("never cuts ids", () => {
        const text = renderTable(report, { width: 200, colour: false });
        expect(text).toContain(`(${report.owners.find(({ name }) => name === "analytics")?.id})`);
    });

    it("shows first that it is incomplete, and never says that there are no problems", () => {
        const nothing = { ...report, keys: [], summary: { ...report.summary, ...zeros } };
        expect(renderTable(nothing, unlimited)).toContain("no problems, nothing due");
        const stacks = [
            {
                name: "confluent-flink/prod",
                state: "failed",
                keys: 0,
                hasFile: true,
                interrupted: [],
                organizationId: null,
            } as const,
        ];
        const gaps = [{ subject: "stack", name: "confluent-flink/prod", reason: "no pulumi" } as const];
        const incomplete = renderTable({ ...nothing, stacks, gaps }, unlimited);
        expect(incomplete).toMatch(/^incomplete: 1 of 1 stacks could not be read\n/);
        expect(incomplete).not.toContain("nothing out of place");
        const markdown = renderMarkdown({ ...nothing, stacks, gaps });
        expect(markdown).toContain("**Incomplete: 1 of 1 stacks could not be read.**");
        expect(markdown).toContain("Nothing in what could be read.");
    });

    it("does not say that nothing needs attention below a count that is not 0", () => {
        const nothing = { ...report, keys: [], gaps: [], summary: { ...report.summary, ...zeros } };
        expect(renderMarkdown(nothing)).toMatch(/### Needs attention\n\nNothing\.\n/);
        const unrotated = { ...nothing, summary: { ...nothing.summary, unrotated: 1 } };
        expect(renderMarkdown(unrotated)).toMatch(/### Needs attention\n\nNothing urgent: /);
    });

    it("has colours only if they are enabled", () => {
        expect(renderTable(report, { width: 120, colour: false })).not.toContain("\u001b");
        expect(renderTable(report, { width: 120, colour: true })).toContain("\u001b[31m");
    });

    it("removes control characters from names", () => {
        const keys: KeyRow[] = report.keys.map((key) => ({ ...key, ownerName: "a\u001b[2Jb\u202ec\r\nd" }));
        const text = renderTable({ ...report, keys }, unlimited);
        for (const character of ["\u001b", "\u202e", "\r"]) expect(text).not.toContain(character);
        expect(text).toContain("a\ufffd[2Jb\ufffdc\ufffdd");
    });

    it("measures names by their width on the terminal", () => {
        const keys = report.keys.map((key) => ({ ...key, ownerName: "日本語の名前のアカウント" }));
        const [titles, row] = renderTable({ ...report, keys }, unlimited)
            .split("\n")
            .slice(4, 6) as [string, string];
        // Twelve characters of double width are before the next column.
        expect(titles.indexOf("ENVIRONMENT") - row.search(/production|environment-/)).toBe(12);
    });
});

describe("the page", () => {
    it("escapes names, so that neither </script> nor a line separator ends the script", () => {
        const name = "</script><script>alert(1)</script><!--\u2028\u2029";
        const keys = report.keys.map((key) => ({ ...key, ownerName: name }));
        const { html } = renderHtml({ ...report, keys }, bundle);
        expect(html.match(/<\/script>/g)).toHaveLength(2);
        expect(html).not.toContain("<script>alert");
        expect(html).not.toMatch(/[\u2028\u2029]/);
    });

    it("allows only its own script and style, by their hashes", () => {
        const { html, contentSecurityPolicy } = renderHtml(report, bundle);
        expect(html).toContain(contentSecurityPolicy);
        expect(contentSecurityPolicy).toMatch(
            /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:; connect-src 'none';/,
        );
        expect(contentSecurityPolicy).not.toContain("unsafe");
    });
});

const zeros = Object.fromEntries(concerns.map((concern) => [concern, 0]));

interface Sample {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

function readMetrics(text: string): Map<string, Sample[]> {
    return new Map(
        parsePrometheus(text).map(({ name, type, metrics }) => {
            expect(type).toBe("GAUGE");
            const samples = metrics.map(({ labels = {}, value }) => ({ labels, value: Number(value) }));
            return [name, samples];
        }),
    );
}

function sum(samples: readonly Sample[] | undefined): number {
    return (samples ?? []).reduce((total, { value }) => total + value, 0);
}

function skipped(reason: string): jest.It {
    process.stderr.write(`Skipped: ${reason}\n`);
    return it.skip;
}
