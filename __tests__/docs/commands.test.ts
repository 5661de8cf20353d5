// Every command line of the documents, workflows and help texts that runs confluent-flink says `npx --no --`: the command is
// on nobody's PATH, and without --no npx would fetch a package of that name where this one is not installed. Not proven
// here: that the command lines do what the text says.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCommandLine } from "../../cli/commandLine";

const root = join(__dirname, "..", "..");
const program = createCommandLine("1.2.3");
const subcommands = program.commands.map((command) => command.name());
const prefix = "npx --no -- ";
const mention = new RegExp(`(?<![\\w/-])confluent-flink (${subcommands.join("|")})\\b`, "g");
// In prose a command may be called by its name alone: `confluent-flink report`, `confluent-flink stacks check`.
const nameAlone = new RegExp(`^confluent-flink (${subcommands.join("|")})( (new|check|list))?$`);

const files = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.md", "*.yml", "*.yaml"],
    { cwd: root, encoding: "utf8" },
)
    .split("\n")
    .filter((file) => file !== "" && file !== "CHANGELOG.md" && existsSync(join(root, file)));

/** Mentions that somebody could copy into a shell, and that lack the prefix. */
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

    it.each(files)("%s runs no bare confluent-flink, nor one that npx may fetch", (file) => {
        const text = readFileSync(join(root, file), "utf8");
        expect(bareCommands(text)).toEqual([]);
        expect(text).not.toMatch(/npx (?!--no -- )(-y |--yes )?confluent-flink/);
    });

    it.each(program.commands.flatMap((command) => [command, ...command.commands]))(
        "of the help of $_name say how the command is run",
        (command) => {
            let help = "";
            command.configureOutput({ writeOut: (text) => (help += text) });
            command.outputHelp();
            expect(bareCommands(help.replace(/^Usage: .*$/m, ""))).toEqual([]);
        },
    );

    it("name only options that there are", () => {
        for (const file of files.filter((one) => one.endsWith(".md"))) {
            const text = readFileSync(join(root, file), "utf8");
            for (const [line, name, rest] of text.matchAll(
                /npx --no -- confluent-flink ([a-z]+(?: (?:new|check|list))?)([^`\n]*)/g,
            )) {
                const [first, second] = (name as string).split(" ");
                const parent = program.commands.find((one) => one.name() === first);
                const command = second ? parent?.commands.find((one) => one.name() === second) : parent;
                expect([file, line, command?.name()]).toEqual([file, line, second ?? first]);
                // What stands behind " -- " or a pipe, or is a comment, is another program's.
                const own = (rest as string).split(/ -- | \| |[>#;)]|\s{3,}/)[0] as string;
                for (const [option] of own.matchAll(/(?<=\s)--[a-z-]+/g)) {
                    const known = command?.options.map((one) => one.long);
                    expect([file, line, known]).toEqual([file, line, expect.arrayContaining([option])]);
                }
            }
        }
    });
});
