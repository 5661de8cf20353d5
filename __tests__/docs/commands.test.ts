// Every command line for pulumi-confluent-flink in documents, workflows and help texts can be copied: the command is not on the
// PATH, so it begins with npx, or with npm run in a clone of this repository. The npm script itself is run too. Not proven here:
// that the command lines do what the text says.
import { execFileSync, spawnSync } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    realpathSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCommandLine } from "../../cli/commandLine";

const root = join(__dirname, "..", "..");
const program = createCommandLine("1.2.3");
const subcommands = program.commands.map((command) => command.name());
const mention = new RegExp(`(?<![\\w/-])(pulumi-)?confluent-flink (${subcommands.join("|")})\\b`, "g");
// Prose may use the name of a command: `pulumi-confluent-flink report`, `pulumi-confluent-flink stacks check`.
const nameAlone = new RegExp(`^pulumi-confluent-flink (${subcommands.join("|")})( (new|check|list))?$`);

const files = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.md", "*.yml", "*.yaml"],
    { cwd: root, encoding: "utf8" },
)
    .split("\n")
    .filter((file) => file !== "" && file !== "CHANGELOG.md" && existsSync(join(root, file)));

/** Command lines without the prefix that a reader could copy into a shell. */
function bareCommands(text: string): string[] {
    return [...text.matchAll(mention)]
        .filter(({ index, 0: found }) => {
            if (found.startsWith("pulumi-") && text.slice(0, index).endsWith("npx ")) return false;
            const end = text.indexOf("`", index + found.length);
            return !(text[index - 1] === "`" && end !== -1 && nameAlone.test(text.slice(index, end)));
        })
        .map(({ index }) => text.slice(index, text.indexOf("\n", index)));
}

describe("command lines", () => {
    it("are found, with and without the prefix", () => {
        expect(subcommands).toEqual(expect.arrayContaining(["report", "strays", "find", "rotate"]));
        expect(files).toEqual(expect.arrayContaining(["README.md", "docs/runbook.md"]));
        expect(
            bareCommands(
                "run `pulumi-confluent-flink report`, or\npulumi-confluent-flink report --json\nnpx confluent-flink find A\n",
            ),
        ).toEqual(["pulumi-confluent-flink report --json", "confluent-flink find A"]);
        expect(bareCommands("npx pulumi-confluent-flink report\n")).toEqual([]);
    });

    it.each(files)("of %s begin with npx or npm run", (file) => {
        expect(bareCommands(readFileSync(join(root, file), "utf8"))).toEqual([]);
    });

    it.each(program.commands.flatMap((command) => [command, ...command.commands]))(
        "in the help of $_name have the prefix",
        (command) => {
            let help = "";
            command.configureOutput({ writeOut: (text) => (help += text) });
            command.outputHelp();
            expect(bareCommands(help.replace(/^Usage: .*$/m, ""))).toEqual([]);
        },
    );

    it("use only existing options", () => {
        for (const file of files.filter((one) => one.endsWith(".md"))) {
            const text = readFileSync(join(root, file), "utf8");
            for (const [line, name, rest] of text.matchAll(
                /(?:npx pulumi-confluent-flink|npm run --silent flink --) ([a-z]+(?: (?:new|check|list))?)([^`\n]*)/g,
            )) {
                const [first, second] = (name as string).split(" ");
                const parent = program.commands.find((one) => one.name() === first);
                const command = second ? parent?.commands.find((one) => one.name() === second) : parent;
                expect([file, line, command?.name()]).toEqual([file, line, second ?? first]);
                // Text after " -- " or a pipe belongs to another program, and comments do not count.
                const own = (rest as string).split(/ -- | \| |[>#;)]|\s{3,}/)[0] as string;
                for (const [option] of own.matchAll(/(?<=\s)--[a-z-]+/g)) {
                    const known = command?.options.map((one) => one.long);
                    expect([file, line, known]).toEqual([file, line, expect.arrayContaining([option])]);
                }
            }
        }
    });
});

describe("npm run --silent flink", () => {
    let clone: string;
    beforeEach(() => {
        clone = mkdtempSync(join(tmpdir(), "confluent-flink-clone-"));
        for (const file of ["package.json", "cli/fromClone.js"]) cpSync(join(root, file), join(clone, file));
        mkdirSync(join(clone, "stacks"));
    });
    afterEach(() => rmSync(clone, { recursive: true, force: true }));

    const flink = (...args: string[]) =>
        spawnSync("npm", ["run", "--silent", "flink", "--", ...args], {
            cwd: join(clone, "stacks"),
            encoding: "utf8",
        });

    it("runs the built command in the caller's folder, with its arguments and exit code", () => {
        mkdirSync(join(clone, "dist/cli"), { recursive: true });
        writeFileSync(
            join(clone, "dist/cli/main.js"),
            "console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)])); process.exitCode = 6;",
        );
        const { status, stdout, stderr } = flink("env", "--stack", "a b", "--", "sh", "-c", "echo '$HOME'");
        expect([status, stderr]).toEqual([6, ""]);
        const [folder, ...args] = JSON.parse(stdout);
        expect(folder).toBe(realpathSync(join(clone, "stacks")));
        expect(args).toEqual(["env", "--stack", "a b", "--", "sh", "-c", "echo '$HOME'"]);
    });

    it("is how help and messages name the command in a clone; an installed package's name npx", () => {
        for (const [script, name] of [
            ["cli/fromClone.js", "npm run --silent flink -- rotate --stack prod"],
            ["dist/cli/main.js", "npx pulumi-confluent-flink rotate --stack prod"],
        ] as const) {
            const help = spawnSync(process.execPath, [join(root, script), "rotate", "--help"], {
                encoding: "utf8",
            });
            expect(help.stdout).toContain(`\n  ${name}\n`);
        }
    });

    it("builds nothing: without a build it fails with one line that says what to run", () => {
        const { status, stdout, stderr } = flink("report");
        expect([status, stdout]).toEqual([1, ""]);
        expect(stderr).toMatch(
            /^\S+dist\/cli\/main\.js does not exist: build the command with npm ci\b.*\n$/,
        );
    });
});
