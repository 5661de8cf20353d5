// `report` and `strays` in this process, against the emulator. Each test that deletes something has its own organization.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../cli/exitCodes";
import type { Report } from "../../cli/report/report";
import { runStrays } from "../../cli/report/runStrays";
import { runCommand } from "./runCommand";
import { expectedCounts, type SmallOrganization, startOrganization, testSecret } from "./smallOrganization";
import { stackExport } from "./stackExport";

let organization: SmallOrganization;
beforeEach(async () => {
    organization = await startOrganization();
});
afterEach(() => organization.close());

const run = (...args: string[]) => runCommand(organization.env, ...args);
const report = (...args: string[]) => run("report", "--state", organization.states, ...args);

describe("pulumi-confluent-flink report", () => {
    it("prints the table, and ends with exit code 0 without --fail-on", async () => {
        const { exitCode, out, err } = await report();
        expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: "" });
        expect(out).toContain("10 live keys in 5 scopes");
        expect(out).not.toContain("\u001b");
    });

    it("prints only one format to standard output", async () => {
        expect(JSON.parse((await report("--json")).out).summary).toEqual(expectedCounts);
        expect((await report("--markdown")).out).toMatch(/^## Flink API keys\n/);
        expect((await report("--prometheus")).out).toMatch(/^# HELP confluent_flink_key_age_seconds /);
        expect(JSON.parse((await run("report", "--json-schema")).out).title).toBe(
            "pulumi-confluent-flink report",
        );
        expect((await report("--json", "--markdown")).exitCode).toBe(exitCodes.usage);
    });

    it("ends with exit code 3 if a condition is met, and shows condition, count and keys", async () => {
        const { exitCode, err, out } = await report("--fail-on", "stray,orgadmin", "--json");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toMatch(/^--fail-on: 1 stray \([A-Z0-9]{16}\); 7 orgadmin \(/);
        expect(JSON.parse(out).summary.stray).toBe(1);
    });

    it("ends with exit code 0 if no condition is met, and uses the given age limit", async () => {
        expect((await report("--fail-on", "older-than=121d")).exitCode).toBe(exitCodes.ok);
        const { exitCode, err } = await report("--fail-on", "older-than=110d");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toContain("1 older than 110 days");
    });

    it("ends with exit code 4 if no condition is met but not everything could be read", async () => {
        writeFileSync(join(organization.states, "broken.json"), "{");
        const { exitCode, err } = await report("--fail-on", "unready,stray");
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toContain("unready: broken: not JSON");
        const own = await report("--fail-on", "older-than=121d");
        expect(own.exitCode).toBe(exitCodes.ok);
        for (const name of ["prod.json", "dev.json"]) {
            writeFileSync(join(organization.states, name), JSON.stringify({ deployment: {} }));
        }
        expect((await report("--fail-on", "unready")).exitCode).toBe(exitCodes.unverified);
    });

    it("shows only the keys that are due within a time", async () => {
        const due = async (time: string) =>
            (JSON.parse((await report("--due-within", time, "--json")).out) as Report).keys.map(
                ({ id }) => id,
            );
        const { ids } = organization;
        expect((await due("7d")).sort()).toEqual([ids.ended, ids.ending, ids.overdue].sort());
        expect(await due("90d")).toContain(ids.fresh);
        expect((await report("--due-within", "soon")).err).toContain(
            '--due-within: got "soon", expected a time such as 90d',
        );
    });

    it("answers for an owner without a key", async () => {
        const { exitCode, err } = await report("--owner", "u-none00");
        expect(err).toBe("u-none00 owns no Flink API key.\n");
        expect(exitCode).toBe(exitCodes.ok);
        expect((await report("--owner", "analytisc")).err).toContain("did you mean analytics?");
    });

    it("ends with exit code 2 for an unknown condition, before the first request", async () => {
        const { exitCode, err } = await report("--fail-on", "strays");
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain('got "strays", expected one or more of');
        expect(asked()).toEqual([]);
    });

    it("sends only GET requests, one for each list", async () => {
        await report();
        const paths = asked();
        expect(paths.every((path) => path.startsWith("GET "))).toBe(true);
        expect(new Set(paths)).toEqual(
            new Set([
                "GET /iam/v2/api-keys",
                "GET /iam/v2/service-accounts",
                "GET /iam/v2/users",
                "GET /iam/v2/role-bindings",
                "GET /service-quota/v1/applied-quotas",
                "GET /fcpm/v2/regions",
                "GET /org/v2/environments",
            ]),
        );
    });

    it("uses every managed key at its region's endpoint with --probe, and no other key", async () => {
        const { out } = await report("--probe", "--json");
        const { keys, gaps } = JSON.parse(out) as {
            keys: { id: string; readiness: string; probed: boolean }[];
            gaps: { subject: string; reason: string }[];
        };
        const of = (id: string) => keys.find((key) => key.id === id);
        expect(of(organization.ids.fresh)).toMatchObject({ readiness: "ready", probed: true });
        // The last deployment left it unverified; now it works.
        expect(of(organization.ids.unverified)).toMatchObject({ readiness: "ready", probed: true });
        expect(of(organization.ids.overdue)).toMatchObject({ readiness: "refused", probed: true });
        expect(of(organization.ids.renamed)).toMatchObject({ readiness: "ready", probed: false });
        expect(gaps.map(({ subject }) => subject)).toEqual(["probe", "probe"]);
        expect(gaps[0]?.reason).toContain("their secrets are encrypted in this export");
        expect(out).not.toContain(testSecret);
    });

    it("does not report success for an incomplete report: exit code 1 if no stack could be read, 4 if some could not", async () => {
        writeFileSync(join(organization.states, "broken.json"), "{");
        const some = await report();
        expect(some.exitCode).toBe(exitCodes.unverified);
        expect(some.out).toMatch(/^incomplete: 1 of 3 stacks could not be read\n/);
        const none = await run("report", "--state", join(organization.states, "broken.json"));
        expect(none.exitCode).toBe(exitCodes.failed);
        expect(none.err).toContain("Stack broken could not be read: broken: not JSON");
        expect((await run("report", "--state", "/nonexist")).exitCode).toBe(exitCodes.usage);
    });

    it("does not call keys missing if the credentials may see none of them", async () => {
        const { id } = await organization.call("POST", "/iam/v2/service-accounts", {
            display_name: "nobody",
        });
        const key = (await organization.call("POST", "/iam/v2/api-keys", {
            spec: { display_name: "low", owner: { id }, resource: { id: "cloud" } },
        })) as { id: string; spec: { secret: string } };
        const env = {
            ...organization.env,
            CONFLUENT_CLOUD_API_KEY: key.id,
            CONFLUENT_CLOUD_API_SECRET: key.spec.secret,
        };
        const { exitCode, out } = await runCommand(env, "report", "--state", organization.states, "--json");
        expect(exitCode).toBe(exitCodes.unverified);
        expect(JSON.parse(out).summary).toMatchObject({ missing: 0, drift: 0, live: 0 });
        expect(JSON.parse(out).summary.unknown).toBeGreaterThan(0);
        const judged = await runCommand(env, "report", "--state", organization.states, "--fail-on", "drift");
        expect(judged.exitCode).toBe(exitCodes.unverified);
        expect((await runCommand(env, "strays", "--state", organization.states)).exitCode).toBe(
            exitCodes.unverified,
        );
    });

    it("writes files completely or not at all, and checks before it reads anything that it may", async () => {
        const file = join(organization.states, "keys.prom");
        expect((await report("--prometheus", "--output", file)).out).toBe("");
        expect(readFileSync(file, "utf8")).toContain("confluent_flink_report_timestamp_seconds");
        expect(readdirSync(organization.states).filter((name) => name.includes(".new"))).toEqual([]);
        organization.emulator.journal.clear();
        for (const [option, path] of [
            ["--html", "/nonexist/x.html"],
            ["--output", organization.states],
        ] as const) {
            const { exitCode, err } = await report(option, path);
            expect(exitCode).toBe(exitCodes.usage);
            expect(err).toContain(`${option}: got ${path}`);
        }
        expect(asked()).toEqual([]);
    });

    it("shows the keys of one stack, owner or environment, and prints them as CSV", async () => {
        const one = JSON.parse((await report("--stack", "dev", "--json")).out);
        expect(one.summary).toMatchObject({ live: 2, managed: 2 });
        const csv = (await report("--owner", "analytics", "--environment", "env-abc123", "--csv")).out;
        expect(csv.split("\r\n").filter(Boolean)).toHaveLength(1 + 7);
        // A text that a spreadsheet would read as a formula.
        expect((await report("--csv")).out).not.toMatch(/(^|,)[=+@-]/m);
    });

    it.each([
        ["--stack", "deev", /"deev", expected one of the stacks of this report: .*; did you mean dev\?/],
        [
            "--owner",
            "analytic",
            /"analytic", expected the id or name of an owner.*; did you mean analytics\?/,
        ],
        [
            "--environment",
            "env-abc124",
            /expected the id or name of an environment.*; did you mean env-abc123\?/,
        ],
    ])("does not call a misspelt %s free of problems", async (option, value, message) => {
        const { exitCode, out, err } = await report(option, value, "--fail-on", "stray");
        expect([exitCode, out]).toEqual([exitCodes.usage, ""]);
        expect(err).toMatch(message);
    });

    it.each([
        ["--project", "/nonexist", "--project: got /nonexist, but there is no Pulumi.yaml there"],
        ["--backend", "nope", '--backend: got "nope", expected the URL of a state backend'],
    ])("names %s if its value is wrong", async (option, value, message) => {
        const { exitCode, err } = await run("report", "--cwd", join(__dirname, "../.."), option, value);
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain(message);
    });

    it("leaves it open whether a name exists if not everything could be read", async () => {
        writeFileSync(join(organization.states, "broken.json"), "{");
        const { exitCode, err } = await report("--stack", "broken2");
        expect(exitCode).toBe(exitCodes.unverified);
        expect(err).toContain("1 of 3 stacks could not be read");
    });

    it("continues without what the credentials are not allowed to read, and shows it", async () => {
        organization.emulator.faults.add({ path: "/iam/v2/users", action: { status: 403 } });
        const { exitCode, out } = await report();
        expect(exitCode).toBe(exitCodes.ok);
        expect(out).toMatch(/Not read: users: /);
        expect(out).toContain("u-111aaa");
    });

    it("fails in one line without credentials, and shows both ways to give them", async () => {
        const env = { ...organization.env };
        delete env.CONFLUENT_CLOUD_API_KEY;
        delete env.CONFLUENT_CLOUD_API_SECRET;
        const { exitCode, err } = await runCommand(env, "report", "--state", organization.states);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err.trim().split("\n")).toHaveLength(1);
        expect(err).toMatch(/CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET.*--config-from STACK/);
    });

    const isBuilt = existsSync(join(__dirname, "../../dist/cli/report/page/page.js"));
    (isBuilt ? it : it.skip)("writes the page beside what is printed", async () => {
        const file = join(organization.states, "keys.html");
        const { out, err } = await report("--html", file, "--markdown");
        expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>/);
        expect(out).toMatch(/^## Flink API keys/);
        expect(err).toBe(`Wrote ${file}.\n`);
    });
});

