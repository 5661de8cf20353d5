// The commands of README and guides: bash accepts each block, and the files and scripts that it names exist. Where there is an
// engine, the commands are run, on stacks in a temporary folder and an emulator. A command that is not run says why. Not proven
// here: what other tools (confluent, kubectl) do with their commands.
import { spawn, spawnSync } from "node:child_process";
import {
    appendFileSync,
    chmodSync,
    cpSync,
    existsSync,
    mkdirSync,
    readFileSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { credentialsOf } from "../../demo/engineHome";
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
            const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-n"], {
                input: text,
                encoding: "utf8",
            });
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

/** Commands that this file does not run as a single command, each with the reason. */
const notRun: readonly (readonly [RegExp, string])[] = [
    [/^npm ci|^npm install|^npm test$/, "npm's own; CI runs them before every test"],
    [/^npm run demo$/, "__tests__/demo"],
    [/^export CONFLUENT_CLOUD_API_KEY=/, "the tests set them to the emulator's"],
    [/^cd /, "checked above to be a folder"],
    [/^confluent |^kubectl /, "other tools, and an account or a cluster"],
    [/flink conformance /, "takes minutes; __tests__/conformance"],
    [/strays --delete/, "deletes no key that is less than an hour old; __tests__/report"],
    [
        /^pulumi import /,
        "__tests__/engine/adoption, with the options of the guide; __tests__/engine/movingToPlugin",
    ],
    [/^export API_KEY_SECRET=/, "__tests__/engine/movingToPlugin"],
    [
        /^pulumi config set (--secret )?confluentcloud:cloudApi/,
        "the tests set the credentials in the environment",
    ],
];

/** Blocks whose commands belong together. They are run as a whole, here or elsewhere. */
const together: readonly (readonly [document: string, word: string, where: string])[] = [
    ["README.md", "stack init mine", "here"],
    ["docs/guides/rotation.md", "leak", "here"],
    ["docs/runbook.md", "pulumi cancel", "here"],
    ["docs/runbook.md", "pulumi preview --stack prod\n", "here"],
    ["docs/runbook.md", "stack rm prod", "here"],
    ["docs/runbook.md", "--lost-stack confluent-flink/prod", "here"],
    ["docs/runbook.md", "stack init prod\n", "here"],
    ["docs/runbook.md", "stack init prod-new", "__tests__/engine/runbook"],
    ["docs/runbook.md", "report --organization", "__tests__/engine/runbook"],
    ["docs/guides/adopt.md", "terraform", "here"],
    ["docs/guides/adopt.md", "imported", "here"],
    ["docs/guides/adopt.md", "confluent api-key", "__tests__/engine/adoption"],
    ["docs/guides/handover.md", "npm run build", "npm run test:examples"],
    ["deploy/bootstrap/README.md", "stack init bootstrap", "__tests__/bootstrap"],
    ["deploy/bootstrap/README.md", "gh secret set", "__tests__/bootstrap"],
    ["policy/README.md", "--policy-pack", "__tests__/policy"],
    ["examples/statements/README.md", "pulumi", "npm run demo:statements"],
];

const isTogether = ({ document, text }: ShellBlock): boolean =>
    together.some(([of, word]) => of === document && text.includes(word));

function blockOf(document: string, word: string): ShellBlock {
    const found = blocks.find((block) => block.document === document && block.text.includes(word));
    if (found === undefined) throw new Error(`${document} has no block with ${word}`);
    return found;
}

/** What a reader puts in its place. */
function asTyped(command: string, apiKey: string): string {
    return command
        .replaceAll("ABCDEFGH12345678", apiKey)
        .replaceAll("{{stack}}", "prod")
        .replaceAll("{{region}}", "aws.us-east-2")
        .replace("-- COMMAND", "-- true")
        .replace("python job.py", "true")
        .replace("./job.sh", "true")
        .replace("ssh jump-host ", "")
        .replace("--port 7070", "--port 0")
        .replace(/flink rotate .*/, "$& --yes");
}

const isRun = (command: string): boolean => !notRun.some(([pattern]) => pattern.test(command));
const isRotation = (command: string): boolean => command.includes("flink rotate");
/** Single commands that change nothing that another one reads. */
const single = blocks
    .filter((block) => !isTogether(block))
    .map((block) => ({
        block,
        commands: block.commands.filter((command) => isRun(command) && !isRotation(command)),
    }))
    .filter((one) => one.commands.length > 0);

describe("the list of what is not run", () => {
    it("has no entry that no document needs", () => {
        const all = commands.map(({ command }) => command);
        const unused = notRun.filter(([pattern]) => !all.some((command) => pattern.test(command)));
        expect(unused.map(([pattern]) => String(pattern))).toEqual([]);
    });
});

