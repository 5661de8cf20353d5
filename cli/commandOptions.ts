import { type Command, Option } from "commander";

/** `--cwd`, which every command that works in a Pulumi project has. */
export function cwdOption(): Option {
    return new Option("--cwd <folder>", "a folder of the Pulumi project").default(".", "the current one");
}

/** For an option that may be given several times. */
export function collect(value: string, all: readonly string[] = []): string[] {
    return [...all, value];
}

/** Adds the options that choose what a report reads. */
export function addSourceOptions(command: Command): Command {
    return command
        .addOption(cwdOption())
        .option(
            "--state <path...>",
            "exported states (files or folders), instead of the project's stacks in the backend",
        )
        .option("--project <folder...>", "folders of other Pulumi projects, to read their stacks too")
        .option(
            "--backend <url...>",
            "URLs of the backends to read, instead of the one that Pulumi is logged in to",
        )
        .option("--config-from <stack>", "take credentials and endpoint from this stack's config");
}

/** Loads the implementation of a command, only when it runs: `--help` is fast. */
export function whenRun<Module>(path: string): Module {
    return require(path) as Module;
}
