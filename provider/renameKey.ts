import { getApiKey, updateApiKey } from "../confluent/apiKeys";
import { mayBeGone } from "../confluent/confluentError";
import { currentKey } from "./currentKey";
import { requireEngine } from "./engine";
import { existenceOf, explainExistence } from "./keyExistence";
import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import { isOurs, ownershipOf } from "./ownership";
import type { Session } from "./session";
import { isUnfinished, tagOf, withAdoption } from "./tag";

/** The key has the tag of another resource, which has taken it over. */
export class TakenOverError extends Error {
    override readonly name = "TakenOverError";
}

/**
 * One PATCH, or none if the key has the declared name and description already. For a new key, this removes the mark
 * `unfinished`, and is the last request before it is handed out. Throws TakenOverError for a key of another resource.
 */
export async function renameKey(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
    const { displayName, description } = inputs;
    const changes = {
        ...(displayName !== state.displayName && { displayName }),
        ...(description !== state.description && { description }),
    };
    if (Object.keys(changes).length === 0) return;
    try {
        await requireOurs(session, state, description);
        await requireEngine(session.engine, `Flink API key ${state.apiKey} keeps its description`);
        const wire = changes.description !== undefined && {
            description: withAdoption(changes.description, state.adoption),
        };
        await updateApiKey(session.api, state.apiKey, { ...changes, ...wire });
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const existence = await existenceOf(session, currentKey(state));
        if (existence !== "gone") throw explainExistence(error, state.apiKey, existence);
        // Deleted outside Pulumi since the last refresh. A new key is created, with the new name.
        state.status = "gone";
        return;
    }
    const tag = tagOf(description);
    if (tag !== state.tag) {
        // Keys that a rotation has replaced keep the tag that they have.
        const former = state.tag === undefined ? {} : { tag: state.tag };
        state.superseded = state.superseded.map((key) => ({ ...former, ...key }));
        state.tag = tag;
    }
    Object.assign(state, changes);
}

/** The description is read just before. Nobody else has the secret of a key that was never handed out. */
async function requireOurs(session: Session, state: KeyState, description: string): Promise<void> {
    if (isUnfinished(state.description) && session.created.has(state.apiKey)) return;
    const found = await getApiKey(session.api, state.apiKey);
    const ownership = ownershipOf(state, description);
    // Adoption may take the key from another resource, or from an earlier holder with the same tag.
    const isAsFound = found.description === state.description || tagOf(found.description) === state.tag;
    const { isAdopting } = ownership;
    if (
        isAdopting
            ? isAsFound || tagOf(found.description) === undefined
            : isOurs(ownership, found.description)
    )
        return;
    throw new TakenOverError(
        `Flink API key ${state.apiKey} (${state.scope.name}) was not renamed: it is now managed by another resource, as its description says ("${found.description}"). Remove this resource from the program, or give it a new key: pulumi up --replace URN.`,
    );
}
