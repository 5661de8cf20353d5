/**
 * One check for one value: each argument, given in a program, in a stack's config, in a stack file that `stacks check` reads, and
 * to the provider, has one verdict and one message. Not proven here: look-ups in Confluent Cloud, values that are outputs, and what
 * Pulumi itself says of a value that has another type than Pulumi.yaml declares, such as null.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { checkStacks, offline } from "../../cli/stacks/checkStacks";
import { findProject } from "../../cli/stacks/project";
import { FlinkAccess, type FlinkAccessArgs, rolePresets } from "../../components";
import { readStackConfig } from "../../program/readStackConfig";
import { checkShapes } from "../../provider/keyInputs";
import { MockConfluentCloud } from "../../testing";
import { sampleOf } from "../sample";

interface Argument {
    /** As a message names it. A value is put there, into arguments that are valid by themselves. */
    readonly path: string;
    /** The provider's input of the same meaning. */
    readonly input?: string;
    readonly accepted: readonly unknown[];
    readonly refused: readonly unknown[];
    /** Arguments that this one needs beside it. */
    readonly beside?: Readonly<Record<string, unknown>>;
}

const noText = [5, true, null, [], ["x"], { x: 1 }];
const noDuration = [...noText, "", "90", "90 sec", "2 weeks", "-1d", "1M", "1h30m", "P1D", "soon", ".5h"];
const crnPattern = "crn://confluent.cloud/organization=1111aaaa/environment=env-abc123/kafka=lkc-a/topic=t";
const existing = { roles: [] };
const longest = (count: number): string => "x".repeat(count);

