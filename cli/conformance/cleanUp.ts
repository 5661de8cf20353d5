import { plainText } from "../../confluent/plainText";
import { CommandFailure } from "../exitCodes";
import { printLine, printNote } from "../output";
import type { Prompt } from "../terminalPrompt";
import type { CreatedResources } from "./createdResources";
import type { EarlierAccount } from "./earlierRuns";
import { type RemainingResource, removeCommand } from "./resourceRemoval";

/** `--clean`: deletes the service accounts of earlier runs, with their keys and role bindings. */
export async function cleanUp(
    created: CreatedResources,
    accounts: readonly EarlierAccount[],
    prompt: Prompt,
): Promise<void> {
    if (accounts.length === 0) {
        printLine("Earlier runs left nothing.");
        return;
    }
    if (prompt !== undefined) {
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
    for (const one of remaining) printNote(describeRemaining(one));
    if (remaining.length > 0) {
        const resources = remaining.length === 1 ? "resource" : "resources";
        throw new CommandFailure(
            `${remaining.length} ${resources} could not be deleted; the commands that delete them are above`,
        );
    }
}

/** Shows what will happen, and throws if the user does not agree. */
export async function confirm(plan: readonly string[], prompt: NonNullable<Prompt>): Promise<void> {
    for (const line of plan) printNote(plainText(line));
    if ((await prompt("Type yes to begin: ")).trim() !== "yes")
        throw new CommandFailure("Nothing was changed: not confirmed.");
}

export function describeEarlier({ id, displayName, neededUntilMs }: EarlierAccount): string {
    const until =
        neededUntilMs === undefined
            ? ""
            : `; it may be deleted after ${new Date(neededUntilMs).toISOString()}`;
    return plainText(
        `${id} (${displayName}) belongs to another run, which may still be in progress${until}. If it is not: --clean, or ${removeCommand("service account", id)}`,
    );
}

export function describeRemaining({ kind, id, remove, because }: RemainingResource): string {
    return plainText(`Not deleted: ${kind} ${id} (${because}). ${remove}`);
}
