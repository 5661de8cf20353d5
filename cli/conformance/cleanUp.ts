import { counted } from "../counted";
import { CommandFailure } from "../exitCodes";
import { printLine, printNote } from "../output";
import { confirm, type Prompt } from "../terminalPrompt";
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
        for (const { id, displayName } of accounts)
            printNote(`Will delete ${id} (${displayName}) with its keys and role bindings.`);
        await confirm(prompt, "to begin");
    }
    const remaining: RemainingResource[] = [];
    for (const { id, displayName } of accounts) {
        const failures = await created.removeAccount(id);
        if (failures.length === 0)
            printLine(`Deleted ${id} (${displayName}) with its keys and role bindings.`);
        remaining.push(...failures);
    }
    noteRemaining(remaining);
    throwIfLeft(remaining);
}

export function noteRemaining(remaining: readonly RemainingResource[]): void {
    for (const { kind, id, remove, because } of remaining)
        printNote(`Not deleted: ${kind} ${id} (${because}). ${remove}`);
}

export function throwIfLeft({ length }: readonly RemainingResource[]): void {
    if (length === 0) return;
    throw new CommandFailure(
        `${counted(length, "resource")} could not be deleted; the commands that delete them are above`,
    );
}
