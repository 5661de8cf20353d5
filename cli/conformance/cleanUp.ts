import { plainText } from "../../confluent/plainText";
import { CommandFailure } from "../exitCodes";
import { printLine, printNote } from "../output";
import type { Prompt } from "../terminalPrompt";
import type { CreatedResources, RemainingResource } from "./createdResources";
import type { EarlierAccount } from "./earlierRuns";

/** `--clean`: deletes the service accounts of earlier runs, with their keys and role bindings. */
export async function cleanUp(
    created: CreatedResources,
    accounts: readonly EarlierAccount[],
    prompt: Prompt,
): Promise<void> {
    if (accounts.length === 0) printLine("Earlier runs left nothing.");
    else if (prompt !== undefined) {
        const plan = accounts.map(
            ({ id, displayName }) => `Will delete ${id} (${displayName}) with its keys and role bindings.`,
        );
        await confirm(plan, prompt);
    }
    const remaining: RemainingResource[] = [];
    for (const { id, displayName } of accounts) {
        const failures = await created.removeAccount(id);
        if (failures.length === 0)
            printLine(plainText(`Deleted ${id} (${displayName}) with its keys and role bindings.`));
        remaining.push(...failures);
    }
    noteRemaining(remaining);
    throwIfLeft(remaining);
}

/** Shows what will happen, and throws if the user does not agree. */
export async function confirm(plan: readonly string[], prompt: NonNullable<Prompt>): Promise<void> {
    for (const line of plan) printNote(plainText(line));
    if ((await prompt("Type yes to begin: ")).trim() !== "yes")
        throw new CommandFailure("Nothing was changed: not confirmed.");
}

export function noteRemaining(remaining: readonly RemainingResource[]): void {
    for (const { kind, id, remove, because } of remaining)
        printNote(plainText(`Not deleted: ${kind} ${id} (${because}). ${remove}`));
}

export function throwIfLeft({ length }: readonly RemainingResource[]): void {
    if (length === 0) return;
    const resources = length === 1 ? "1 resource" : `${length} resources`;
    throw new CommandFailure(`${resources} could not be deleted; the commands that delete them are above`);
}
