// Every command line for confluent-flink in documents, workflows and help texts begins with `npx --no --`. The command is not on
// the PATH, and without --no npx would download a package of that name where this one is not installed. Not proven here: that
// the command lines do what the text says.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCommandLine } from "../../cli/commandLine";

const root = join(__dirname, "..", "..");
const program = createCommandLine("1.2.3");
const subcommands = program.commands.map((command) => command.name());
const prefix = "npx --no -- ";
const mention = new RegExp(`(?<![\\w/-])confluent-flink (${subcommands.join("|")})\\b`, "g");
// Prose may use the name of a command: `confluent-flink report`, `confluent-flink stacks check`.
const nameAlone = new RegExp(`^confluent-flink (${subcommands.join("|")})( (new|check|list))?$`);

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
            if (text.slice(0, index).endsWith(prefix)) return false;
            const end = text.indexOf("`", index + found.length);
            return !(text[index - 1] === "`" && end !== -1 && nameAlone.test(text.slice(index, end)));
        })
        .map(({ index }) => text.slice(index, text.indexOf("\n", index)));
}

describe("command lines", () => {
    it("are found, with and without the prefix", () => {
        expect(subcommands).toEqual(expect.arrayContaining(["report", "strays", "find", "rotate"]));
        expect(files).toEqual(expect.arrayContaining(["README.md", "docs/runbook.md"]));
        expect(bareCommands("run `confluent-flink report`, or\nconfluent-flink report --json\n")).toEqual([
            "confluent-flink report --json",
        ]);
        expect(bareCommands("npx --no -- confluent-flink report\n")).toEqual([]);
    });

    it.each(files)("%s contains no confluent-flink command without npx --no", (file) => {
        const text = readFileSync(join(root, file), "utf8");
        expect(bareCommands(text)).toEqual([]);
        expect(text).not.toMatch(/npx (?!--no -- )(-y |--yes )?confluent-flink/);
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
                /npx --no -- confluent-flink ([a-z]+(?: (?:new|check|list))?)([^`\n]*)/g,
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
