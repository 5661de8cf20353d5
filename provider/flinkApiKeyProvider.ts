import { createHash } from "node:crypto";
import { acquireKey } from "./acquireKey";
import { type CheckAnswer, checkInputs } from "./checkInputs";
import { compareKey, type DiffAnswer } from "./compareKey";
import { deleteKeys } from "./deleteKeys";
import { finishKey } from "./finishKey";
import { type KeyInputs, requireScope, resourceIdOf } from "./keyInputs";
import { inputsOf, type KeyState, keysInState, readOutputs, toOutputs } from "./keyState";
import { keyWasKept, PartialFailure } from "./partialFailure";
import { readKey } from "./readKey";
import type { Session } from "./session";
import { tagOf } from "./tag";
import { updateKey } from "./updateKey";

type Properties = Record<string, unknown>;

/**
 * The life of a Flink API key, as the methods of a dynamic provider
 * (https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/). docs/guarantees.md says what each does to the keys.
 * `openSession` throws if the configuration is invalid.
 */
export class FlinkApiKeyProvider {
    readonly #openSession: () => Session;

    constructor(openSession: () => Session) {
        this.#openSession = openSession;
    }

    async check(olds: Properties, news: Properties): Promise<CheckAnswer> {
        return checkInputs(this.#openSession, olds, news);
    }

    /** What differs, and whether the key must be replaced. The provider's own code is never a difference. */
    async diff(_id: string, olds: Properties, news: Properties): Promise<DiffAnswer> {
        const session = this.#openSession();
        const state = readOutputs(olds);
        const inputs = news as unknown as KeyInputs;
        session.learnState(keysInState(state));
        session.declared.compare(inputs, state);
        return compareKey(session, state, inputs);
    }

    /** Creates the key, or takes over the one in `adopt`, and waits until it is usable. */
    async create(props: Properties): Promise<{ id: string; outs: Properties }> {
        const session = this.#openSession();
        const inputs = props as unknown as KeyInputs;
        const scope = requireScope(inputs);
        const id = resourceIdOf(inputs, scope);
        const operation = `create ${id} ${tagOf(inputs.description)}`;
        const earlier = session.takeProgress(operation);
        session.declared.create(inputs);
        const { state, mayHaveStrays } = earlier
            ? { state: earlier, mayHaveStrays: true }
            : await acquireKey(session, inputs, scope);
        session.declared.create(inputs, state);
        // The key exists from here on. If anything fails, its id and secret must still reach the state.
        try {
            await finishKey(session, state, inputs, mayHaveStrays);
            return { id, outs: toOutputs(state) };
        } catch (error) {
            session.keepProgress(operation, state);
            const reached = { ...toOutputs(state), __provider: props.__provider };
            throw new PartialFailure(id, reached, keyWasKept(error));
        }
    }

    /** The key as it is in Confluent Cloud. Only a key that is proven gone leaves the state. */
    async read(
        id: string,
        props: Properties,
    ): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
        const session = this.#openSession();
        const state = readOutputs(props);
        session.learnState(keysInState(state));
        const { isGone, hasDrifted } = await readKey(session, state);
        if (isGone) return {};
        return { id, props: toOutputs(state), ...(hasDrifted && { inputs: inputsOf(state) }) };
    }

    async update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
        const session = this.#openSession();
        const stored = readOutputs(olds);
        const before = fingerprint(toOutputs(stored));
        const operation = `update ${id} ${before}`;
        const state = session.takeProgress(operation) ?? readOutputs(olds);
        const inputs = news as unknown as KeyInputs;
        session.learnState(keysInState(stored));
        session.declared.update(inputs, state);
        try {
            await updateKey(session, state, inputs);
            return { outs: toOutputs(state) };
        } catch (error) {
            const reached = toOutputs(state);
            // If nothing has changed, the stored state is still right.
            if (fingerprint(reached) === before) throw error;
            session.keepProgress(operation, state);
            throw new PartialFailure(id, { ...reached, __provider: news.__provider }, keyWasKept(error));
        } finally {
            explainUndone(session, stored, state);
        }
    }

    async delete(_id: string, props: Properties): Promise<void> {
        const session = this.#openSession();
        const state = readOutputs(props);
        session.learnState(keysInState(state));
        await deleteKeys(session, state);
    }
}

/** Says which of the keys that the user was told this run deletes still exist, if nothing else has said so. */
function explainUndone(session: Session, before: KeyState, { superseded, apiKey, scope }: KeyState): void {
    const stay = new Set([apiKey, ...superseded.map((key) => key.apiKey)]);
    for (const key of keysInState(before)) {
        if (session.announced.delete(key) && stay.has(key))
            session.engineLog.warn(
                `Flink API key ${key} (${scope.name}) was not deleted, because the update did not come to that.`,
            );
    }
}

/** Tells states apart. The session keeps it, and a state contains a secret in clear. */
function fingerprint(outputs: Properties): string {
    return createHash("sha256").update(JSON.stringify(outputs)).digest("hex");
}
