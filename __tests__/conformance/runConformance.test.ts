// `conformance` against the unchanged emulator. Not proven here: that it finds deviations (faults.test.ts), how it reacts to
// signals (stopping.test.ts), and anything about Confluent Cloud itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { assumptions } from "../../cli/conformance/assumptions";
import { exitCodes } from "../../cli/exitCodes";
import { type Emulator, startEmulator } from "../../emulator/emulator";
import { EmulatorClient } from "../emulator/emulatorClient";
import { VirtualClock } from "../provider/virtualClock";
import { sampleOf } from "../sample";
import { leftIn, type Outcome, runAgainst, runCommand } from "./runAgainst";

jest.setTimeout(60_000);

const leftOut = assumptions.filter(({ notChecked }) => notChecked !== undefined).map(({ id }) => id);
const schema = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "docs", "conformance.schema.json"), "utf8"),
);
const secret = "cfltsentinelsecretsentinelsecretsentinelsecretsentinelsecrpCap8g";

/** The nth of these requests takes effect, and its answer is lost. */
const lostAnswers = [
    { method: "POST", path: "/iam/v2/service-accounts", nth: 1 },
    { method: "POST", path: "/iam/v2/service-accounts", nth: 2 },
    { method: "POST", path: "/iam/v2/api-keys", nth: 1 },
    { method: "POST", path: "/iam/v2/api-keys", nth: 4 },
    { method: "POST", path: "/iam/v2/role-bindings", nth: 1 },
    { method: "PATCH", path: "/iam/v2/api-keys/*", nth: 1 },
    { method: "DELETE", path: "/iam/v2/api-keys/*", nth: 1 },
    // The first four are those of the accounts that try to create keys.
    { method: "DELETE", path: "/iam/v2/role-bindings/*", nth: 5 },
    { method: "GET", path: "/sql/**", nth: 9 },
];

