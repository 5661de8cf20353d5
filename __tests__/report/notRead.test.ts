// What could not be read is never shown as zero, none or clean, in any format. Each row of `unread` is one thing that a report may miss;
// each format is rendered with it. Not proven here: that such a thing is noticed (buildReport.test.ts, stackStates.test.ts).
import { buildReport, type ReportSources } from "../../cli/report/buildReport";
import type { CloudInventory } from "../../cli/report/cloudInventory";
import { renderCsv } from "../../cli/report/csv";
import { checkConditions, conditionNames, parseFailOn } from "../../cli/report/failOn";
import { filterReport } from "../../cli/report/filterReport";
import { renderMarkdown } from "../../cli/report/markdown";
import { renderPrometheus } from "../../cli/report/prometheus";
import type { Concern, Report } from "../../cli/report/report";
import { concernCount, incompleteText, isFullyChecked, noHoldersText } from "../../cli/report/reportText";
import { parseStackState, type StackState } from "../../cli/report/stackState";
import type { StackStates } from "../../cli/report/stackStates";
import { renderTable } from "../../cli/report/terminalTable";
import type { FlinkApiKey } from "../../confluent/apiKeys";
import { parseFlinkScope } from "../../confluent/flinkScope";
import { stackExport } from "./stackExport";

const organizationId = "1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const other = "2222bbbb-22bb-22bb-22bb-222222bbbbbb";
const key = "ABCDEFGH12345678";
const description = "Pulumi confluent-flink/prod [pcf-1111111111111111]";
const account = { id: "sa-111aaa", displayName: "flink" };
const admin = { id: "sa-999zzz", displayName: "admin" };
const binding = (id: string, principalId: string, roleName: string, place = "/environment=env-abc123") => ({
    id,
    principalId,
    roleName,
    crnPattern: `crn://confluent.cloud/organization=${organizationId}${place}`,
});

const listed: FlinkApiKey = {
    id: key,
    displayName: "flink-aws.us-east-2",
    description,
    ownerId: account.id,
    createdAt: "2026-08-01T00:00:00Z",
    scope: parseFlinkScope("env-abc123.aws.us-east-2") as FlinkApiKey["scope"],
};
const everything: CloudInventory = {
    caller: {
        identity: "CLOUDKEY01234567",
        ownerId: admin.id,
        endpoint: "https://api.confluent.cloud",
        seesEverything: true,
    },
    organizationId,
    keys: [listed],
    asOfMs: undefined,
    environments: [],
    serviceAccounts: [account, admin],
    users: [],
    roleBindings: [
        binding("rb-1", account.id, "FlinkDeveloper"),
        binding("rb-2", admin.id, "OrganizationAdmin", ""),
    ],
    quotas: [],
    regions: [],
    gaps: [],
};
const prod: StackState = parseStackState(
    stackExport("prod", [
        {
            resource: "flink-aws.us-east-2",
            apiKey: key,
            scope: "env-abc123.aws.us-east-2",
            owner: account.id,
            createdAt: "2026-08-01T00:00:00Z",
            displayName: "flink-aws.us-east-2",
            description,
            rotatesAt: "2026-10-30T00:00:00Z",
        },
    ]),
    "prod",
);
const summary = {
    name: "confluent-flink/prod",
    state: "read",
    keys: 1,
    hasFile: true,
    interrupted: [],
    organizationId: null,
} as const;
const read: StackStates = {
    states: [prod],
    summaries: [summary],
    gaps: [],
    backends: [{ kind: "pulumi", place: "file:///srv", user: "ops", project: "confluent-flink" }],
};

const reportOf = (
    cloud: Partial<CloudInventory>,
    stacks: Partial<StackStates>,
    more: Partial<ReportSources> = {},
) =>
    buildReport({
        cloud: { ...everything, ...cloud },
        stacks: { ...read, ...stacks },
        nowMs: Date.parse("2026-08-29T00:00:00Z"),
        ...more,
    });

const blind = { ...everything.caller, seesEverything: false };
const notRead = (state: "failed" | "absent", reason: string): Partial<StackStates> => ({
    states: [],
    summaries: [{ ...summary, state, keys: 0 }],
    gaps: [{ subject: "stack", ...(state === "failed" && { name: summary.name }), reason }],
});

