// Conditions on a constructed report. The exit codes of the command are tested in reportCommand.test.ts.

import { uncheckedConcerns } from "../../cli/report/concerns";
import { checkConditions, parseFailOn } from "../../cli/report/failOn";
import type { Report } from "../../cli/report/report";
import { summarise } from "../../cli/report/summarise";
import { sampleReport } from "./sampleOrganization";

const sample = sampleReport({ environments: 2, regions: 3, keysPerScope: 1, density: 1 });
const healthy = sample.keys
    .filter(({ status }) => status === "managed")
    .map((key) => ({
        ...key,
        overdue: false,
        readiness: "ready" as const,
        drift: [],
        organizationAdmin: false,
        rolesInEnvironment: ["FlinkDeveloper"],
        holders: [],
        rotatesAt: "2027-01-01T00:00:00.000Z",
        ageSeconds: 1000,
    }));

function reportOf(changes: Partial<Report["keys"][number]>, rest: Partial<Report> = {}): Report {
    const keys = healthy.map((key, i) => (i === 0 ? { ...key, ...changes } : key));
    const gaps = rest.gaps ?? [];
    const unchecked = uncheckedConcerns({ keys, gaps });
    return { ...sample, keys, summary: summarise(keys, sample.ageLimitSeconds), ...rest, gaps, unchecked };
}

describe("parseFailOn", () => {
    it("parses conditions, and an age in seconds", () => {
        expect(parseFailOn("stray, overdue,older-than=90d")).toEqual({
            concerns: ["stray", "overdue", "overage"],
            ageLimitSeconds: 7_776_000,
            dueWithinSeconds: undefined,
        });
        expect(parseFailOn("due-within=30d")).toMatchObject({ concerns: [], dueWithinSeconds: 2_592_000 });
    });

    it.each([
        [
            "strays",
            '--fail-on: got "strays", expected one or more of overdue, stray, drift, unready, roleless, superseded-in-use, orgadmin, unrotated, older-than=<age>, due-within=<time>',
        ],
        ["", '--fail-on: got "", expected one or more of'],
        ["stray,", '--fail-on: got "", expected one or more of'],
        ["older-than", '--fail-on: got "older-than", expected one or more of'],
        ["older-than=soon", '--fail-on: got "older-than=soon", expected a time such as 90d'],
        ["older-than=-3d", '--fail-on: got "older-than=-3d", expected a time such as 90d'],
        ["due-within=soon", '--fail-on: got "due-within=soon", expected a time such as 90d'],
        ["older-than=90", '--fail-on: got "older-than=90", expected a time such as 90d'],
        ["older-than=0d", '--fail-on: got "older-than=0d", expected a time such as 90d'],
        ["overage", '--fail-on: got "overage", expected one or more of'],
    ])("refuses %j with the value got and the values wanted", (text, message) => {
        expect(() => parseFailOn(text)).toThrow(message);
    });
});

describe("checkConditions", () => {
    it.each([
        ["stray", { status: "stray", readiness: null }],
        ["overdue", { overdue: true }],
        ["orgadmin", { organizationAdmin: true }],
        ["drift", { drift: ["display name"] }],
        ["unready", { readiness: "unverified" }],
        ["unready", { readiness: "refused" }],
        ["unready", { readiness: "gone" }],
        ["unready", { readiness: "pending" }],
        ["roleless", { rolesInEnvironment: [] }],
        ["unrotated", { rotatesAt: null }],
        [
            "superseded-in-use",
            {
                status: "superseded",
                holders: [{ stack: "orders/prod", resource: "Secret", property: "data", cutOffAt: null }],
            },
        ],
        ["older-than=1h", { ageSeconds: 3601 }],
    ] as const)("finds %s, and nothing if no key has a problem", (condition, changes) => {
        const failOn = parseFailOn(condition);
        const limit = { ageLimitSeconds: failOn.ageLimitSeconds ?? sample.ageLimitSeconds };
        expect(checkConditions(reportOf(changes, limit), failOn).found).toHaveLength(1);
        expect(checkConditions(reportOf({}, limit), failOn)).toEqual({ found: [], unverified: [] });
    });

    it("finds keys that are due within a time, and does not pass if the time of one is not known", () => {
        const soon = new Date(Date.parse(sample.generatedAt) + 10 * 86_400_000).toISOString();
        const due = (text: string, changes: Partial<Report["keys"][number]>) =>
            checkConditions(reportOf(changes), parseFailOn(`due-within=${text}`));
        expect(due("30d", { rotatesAt: soon }).found).toEqual([`1 due within 30 days (${healthy[0]?.id})`]);
        expect(due("9d", { rotatesAt: soon })).toEqual({ found: [], unverified: [] });
        const unknown = due("30d", { rotatesAt: null, rotationKnown: false, overdue: null });
        expect(unknown).toEqual({
            found: [],
            unverified: ["due-within: 1 key with a rotation that is not known"],
        });
    });

    it("shows the number of keys and the first three ids", () => {
        const keys = healthy.map((key) => ({ ...key, overdue: true }));
        expect(keys.length).toBeGreaterThan(3);
        const { found } = checkConditions({ ...sample, keys }, parseFailOn("overdue"));
        const ids = keys.slice(0, 3).map(({ id }) => id);
        expect(found).toEqual([`${keys.length} overdue (${ids.join(", ")}, …)`]);
    });

    it("does not pass a condition if something that it depends on could not be read", () => {
        const gap = (subject: Report["gaps"][number]["subject"]) => ({ gaps: [{ subject, reason: "403" }] });
        expect(
            checkConditions(reportOf({}, gap("roleBindings")), parseFailOn("orgadmin")).unverified,
        ).toEqual(["orgadmin: 403"]);
        expect(checkConditions(reportOf({}, gap("stack")), parseFailOn("stray")).unverified).toEqual([
            "stray: 403",
        ]);
        expect(checkConditions(reportOf({}, gap("stack")), parseFailOn("orgadmin")).unverified).toEqual([]);
        for (const condition of ["stray", "drift", "older-than=90d", "orgadmin"]) {
            expect(
                checkConditions(reportOf({}, gap("keys")), parseFailOn(condition)).unverified,
            ).toHaveLength(1);
        }
        expect(
            checkConditions(reportOf({}, gap("holders")), parseFailOn("superseded-in-use")).unverified,
        ).toEqual(["superseded-in-use: 403"]);
        expect(checkConditions(reportOf({ status: "unknown" }), parseFailOn("stray")).unverified).toEqual([
            "stray: 1 key of stacks that were not read",
        ]);
        expect(
            checkConditions(reportOf({}, gap("users")), parseFailOn("stray,overdue,drift")).unverified,
        ).toEqual([]);
        expect(
            checkConditions(reportOf({ createdAt: null, ageSeconds: null }), parseFailOn("older-than=90d"))
                .unverified,
        ).toEqual(["older than 90 days: 1 key without a creation time"]);
    });
});