describe("pulumi-confluent-flink conformance", () => {
    describe("a whole run", () => {
        let outcome: Outcome;
        let emulator: Emulator;
        let url: string;
        const sent: string[] = [];
        const most = { accounts: 0, bindings: 0, keys: 0 };

        beforeAll(async () => {
            outcome = await runAgainst({
                samples: 5,
                emulator: {
                    keyPropagation: { minMs: 2000, maxMs: 6000 },
                    rolePropagation: { minMs: 3000, maxMs: 3000 },
                    listLagMs: 1500,
                    revocationMs: 4000,
                    makeSecret: () => secret,
                    onExchange: ({ method, path, status }) => {
                        if (method !== "GET") sent.push(`${method} ${path} ${status}`);
                        const { serviceAccounts, roleBindings, apiKeys } = emulator?.state() ?? emptyState;
                        const own = (rows: { seeded: boolean }[]): number =>
                            rows.filter(({ seeded }) => !seeded).length;
                        most.accounts = Math.max(most.accounts, own(serviceAccounts));
                        most.bindings = Math.max(most.bindings, own(roleBindings));
                        most.keys = Math.max(most.keys, own(apiKeys));
                    },
                },
                before: (started) => {
                    emulator = started;
                    url = started.url;
                },
                after: (ended) => expect(leftIn(ended)).toEqual([]),
            });
        });

        it("finds every assumption true on the emulator, and leaves nothing", () => {
            expect([outcome.with("false"), outcome.with("not checked"), outcome.err]).toEqual([[], [], ""]);
            expect(outcome.with("left out")).toEqual(leftOut);
            expect(outcome.exitCode).toBe(exitCodes.ok);
            expect(outcome.report.unexpected).toEqual([]);
            expect(outcome.report).toMatchObject({
                format: "confluent-flink/conformance/1",
                version: "1.2.3",
                ended: "whole",
                left: [],
                service: { endpoint: "another", region: "aws.us-east-2", role: "FlinkDeveloper" },
            });
        });

        it("has no more than two accounts, two role bindings and three keys at a time", () => {
            expect(most).toEqual({ accounts: 2, bindings: 2, keys: 3 });
            const created = (path: string): number =>
                sent.filter((one) => one.startsWith(`POST ${path} 20`)).length;
            // One and one for each role; six Flink keys and a Global one, four Cloud keys, and three that these created.
            expect([created("/iam/v2/service-accounts"), created("/iam/v2/api-keys")]).toEqual([5, 14]);
        });

        it("changes only the resources that it created", () => {
            const changed = sent.filter((one) => /^(PATCH|DELETE)/.test(one)).map((one) => one.split(" ")[1]);
            const { cloudApiKey } = emulator;
            expect(changed.some((path) => path?.includes(cloudApiKey) || path?.includes("sa-000aaa"))).toBe(
                false,
            );
            expect(sent.filter((one) => one.startsWith("POST")).map((one) => one.split(" ")[1])).toEqual(
                expect.arrayContaining([
                    "/iam/v2/service-accounts",
                    "/iam/v2/role-bindings",
                    "/iam/v2/api-keys",
                ]),
            );
        });

        it("reports minimum, median and maximum of five samples", () => {
            const measured = outcome.report.findings.find(
                ({ id }) => id === "region-key-propagation",
            )?.measured;
            expect(measured?.samples).toHaveLength(5);
            const sorted = [...(measured?.samples ?? [])].sort((a, b) => a - b);
            expect(measured).toMatchObject({ min: sorted[0], median: sorted[2], max: sorted[4] });
            for (const ms of sorted) expect([ms, ms >= 2000 && ms < 6600]).toEqual([ms, true]);
        });

        it("matches docs/conformance.schema.json", () => {
            const validate = new Ajv({ strict: true }).compile(schema);
            expect([validate(outcome.report), validate.errors]).toEqual([true, null]);
            expect(validate({ ...outcome.report, secret: "x" })).toBe(false);
        });

        it("contains no secret, no endpoint and no id except those of resources that it created", () => {
            const { environmentIds, organizationId, cloudApiKey, cloudApiSecret } = emulator;
            const foreign =
                outcome.report.findings.map(({ seen }) => seen).join("\n") +
                JSON.stringify(outcome.report.service);
            for (const text of [secret, cloudApiSecret, cloudApiKey, organizationId, url]) {
                expect(outcome.out).not.toContain(text);
            }
            for (const text of [...environmentIds, "sa-000aaa"]) expect(foreign).not.toContain(text);
        });
    });

    it("prints assumed, seen, verdict and consequence as a table", async () => {
        const { out, exitCode } = await runAgainst({
            options: { json: false },
            emulator: { revocationMs: 50_000 },
        });
        expect(exitCode).toBe(exitCodes.found);
        expect(out).toMatch(/^assumed +seen +verdict +consequence$/m);
        expect(out).toMatch(/^region-revocation: A region refuses a .*FALSE +A leaked key/m);
        const all = assumptions.length;
        const last = `${all} assumptions: ${all - 1 - leftOut.length} true, 1 false, 0 not checked, ${leftOut.length} left out.`;
        expect(out).toContain(`\n${last} `);
        expect(out).toContain(
            "\nregion-revocation: A region refuses a deleted key within 30 s\n  seen: 52 s (once)\n  consequence: A leaked key works",
        );
        expect(out).not.toContain("\u001b");
    });

    it("asks for confirmation, and requires --yes without a terminal", async () => {
        const { err, exitCode } = await runAgainst({
            options: { yes: false },
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain(
            "--yes: not given, and there is no terminal to confirm the run. Nothing was changed.",
        );
    });

    it.each([
        ["no", exitCodes.failed],
        ["yes", exitCodes.ok],
    ])("creates nothing unless the answer is yes: %s", async (answer, wanted) => {
        const questions: string[] = [];
        const { err, exitCode } = await runAgainst({
            options: { yes: false },
            prompt: async (question) => {
                questions.push(question);
                return answer;
            },
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect([exitCode, questions]).toEqual([wanted, ["Type yes to begin: "]]);
        for (const text of [
            "the service account pcf-conformance-",
            "four more service accounts",
            "up to 15 min",
        ]) {
            expect(err).toContain(text);
        }
    });

    it.each([
        [{ environment: "prod" }, '--environment: got "prod", expected an environment id such as env-abc123'],
        [{ region: "us-east-2" }, '--region: got "us-east-2", expected a cloud and region'],
        [{ region: "aws.nowhere-1" }, '--region: got "aws.nowhere-1", expected a region of aws'],
        [{ budget: "5s" }, '--budget: got "5s", expected a duration from 1m to 60m'],
        [{ role: "Flink Developer" }, '--role: got "Flink Developer"'],
        [{ foreignEnvironment: "prod" }, '--foreign-environment: got "prod", expected an environment id'],
        [{ foreignKey: secret }, `--foreign-key: got ${secret.length} characters`],
        [{ endpoint: "http://example.com" }, "--endpoint: got http://example.com, expected a URL"],
        [{ writeProfile: "/nowhere/seen.json" }, "--write-profile: got /nowhere/seen.json"],
    ])("refuses %j and creates nothing", async (options, message) => {
        const { err, exitCode } = await runAgainst({
            options,
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect(exitCode).toBe(exitCodes.usage);
        expect(err).toContain(message);
        expect(err).not.toContain(secret);
    });

    it("ends at its time limit, deletes what it created, and shows what it did not check", async () => {
        const { report, err, exitCode, ...outcome } = await runAgainst({
            samples: 5,
            options: { budget: "1m" },
            latencyMs: 1000,
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect([exitCode, report.ended]).toEqual([
            exitCodes.unverified,
            "the time limit was reached (--budget)",
        ]);
        expect(outcome.with("false")).toEqual([]);
        expect(outcome.with("not checked")).toContain("region-deleted-key");
        expect(err).toContain("The run is incomplete: the time limit was reached (--budget).");
        expect(report.durationSeconds).toBeLessThan(120);
    });

    it("finds no assumption false because of a short time limit", async () => {
        const { exitCode, report, ...outcome } = await runAgainst({
            samples: 5,
            options: { budget: "1m" },
            emulator: {
                rolePropagation: { minMs: 20_000, maxMs: 20_000 },
                keyPropagation: { minMs: 30_000, maxMs: 30_000 },
            },
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        const timeLimitReached = "the time limit was reached (--budget)";
        expect([exitCode, report.ended, outcome.with("false")]).toEqual([
            exitCodes.unverified,
            timeLimitReached,
            [],
        ]);
        expect(outcome.with("not checked")).toContain("region-without-role");
    });

    it("checks everything except the region if its endpoint cannot be reached", async () => {
        const { exitCode, report, ...outcome } = await runAgainst({
            options: { endpoint: "http://127.0.0.1:9" },
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect([exitCode, outcome.with("false")]).toEqual([exitCodes.unverified, []]);
        const ofRegion = assumptions.filter(({ id }) => id.startsWith("region-") && id !== "region-list");
        expect(outcome.with("not checked")).toEqual(expect.arrayContaining(ofRegion.map(({ id }) => id)));
        const seen = report.findings.find(({ id }) => id === "region-revocation")?.seen;
        expect(seen).toContain("does not answer from here");
    });

    it.each(sampleOf(lostAnswers, 3))(
        "checks everything although an answer is lost: $method $path, $nth",
        async (lost) => {
            const { exitCode, report, err, ...outcome } = await runAgainst({
                samples: 2,
                before: (emulator) => {
                    emulator.faults.add({ ...lost, action: { drop: "after" } });
                },
                after: (emulator) => expect(leftIn(emulator)).toEqual([]),
            });
            expect([exitCode, outcome.with("not checked"), outcome.with("false"), err]).toEqual([
                exitCodes.ok,
                [],
                [],
                "",
            ]);
            expect(report.unexpected).toEqual([{ request: expect.stringContaining(lost.method), times: 1 }]);
            expect(report.left).toEqual([]);
        },
    );

    it("counts the answers that say that the service failed, also those after which something exists", async () => {
        const { exitCode, report, out } = await runAgainst({
            options: { json: false },
            deviation: {
                onResponse: (() => {
                    let posts = 0;
                    return (answer, { method, path }) => {
                        const isPost = method === "POST" && path === "/iam/v2/api-keys";
                        if (!isPost || answer.status !== 202 || ++posts % 3 !== 0) return;
                        answer.status = 500;
                        answer.body = { errors: [{ status: "500", code: "internal", detail: "Failed." }] };
                    };
                })(),
            },
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect([exitCode, report]).toEqual([exitCodes.ok, undefined]);
        expect(out).toMatch(/^Unexpected answers\nPOST \/iam\/v2\/api-keys: 500 internal, [3-5] times$/m);
    });

    it("says how many assumptions could not be checked, and names the first ten", async () => {
        const { exitCode, err } = await runAgainst({
            before: (emulator) => {
                emulator.faults.add({
                    method: "POST",
                    path: "/iam/v2/service-accounts",
                    times: 0,
                    action: { status: 403 },
                });
            },
        });
        expect(exitCode).toBe(exitCodes.found);
        expect(err).toContain("1 assumption is false: account-create.");
        const short = await runAgainst({
            before: (emulator) => {
                emulator.faults.add({
                    method: "POST",
                    path: "/iam/v2/service-accounts",
                    times: 0,
                    action: { drop: "before" },
                });
            },
        });
        expect(short.exitCode).toBe(exitCodes.unverified);
        expect(short.err).toMatch(
            /^No assumption was found false, but \d\d could not be checked: (\S+, ){9}\S+ and \d\d more\.$/m,
        );
    });

    it("deletes only its own role bindings if the list ignores the principal", async () => {
        const before: string[] = [];
        await runAgainst({
            deviation: {
                onRequest: ({ query }) => {
                    query.delete("principal");
                    return undefined;
                },
            },
            before: async (emulator) => {
                const client = new EmulatorClient(emulator);
                await client.grant(
                    await client.makeAccount("another"),
                    "FlinkDeveloper",
                    "/environment=env-abc123",
                );
                before.push(...leftIn(emulator));
            },
            after: (emulator) => expect(leftIn(emulator)).toEqual(before),
        });
        expect(before).toHaveLength(2);
    });

    describe.each(["2026", "2025"] as const)("by the edition of %s", (keyRoles) => {
        it("finds who may create keys, for the emulator's profile too", async () => {
            const outcome = await runAgainst({ emulator: { keyRoles } });
            expect(outcome.with("false")).toEqual(keyRoles === "2026" ? [] : ["key-roles-2026"]);
            expect(outcome.report.profile.keyRoles).toBe(keyRoles);
            const seen = outcome.report.findings.find(({ id }) => id === "key-roles-2026")?.seen;
            expect(seen).toBe(
                keyRoles === "2026"
                    ? "ResourceKeyAdmin: 403 user_unauthorized; EnvironmentAdmin: may; FlinkAdmin: may"
                    : "ResourceKeyAdmin: may; EnvironmentAdmin: 403 user_unauthorized; FlinkAdmin: 403 user_unauthorized",
            );
            expect(outcome.with("true")).toContain("key-resource-owner");
        });
    });

    it.each(["all", "org-and-flink"] as const)(
        "finds where a Global key works: %s",
        async (globalKeyApis) => {
            const outcome = await runAgainst({ emulator: { globalKeyApis } });
            expect(outcome.report.profile.globalKeyApis).toBe(globalKeyApis);
            expect(outcome.with("false")).toEqual(
                globalKeyApis === "all" ? [] : ["global-key-control-plane"],
            );
            expect(outcome.with("true")).toContain("region-global-key");
        },
    );

    it.each([
        [{}, [], "the statement names a new pool"],
        [{ defaultPoolEnabled: false }, ["default-pool"], "422"],
    ])("runs a statement without a compute pool with --default-pool: %j", async (config, isFalse, seen) => {
        let pools: string[] = [];
        const outcome = await runAgainst({
            options: { defaultPool: true },
            before: async (emulator) => {
                const client = new EmulatorClient(emulator);
                if ("defaultPoolEnabled" in config) {
                    const spec = { default_pool_enabled: false };
                    await client.send("PATCH", "/fcpm/v2/compute-pool-config", { body: { spec } });
                }
                pools = emulator.state().computePools.map(({ id }) => id);
            },
            after: (emulator) => {
                expect(leftIn(emulator)).toEqual([]);
                expect(emulator.state().computePools.map(({ id }) => id)).toEqual(pools);
                expect(emulator.state().statements).toEqual([]);
            },
        });
        expect(outcome.with("false")).toEqual(isFalse);
        expect(outcome.report.findings.find(({ id }) => id === "default-pool")?.seen).toContain(seen);
        expect(outcome.with("left out")).not.toContain("default-pool");
    });

    it("shows what cannot be deleted, with the command that deletes it", async () => {
        let remaining: string[] = [];
        const { exitCode, report, err } = await runAgainst({
            before: (emulator) => {
                emulator.faults.add({
                    method: "DELETE",
                    path: "/iam/v2/service-accounts/*",
                    times: 0,
                    action: { status: 500 },
                });
            },
            // The run's account, and the first of those that try to create keys: then the run creates no other.
            after: (emulator) => {
                remaining = leftIn(emulator);
            },
        });
        expect(exitCode).toBe(exitCodes.failed);
        const [left] = report.left;
        expect(remaining).toHaveLength(2);
        expect(report.left.map(({ id }) => id).sort()).toEqual(remaining.sort());
        expect(left).toMatchObject({
            kind: "service account",
            remove: `confluent iam service-account delete ${left?.id} --force`,
        });
        expect(err).toContain(`Not deleted: service account ${left?.id} (account ${left?.id}: 500).`);
    });

    describe("what a killed run left", () => {
        const leave = async (emulator: Emulator, until: string): Promise<string> => {
            const send = async (path: string, body: unknown): Promise<string> => {
                const authorization = `Basic ${Buffer.from(`${emulator.cloudApiKey}:${emulator.cloudApiSecret}`).toString("base64")}`;
                const response = await fetch(`${emulator.url}${path}`, {
                    method: "POST",
                    headers: { authorization, "content-type": "application/json" },
                    body: JSON.stringify(body),
                });
                return ((await response.json()) as { id: string }).id;
            };
            const id = await send("/iam/v2/service-accounts", {
                display_name: "pcf-conformance-0a1b2c-account",
                description: `pulumi-confluent-flink conformance, may be deleted after ${until}`,
            });
            const resource = { id: "aws.us-east-2", environment: "env-abc123" };
            await send("/iam/v2/api-keys", { spec: { owner: { id }, resource } });
            await send("/iam/v2/role-bindings", {
                principal: `User:${id}`,
                role_name: "FlinkDeveloper",
                crn_pattern: `crn://confluent.cloud/organization=${emulator.organizationId}/environment=env-abc123`,
            });
            return id;
        };

        it("is deleted by the next run when no run needs it any more", async () => {
            const { exitCode } = await runAgainst({
                before: async (emulator) => {
                    await leave(emulator, "2026-07-31T23:59:00Z");
                },
                after: (emulator) => expect(leftIn(emulator)).toEqual([]),
            });
            expect(exitCode).toBe(exitCodes.ok);
        });

        it("is shown but kept while its run may be in progress, and deleted by --clean", async () => {
            const clock = new VirtualClock();
            const emulator = await startEmulator({ clock });
            try {
                const id = await leave(emulator, "2026-08-01T00:10:00Z");
                const before = leftIn(emulator);
                const { err } = await runCommand(emulator, emulator.url, clock);
                expect(err).toContain(
                    `${id} (pcf-conformance-0a1b2c-account) belongs to another run, which may still be in progress; it may be deleted after 2026-08-01T00:10:00.000Z. If it is not: --clean, or confluent iam service-account delete ${id} --force`,
                );
                expect([before.length, leftIn(emulator)]).toEqual([3, before]);
                const cleaned = await runCommand(emulator, emulator.url, clock, { clean: true, json: false });
                expect([cleaned.exitCode, cleaned.out, leftIn(emulator)]).toEqual([
                    exitCodes.ok,
                    `Deleted ${id} (pcf-conformance-0a1b2c-account) with its keys and role bindings.\n`,
                    [],
                ]);
                const again = await runCommand(emulator, emulator.url, clock, { clean: true, json: false });
                expect(again.out).toBe("Earlier runs left nothing.\n");
            } finally {
                await emulator.close();
            }
        });

        it("is recognised by its name: other accounts are kept", async () => {
            const clock = new VirtualClock();
            const emulator = await startEmulator({ clock });
            try {
                const body = {
                    display_name: "pcf-conformance-tests",
                    description: "may be deleted after 2020-01-01T00:00:00Z",
                };
                const authorization = `Basic ${Buffer.from(`${emulator.cloudApiKey}:${emulator.cloudApiSecret}`).toString("base64")}`;
                await fetch(`${emulator.url}/iam/v2/service-accounts`, {
                    method: "POST",
                    headers: { authorization, "content-type": "application/json" },
                    body: JSON.stringify(body),
                });
                const before = leftIn(emulator);
                await runCommand(emulator, emulator.url, clock, { clean: true });
                await runCommand(emulator, emulator.url, clock);
                expect([before.length, leftIn(emulator)]).toEqual([1, before]);
            } finally {
                await emulator.close();
            }
        });
    });
});

const emptyState = { serviceAccounts: [], roleBindings: [], apiKeys: [] };
