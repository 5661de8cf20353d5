// `npm run test:consumers [name…]`: packs the package and installs it like its users. With each installation, deploys a program
// to the emulator with a real engine, destroys it, and writes the table in docs/compatibility.md. It downloads dependencies from
// the npm registry, so it is not part of `npm test`. Not proven: Windows and macOS.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { findEngine } from "../../demo/engineDeployment";
import { type Emulator, startEmulator } from "../../emulator";
import { inlineProgramOf, programOf, programOfTwoCopies } from "./program";

const run = promisify(execFile);
const repository = join(__dirname, "..", "..");
const packageName = "pulumi-confluent-flink";
const oldestSdk = "3.216.0";
const programText = programOf(`require("${packageName}")`);

interface Case {
    readonly name: string;
    /** Files of the project, by path. */
    readonly files: Readonly<Record<string, string>>;
    readonly install: readonly (readonly string[])[];
    /** Folder of the program within the project. Default: the project itself. */
    readonly app?: string;
    /** A script that deploys and destroys, instead of the CLI. */
    readonly script?: { readonly path: string; readonly from: "inside" | "outside" };
    /** The npm package of the Node.js version to use. Default: the version that runs this. */
    readonly node?: string;
    /** For an installation that cannot work: a part of the error message. */
    readonly says?: RegExp;
}

interface Tools {
    readonly folder: string;
    readonly tarball: string;
    /** The same with another version, so that a package manager installs both. */
    readonly otherTarball: string;
}

const sdkOfRepository: string = require("@pulumi/pulumi/package.json").version;

function packageJson(tarball: string, sdk = sdkOfRepository, others: object = {}): string {
    const dependencies = { "@pulumi/pulumi": sdk, [packageName]: `file:${tarball}` };
    return JSON.stringify({ name: "consumer", private: true, main: "index.js", dependencies, ...others });
}

/** A program that uses the plugin, which is on the PATH. */
function yamlProgram(others: object = {}): string {
    const properties = {
        environmentId: "env-abc123",
        regions: ["aws.us-east-2", "aws.us-east-1"],
        roles: ["FlinkDeveloper"],
        principal: { displayName: "flink" },
    };
    const resources = { flink: { type: "confluent-flink:FlinkAccess", properties }, ...others };
    return JSON.stringify({ name: "consumer", runtime: "yaml", resources });
}

/** A component whose first child fails: the name of its service account is taken. */
const failing = {
    type: "confluent-flink:FlinkAccess",
    properties: {
        environmentId: "env-abc123",
        regions: [],
        roles: ["FlinkDeveloper"],
        principal: { displayName: "flink" },
    },
};

/** An app that only depends on `@acme/platform`, which depends on the package. */
function workspaceFiles(tarball: string, version: string): Record<string, string> {
    return {
        "package.json": JSON.stringify({ name: "root", private: true, workspaces: ["app", "platform"] }),
        "app/package.json": JSON.stringify({
            name: "app",
            private: true,
            main: "index.js",
            dependencies: { "@pulumi/pulumi": sdkOfRepository, "@acme/platform": version },
        }),
        "app/index.js": programOf('require("@acme/platform")'),
        "platform/package.json": JSON.stringify({
            name: "@acme/platform",
            version: "1.0.0",
            main: "index.js",
            dependencies: { "@pulumi/pulumi": sdkOfRepository, [packageName]: `file:${tarball}` },
        }),
        "platform/index.js": `module.exports = require("${packageName}");`,
    };
}

/** An app that depends on the package, and on `@acme/platform`, which depends on another version of it. */
function twoCopiesFiles({ tarball, otherTarball }: Tools): Record<string, string> {
    const files = workspaceFiles(otherTarball, "1.0.0");
    const app = JSON.parse(files["app/package.json"] as string);
    app.dependencies[packageName] = `file:${tarball}`;
    return { ...files, "app/package.json": JSON.stringify(app), "app/index.js": programOfTwoCopies };
}