const table: readonly Argument[] = [
    {
        path: "environmentId",
        input: "environmentId",
        accepted: ["env-abc123", " ENV-ABC123 ", "t36303"],
        refused: [
            "",
            "production",
            "env_abc123",
            "env-",
            "lkc-abc123",
            "env-abc123.aws.us-east-2",
            "t",
            "env-abc 123",
        ],
    },
    {
        path: "regions",
        accepted: [["aws.us-east-2"], ["AWS.us-east-2", "gcp.us-east1"], ["env-abc123.azure.eastus2"], []],
        refused: [
            "aws.us-east-2",
            5,
            true,
            { aws: "us-east-2" },
            ["us-east-2"],
            ["ibm.us-east"],
            [7],
            [null],
            ["aws."],
            ["aws.us_east"],
            ["aws.us-east-2", "AWS.US-EAST-2"],
            ["env-def456.aws.us-east-2"],
            ["env-abc123.aws"],
        ],
    },
    {
        path: "keyScope",
        accepted: ["region", "global"],
        refused: ["", "Global", "regional", "cloud"],
    },
    {
        path: "principal",
        accepted: [{}],
        refused: [
            "sa-111aaa",
            5,
            true,
            ["sa-111aaa"],
            { groupId: "g" },
            { serviceAccountId: "sa-111aaa", userId: "u-111aaa" },
            { userId: "u-111aaa", displayName: "flink" },
        ],
    },
    {
        path: "principal.serviceAccountId",
        beside: existing,
        accepted: ["sa-111aaa", " SA-111aaa "],
        refused: ["", "u-111aaa", "flink", "sa-", "sa-1 2", ...noText],
    },
    {
        path: "principal.userId",
        beside: existing,
        accepted: ["u-111aaa"],
        refused: ["", "sa-111aaa", "me@example.com", ...noText],
    },
    {
        path: "principal.stack",
        beside: existing,
        accepted: ["org/project/base"],
        refused: ["", "base", "project/base", "a/b/c/d", "org/my project/base", ...noText],
    },
    {
        path: "principal.displayName",
        accepted: ["flink", longest(64)],
        refused: ["", " ", longest(65), ...noText],
    },
    {
        path: "principal.description",
        accepted: ["Runs Flink", longest(128)],
        refused: ["", " ", longest(129), ...noText],
    },
    {
        path: "roles",
        accepted: [
            ["FlinkDeveloper"],
            "FlinkAdmin",
            [],
            [{ roleName: "DeveloperRead", crnPattern }],
            ["FlinkAdmin", { roleName: "New", crnPattern, name: "a" }],
        ],
        refused: [
            "FlinkDev",
            5,
            true,
            { x: 1 },
            ["FlinkDev"],
            [5],
            [null],
            ["FlinkAdmin", "FlinkAdmin"],
            { FlinkAdmin: true },
            [{ roleName: "DeveloperRead" }],
            [{ roleName: "a b", crnPattern }],
            [{ roleName: "New", crnPattern: "topic" }],
            [{ roleName: "OrganizationAdmin", crnPattern }],
            [{ roleName: "New", crnPattern, name: "a b" }],
        ],
    },
    {
        path: "rotation",
        accepted: [{}, { trigger: "leak" }],
        refused: ["90d", 5, true, ["90d"], { evry: "90d" }],
    },
    {
        path: "rotation.every",
        accepted: ["90d", "1h", "31d", "1.5d", "2w", " 90d ", "10y"],
        beside: { rotation: { overlap: "0s" } },
        refused: ["0s", "59m", "11y", ...noDuration],
    },
    {
        path: "rotation.overlap",
        input: "overlap",
        accepted: ["7d", "0s", "10y", "1.5h"],
        refused: ["11y", ...noDuration],
    },
    {
        path: "rotation.overlap",
        beside: { rotation: { every: "7d" } },
        accepted: ["6d", "0s"],
        refused: ["7d", "2w"],
    },
    { path: "rotation.stagger", accepted: ["30d", "0s"], refused: ["11y", ...noDuration] },
    { path: "rotation.stagger", beside: { rotation: { every: "30d" } }, accepted: ["30d"], refused: ["31d"] },
    {
        path: "rotation.anchor",
        accepted: ["2026-01-01", "2026-01-01T06:00:00Z"],
        refused: ["", "soon", "2026-13-01", "2026-01-01T06:00", "01.01.2026", ...noText],
    },
    {
        path: "rotation.trigger",
        accepted: ["2026-11-23 leak", "leak"],
        refused: ["", " ", "2026-11-23", ...noText],
    },
    {
        path: "readiness",
        input: "readiness",
        accepted: [{}],
        refused: ["5m", 5, true, ["5m"], { timout: "5m" }],
    },
    {
        path: "readiness.timeout",
        input: "readiness.timeout",
        accepted: ["5m", "90s", "1.5h", "1d", "1ms"],
        refused: ["0s", "25h", "2w", ...noDuration],
    },
    {
        path: "readiness.unreachable",
        input: "readiness.unreachable",
        accepted: ["warn", "trust", "fail"],
        refused: ["", "ignore", "WARN", ...noText],
    },
    {
        path: "readiness.network",
        input: "readiness.network",
        accepted: ["public", "private"],
        refused: ["", "vpn", "Private", ...noText],
    },
    {
        path: "readiness.restEndpoint",
        input: "readiness.restEndpoint",
        accepted: ["https://flink.example.com", "http://127.0.0.1:8080", " https://flink.example.com/ "],
        refused: [
            "",
            "http://flink.example.com",
            "flink.example.com",
            "https://a:b@flink.example.com",
            "https://flink.example.com?x=1",
            5,
            true,
            null,
            [],
            ["https://flink.example.com"],
        ],
    },
    {
        path: "readiness.restEndpoint",
        accepted: [{ "aws.us-east-2": "https://flink.example.com" }, {}],
        refused: [
            { "gcp.us-east1": "https://flink.example.com" },
            { "aws.us-east-2": "http://flink.example.com" },
            { "aws.us-east-2": null },
        ],
    },
    {
        path: "statementRunner",
        accepted: [{ kafkaClusterIds: ["lkc-abc123"] }],
        refused: [
            "lkc-abc123",
            5,
            true,
            ["lkc-abc123"],
            { topics: ["orders"] },
            { kafkaClusterIds: ["lkc-a"], topic: ["a"] },
            { kafkaClusterIds: ["lkc-a"], subjects: ["a"] },
        ],
    },
    {
        path: "statementRunner.kafkaClusterIds",
        accepted: [["lkc-abc123", "lkc-def456"]],
        refused: ["lkc-abc123", [""], ["abc"], ...noText],
    },
    {
        path: "statementRunner.topics",
        beside: { statementRunner: { kafkaClusterIds: ["lkc-a"] } },
        accepted: [["orders", "totals*"], { read: ["orders"] }, { read: ["a"], write: ["b"], manage: ["c"] }],
        refused: ["orders", [""], { reads: ["orders"] }, { read: "orders" }, { read: [] }, 5, null, []],
    },
    {
        path: "statementRunner.schemaRegistryId",
        beside: { statementRunner: { kafkaClusterIds: ["lkc-a"], subjects: ["a"] } },
        accepted: ["lsrc-abc123"],
        refused: ["", "lkc-abc123", ...noText],
    },
];

const sound = { environmentId: "env-abc123", regions: ["aws.us-east-2"] };
const key = {
    owner: "sa-111aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    displayName: "a",
    description: "a",
};

/** `{ rotation: { overlap: value } }` merged into `into`. */
function put(into: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> {
    const [name, ...rest] = path.split(".") as [string, ...string[]];
    if (rest.length === 0) return { ...into, [name]: value };
    return { ...into, [name]: put((into[name] ?? {}) as Record<string, unknown>, rest.join("."), value) };
}

/** A way for a value to come in. Resolves to the message, without what only this way says; undefined if it is accepted. */
type Way = (args: Record<string, unknown>) => Promise<string | undefined>;

const cloud = new MockConfluentCloud({ stackOutputs: { "org/project/base": { principalId: "sa-111aaa" } } });
let root: string;

beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "one-verdict-"));
    mkdirSync(join(root, "stacks"));
    writeFileSync(join(root, "Pulumi.yaml"), readFileSync("Pulumi.yaml"));
});

