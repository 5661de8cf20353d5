// README's programs in all four languages under a real engine, in an empty folder, with the package or the plugin as a release has it,
// and the statements of docs/guides/languages.md. A language whose tools are missing is skipped, with the reason. Not proven here: the
// download of the plugin (`pluginInstall.test.ts`), and C# and Java, whose SDKs are only generated.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { sentinelSecret, showsSecret } from "../provider/sentinel";
import { describeWithEngine, liveKeys, send } from "./pulumiProject";
import { releaseArchives, StrangerProject } from "./strangerProject";

jest.setTimeout(300_000);

const repository = join(__dirname, "..", "..");
const { version } = require("../../package.json");

interface Language {
    /** Why it cannot be tested here; undefined if it can. */
    readonly missing: () => string | undefined;
    /** Writes the project. The plugin is installed. */
    readonly write: (project: StrangerProject, program: string) => Promise<void>;
    /** Environment variables of its runs. */
    readonly env?: () => Record<string, string>;
    /** Rotates every key: this text, and what takes its place. None for TypeScript, whose keys other tests rotate. */
    readonly rotate?: readonly [from: string, to: string];
    /** Where the program is. */
    readonly file: string;
    /** Adds the statement of docs/guides/languages.md. Default: there is none. */
    readonly addStatement?: (program: string, guide: string) => string;
    /** A misspelt or wrong input: this text, what takes its place, and what is printed in one line. */
    readonly mistakes?: readonly (readonly [from: string, to: string, says: string])[];
}

/** Its packages are those of this interpreter: `python3`, or the one in PULUMI_TEST_PYTHON. */
const python = process.env.PULUMI_TEST_PYTHON ?? "python3";

const wrongEnvironment =
    'FlinkAccess "analytics": environmentId: got 7, expected an environment id such as env-abc123';
const wrongRegion =
    'FlinkAccess "analytics": regions[0]: got "useast2", expected a cloud and region such as "aws.us-east-2" (clouds: aws, azure, gcp)';

const languages: Readonly<Record<"ts" | "yaml" | "python" | "go", Language>> = {
    ts: {
        missing: () => undefined,
        file: "index.ts",
        write: async (project, program) => {
            project.installPackage();
            project.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
            project.write("package.json", '{ "main": "index.ts" }\n');
            project.write(
                "tsconfig.json",
                '{ "compilerOptions": { "module": "commonjs", "target": "es2020", "moduleResolution": "node", "ignoreDeprecations": "6.0", "strict": true }, "files": ["index.ts"] }\n',
            );
            project.write("index.ts", program);
        },
    },
    yaml: {
        missing: () => undefined,
        addStatement: (program, guide) =>
            program.replace("outputs:", `${guide.replace("resources:\n", "")}outputs:`),
        mistakes: [
            ["roles:", "role:", "Property role does not exist on 'confluent-flink:index:FlinkAccess'"],
            ["trigger:", "tigger:", "Property tigger does not exist on 'confluent-flink:index:Rotation'"],
            ["regions: [", "regions: x # [", "regions: Cannot assign type 'string' to type 'List<string>'"],
            ["environmentId: env-abc123", "environmentId: 7", wrongEnvironment],
            ["aws.us-east-2, ", "useast2, ", wrongRegion],
        ],
        file: "Pulumi.yaml",
        write: async (project, program) => project.write("Pulumi.yaml", program),
        rotate: [
            "      roles: [FlinkDeveloper]\n",
            '      roles: [FlinkDeveloper]\n      rotation: { trigger: "leak 1" }\n',
        ],
    },
    python: {
        missing: () =>
            failureOf(python, ["-c", "import pulumi, semver, parver"]) && `${python} has no package pulumi`,
        file: "__main__.py",
        env: () => ({
            PATH: join(
                execFileSync(python, ["-c", "import sys; print(sys.prefix)"]).toString().trim(),
                "bin",
            ),
        }),
        write: async (project, program) => {
            project.write("Pulumi.yaml", "name: shop\nruntime: python\n");
            project.write("__main__.py", program);
            await project.do("package", "gen-sdk", "confluent-flink", "--language", "python", "--out", "sdk");
            // As pip would install it, without asking a registry for what is there already.
            const from = project.path("project/sdk/python/pulumi_confluent_flink");
            execFileSync("mv", [from, project.path("project/pulumi_confluent_flink")]);
            const info = `pulumi_confluent_flink-${version}.dist-info`;
            project.write(
                `${info}/METADATA`,
                `Metadata-Version: 2.1\nName: pulumi-confluent-flink\nVersion: ${version}\n`,
            );
        },
        rotate: [
            '    roles=["FlinkDeveloper"],\n',
            '    roles=["FlinkDeveloper"],\n    rotation={"trigger": "leak 1"},\n',
        ],
        addStatement: (program, guide) => `${program}\n${guide}`,
        mistakes: [
            ["roles=", "role=", "got an unexpected keyword argument 'role'"],
            [
                '"trigger":',
                '"tigger":',
                'FlinkAccess "analytics": rotation.tigger: got a field of this name, expected an object with the fields every, overlap, ',
            ],
            ['environment_id="env-abc123"', "environment_id=7", wrongEnvironment],
            ['"aws.us-east-2", ', '"useast2", ', wrongRegion],
        ],
    },
    go: {
        missing: () =>
            process.env.TEST_LONG !== "1"
                ? "compiles the SDK of Pulumi for minutes: set TEST_LONG=1"
                : failureOf("go", ["version"]) && "there is no go on the PATH",
        file: "main.go",
        env: () => {
            const of = (name: string): string => execFileSync("go", ["env", name]).toString().trim();
            return {
                GOMODCACHE: of("GOMODCACHE"),
                GOCACHE: of("GOCACHE"),
                GOFLAGS: "-mod=mod",
                GOTOOLCHAIN: "local",
            };
        },
        write: async (project, program) => {
            project.write("Pulumi.yaml", "name: shop\nruntime: go\n");
            project.write("main.go", program);
            await project.do("package", "gen-sdk", "confluent-flink", "--language", "go", "--out", "sdk");
            const sdk = "example.com/pulumi-confluent-flink/sdk/go/confluentflink";
            project.write("sdk/go/confluentflink/go.mod", `${goModule(sdk)}`);
            project.write(
                "go.mod",
                `${goModule("shop")}\nrequire ${sdk} v0.0.0\n\nreplace ${sdk} => ./sdk/go/confluentflink\n`,
            );
        },
        rotate: [
            '"FlinkDeveloper"},\n',
            '"FlinkDeveloper"},\n\t\t\tRotation: &confluentflink.RotationArgs{Trigger: pulumi.StringRef("leak 1")},\n',
        ],
    },
};