function casesOf(tools: Tools): Case[] {
    const { tarball, folder } = tools;
    const npm = ["npm", "install", "--no-audit", "--no-fund"];
    const pnpm = [join(folder, "node_modules", ".bin", "pnpm"), "install", "--no-frozen-lockfile"];
    const yarn1 = [
        "node",
        join(folder, "node_modules", "yarn", "bin", "yarn.js"),
        "install",
        "--no-lockfile",
    ];
    const yarn4 = [
        "node",
        join(folder, "node_modules", "@yarnpkg", "cli-dist", "bin", "yarn.js"),
        "install",
        "--no-immutable",
    ];
    const plain = { "package.json": packageJson(tarball), "index.js": programText };
    const pnpmWorkspace = "packages: [app, platform]\n";
    const withNpm = (name: string, others: Partial<Case> = {}): Case => ({
        name,
        files: plain,
        install: [npm],
        ...others,
    });
    const withSdk = (name: string, sdk: string) =>
        withNpm(name, { files: { ...plain, "package.json": packageJson(tarball, sdk) } });
    const withPlugin = (name: string, sdk: string) =>
        withNpm(name, {
            files: { "package.json": packageJson(tarball, sdk), "Pulumi.yaml": yamlProgram() },
        });
    return [
        withNpm("npm"),
        { name: "pnpm 10", files: plain, install: [pnpm] },
        { name: "Yarn 1, Node 22", files: plain, install: [yarn1], node: "22" },
        {
            // This package manager installs a second SDK, the newest, for the official provider, and checks its `engines`.
            name: "Yarn 1, Node 20",
            files: plain,
            install: [yarn1],
            node: "20",
            says: /The engine "node" is incompatible with this module/,
        },
        {
            name: "Yarn 4, nodeLinker: node-modules",
            files: { ...plain, ".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": "" },
            install: [yarn4],
        },
        {
            name: "npm workspace, through another package",
            files: workspaceFiles(tarball, "1.0.0"),
            install: [npm],
            app: "app",
        },
        {
            name: "pnpm workspace, through another package",
            files: {
                ...workspaceFiles(tarball, "workspace:*"),
                "pnpm-workspace.yaml": pnpmWorkspace,
            },
            install: [pnpm],
            app: "app",
        },
        {
            name: "pnpm workspace with hoist: false, through another package",
            files: {
                ...workspaceFiles(tarball, "workspace:*"),
                "pnpm-workspace.yaml": `${pnpmWorkspace}hoist: false\n`,
            },
            install: [pnpm],
            app: "app",
            says: /Add it to the dependencies in \S+app\/package\.json/,
        },
        {
            name: "npm workspace, two copies: the app's and another package's",
            files: twoCopiesFiles(tools),
            install: [npm],
            app: "app",
        },
        withNpm("TypeScript program, ES modules", {
            files: {
                "package.json": packageJson(tarball, sdkOfRepository, {
                    type: "module",
                    main: "index.ts",
                    devDependencies: { "@types/node": "^20.0.0", typescript: "^5.9.0", tsx: "^4.0.0" },
                }),
                "tsconfig.json": JSON.stringify({
                    compilerOptions: {
                        module: "nodenext",
                        target: "es2022",
                        strict: true,
                        types: ["node"],
                        skipLibCheck: true,
                    },
                }),
                "Pulumi.options": "nodeargs: --import tsx",
                "index.ts": programText.replace(/^const \{(.*)\} = require\((.*)\);/, "import {$1} from $2;"),
            },
        }),
        withNpm("Automation API, inline program", {
            files: { ...plain, "deploy.js": inlineProgramOf() },
            script: { path: "deploy.js", from: "inside" },
        }),
        withNpm("Automation API, inline program, started in another folder", {
            files: { ...plain, "deploy.js": inlineProgramOf() },
            script: { path: "deploy.js", from: "outside" },
            says: /Start it in its own folder, or call process.chdir\(__dirname\)/,
        }),
        withNpm("Automation API, inline program, started in another folder, `process.chdir(__dirname)`", {
            files: { ...plain, "deploy.js": inlineProgramOf("process.chdir(__dirname);") },
            script: { path: "deploy.js", from: "outside" },
        }),
        withSdk(`npm, oldest SDK (${oldestSdk})`, oldestSdk),
        withSdk("npm, newest SDK", "latest"),
        withPlugin(`plugin from npm, Pulumi YAML, oldest SDK (${oldestSdk})`, oldestSdk),
        withPlugin("plugin from npm, Pulumi YAML, newest SDK", "latest"),
        ...["20", "22", "24", "26"].map((version) => withNpm(`npm, Node ${version}`, { node: version })),
    ];
}

interface Outcome {
    readonly name: string;
    readonly node: string;
    readonly sdk: string;
    readonly result: string;
    readonly seconds: number;
    readonly isAsWanted: boolean;
}

