import { acquireKey } from "./acquireKey";
import { checkLocation } from "./checkLocation";
import { compareKey, type DiffAnswer } from "./compareKey";
import { findKey, stillLive } from "./currentKey";
import { deleteKeys } from "./deleteKeys";
import { finishKey } from "./finishKey";
import { type CheckFailure, checkShapes, type KeyInputs, requireScope } from "./keyInputs";
import { inputsOf, keysInState, readOutputs, toOutputs } from "./keyState";
import { knownOutputs } from "./knownOutputs";
import { PartialFailure } from "./partialFailure";
import { NotReadyError } from "./readiness";
import type { Session } from "./session";
import { findStrays, reclaimStraysNow, straysOf, warnOfStray } from "./strays";
import { tagOf } from "./tag";
import { updateKey } from "./updateKey";

type Properties = Record<string, unknown>;

/**
 * The life of a Flink API key, as the methods of a dynamic provider
 * (https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/). The engine calls them in a process of its
 * own; `openSession` gives the run they belong to, or throws what is wrong with its configuration. What each operation
 * of the engine comes to is in docs/guarantees.md.
 */
export class FlinkApiKeyProvider {
    readonly #openSession: () => Session;

    constructor(openSession: () => Session) {
        this.#openSession = openSession;
    }

    /** Validates and normalises inputs, and names an environment or region that does not exist. */
    async check(
        olds: Properties,
        news: Properties,
    ): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
        // `components/failedLookUp.ts`: it is made to be refused.
        if (typeof news.mistake === "string")
            return { inputs: news, failures: [{ property: "", reason: news.mistake }] };
        const { inputs, failures } = checkShapes(news);
        const answer = { inputs: inputs as unknown as Properties, failures };
        const session = this.#trySession();
        if (session instanceof Error) failures.push({ property: "", reason: session.message });
        if (session instanceof Error || failures.length > 0) return answer;
        const placeIsNew = (["environmentId", "cloud", "region"] as const).some(
            (property) => inputs[property] !== olds[property],
        );
        if (placeIsNew) failures.push(...(await checkLocation(session, inputs)));
        if (failures.length === 0) Object.assign(answer.inputs, await knownOutputs(session, olds, inputs));
        return answer;
    }

    /** What differs, and whether it takes a new key. The provider's own code never counts as a difference. */
    async diff(_id: string, olds: Properties, news: Properties): Promise<DiffAnswer> {
        const session = this.#openSession();
        const state = readOutputs(olds);
        session.given(keysInState(state));
        return compareKey(session, state, news as unknown as KeyInputs);
    }

    /** Makes the key and proves it usable, or takes over the one that `adopt` names. */
    async create(props: Properties): Promise<{ id: string; outs: Properties }> {
        const session = this.#openSession();
        const inputs = props as unknown as KeyInputs;
        const scope = requireScope(inputs);
        // The engine stores ids in clear.
        const place = inputs.environmentIsSecret ? `${scope.cloud}.${scope.region}` : scope.name;
        const id = `${inputs.owner}/${place}`;
        const operation = `create ${id} ${tagOf(inputs.description)}`;
        const earlier = session.takeUp(operation);
        const { state, mayHaveStrays } = earlier
            ? { state: earlier, mayHaveStrays: true }
            : await acquireKey(session, inputs, scope);
        // From here on there is a key, and whatever fails, the state gets its id and secret.
        try {
            if (mayHaveStrays) await reclaimStraysNow(session, state);
            await finishKey(session, state, inputs);
            return { id, outs: toOutputs(state) };
        } catch (error) {
            session.keep(operation, state);
            const reached = { ...toOutputs(state), __provider: props.__provider };
            throw new PartialFailure(id, reached, keptAfter(error));
        }
    }

    /** The key as Confluent Cloud has it. Only a key that is gone for certain leaves the state. */
    async read(
        id: string,
        props: Properties,
    ): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
        const session = this.#openSession();
        const state = readOutputs(props);
        session.given(keysInState(state));
        const listed = await session.ownerKeys(state.owner);
        const key = await findKey(session, state, listed);
        state.superseded = await stillLive(session, state, listed);
        for (const stray of findStrays(session, listed.keys, straysOf(state)))
            warnOfStray(session, stray, listed);
        if (key === "unseen") return { id, props: toOutputs(state) };
        if (key === "gone") {
            if (state.superseded.length === 0) return {};
            state.readiness = "gone";
            return { id, props: toOutputs(state) };
        }
        const drifted = key.displayName !== state.displayName || key.description !== state.description;
        state.displayName = key.displayName;
        state.description = key.description;
        return { id, props: toOutputs(state), ...(drifted && { inputs: inputsOf(state) }) };
    }

    /** Renames, retires what is due, rotates, and finishes what an interrupted run left. */
    async update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
        const session = this.#openSession();
        const before = JSON.stringify(toOutputs(readOutputs(olds)));
        const operation = `update ${id} ${before}`;
        const state = session.takeUp(operation) ?? readOutputs(olds);
        session.given(keysInState(readOutputs(olds)));
        try {
            await updateKey(session, state, news as unknown as KeyInputs);
            return { outs: toOutputs(state) };
        } catch (error) {
            const reached = toOutputs(state);
            // With nothing changed the stored state stays as it is; otherwise the engine has to learn what was reached.
            if (JSON.stringify(reached) === before) throw error;
            session.keep(operation, state);
            throw new PartialFailure(id, { ...reached, __provider: news.__provider }, keptAfter(error));
        }
    }

    /** Deletes the current key and those it superseded. What is already gone is skipped. */
    async delete(_id: string, props: Properties): Promise<void> {
        const session = this.#openSession();
        const state = readOutputs(props);
        session.given(keysInState(state));
        await deleteKeys(session, state);
    }

    #trySession(): Session | Error {
        try {
            return this.#openSession();
        } catch (error) {
            return error as Error;
        }
    }
}

function keptAfter(error: unknown): unknown {
    return error instanceof NotReadyError
        ? new Error(`${error.message}. The key is kept; run pulumi up again to go on waiting.`)
        : error;
}