/** Each with the concerns that it leaves open, and whether the report as a whole is incomplete (exit code 4). */
const unread: readonly [what: string, report: Report, open: readonly Concern[], incomplete: boolean][] = [
    [
        "a stack that failed",
        reportOf({}, notRead("failed", "incorrect passphrase")),
        ["stray", "overdue", "drift", "unready", "roleless", "unrotated"],
        true,
    ],
    [
        "no stack in this backend",
        reportOf({}, notRead("absent", "None of the 1 stacks exists")),
        ["stray", "overdue", "drift", "unready", "unrotated"],
        true,
    ],
    [
        "no stack in this backend, and no key that the credentials see",
        reportOf({ keys: [], caller: blind }, notRead("absent", "None of the 1 stacks exists")),
        ["stray", "overdue", "drift", "orgadmin", "overage"],
        true,
    ],
    [
        "neither stacks nor stack files",
        reportOf(
            { keys: [] },
            {
                states: [],
                summaries: [],
                gaps: [{ subject: "stack", reason: "No stack of confluent-flink exists" }],
            },
        ),
        ["stray", "overdue", "drift"],
        true,
    ],
    [
        "a list of stacks that failed",
        reportOf({}, { gaps: [{ subject: "stack", reason: "The stacks could not be listed: 403" }] }),
        ["stray", "overdue", "drift"],
        true,
    ],
    [
        "keys that the credentials do not see",
        reportOf({ keys: [], caller: blind, roleBindings: [] }, {}),
        ["stray", "drift", "orgadmin", "overage"],
        true,
    ],
    [
        "a stack of another organization",
        reportOf({ keys: [] }, { states: [{ ...prod, organizationId: other }] }),
        ["drift", "unready", "roleless", "orgadmin", "overage"],
        true,
    ],
    [
        "role bindings",
        reportOf({ roleBindings: undefined, gaps: [{ subject: "roleBindings", reason: "403" }] }, {}),
        ["drift", "roleless", "orgadmin"],
        false,
    ],
    [
        "role bindings of the owner, which the caller is not allowed to see",
        reportOf({ caller: blind, roleBindings: [] }, {}),
        ["roleless", "orgadmin"],
        false,
    ],
    [
        "encrypted values that were to be searched",
        reportOf({}, { states: [{ ...prod, secretsProblem: "incorrect passphrase" }] }),
        ["supersededInUse"],
        false,
    ],
    [
        "a rotation that the state has only encrypted",
        reportOf(
            {},
            {
                states: [
                    {
                        ...prod,
                        keys: prod.keys.map((one) => ({
                            ...one,
                            rotatesAt: undefined,
                            rotationIsHidden: true,
                        })),
                    },
                ],
            },
        ),
        ["overdue", "unrotated"],
        false,
    ],
    [
        "a probe",
        reportOf(
            {},
            {},
            { probes: new Map(), probeGaps: [{ subject: "probe", reason: "secrets are encrypted" }] },
        ),
        ["unready"],
        false,
    ],
    [
        "a creation time",
        reportOf(
            { keys: [{ ...listed, createdAt: "" }] },
            {
                states: [
                    {
                        ...prod,
                        keys: prod.keys.map((one) => ({ ...one, state: { ...one.state, createdAt: "" } })),
                    },
                ],
            },
        ),
        ["overage"],
        false,
    ],
];

const conditionOf: Partial<Record<Concern, string>> = {
    supersededInUse: "superseded-in-use",
    overage: "older-than=365d",
};

describe("CSV", () => {
    it("shows no control character or mark of direction, and no formula behind one", () => {
        const [key] = reportOf({}, {}).keys;
        const named = (displayName: string) =>
            renderCsv({ ...reportOf({}, {}), keys: [{ ...(key as NonNullable<typeof key>), displayName }] });
        expect(named("\u202e=1+1")).toContain("'\ufffd=1+1");
        expect(named("\u001b[31mred")).toContain("\ufffd[31mred");
        expect(named(" =1+1")).toContain("' =1+1");
    });
});

describe("a report in which everything was read", () => {
    const report = reportOf({}, {});

    it("is clean in every format", () => {
        expect(report.gaps).toEqual([]);
        expect(report.unchecked).toEqual([]);
        expect(renderTable(report, { width: 200, colour: false })).toContain("no problems, nothing due");
        expect(renderMarkdown(report)).toContain("Nothing.");
        expect(renderPrometheus(report)).toContain('confluent_flink_keys_of_concern{concern="drift"} 0\n');
        expect(renderCsv(report)).toContain(",FlinkDeveloper,");
        for (const name of conditionNames)
            expect(checkConditions(report, parseFailOn(name))).toEqual({ found: [], unverified: [] });
    });

    it("still shows no roles as none, and no drift as none", () => {
        const roleless = reportOf({ roleBindings: [binding("rb-2", admin.id, "OrganizationAdmin", "")] }, {});
        expect(roleless.keys[0]?.rolesInEnvironment).toEqual([]);
        expect(roleless.summary.roleless).toBe(1);
        expect(renderCsv(roleless)).toMatch(/,none,confluent-flink\/prod,/);
    });
});