describe("pulumi-confluent-flink strays", () => {
    const strays = (...args: string[]) => run("strays", "--state", organization.states, ...args);
    const live = () => organization.emulator.state().apiKeys.map(({ id }) => id);

    const reason = ["--reason", "left by a run that was killed"];
    const byId = (out: string, id: string) => out.split("\n").find((line) => line.startsWith(id));

    it("lists the strays with owner, scope, age, description and stack, and deletes nothing", async () => {
        const before = live();
        const { exitCode, out, err } = await strays();
        expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: "" });
        expect(out.trim().split("\n")).toHaveLength(1);
        expect(byId(out, organization.ids.strayOfProd)).toMatch(
            /analytics \(sa-\w+\) {2}env-abc123\.aws\.us-east-2 {2}24 h old {2}"Pulumi confluent-flink\/prod \[pcf-1{16}\]" {2}\(confluent-flink\/prod flink-aws\.us-east-2; finished, may be in use\)/,
        );
        expect(live()).toEqual(before);
    });

    it("shows and deletes the given key and no other, and records who, when and why", async () => {
        const before = live();
        const record = join(organization.states, "strays.jsonl");
        const { exitCode, out, err } = await strays(
            ...["--delete", organization.ids.strayOfProd, "--yes", "--record", record, ...reason],
        );
        expect(exitCode).toBe(exitCodes.ok);
        expect(err).toMatch(
            new RegExp(`^To be deleted: ${organization.ids.strayOfProd}  analytics \\(sa-\\w+\\)`),
        );
        expect(err).toContain(`Read from: organization ${organization.emulator.organizationId}`);
        expect(out).toMatch(
            new RegExp(
                `^Deleted ${organization.ids.strayOfProd} at 2.*Z with ${organization.emulator.cloudApiKey}.*: left by a run that was killed\n$`,
            ),
        );
        expect(JSON.parse(readFileSync(record, "utf8"))).toMatchObject({
            deleted: organization.ids.strayOfProd,
            description: "Pulumi confluent-flink/prod [pcf-1111111111111111]",
            reason: "left by a run that was killed",
        });
        expect(live()).toEqual(before.filter((id) => id !== organization.ids.strayOfProd));
    });

    it.each([
        ["no reason", ["--yes"], "--reason: got nothing"],
        ["no terminal and no --yes", reason, "--yes: not given"],
        [
            "a record that cannot be written",
            ["--yes", "--record", "/nowhere/x", ...reason],
            "--record: got /nowhere/x",
        ],
        [
            "a lost stack of no project",
            ["--yes", "--lost-stack", "prod", ...reason],
            "--lost-stack: got prod",
        ],
        [
            "a lost stack that was read",
            ["--yes", ...reason, "--lost-stack", "confluent-flink/prod"],
            "whose state was read, so it is not lost",
        ],
    ])("ends with exit code 2 and deletes nothing: %s", async (_, args, message) => {
        const before = live();
        const { exitCode, err } = await strays("--delete", organization.ids.strayOfProd, ...args);
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain(message);
        expect(live()).toEqual(before);
    });

    it("asks on a terminal; for a finished key, only its id confirms", async () => {
        const before = live();
        const given = async (answer: string): Promise<unknown> => {
            const env = process.env;
            process.env = organization.env;
            const quiet = [process.stdout, process.stderr].map((stream) =>
                jest.spyOn(stream, "write").mockReturnValue(true),
            );
            try {
                return await runStrays(
                    {
                        cwd: ".",
                        state: [organization.states],
                        delete: [organization.ids.strayOfProd],
                        reason: "a test",
                    },
                    async () => answer,
                ).catch((error: Error) => error.message);
            } finally {
                process.env = env;
                for (const spy of quiet) spy.mockRestore();
            }
        };
        for (const answer of ["", "y", "yes", "YES"]) {
            expect(await given(answer)).toBe("Nothing was deleted: not confirmed.");
        }
        expect(live()).toEqual(before);
        expect(await given(organization.ids.strayOfProd)).toBeUndefined();
        expect(live()).toHaveLength(before.length - 1);
    });

    it.each([
        ["fresh", "it is managed, in the state of confluent-flink/prod flink-aws.us-east-2"],
        ["ending", "it is superseded, in the state of confluent-flink/prod flink-aws.us-east-2"],
        ["console", "this package did not create it (its description has no tag)"],
        ["gone", "it is managed"],
        ["strayOfNobody", "another-project/prod created it, a stack of another project"],
    ] as const)("deletes nothing if one of the given keys is not a stray: %s", async (name, why) => {
        const before = live();
        const { exitCode, err } = await strays(
            ...["--delete", organization.ids.strayOfProd, organization.ids[name], "--yes", ...reason],
        );
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain("Nothing was deleted.");
        expect(err).toContain(why);
        expect(live()).toEqual(before);
    });

    it("deletes nothing if a key does not exist, or a state could not be read", async () => {
        const before = live();
        expect((await strays("--delete", "NOSUCHKEY0000000", "--yes", ...reason)).err).toContain(
            "NOSUCHKEY0000000: Confluent Cloud lists no Flink API key with this id.",
        );
        writeFileSync(join(organization.states, "broken.json"), "{");
        const { exitCode, err } = await strays("--delete", organization.ids.strayOfProd, "--yes", ...reason);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain("a state that could not be read may contain these keys (broken)");
        expect(live()).toEqual(before);
    });

    it("deletes nothing in a backend that lacks other stacks of the living keys, unless each is lost", async () => {
        const before = live();
        // Stack `prod` was deployed once more, into another backend: its state contains none of the keys.
        writeFileSync(
            join(organization.states, "prod.json"),
            JSON.stringify(stackExport("prod", [], [], "2026-09-01T00:00:00Z")),
        );
        rmSync(join(organization.states, "dev.json"));
        const args = ["--delete", organization.ids.strayOfProd, "--yes", ...reason];
        const { exitCode, err } = await strays(...args);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain("Nothing was deleted: it is probably the wrong backend.");
        expect(err).toContain("If their states are certainly lost: --lost-stack confluent-flink/dev.");
        expect(live()).toEqual(before);
        expect((await strays(...args, "--lost-stack", "confluent-flink/dev")).exitCode).toBe(exitCodes.ok);
        expect(live()).toEqual(before.filter((id) => id !== organization.ids.strayOfProd));
    });

    it("deletes no current key if the state of its stack was not read", async () => {
        const before = live();
        // As after a login to another backend: there are states, but not the one of the key's stack.
        rmSync(join(organization.states, "prod.json"));
        const { exitCode, err } = await strays("--delete", organization.ids.fresh, "--yes", ...reason);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain(
            `${organization.ids.fresh}: not known whether it is a stray: Its description names confluent-flink/prod, whose state was not read`,
        );
        const listed = await strays();
        expect(listed.exitCode).toBe(exitCodes.unverified);
        expect(listed.out).toBe("");
        expect(listed.err).toContain(`Not known whether it is a stray: ${organization.ids.fresh}`);
        // An empty folder is wrong usage, not a project without stacks.
        rmSync(join(organization.states, "dev.json"));
        expect((await strays("--delete", organization.ids.fresh, "--yes", ...reason)).exitCode).toBe(
            exitCodes.usage,
        );
        expect(live()).toEqual(before);
    });

    it("deletes a key of a stack that --lost-stack names", async () => {
        rmSync(join(organization.states, "prod.json"));
        const lost = ["--lost-stack", "confluent-flink/prod"];
        const { exitCode } = await strays(...lost, "--delete", organization.ids.fresh, "--yes", ...reason);
        expect(exitCode).toBe(exitCodes.ok);
        expect(live()).not.toContain(organization.ids.fresh);
    });

    it("deletes no key that is less than an hour old", async () => {
        const { id } = await organization.createKey(
            "sa-000aaa",
            "env-abc123.aws.us-east-2",
            "young",
            "Pulumi confluent-flink/prod [pcf-1111111111111111]",
        );
        const { exitCode, err } = await strays("--delete", id, "--yes", ...reason);
        expect(exitCode).toBe(exitCodes.failed);
        expect(err).toContain("a pulumi up in progress may not have stored it yet");
        expect(live()).toContain(id);
    });
});

/** The requests that the command sent to Confluent Cloud. */
function asked(): string[] {
    return organization.emulator.journal.entries().map(({ method, path }) => `${method} ${path}`);
}
