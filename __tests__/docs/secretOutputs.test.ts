// Every output of every program in this repository, with mocks: what contains a secret is marked as a whole, because tools print
// outputs that are not. Not proven here: the programs of examples/handover, which need the packages of other clouds; their own
// tests look for secrets too (npm run test:examples).
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type Deployed, MockConfluentCloud } from "../../testing";
import { codeBlocks } from "./codeBlocks";

// It compares the files of a build, which these tests do not use.
jest.mock("../../program/assertFreshBuild", () => ({ assertFreshBuild: () => undefined }));

// Loading the SDK may take long on a busy machine.
jest.setTimeout(60_000);

const root = join(__dirname, "..", "..");
const tracked = (...patterns: string[]): string[] =>
    execFileSync("git", ["ls-files", ...patterns], { cwd: root, encoding: "utf8" })
        .trim()
        .split("\n");

/** What every secret of the mocks begins with. */
const secretStart = "cfltMOCK";
const cloud = new MockConfluentCloud({
    others: { newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }) },
    stackOutputs: {
        "org/flink-statements/prod": {
            environmentVariables: { FLINK_API_KEY: "ABCDEFGH12345678", FLINK_API_SECRET: `${secretStart}0` },
            computePoolId: "lfcp-abc123",
            statements: { totals: { statement: "SELECT 1;", properties: {} } },
        },
    },
});

const config = {
    "confluent-flink:environmentId": "env-abc123",
    "confluent-flink:regions": ["aws.us-east-2", "gcp.us-east1"],
    "confluent-flink:roles": ["FlinkDeveloper"],
    "confluentcloud:cloudApiKey": "AAAABBBBCCCCDDDD",
    "confluentcloud:cloudApiSecret": `${secretStart}1`,
    "flink-statements:environmentId": "env-abc123",
    "flink-statements:kafkaClusterId": "lkc-abc123",
    "flink-statements-stop:deployment": "org/flink-statements/prod",
    "flink-statements-stop:statement": "totals",
    "project:environmentId": "env-abc123",
    "project:regions": ["aws.us-east-2"],
};

/** Names of outputs that contain a secret and are not marked as a whole. */
function clearSecrets({ outputs, secretOutputs }: Deployed): string[] {
    return Object.entries(outputs)
        .filter(
            ([name, value]) =>
                JSON.stringify(value ?? null).includes(secretStart) && !secretOutputs.includes(name),
        )
        .map(([name]) => name);
}

/** Runs a program as CommonJS, with the package's name for its sources. */
function run(source: string, project: string): Promise<Deployed> {
    const { outputText } = ts.transpileModule(source, {
        compilerOptions: {
            module: ts.ModuleKind.CommonJS,
            target: ts.ScriptTarget.ES2022,
            esModuleInterop: true,
        },
    });
    const load = (name: string): unknown =>
        name === "pulumi-confluent-flink" ? require("../../components") : require(name);
    return cloud.deploy(
        () => {
            const exported = {};
            new Function("require", "exports", outputText)(load, exported);
            return exported;
        },
        { project, stack: "prod", config },
    );
}

/** The blocks of the documents that export something and are no tests. */
const blocks = tracked("*.md").flatMap((document) =>
    codeBlocks(readFileSync(join(root, document), "utf8"))
        .filter(({ language, text }) => language === "ts" && /^export (const|default)/m.test(text))
        .filter(({ text }) => /new Flink(Access|ApiKey)\(/.test(text))
        .map(({ text, line }) => [`${document}:${line}`, text] as const),
);

describe("the outputs", () => {
    it("of this repository's program are secret where they contain a secret", async () => {
        const deployed = await cloud.deploy(() => require("../../index"), {
            project: "confluent-flink",
            stack: "prod",
            config,
        });
        expect(clearSecrets(deployed)).toEqual([]);
        expect(deployed.secretOutputs).toEqual(["keys", "environmentVariables"]);
        for (const name of ["apiKeyIds", "restEndpoints", "scopes"])
            expect(Object.keys(deployed.outputs[name] as object)).toEqual(["aws.us-east-2", "gcp.us-east1"]);
    });

    it.each(blocks)("of the program at %s are secret where they contain a secret", async (_place, text) => {
        expect(clearSecrets(await run(text, "project"))).toEqual([]);
    });

    it.each([
        ["examples/statements", "flink-statements"],
        ["examples/statements/stop", "flink-statements-stop"],
    ])("of %s are secret where they contain a secret", async (folder, project) => {
        const before = process.cwd();
        process.chdir(join(root, folder));
        try {
            const deployed = await run(readFileSync("index.ts", "utf8"), project);
            expect(clearSecrets(deployed)).toEqual([]);
            expect(Object.keys(deployed.outputs)).not.toEqual([]);
        } finally {
            process.chdir(before);
        }
    });

    it("are checked for every program: a new one belongs here, or has a test of its own that looks for secrets", () => {
        expect(blocks.map(([place]) => place.replace(/:.*/, ""))).toEqual(
            expect.arrayContaining([
                "README.md",
                "docs/guides/testing.md",
                "docs/api/pulumi-confluent-flink.md",
            ]),
        );
        const programs = tracked("index.ts", "examples/**/index.ts", "deploy/**/index.ts");
        expect(programs.filter((file) => !file.startsWith("examples/handover/"))).toEqual([
            "deploy/bootstrap/index.ts", // __tests__/bootstrap
            "examples/statements/index.ts",
            "examples/statements/stop/index.ts",
            "index.ts",
        ]);
        for (const file of programs.filter((one) => one.startsWith("examples/handover/"))) {
            const test = readFileSync(
                join(root, file.replace(/(\w+)\/index\.ts$/, "tests/$1.test.ts")),
                "utf8",
            );
            expect([file, /testHandover|assertHandsOverProvenKeys/.test(test)]).toEqual([file, true]);
        }
    });

    it("are found in clear: the check itself", async () => {
        const source = `import { FlinkAccess } from "pulumi-confluent-flink";
            const access = new FlinkAccess("a", { environmentId: "env-abc123", regions: ["aws.us-east-2"], roles: [] });
            export const { keys, apiKeyIds } = access;`;
        expect(clearSecrets(await run(source, "project"))).toEqual(["keys"]);
    });
});