describe.each(unread)("a report without %s", (_what, report, open, incomplete) => {
    it("is incomplete as a whole only if keys or stacks are missing", () => {
        expect(incompleteText(report) !== undefined).toBe(incomplete);
        expect(isFullyChecked(report)).toBe(false);
    });

    it("names in JSON each concern that is not checked", () => {
        expect(report.unchecked.map(({ concern }) => concern)).toEqual(expect.arrayContaining([...open]));
        for (const { reason } of report.unchecked) expect(reason).not.toBe("");
    });

    it.each([50, 140])("is not clean in a table of %i columns", (width) => {
        const text = renderTable(report, { width, colour: false });
        expect(text).not.toContain("nothing due");
        if (report.keys.length === 0) expect(text).toMatch(/incomplete|in what could be read/);
    });

    it("is not clean in Markdown", () => {
        const text = renderMarkdown(report);
        expect(text).not.toMatch(/^Nothing( urgent.*)?\.$/m);
        const [titles = "", , counts = ""] = text.slice(text.indexOf("| overdue")).split("\n");
        const cells = counts.split("|").map((cell) => cell.trim());
        expect(titles.split("|")).toHaveLength(cells.length);
        expect(cells.filter((cell) => cell === "?").length).toBeGreaterThanOrEqual(
            open.filter((concern) => report.summary[concern] === 0).length,
        );
    });

    it("has no metric of 0 for what was not checked", () => {
        const text = renderPrometheus(report);
        for (const concern of open) {
            expect(text).not.toContain(`confluent_flink_keys_of_concern{concern="${concern}"} 0`);
        }
        if (open.includes("stray")) expect(text).not.toMatch(/confluent_flink_stray_keys\{[^}]*\} 0/);
        if (incomplete) expect(text).not.toMatch(/confluent_flink_keys\{[^}]*\} 0/);
    });

    it("has no count of 0 on a tile of the page", () => {
        for (const concern of open) expect(concernCount(concern, report)).not.toBe("0");
    });

    it("has no none in CSV for what is not known", () => {
        const [titles = "", row = ""] = renderCsv(report).split("\r\n");
        const cell = (title: string): string => row.split(",")[titles.split(",").indexOf(title)] ?? "";
        const one = report.keys[0];
        if (one === undefined) return;
        if (one.rolesInEnvironment === null) expect(cell("roles")).toBe("");
        if (!one.rotationKnown) expect([cell("rotates_at"), cell("overdue")]).toEqual(["", ""]);
        if (one.drift === null) expect(cell("drift")).toBe("");
    });

    it("does not pass --fail-on for what was not checked", () => {
        for (const concern of open) {
            const failOn = parseFailOn(conditionOf[concern] ?? concern);
            const { found, unverified } = checkConditions(report, failOn);
            expect([concern, found.length + unverified.length]).toEqual([concern, expect.any(Number)]);
            expect(unverified).toHaveLength(1);
        }
    });
});

describe("a report on one of two organizations", () => {
    const here = parseStackState(
        stackExport("here", [
            {
                resource: "flink-aws.us-east-2",
                apiKey: key,
                scope: "env-abc123.aws.us-east-2",
                owner: account.id,
                createdAt: "2026-08-01T00:00:00Z",
                displayName: "flink-aws.us-east-2",
                description,
                rotatesAt: "2026-10-30T00:00:00Z",
            },
        ]),
        "here",
    );
    const foreign = {
        ...prod,
        organizationId: other,
        keys: prod.keys.map((one) => ({
            ...one,
            state: { ...one.state, apiKey: "FOREIGNKEY012345", owner: "sa-other1" },
        })),
    };
    const report = reportOf(
        {},
        {
            states: [here, foreign],
            summaries: [
                { ...summary, name: "confluent-flink/here", organizationId },
                { ...summary, organizationId: other },
            ],
        },
    );

    it("gives the true cause first, and knows no roles of an owner that it cannot look up", () => {
        expect(incompleteText(report)).toMatch(
            /^incomplete: confluent-flink\/prod belongs to another organization than the credentials/,
        );
        expect(incompleteText(report)).not.toContain("may not be allowed to see every key");
        const row = report.keys.find(({ id }) => id === "FOREIGNKEY012345");
        expect(row).toMatchObject({ rolesInEnvironment: null, organizationAdmin: null });
    });

    it.each([{ organization: organizationId }, { stack: "here" }])("is complete with %j", (filter) => {
        const part = filterReport(report, filter);
        expect(part.keys.map(({ id }) => id)).toEqual([key]);
        expect(part.stacks.map(({ name }) => name)).toEqual(["confluent-flink/here"]);
        expect(incompleteText(part)).toBeUndefined();
        expect(part.unchecked).toEqual([]);
    });

    it("stays incomplete for the stack of the other one", () => {
        expect(incompleteText(filterReport(report, { stack: "prod" }))).toBeDefined();
    });
});

