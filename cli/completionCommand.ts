import { Argument, type Command } from "commander";

const help = `
Examples:
  source <(npx pulumi-confluent-flink completion bash)
  npx pulumi-confluent-flink completion zsh > "$fpath[1]/_pulumi-confluent-flink"`;

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

/** `completion`: prints a completion script. It needs `pulumi-confluent-flink` on the PATH, or an alias with this name. */
export function addCompletionCommand(program: Command): void {
    program
        .command("completion")
        .description("print a script that completes commands and options in a shell")
        .addArgument(new Argument("<shell>", "your shell").choices(shells))
        .addHelpText("after", help)
        .action((shell: Shell) => {
            process.stdout.write(scripts[shell](wordsByCommand(program)));
        });
}

/** The words that can follow each command path: `""`, `report`, `stacks check`. */
function wordsByCommand(program: Command, path = ""): [path: string, words: string[]][] {
    const options = program.options.flatMap(({ long }) => (long ? [long] : []));
    const words = [...program.commands.map((command) => command.name()), ...options, "--help"];
    const subcommands = program.commands.flatMap((command) =>
        wordsByCommand(command, `${path} ${command.name()}`.trim()),
    );
    return [[path, words], ...subcommands];
}

const cases = (entries: readonly [string, string[]][]): string =>
    entries.map(([path, words]) => `        "${path}") words="${words.join(" ")}" ;;`).join("\n");

const chain = `    local path="" word words=""
    for word in "\${before[@]}"; do case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac; done`;

const scripts: Readonly<Record<Shell, (entries: [string, string[]][]) => string>> = {
    bash: (entries) => `_pulumi_confluent_flink() {
    local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${chain}
    case "$path" in
${cases(entries)}
    esac
    COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
    [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _pulumi_confluent_flink pulumi-confluent-flink
`,
    zsh: (entries) => `#compdef pulumi-confluent-flink
_pulumi_confluent_flink() {
    local before=("\${(@)words[2,CURRENT-1]}") current=$CURRENT
${chain}
    case "$path" in
${cases(entries)}
    esac
    compadd -- \${=words} || _files
}
compdef _pulumi_confluent_flink pulumi-confluent-flink
`,
    fish: (entries) =>
        `${entries
            .flatMap(([path, words]) => {
                const seen = path.split(" ").filter(Boolean);
                const condition =
                    seen.length === 0
                        ? "__fish_use_subcommand"
                        : seen.map((one) => `__fish_seen_subcommand_from ${one}`).join("; and ");
                return words.map((word) =>
                    word.startsWith("--")
                        ? `complete -c pulumi-confluent-flink -n '${condition}' -l ${word.slice(2)}`
                        : `complete -c pulumi-confluent-flink -f -n '${condition}' -a ${word}`,
                );
            })
            .join("\n")}\n`,
};