describeWithEngine("the commands of the documents, on a deployed stack", () => {
    let emulator: Emulator;
    let project: PulumiProject;
    const output = new Map<string, Promise<string>>();

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
        const [key] = project.stored("prod", "FlinkApiKey");
        writeFileSync(join(project.folder, "project", "seen.json"), profile);
        runSingleCommands(String(key?.outputs?.apiKey));
    });

    afterAll(async () => {
        await Promise.allSettled(output.values());
        project?.remove();
        await emulator?.close();
    });

    /** Starts the single commands: those of a block one after the other, two blocks at a time, because most of it is waiting. */
    function runSingleCommands(apiKey: string): void {
        const queue: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
        single.forEach(({ block, commands: ofBlock }, i) => {
            for (const command of ofBlock) {
                const before = queue[i % queue.length] as Promise<unknown>;
                const said = before.then(() => shell(asTyped(command, apiKey)));
                output.set(`${placeOf(block)} ${command}`, said);
                // A failure is the failure of its own test.
                queue[i % queue.length] = said.catch(() => undefined);
            }
        });
    }

    /** Runs a script as a reader would in the project's folder, consent given. Returns what it writes to standard output. */
    async function shell(script: string, standardInput = ""): Promise<string> {
        // The temporary folder is neither a clone nor an installed package. The emulator runs until its first line.
        const npx = `npm() {
            case "$*" in
            "run --silent flink -- "*) shift 4; node dist/cli/main.js "$@" ;;
            *) echo "npm $*: not known to this test" >&2; return 1 ;;
            esac
        }
        npx() {
            case "$*" in
            "pulumi-confluent-flink "*) shift; node dist/cli/main.js "$@" ;;
            "confluent-cloud-emulator "*) shift; head -1 <(exec node dist/emulator/main.js "$@"); kill $! ;;
            *) echo "npx $*: not known to this test" >&2; return 1 ;;
            esac
        }`;
        const child = spawn(
            "bash",
            ["--noprofile", "--norc", "-euo", "pipefail", "-c", `${npx}\n${script}`],
            {
                cwd: join(project.folder, "project"),
                env: {
                    ...process.env,
                    ...project.env({
                        PATH: `${join(project.folder, "bin")}:${process.env.PATH}`,
                        PULUMI_SKIP_CONFIRMATIONS: "true",
                        HOME: String(process.env.HOME),
                        ...credentialsOf(emulator),
                    }),
                    CONFLUENT_CLOUD_ENDPOINT: emulator.url,
                    GITHUB_STEP_SUMMARY: join(project.folder, "summary.md"),
                },
                stdio: ["pipe", "pipe", "pipe"],
            },
        );
        child.stdin.end(standardInput);
        let out = "";
        let err = "";
        child.stdout.on("data", (part) => (out += part));
        child.stderr.on("data", (part) => (err += part));
        const code = await new Promise((resolve) => child.on("close", resolve));
        if (code !== 0) throw new Error(`ended with ${code}:\n${script}\n${out}${err}`);
        expect(err).not.toMatch(/undefined|\[object Object\]/);
        return out;
    }

    it.each(single.flatMap(({ block, commands: of }) => of.map((command) => [placeOf(block), command])))(
        "%s: %s",
        async (place, command) => {
            const said = await output.get(`${place} ${command}`);
            expect(said).not.toMatch(/undefined|\[object Object\]/);
            if (command.startsWith("npx confluent-cloud-emulator")) {
                expect(JSON.parse(said as string)).toMatchObject({
                    url: expect.stringMatching(/^http:/),
                });
            }
        },
    );

    it("of adopt.md read id and secret from Terraform's state, and keep the secret encrypted", async () => {
        mkdirSync(join(project.folder, "bin"), { recursive: true });
        const terraform = join(project.folder, "bin", "terraform");
        writeFileSync(terraform, `#!/bin/sh\ncat <<'END'\n${terraformState}\nEND\n`);
        chmodSync(terraform, 0o755);
        // What follows is `pulumi up`, which __tests__/engine/adoption runs.
        const [script = ""] = blockOf("docs/guides/adopt.md", "terraform").text.split(/^pulumi up/m);
        const said = await shell(
            `pulumi stack select prod\n${script}\npulumi config get secret-aws-us-east-2\npulumi config rm secret-aws-us-east-2`,
        );
        expect(said.trim().split("\n").slice(-2)).toEqual([
            "confluent_api_key.orders\tAK4NBR7MUYHVJMHW\tsa-111aaa",
            terraformSecret,
        ]);
    });

    it("of adopt.md show the ciphertext that the file for pulumi import needs", async () => {
        const { commands: typed } = blockOf("docs/guides/adopt.md", "imported");
        const script = typed
            .filter((command) => !/^pulumi (import|up)\b/.test(command))
            // The stack files of this project are in a folder, and Pulumi itself has written only that of a new stack.
            .map((command) => command.replace(" Pulumi.prod.yaml", " stacks/Pulumi.adopt.yaml"));
        const said = await shell(
            `touch orders.json; pulumi stack init adopt\n${script.join("\n")}`,
            `${terraformSecret}\n`,
        );
        expect(said).toMatch(/:imported:?\s+secure: v1:\S+/);
        expect(said).not.toContain(terraformSecret);
    });

    it("of README deploy the program and take it down again, while others rotate keys", async () => {
        mkdirSync(join(project.folder, "project/stacks"), { recursive: true });
        const dev = join(project.folder, "project/stacks/Pulumi.dev.yaml");
        cpSync(join(root, "stacks/Pulumi.dev.yaml"), dev);
        appendFileSync(dev, `\n  confluentcloud:endpoint: ${emulator.url}\n`);
        const keysBefore = emulator.state().apiKeys.length;
        // The build is there, and the credentials are in the environment.
        const typed = blockOf("README.md", "stack init mine").commands.filter(
            (command) => !/^npm ci$|^export CONFLUENT/.test(command),
        );
        const [before] = project.stored("prod", "FlinkApiKey");
        const rotations = commands.map(({ command }) => command).filter(isRotation);
        expect(rotations.length).toBeGreaterThan(0);
        const [said] = await Promise.all([
            shell(`${typed.join("\n")}\necho "principal: $PRINCIPAL_ID"`),
            shell(rotations.map((command) => asTyped(command, "")).join("\n")),
        ]);
        expect(said).toMatch(/principal: sa-\w+/);
        const [after] = project.stored("prod", "FlinkApiKey");
        expect(after?.outputs?.apiKey).not.toBe(before?.outputs?.apiKey);
        expect(emulator.state().apiKeys).toHaveLength(keysBefore);
    });

    it("of the guide to rotation revoke a key that leaked", async () => {
        const [before] = project.stored("prod", "FlinkApiKey");
        const { commands: typed } = blockOf("docs/guides/rotation.md", "leak");
        await shell(`pulumi stack select prod\n${typed.join("\n")}`);
        const [after] = project.stored("prod", "FlinkApiKey");
        expect(after?.outputs?.apiKey).not.toBe(before?.outputs?.apiKey);
        expect(emulator.state().apiKeys.map(({ id }) => id)).not.toContain(before?.outputs?.apiKey);
    });

    it("of the runbook take a lock away and heal a stack, and deploy after a change of its principal", async () => {
        for (const word of ["pulumi cancel", "pulumi preview --stack prod\n"])
            await shell(blockOf("docs/runbook.md", word).commands.join("\n"));
    });

    it("of the runbook deploy a stack anew whose secrets or state are lost", async () => {
        const [key] = project.stored("prod", "FlinkApiKey");
        await shell(blockOf("docs/runbook.md", "stack rm prod").commands.join("\n"));
        const strays = blockOf("docs/runbook.md", "--lost-stack confluent-flink/prod").commands;
        // Exit code 3: it found some.
        const said = await shell(`${strays.join("\n")} || [ $? = 3 ]`);
        expect(said).toContain(String(key?.outputs?.apiKey));
        const owner = String(key?.inputs?.owner);
        const file = join(project.folder, "project/stacks/Pulumi.prod.yaml");
        const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
        const account = { principal: { serviceAccountId: owner }, roles: [] };
        for (const [name, value] of Object.entries(account)) config[`confluent-flink:${name}`] = value;
        writeFileSync(file, stringify({ config }));
        const [init = "", up = "", ...rest] = blockOf("docs/runbook.md", "stack init prod\n").commands;
        await shell(`${init}\n${up}\n${rest.join("\n")} || [ $? = 3 ]`);
        expect(project.stored("prod", "FlinkApiKey").map(({ inputs }) => inputs?.owner)).toEqual([owner]);
    });
});

/** As `pulumi-confluent-flink conformance --write-profile` writes it. */
const profile = JSON.stringify({
    format: "confluent-cloud-emulator/profile/1",
    keyPropagationMs: { min: 800, max: 2100 },
});

const terraformSecret = "cfltTERRAFORM";
/** `terraform show -json` of a state with a key and something else. */
const terraformState = JSON.stringify({
    values: {
        root_module: {
            resources: [
                {
                    address: "confluent_environment.main",
                    type: "confluent_environment",
                    values: { id: "env-abc123" },
                },
                {
                    address: "confluent_api_key.orders",
                    type: "confluent_api_key",
                    values: { id: "AK4NBR7MUYHVJMHW", secret: terraformSecret, owner: [{ id: "sa-111aaa" }] },
                },
            ],
        },
    },
});
