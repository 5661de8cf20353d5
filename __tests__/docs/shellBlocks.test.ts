// The commands in README and guides: bash accepts each block, and the npm scripts and folders that it names exist. With an engine,
// the commands are run, on stacks in a temporary folder and an emulator. Not proven here: commands of other tools (confluent,
// terraform, kubectl, gh), and the pages of bootstrap, policy and examples, whose own tests run those programs.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, PulumiProject } from "../engine/pulumiProject";
import { type ShellBlock, shellBlocks } from "./shellBlocks";

jest.setTimeout(300_000);

const root = join(__dirname, "..", "..");
const blocks = shellBlocks();
const placeOf = ({ document, line }: ShellBlock): string => `${document}:${line}`;
const commands = blocks.flatMap((block) =>
    block.commands.map((command) => ({ place: placeOf(block), folder: join(block.document, ".."), command })),
);

describe("the shell blocks of the documents", () => {
    it("are found", () => {
        expect(blocks.map(({ document }) => document)).toEqual(
            expect.arrayContaining(["README.md", "docs/runbook.md", "docs/guides/rotation.md"]),
        );
    });

    it.each(blocks.map((block) => [placeOf(block), block.text]))(
        "at %s have syntax that bash accepts",
        (_place, text) => {
            const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
            expect([status, stderr]).toEqual([0, ""]);
        },
    );

    it("use only existing npm scripts and folders", () => {
        const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
        const names = commands.flatMap(
            ({ command }) => /^npm run (?:--silent )?([\w:]+)/.exec(command)?.[1] ?? [],
        );
        expect(names.length).toBeGreaterThan(0);
        expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
        for (const { place, folder, command } of commands) {
            const path = /^(?:cd|cp|npm ci --prefix) (\S+)/.exec(command)?.[1];
            const isThere =
                path === undefined || [root, join(root, folder)].some((from) => existsSync(join(from, path)));
            expect([place, command, isThere]).toEqual([place, command, true]);
        }
    });
});

/** Commands that are not run, and the reasons. */
const notRun: readonly (readonly [RegExp, string])[] = [
    [/flink conformance /, "takes minutes, and has tests of its own"],
    [/strays --delete/, "deletes no key younger than an hour; __tests__/report tests it"],
];

/** Replaces placeholders, as a reader does, and other programs by `true`. */
function asTyped(command: string, apiKey: string): string {
    return command
        .replaceAll("ABCDEFGH12345678", apiKey)
        .replaceAll("{{stack}}", "prod")
        .replaceAll("{{region}}", "aws.us-east-2")
        .replace("-- COMMAND", "-- true")
        .replace("python job.py", "true")
        .replace("./job.sh", "true")
        .replace("ssh jump-host ", "")
        .replace(/flink rotate .*/, "$& --yes");
}

describeWithEngine("the commands of the documents, on a deployed stack", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator();
        project = new PulumiProject(emulator);
        await project.init("prod");
        project.configure("prod", {
            "confluent-flink:environmentId": "env-abc123",
            "confluent-flink:regions": ["aws.us-east-2"],
            "confluent-flink:roles": ["FlinkDeveloper"],
        });
        await project.do("prod", "up");
    });

    afterAll(async () => {
        project?.remove();
        await emulator?.close();
    });

    /** Runs a script in the project's folder, and confirms its questions. */
    async function shell(script: string): Promise<string> {
        // npx itself needs an installed package, which the temporary folder does not have.
        const npx =
            'npx() { [ "$1 $2 $3" = "--no -- confluent-flink" ] && shift 3 && node dist/cli/main.js "$@"; }';
        const child = spawn("bash", ["-euo", "pipefail", "-c", `${npx}\n${script}`], {
            cwd: join(project.folder, "project"),
            env: {
                ...process.env,
                PULUMI_HOME: join(project.folder, "home"),
                PULUMI_BACKEND_URL: `file://${join(project.folder, "state")}`,
                PULUMI_CONFIG_PASSPHRASE: "engine-tests",
                PULUMI_SKIP_UPDATE_CHECK: "true",
                PULUMI_SKIP_CONFIRMATIONS: "true",
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
                CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
                CONFLUENT_CLOUD_ENDPOINT: emulator.url,
                GITHUB_STEP_SUMMARY: join(project.folder, "summary.md"),
            },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let text = "";
        child.stdout.on("data", (part) => (text += part));
        child.stderr.on("data", (part) => (text += part));
        const code = await new Promise((resolve) => child.on("close", resolve));
        if (code !== 0) throw new Error(`ended with ${code}:\n${script}\n${text}`);
        return text;
    }

    const ours = commands.filter(
        ({ place, command }) =>
            command.includes("npx --no -- confluent-flink") && !/^(deploy|policy)\//.test(place),
    );
    const runnable = ours.filter(({ command }) => !notRun.some(([pattern]) => pattern.test(command)));
    // A rotation changes the key that the other commands name, so it runs last.
    const isLast = ({ command }: { command: string }): number => (/flink rotate/.test(command) ? 1 : 0);
    runnable.sort((a, b) => isLast(a) - isLast(b));

    it.each(runnable.map(({ place, command }) => [place, command]))("%s: %s", async (_place, command) => {
        const [key] = project.stored("prod", "FlinkApiKey");
        const said = await shell(asTyped(command, String(key?.outputs?.apiKey)));
        expect(said).not.toMatch(/undefined|\[object Object\]/);
    });

    it("of README deploy the program and destroy it", async () => {
        const block = blocks.find(
            ({ document, text }) => document === "README.md" && text.includes("stack init mine"),
        );
        mkdirSync(join(project.folder, "project/stacks"), { recursive: true });
        const dev = join(project.folder, "project/stacks/Pulumi.dev.yaml");
        cpSync(join(root, "stacks/Pulumi.dev.yaml"), dev);
        appendFileSync(dev, `\n  confluentcloud:endpoint: ${emulator.url}\n`);
        const keysBefore = emulator.state().apiKeys.length;
        // The build exists, and the credentials are in the environment.
        const typed = (block as ShellBlock).commands.filter(
            (command) => !/^npm ci$|^export CONFLUENT/.test(command),
        );
        const said = await shell(`${typed.join("\n")}\necho "principal: $PRINCIPAL_ID"`);
        expect(said).toMatch(/principal: sa-\w+/);
        expect(emulator.state().apiKeys).toHaveLength(keysBefore);
    });

    it("of the guide to rotation replace a leaked key and delete it", async () => {
        const block = blocks.find(
            ({ document, text }) => document.endsWith("rotation.md") && text.includes("leak"),
        );
        const [before] = project.stored("prod", "FlinkApiKey");
        await shell(`pulumi stack select prod\n${(block as ShellBlock).commands.join("\n")}`);
        const [after] = project.stored("prod", "FlinkApiKey");
        expect(after?.outputs?.apiKey).not.toBe(before?.outputs?.apiKey);
        expect(emulator.state().apiKeys.map(({ id }) => id)).not.toContain(before?.outputs?.apiKey);
    });

    it("of the runbook remove a lock and repair a stack", async () => {
        const block = blocks.find(({ text }) => text.includes("pulumi cancel"));
        await shell((block as ShellBlock).commands.join("\n"));
    });
});