async function main(names: readonly string[]): Promise<void> {
    const engine = findEngine();
    if ("missing" in engine) throw new Error(`test:consumers needs a Pulumi engine: ${engine.missing}`);
    const folder = mkdtempSync(join(tmpdir(), "confluent-flink-consumers-"));
    try {
        const tools = await prepare(folder);
        const cases = casesOf(tools).filter(
            ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
        );
        const outcomes: Outcome[] = [];
        for (const one of cases) {
            const outcome = await tryCase(one, tools, engine.plugins);
            outcomes.push(outcome);
            process.stdout.write(`${row(outcome)}\n`);
        }
        if (names.length === 0) writeTable(outcomes);
        if (outcomes.some(({ isAsWanted }) => !isAsWanted)) process.exitCode = 1;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function prepare(folder: string): Promise<Tools> {
    const { stdout } = await run(
        "npm",
        ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
        { cwd: repository },
    );
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    writeFileSync(join(folder, "package.json"), "{}");
    await run("npm", ["install", "--no-audit", "--no-fund", "pnpm@10", "yarn@1", "@yarnpkg/cli-dist@4"], {
        cwd: folder,
    });
    const tarball = join(folder, filename);
    return { folder, tarball, otherTarball: await repack(tarball, folder, "0.0.1-other") };
}

/** A copy of a package's tarball with another version. */
async function repack(tarball: string, folder: string, version: string): Promise<string> {
    await run("tar", ["-xzf", tarball], { cwd: folder });
    const manifest = join(folder, "package", "package.json");
    const json = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(manifest, JSON.stringify({ ...json, version }));
    const other = join(folder, `other-${version}.tgz`);
    await run("tar", ["-czf", other, "package"], { cwd: folder });
    return other;
}

async function tryCase(one: Case, tools: Tools, plugins: string): Promise<Outcome> {
    const project = mkdtempSync(join(tools.folder, "case-"));
    const startMs = Date.now();
    const emulator = await startEmulator({
        keyPropagation: { minMs: 50, maxMs: 50 },
        rolePropagation: { minMs: 50, maxMs: 50 },
    });
    const outcome = { name: one.name, node: "", sdk: "" };
    const ended = (result: string, isAsWanted: boolean): Outcome => ({
        ...outcome,
        result,
        isAsWanted,
        seconds: Math.round((Date.now() - startMs) / 1000),
    });
    try {
        for (const [path, text] of Object.entries(one.files)) {
            mkdirSync(dirname(join(project, path)), { recursive: true });
            writeFileSync(join(project, path), text);
        }
        const app = join(project, one.app ?? ".");
        const env = await environmentOf(one, project, plugins, emulator);
        for (const [command, ...args] of one.install) {
            await run(command as string, args, { cwd: project, env });
        }
        const asked = 'process.version + " " + require("@pulumi/pulumi/package.json").version';
        [outcome.node = "", outcome.sdk = ""] = (await run("node", ["-p", asked], { cwd: app, env })).stdout
            .trim()
            .split(" ");
        const said = await (one.script ? deployInline : deploy)(one, app, env, emulator);
        if (one.says === undefined) return ended("works", true);
        return ended(`expected ${one.says}, it deployed: ${said.slice(-200)}`, false);
    } catch (error) {
        const { stdout = "", stderr = "", message } = error as Record<string, string | undefined>;
        const text = `${message}\n${stdout}\n${stderr}`.replaceAll(project, "");
        if (one.says?.test(text)) return ended(`refused: \`${one.says.exec(text)?.[0]}\``, true);
        process.stderr.write(`${one.name}:\n${text.slice(-3_000)}\n`);
        return ended("fails", false);
    } finally {
        await emulator.close();
        rmSync(project, { recursive: true, force: true });
    }
}

async function environmentOf(
    one: Case,
    project: string,
    plugins: string,
    emulator: Emulator,
): Promise<NodeJS.ProcessEnv> {
    for (const name of ["home", "state"]) mkdirSync(join(project, ".pulumi-test", name), { recursive: true });
    symlinkSync(plugins, join(project, ".pulumi-test", "home", "plugins"), "dir");
    const { stdout: registry } = await run("npm", ["config", "get", "registry"], { cwd: project });
    const found = one.node ? [await nodeBinary(one.node, project)] : [];
    const path = [...found, join(project, "node_modules", ".bin"), process.env.PATH].join(delimiter);
    return {
        ...process.env,
        PATH: path,
        PULUMI_HOME: join(project, ".pulumi-test", "home"),
        PULUMI_BACKEND_URL: `file://${join(project, ".pulumi-test", "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "consumers",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
        CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
        EMULATOR_URL: emulator.url,
        YARN_NPM_REGISTRY_SERVER: registry.trim(),
        YARN_ENABLE_TELEMETRY: "0",
    };
}

/** The folder of Node.js with this major version. */
async function nodeBinary(major: string, project: string): Promise<string> {
    if (process.version.startsWith(`v${major}.`)) return dirname(process.execPath);
    const folder = join(project, ".node");
    const name = `node-${process.platform}-${process.arch}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    await run("npm", ["install", "--no-audit", "--no-fund", `${name}@${major}`], { cwd: folder });
    return join(folder, "node_modules", name, "bin");
}

async function deploy(one: Case, app: string, env: NodeJS.ProcessEnv, emulator: Emulator): Promise<string> {
    const nodeargs = one.files["Pulumi.options"]?.replace("nodeargs: ", "");
    const options = nodeargs ? { typescript: false, nodeargs } : { typescript: false };
    const runtime = { name: "nodejs", options };
    const usesPlugin = one.files["Pulumi.yaml"] !== undefined;
    if (!usesPlugin) writeFileSync(join(app, "Pulumi.yaml"), JSON.stringify({ name: "consumer", runtime }));
    const pulumi = (...args: string[]) =>
        run("pulumi", [...args, "--non-interactive", "--color", "never"], { cwd: app, env });
    await pulumi("stack", "init", "dev");
    await pulumi("config", "set", "confluentcloud:endpoint", emulator.url);
    const { stdout } = await pulumi("up", "--yes", "--skip-preview");
    if (usesPlugin) await requireOneLine(app, stdout, pulumi);
    const keys = liveKeys(emulator);
    if (keys !== 2) throw new Error(`expected 2 live keys after up, got ${keys}`);
    await pulumi("destroy", "--yes", "--skip-preview");
    if (liveKeys(emulator) !== 0) throw new Error("expected no live key after destroy");
    return stdout;
}

/** The user sees neither the port of the SDK's own server, which the plugin catches, nor stack traces of a failed child. */
async function requireOneLine(
    app: string,
    said: string,
    pulumi: (...args: string[]) => Promise<{ stdout: string }>,
): Promise<void> {
    writeFileSync(join(app, "Pulumi.yaml"), yamlProgram({ failing }));
    const { stdout } = await pulumi("up", "--yes", "--skip-preview").catch((error) => error);
    writeFileSync(join(app, "Pulumi.yaml"), yamlProgram());
    if (!stdout.includes("409")) throw new Error(`expected a conflict of names, got ${stdout}`);
    const unwanted = /^\s+at |^\s*\d{4,5}$/m.exec(`${said}\n${stdout}`);
    if (unwanted) throw new Error(`expected neither a port nor a stack trace, got ${said}\n${stdout}`);
}

async function deployInline(
    one: Case,
    app: string,
    env: NodeJS.ProcessEnv,
    emulator: Emulator,
): Promise<string> {
    const script = one.script as NonNullable<Case["script"]>;
    const cwd = script.from === "inside" ? app : tmpdir();
    const { stdout } = await run("node", [join(app, script.path)], { cwd, env });
    if (!stdout.includes("UP DONE") || liveKeys(emulator) !== 0)
        throw new Error(`expected up and destroy, got ${stdout}`);
    return stdout;
}

function liveKeys(emulator: Emulator): number {
    return emulator.state().apiKeys.filter(({ seeded }) => !seeded).length;
}

function row({ name, node, sdk, result, seconds }: Outcome): string {
    return `| ${name} | ${node} | ${sdk} | ${result} | ${seconds} s |`;
}

function writeTable(outcomes: readonly Outcome[]): void {
    const target = join(repository, "docs", "compatibility.md");
    const table = [
        "| Installed with | Node | SDK | Result | Took |",
        "|---|---|---|---|---|",
        ...outcomes.map(row),
    ];
    const text = readFileSync(target, "utf8");
    const between = /(<!-- table -->\n)[\s\S]*?(<!-- \/table -->)/;
    writeFileSync(
        target,
        text.replace(between, (_, start, end) => `${start}${table.join("\n")}\n${end}`),
    );
}

main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