/** A go.mod with the SDK of the version that is tested here too. */
function goModule(path: string): string {
    const sdk = require("@pulumi/pulumi/package.json").version;
    return `module ${path}\n\ngo 1.25.0\n\nrequire (\n\tgithub.com/blang/semver v3.5.1+incompatible\n\tgithub.com/pulumi/pulumi/sdk/v3 v${sdk}\n)\n`;
}

/** Undefined if the command succeeds. */
function failureOf(command: string, args: readonly string[]): string | undefined {
    try {
        execFileSync(command, args, { stdio: "ignore" });
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}

/** The first program in a language in a document. */
function programIn(document: string, language: string): string {
    const text = readFileSync(join(repository, document), "utf8");
    const program = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "m").exec(text)?.[1];
    if (program === undefined) throw new Error(`${document} has no program in ${language}.`);
    return program;
}

let archives: string;

describeWithEngine("a program of a stranger", () => {
    beforeAll(() => {
        archives = releaseArchives();
    });
    afterAll(() => rmSync(archives, { recursive: true, force: true }));

    for (const [name, language] of Object.entries(languages)) {
        const missing = language.missing();
        if (missing !== undefined) {
            process.stderr.write(`Skipped: a program in ${name} ${missing}\n`);
            it.skip(`in ${name}: ${missing}`, () => undefined);
            continue;
        }
        describe(`in ${name}`, () => {
            let emulator: Emulator;
            let project: StrangerProject;
            let program: string;

            const change = (from: string, to: string): void => {
                expect(program).toContain(from);
                program = program.replaceAll(from, to);
                project.write(language.file, program);
            };

            beforeAll(async () => {
                let made = 0;
                emulator = await startEmulator({ makeSecret: () => sentinelSecret(++made) });
                project = new StrangerProject(emulator, language.env?.());
                await project.install(archives);
                program = programIn("README.md", name);
                await language.write(project, program);
                await project.init();
            });
            afterAll(async () => {
                project?.remove();
                await emulator?.close();
            });

            it("previews what README's program creates, and creates nothing", async () => {
                const { text } = await project.do("preview");
                expect(text).toMatch(/FlinkApiKey analytics-aws\.us-east-2 create/);
                expect(liveKeys(emulator)).toEqual({});
            });

            it("creates a usable key for each region; its secret is in the outputs and nowhere in clear", async () => {
                const { text } = await project.up();
                expect(Object.keys(liveKeys(emulator)).sort()).toEqual(["aws.us-east-2", "gcp.us-east1"]);
                expect(showsSecret(text)).toBe(false);
                const { principalId, keys } = (await project.outputs()) as {
                    principalId: string;
                    keys: Record<
                        string,
                        { apiKey?: string; api_key?: string; apiSecret?: string; status: string }
                    >;
                };
                expect(principalId).toMatch(/^sa-/);
                expect(Object.keys(keys).sort()).toEqual(["aws.us-east-2", "gcp.us-east1"]);
                expect(showsSecret(JSON.stringify(keys))).toBe(true);
                expect(keys["aws.us-east-2"]?.status).toBe("ready");
                expect(showsSecret(JSON.stringify(project.stored("FlinkApiKey")))).toBe(false);
                expect(showsSecret(JSON.stringify(project.stored("FlinkAccess")))).toBe(false);
            });

            it("has nothing to do in a second run, and a refresh finds no change", async () => {
                await project.up("--expect-no-changes");
                await project.do("refresh", "--yes", "--skip-preview", "--expect-no-changes");
            });

            const { addStatement } = language;
            if (addStatement)
                it("runs the statement of the guide with a provider from providerSettings", async () => {
                    const { json } = await send(emulator, "POST", "/fcpm/v2/compute-pools", {
                        body: {
                            spec: {
                                display_name: "pool",
                                cloud: "AWS",
                                region: "us-east-2",
                                max_cfu: 5,
                                environment: { id: "env-abc123" },
                            },
                        },
                    });
                    program = addStatement(program, programIn("docs/guides/languages.md", name));
                    program = program.replaceAll("lfcp-abc123", String(json.id));
                    project.write(language.file, program);
                    await project.up();
                    expect(emulator.state().statements).toHaveLength(1);
                    await project.up("--expect-no-changes");
                });

            const { rotate } = language;
            if (rotate)
                it("rotates every key, and keeps the old ones until their overlap ends", async () => {
                    const before = liveKeys(emulator);
                    const statements = emulator.state().statements.map(({ name }) => name);
                    change(...rotate);
                    await project.up();
                    expect(project.stored("FlinkApiKey")).toHaveLength(2);
                    for (const { outputs } of project.stored("FlinkApiKey"))
                        expect(outputs?.superseded).toMatchObject([{ apiKey: before[regionOf(outputs)] }]);
                    expect(emulator.state().statements.map(({ name }) => name)).toEqual(statements);
                });

            if (rotate)
                it("adds and removes a region, and leaves the others as they are", async () => {
                    const kept = keyOf(project, "aws.us-east-2");
                    change("gcp.us-east1", "azure.eastus2");
                    await project.up();
                    expect(keyOf(project, "aws.us-east-2")).toBe(kept);
                    expect(keyOf(project, "azure.eastus2")).toBeDefined();
                    expect(keyOf(project, "gcp.us-east1")).toBeUndefined();
                });

            if (language.mistakes)
                it.each(language.mistakes)(
                    "reports %s changed to %s, in one line: %s",
                    async (from, to, says) => {
                        const right = program;
                        change(from, to);
                        const { code, text } = await project.run("preview");
                        program = right;
                        project.write(language.file, program);
                        expect(code).not.toBe(0);
                        const lines = text.split("\n").filter((line) => line.includes(says));
                        expect(lines).not.toEqual([]);
                    },
                );

            it("deletes everything", async () => {
                await project.do("destroy", "--yes", "--skip-preview");
                expect(liveKeys(emulator)).toEqual({});
                expect(project.stored("FlinkApiKey")).toEqual([]);
            });
        });
    }
});

function regionOf(outputs: Record<string, unknown> | undefined): string {
    return String(outputs?.scope).split(".").slice(1).join(".");
}

function keyOf(project: StrangerProject, region: string): unknown {
    return project.stored("FlinkApiKey").find(({ outputs }) => regionOf(outputs) === region)?.outputs?.apiKey;
}
