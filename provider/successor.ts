import type { ApiKey } from "../confluent/apiKeys";
import { type DeclaredKey, isTrusted } from "./declaredKeys";
import type { KeyInputs } from "./keyInputs";
import type { KeyState } from "./keyState";
import type { Session } from "./session";
import { isUnfinished, tagOf } from "./tag";
import { isAccepted } from "./verifyKey";

/** Asks what takes the place of a key that was handed out why it is not verified to work; undefined if it is verified. */
export type Successor = () => Promise<string | undefined>;

/** The current key takes the place of the keys that it has superseded. */
export function currentSuccessor(session: Session, state: KeyState, inputs: KeyInputs): Successor {
    return () => doubtOf(session, state, isTrusted(inputs));
}

/**
 * What takes the place of a key whose resource is deleted. Undefined for a plain deletion: the program does not declare the
 * resource, or the engine deletes the key first (`deleteBeforeReplace`).
 */
export function replacementOf(session: Session, old: KeyState): Successor | undefined {
    const declared = session.declared.inPlaceOf(old);
    if (declared === undefined) return () => doubtOfOtherProcess(session, old);
    if (declared.state?.apiKey === old.apiKey && !declared.isCreated) return undefined;
    return () => doubtOfDeclared(session, old, declared);
}

async function doubtOfDeclared(
    session: Session,
    old: KeyState,
    { state, isCreated, isTrusted, areInputsValid }: DeclaredKey,
): Promise<string | undefined> {
    if (state !== undefined) return doubtOf(session, state, isTrusted);
    if (isCreated) return "the key that is to take its place could not be created. Run pulumi up again.";
    if (!areInputsValid)
        return "the inputs of its resource were refused. Correct them, then run pulumi up again.";
    // Nothing was created yet: `deleteBeforeReplace`. Or the resource was skipped, and another key is the current one: one that is
    // newer than the key whose place it takes.
    const listed = await session.ownerKeysNow(old.owner);
    const other = siblings(listed.keys, old).find(
        ({ createdAt }) => !(Date.parse(createdAt) < Date.parse(old.createdAt)),
    );
    return (
        other &&
        `${other.id} has its tag too, and whether that key works is not known in this run. Run pulumi up without --replace, or delete the one that nothing uses: confluent api-key delete ID.`
    );
}

/** Another provider process of this run may be creating the key that takes its place. */
async function doubtOfOtherProcess(session: Session, old: KeyState): Promise<string | undefined> {
    const listed = await session.ownerKeys(old.owner).catch(() => undefined);
    if (listed === undefined) return undefined;
    const { asOfMs, heardAtMs } = listed;
    const beganMs = session.beganMs + ((asOfMs ?? heardAtMs) - heardAtMs);
    const other = siblings(listed.keys, old).find(
        ({ id, description, createdAt }) =>
            isUnfinished(description) && !session.known.has(id) && Date.parse(createdAt) > beganMs,
    );
    return (
        other &&
        `${other.id}, which takes its place, was created in this run and is not finished. Run pulumi up again.`
    );
}

/** Other keys with the tag that the state does not have. */
function siblings(keys: readonly ApiKey[], { tag, apiKey, superseded }: KeyState): ApiKey[] {
    const own = [apiKey, ...superseded.map((key) => key.apiKey)];
    return keys.filter(
        ({ id, description }) => tag !== undefined && tagOf(description) === tag && !own.includes(id),
    );
}

/** Whether the state says that the key works, or the user trusts it. */
export function isVerified({ status }: KeyState, inputs: KeyInputs): boolean {
    return status === "ready" || (status === "unverified" && isTrusted(inputs));
}

/** A key counts as verified if its region has accepted it, or accepts it now, or if the user trusts it. */
async function doubtOf(session: Session, state: KeyState, isTrusted: boolean): Promise<string | undefined> {
    const { apiKey, status, scope } = state;
    if (status === "ready") return undefined;
    if (status === "unverified" && (isTrusted || (await isAccepted(session, state)))) return undefined;
    const takesPlace = `${apiKey} (${scope.name}), which takes its place,`;
    switch (status) {
        case "unverified":
            return `${takesPlace} was never accepted by its region, which cannot be reached from here. Both keys stay until a pulumi up that reaches the region, or with readiness.unreachable: "trust", which lets an unverified key count as verified.`;
        case "gone":
            return `${takesPlace} is gone. The next pulumi up creates another.`;
        default:
            return `${takesPlace} is not usable yet. Both keys stay; run pulumi up again to go on.`;
    }
}
