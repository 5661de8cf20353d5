// How a stranger gets the plugin: from a release on GitHub, from Git, from a folder, and from the npm package on the PATH; and what it
// says where Node.js is missing or too old. GitHub is a server on loopback, which the engine's own download asks. Not proven here:
// GitHub itself, npm's registry (`npm run test:consumers`), Windows and macOS.
import { execFileSync, spawnSync } from "node:child_process";
import {
    chmodSync,
    cpSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { GithubServer } from "./githubServer";
import { describeWithEngine, liveKeys } from "./pulumiProject";
import { archiveHere, releaseArchives, StrangerProject } from "./strangerProject";

jest.setTimeout(120_000);

const repository = join(__dirname, "..", "..");
const { version } = require("../../package.json");
const program = `name: shop
runtime: yaml
resources:
  analytics:
    type: confluent-flink:FlinkAccess
    properties: { environmentId: env-abc123, regions: [aws.us-east-2], roles: [FlinkDeveloper] }
`;

describeWithEngine("the plugin on a stranger's machine", () => {
    let folder: string;
    let archives: string;
    let emulator: Emulator;
    let github: GithubServer;
    let project: StrangerProject;

    beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), "confluent-flink-install-"));
        archives = releaseArchives();
        const clone = join(folder, "clone");
        mkdirSync(clone);
        cpSync(join(repository, "deploy", "plugin"), join(clone, "deploy", "plugin"), { recursive: true });
        const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, stdio: "ignore" });
        git("init", "--initial-branch=main");
        git("add", ".");
        git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--message", "one");
        git("tag", `v${version}`);
        github = await GithubServer.start(archives, join(clone, ".git"));
        emulator = await startEmulator();
    });
    beforeEach(async () => {
        project = new StrangerProject(emulator, { ...github.env, PATH: join(folder, "bin") });
        project.installOfficial();
        project.write("Pulumi.yaml", program);
    });
    afterEach(() => {
        project.remove();
        rmSync(join(folder, "bin"), { recursive: true, force: true });
    });
    afterAll(async () => {
        github?.close();
        await emulator?.close();
        for (const made of [folder, archives]) rmSync(made, { recursive: true, force: true });
    });

    /** Stands in for the npm that Pulumi runs in the plugin's folder, which would ask a registry. */
    function installWithoutRegistry(): void {
        const from = join(project.folder, "npm");
        project.installPackage(from);
        command("npm", `[ -e node_modules ] || cp -R "${from}/node_modules" node_modules`);
    }

    /** A command that comes before all others on the PATH. */
    function command(name: string, script: string): void {
        mkdirSync(join(folder, "bin"), { recursive: true });
        writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }

    async function deploys(): Promise<void> {
        await project.init();
        await project.up();
        expect(Object.keys(liveKeys(emulator))).toEqual(["aws.us-east-2"]);
        await project.do("destroy", "--yes", "--skip-preview");
    }

    it("is installed from a release on GitHub, by the names and the checksum that the release has", async () => {
        const sums = readFileSync(join(archives, "SHA256SUMS"), "utf8");
        const checksum = new RegExp(`^(\\w+)  ${archiveHere}$`, "m").exec(sums)?.[1] as string;
        const from = ["--server", "github://api.github.com/acme/pulumi-confluent-flink"];
        const install = ["plugin", "install", "resource", "confluent-flink", version, ...from];
        const wrong = await project.run(...install, "--checksum", checksum.replace(/^./, "0"));
        expect([wrong.code, wrong.text]).toEqual([expect.any(Number), expect.stringMatching(/checksum/i)]);
        await project.do(...install, "--checksum", checksum);
        expect(github.requests).toContain(`/assets/${archiveHere}`);
        await deploys();
    });

    it("is added from Git, and its keys use the plugin of that clone", async () => {
        installWithoutRegistry();
        await project.do("package", "add", `github.com/acme/pulumi-confluent-flink/deploy/plugin@${version}`);
        await deploys();
    });

    it("is added from a folder", async () => {
        installWithoutRegistry();
        cpSync(join(repository, "deploy", "plugin"), join(project.folder, "plugin"), { recursive: true });
        const before = github.requests.length;
        await project.do("package", "add", "../plugin");
        await deploys();
        expect(github.requests.slice(before)).toEqual([]);
    });

    it("is found on the PATH, from the npm package", async () => {
        project.installPackage(project.folder);
        const executable = join(project.folder, "node_modules/pulumi-confluent-flink/dist/plugin/main.js");
        // As npm does for a package's commands.
        chmodSync(executable, 0o755);
        mkdirSync(join(folder, "bin"));
        symlinkSync(executable, join(folder, "bin", "pulumi-resource-confluent-flink"));
        await deploys();
    });

    it("says in one line that Node.js is missing, or too old", async () => {
        const scripts = join(project.folder, "scripts");
        await project.install(archives);
        const launcher = join(
            project.folder,
            `home/plugins/resource-confluent-flink-v${version}/pulumi-resource-confluent-flink`,
        );
        const missing = spawnSync("/bin/sh", [launcher, "127.0.0.1:1"], {
            env: { PATH: scripts },
            encoding: "utf8",
        });
        expect([missing.status, missing.stderr]).toEqual([
            1,
            "pulumi-resource-confluent-flink: got no node on the PATH, expected Node.js 20 or newer: https://nodejs.org\n",
        ]);
        const old = join(project.folder, "old.js");
        writeFileSync(old, 'Object.defineProperty(process.versions, "node", { value: "18.20.8" });');
        command("node", `exec "${process.execPath}" --require "${old}" "$@"`);
        await project.init();
        const { code, text } = await project.run("preview");
        expect(code).not.toBe(0);
        expect(text).toContain(
            "pulumi-resource-confluent-flink: got Node.js 18.20.8, expected 20 or newer on the PATH: https://nodejs.org\n",
        );
    });
});