afterAll(() => rmSync(root, { recursive: true }));

/** The engine would also send each key's inputs to the provider. */
const program: Way = async ({ statementRunner, ...args }) => {
    cloud.clear();
    try {
        await cloud.deploy(() => {
            const runner =
                statementRunner === undefined || statementRunner === null
                    ? []
                    : [rolePresets.statementRunner(statementRunner as never)];
            const roles = runner.length > 0 ? { roles: [args.roles ?? [], runner].flat() } : {};
            new FlinkAccess("access", { ...args, ...roles } as unknown as FlinkAccessArgs);
        });
    } catch (error) {
        return (error as Error).message.replace('FlinkAccess "access": ', "");
    }
    const failures = cloud.apiKeys.flatMap(({ inputs }) => checkShapes({ ...inputs }).failures);
    return failures[0]?.reason;
};

const config: Way = async (args) => {
    const text = (value: unknown): string | undefined =>
        value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    try {
        const credentials = { CONFLUENT_CLOUD_API_KEY: "A", CONFLUENT_CLOUD_API_SECRET: "B" };
        readStackConfig((name) => text(args[name.replace("confluent-flink:", "")]), credentials);
        return undefined;
    } catch (error) {
        return (error as Error).message.replaceAll("confluent-flink:", "");
    }
};

const stackFile: Way = async (args) => {
    const entries = Object.entries(args).map(([name, value]) => [`confluent-flink:${name}`, value]);
    writeFileSync(
        join(root, "stacks", "Pulumi.dev.yaml"),
        stringify({ config: Object.fromEntries(entries) }),
    );
    const { mistakes } = await checkStacks(findProject(root), root, offline);
    return mistakes[0]?.message.replaceAll("confluent-flink:", "");
};

const ways: Readonly<Record<string, Way>> = { program, "stack config": config, "stacks check": stackFile };
const counts = { verdicts: 0, arguments: new Set<string>(), values: 0 };

/** The message from the value on: the provider has other names for some arguments. */
const afterPath = (message: string | undefined): string | undefined =>
    message?.replace(/^[^:]*: (?=got )/, "");

describe.each(
    table.map(
        (argument) =>
            [
                `${argument.path}${argument.beside ? ` beside ${JSON.stringify(argument.beside)}` : ""}`,
                argument,
            ] as const,
    ),
)("%s", (_title, { path, input, accepted, refused, beside = {} }) => {
    it.each(sampleOf(accepted, 2).map((value) => [value]))(
        "accepts %j, whichever way it comes",
        async (value) => {
            const verdicts = await verdictsOf(path, input, value, beside);
            expect(verdicts).toEqual(
                Object.fromEntries(Object.keys(verdicts).map((way) => [way, undefined])),
            );
        },
    );

    it.each(sampleOf(refused, 5).map((value) => [value]))(
        "refuses %j with one message, whichever way it comes",
        async (value) => {
            const verdicts = await verdictsOf(path, input, value, beside);
            const { program: message } = verdicts;
            expect(message).toMatch(
                /^[\w.[\]"-]+: got .+, expected |^[\w.[\]"-]+: got .+ which .+ expected |a second time, expected/,
            );
            expect(message?.startsWith(path.split(".")[0] as string)).toBe(true);
            const { provider, ...others } = verdicts;
            expect(others).toEqual(Object.fromEntries(Object.keys(others).map((way) => [way, message])));
            if ("provider" in verdicts) expect(afterPath(provider)).toBe(afterPath(message));
        },
    );
});

async function verdictsOf(
    path: string,
    input: string | undefined,
    value: unknown,
    beside: Readonly<Record<string, unknown>>,
): Promise<Record<string, string | undefined>> {
    const args = put({ ...sound, ...beside }, path, value);
    const verdicts: Record<string, string | undefined> = {};
    for (const [name, way] of Object.entries(ways)) verdicts[name] = await way(args);
    // A program that sets an argument to null has not set it.
    const isSet = value !== null || input?.includes(".");
    if (input !== undefined && isSet)
        verdicts.provider = checkShapes(put(key, input, value)).failures[0]?.reason;
    counts.verdicts += Object.keys(verdicts).length;
    counts.values += 1;
    counts.arguments.add(path);
    return verdicts;
}

afterAll(() => {
    if (process.env.VERBOSE)
        process.stdout.write(
            `${counts.arguments.size} arguments, ${counts.values} values, ${counts.verdicts} verdicts\n`,
        );
});