describe("a stack without a file", () => {
    const report = reportOf({}, { summaries: [{ ...summary, hasFile: false }] });
    const note = "confluent-flink/prod is deployed, but the project has no file for it";

    it("is named by table, Markdown and metrics, and marked in JSON", () => {
        expect(renderTable(report, { width: 140, colour: false })).toContain(note);
        expect(renderMarkdown(report)).toContain("&#44; but the project has no file for it");
        expect(renderPrometheus(report)).toContain('confluent_flink_stacks{state="without_file"} 1');
        expect(report.stacks[0]?.hasFile).toBe(false);
    });
});

describe("a report with a filter that no key matches", () => {
    const report = filterReport(reportOf({}, {}), { dueWithin: "7d", owner: undefined });

    it("names the filter and the number of keys, and does not say that there is no key", () => {
        const only = "only --due-within 7d, of 1 key";
        expect(report.filter).toEqual({ by: "--due-within 7d", keys: 1 });
        const table = renderTable(report, { width: 140, colour: false });
        expect(table).toContain(only);
        expect(table).toContain("None of the keys matches.");
        expect(table).not.toContain("No Flink API keys");
        expect(renderMarkdown(report)).toContain(only);
        expect(renderMarkdown(report)).toContain("None of the keys matches.");
        expect(reportOf({}, {}).filter).toBeNull();
    });
});

describe("holders of a key", () => {
    const cell = (report: Report): string => {
        const [titles = "", row = ""] = renderCsv(report).split("\r\n");
        return row.split(",")[titles.split(",").indexOf("holders")] ?? "";
    };
    const withEncrypted = { ...prod, search: { mentions: [], encryptedResources: 1 } };

    it("are none only if every state and its encrypted values were searched", () => {
        const report = reportOf({}, {});
        expect([report.holdersKnown, noHoldersText(report), cell(report)]).toEqual([
            true,
            "no other resource",
            "none",
        ]);
        for (const states of [
            { states: [withEncrypted] },
            { states: [{ ...prod, secretsProblem: "incorrect passphrase" }] },
            notRead("failed", "incorrect passphrase"),
        ]) {
            const unsearched = reportOf({}, states);
            expect([unsearched.holdersKnown, cell(unsearched)]).toEqual([false, ""]);
            expect(noHoldersText(unsearched)).toMatch(/^not known/);
        }
    });
});

describe("a scope with a key that may live", () => {
    const unseen = reportOf({ keys: [], caller: blind, roleBindings: [] }, {});

    it("is not counted as 0 by Markdown", () => {
        expect(renderMarkdown(unseen)).toContain("| ? (1 could not be read) |");
    });
});

describe("a stack with an operation whose result is not known", () => {
    const deployment = { ...(stackExport("prod", []) as { deployment: object }).deployment };
    const urn = "urn:pulumi:prod::confluent-flink::t::flink-aws.us-east-2";
    const pending = {
        deployment: { ...deployment, pending_operations: [{ type: "creating", resource: { urn } }] },
    };
    const interrupted = ["creating flink-aws.us-east-2"];

    it("is named by table, Markdown and metrics, and marked in JSON", () => {
        expect(parseStackState(pending, "prod").interrupted).toEqual(interrupted);
        const report = reportOf({}, { summaries: [{ ...summary, interrupted }] });
        const note = "Interrupted: a run of confluent-flink/prod did not finish, and its result is not known";
        expect(renderTable(report, { width: 140, colour: false })).toContain(note);
        expect(renderMarkdown(report)).toContain("did not finish");
        expect(renderPrometheus(report)).toContain('confluent_flink_stacks{state="interrupted"} 1');
        expect(renderPrometheus(report)).toContain('confluent_flink_stacks{state="without_file"} 0');
    });
});
