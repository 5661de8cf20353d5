import { Command } from "commander";
import { withCommandName } from "./commandName";
import { addCompletionCommand } from "./completionCommand";
import { addConformanceCommand } from "./conformanceCommand";
import { addDriftCommand } from "./driftCommand";
import { addEnvCommand } from "./envCommand";
import { exitCodesHelp } from "./exitCodes";
import { addFindCommand } from "./findCommand";
import { addPreflightCommand } from "./preflightCommand";
import { addReportCommand } from "./reportCommand";
import { addRotateCommand } from "./rotateCommand";
import { addStacksCommand } from "./stacksCommand";
import { addStraysCommand } from "./straysCommand";
import { addVerifyCommand } from "./verifyCommand";
import { wrapHelp } from "./wrapHelp";

/**
 * Creates the command line of `pulumi-confluent-flink`. Each command is declared by `add<Name>Command` in `<name>Command.ts`. Its
 * action loads the implementation only when it runs, so that `--help` is fast.
 */
export function createCommandLine(version: string): Command {
    const program = new Command("pulumi-confluent-flink")
        .description("Tools for Flink API keys on Confluent Cloud that are managed with Pulumi.")
        .version(version, "-v, --version")
        .showHelpAfterError("(run --help for details)")
        // Also on 60 columns.
        .configureHelp({ minWidthToWrap: 20 })
        // Commander wraps options and descriptions, and no text that is added to them.
        .configureOutput({ writeOut: (text) => process.stdout.write(fitted(text)) })
        .addHelpText("after", `\n${exitCodesHelp}`);
    addStacksCommand(program);
    addPreflightCommand(program);
    addReportCommand(program);
    addStraysCommand(program);
    addFindCommand(program);
    addRotateCommand(program);
    addEnvCommand(program);
    addVerifyCommand(program);
    addDriftCommand(program);
    addConformanceCommand(program);
    addCompletionCommand(program);
    program.helpCommand(true);
    return program;
}

function fitted(help: string): string {
    const { isTTY, columns } = process.stdout;
    const text = withCommandName(help);
    return isTTY && columns ? wrapHelp(text, columns) : text;
}
