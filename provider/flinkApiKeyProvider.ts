import { type ApiKey, getApiKey, updateApiKey } from "../confluent/apiKeys";
import { ConfluentError, mayBeGone } from "../confluent/confluentError";
import type { FlinkScope } from "../confluent/flinkScope";
import { type DoubtfulKey, explainFate, fateOf } from "./absence";
import { adoptKey } from "./adopt";
import {
    type CheckFailure,
    checkShapes,
    isUnknown,
    type KeyInputs,
    overlapMs,
    readinessTimeoutMs,
    scopeOfInputs,
} from "./keyInputs";
import { type KeyState, keysInState, readOutputs, type SupersededKey, toOutputs } from "./keyState";
import { type MintedKey, mintKey } from "./mint";
import { PartialFailure } from "./partialFailure";
import { requireRoomForKey } from "./quota";
import { awaitReady, NotReadyError, type ReadinessWait } from "./readiness";
import { endpointKind, normalEndpoint, restEndpointOf } from "./restEndpoint";
import { retireKey } from "./retire";
import { dueKey, rotationStep, supersede } from "./rotation";
import type { OwnerKeys, Session } from "./session";
import { findStrays, reclaimStrays, type StraySearch, tagOf, warnOfStray } from "./strays";

type Properties = Record<string, unknown>;

/** A key that was made or taken over. */
type Acquired = Pick<MintedKey, "key" | "secret"> & Partial<Pick<MintedKey, "lateStrays">>;

/** What strays are told by, in inputs and in the state alike. */
type TaggedKey = Pick<KeyState, "owner" | "description">;

/** What the engine is told of a difference. */
export interface DiffAnswer {
    changes: boolean;
    replaces: string[];
    deleteBeforeReplace: false;
}

/**
 * The life of a Flink API key, as the methods of a dynamic provider
 * (https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/). The engine calls them in a process of its
 * own; `openSession` gives the run they belong to, or throws what is wrong with its configuration.
 */
export class FlinkApiKeyProvider {
    readonly #openSession: () => Session;
    /** What the state already holds, as far as this run was told: see `#straySearch`. */
    readonly #heldByState = new Set<string>();

    constructor(openSession: () => Session) {
        this.#openSession = openSession;
    }

    /** Validates and normalises inputs, and names an environment or region that does not exist. */
    async check(
        olds: Properties,
        news: Properties,
    ): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
        const { inputs, failures } = checkShapes(news);
        const answer = { inputs: inputs as unknown as Properties, failures };
        const before = olds as unknown as KeyInputs;
        const heldScope = before.owner === undefined ? undefined : scopeOfInputs(before);
        if (heldScope) this.#heldByState.add(identityOf({ ...before, scopeName: heldScope.name }));
        const session = this.#trySession();
        if (session instanceof Error) failures.push({ property: "", reason: session.message });
        if (session instanceof Error || failures.length > 0) return answer;
        const placeIsNew = (["environmentId", "cloud", "region"] as const).some(
            (p) => inputs[p] !== before[p],
        );
        if (placeIsNew) failures.push(...(await checkPlace(session, inputs)));
        return answer;
    }

    /** What differs, and whether it takes a new key. The provider's own code never counts as a difference. */
    async diff(_id: string, olds: Properties, news: Properties): Promise<DiffAnswer> {
        const state = readOutputs(olds);
        const inputs = news as unknown as KeyInputs;
        const nowMs = this.#openSession().clock.now();
        const rotation = rotationStep(state, inputs, nowMs);
        const replaces = [
            inputs.owner !== state.owner && "owner",
            inputs.environmentId !== state.scope.environmentId && "environmentId",
            inputs.cloud !== state.scope.cloud && "cloud",
            inputs.region !== state.scope.region && "region",
        ].filter((property) => property !== false);
        const changes =
            replaces.length > 0 ||
            inputs.displayName !== state.displayName ||
            inputs.description !== state.description ||
            rotation === "now" ||
            rotation === "record" ||
            (state.readiness === "unverified" && inputs.readiness?.unreachable === "fail") ||
            isElsewhere(state, inputs) ||
            dueKey(state, nowMs) !== undefined;
        return { changes, replaces, deleteBeforeReplace: false };
    }

    /** Makes the key and proves it usable, or takes over the one that `adopt` names. */
    async create(props: Properties): Promise<{ id: string; outs: Properties }> {
        const session = this.#openSession();
        const inputs = props as unknown as KeyInputs;
        const scope = requireScope(inputs);
        // All that can be found wrong beforehand is found before there is a key.
        const [{ organizationId }, restEndpoint] = await Promise.all([
            session.environment(scope.environmentId),
            restEndpointOf(session, scope, inputs.readiness),
        ]);
        const isHeld = this.#heldByState.has(identityOf({ ...inputs, scopeName: scope.name }));
        const { key, secret, lateStrays }: Acquired = inputs.adopt
            ? await adoptKey(session, inputs, { scope, organizationId, restEndpoint }, isHeld)
            : await mintKey(
                  session,
                  { ...inputs, ownerId: inputs.owner, scope },
                  this.#straySearch(inputs, scope, new Set()),
              );
        // From here on there is a key, and whatever fails, the state gets its id and secret.
        const state: KeyState = {
            owner: inputs.owner,
            scope,
            displayName: key.displayName,
            description: key.description,
            rotationTrigger: inputs.rotationTrigger,
            apiKey: key.id,
            apiSecret: secret,
            createdAt: key.createdAt,
            restEndpoint,
            readiness: "unverified",
            superseded: [],
        };
        const id = `${inputs.owner}/${scope.name}`;
        try {
            await this.#rename(session, state, inputs);
            // An interrupted run may have made a key before the user chose to adopt one.
            if (inputs.adopt) {
                const search = this.#straySearch(inputs, scope, new Set());
                await this.#sweep(session, { ...search, known: keysInState(state) });
            }
            const readiness = await awaitReady(session, await readinessWait(session, state, inputs));
            if (lateStrays) await this.#sweep(session, lateStrays);
            // Last, so that `update` finishes whatever failed before.
            state.readiness = readiness;
            return { id, outs: toOutputs(state) };
        } catch (error) {
            throw new PartialFailure(
                id,
                { ...toOutputs(state), __provider: props.__provider },
                keptAfter(error),
            );
        }
    }

    /** The key as Confluent Cloud has it. Only a key that is gone for certain leaves the state. */
    async read(
        id: string,
        props: Properties,
    ): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
        const session = this.#openSession();
        const state = readOutputs(props);
        const listed = await session.ownerKeys(state.owner);
        const key = await findKey(session, state, listed);
        state.superseded = await stillLive(session, state, listed);
        const search = this.#straySearch(state, state.scope, keysInState(state));
        for (const stray of findStrays(listed.keys, search)) warnOfStray(session, stray, listed);
        if (key === undefined) {
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
        const inputs = news as unknown as KeyInputs;
        const state = readOutputs(olds);
        const before = JSON.stringify(toOutputs(state));
        try {
            if (state.readiness === "unverified") await this.#resume(session, state, inputs);
            if (state.readiness !== "gone") await this.#rename(session, state, inputs);
            const rotation = rotationStep(state, inputs, session.clock.now());
            // One superseded key a run: with no overlap it is the current one.
            const isCurrentKeyTheOne =
                rotation === "now" && state.readiness !== "gone" && overlapMs(inputs) === 0;
            if (!isCurrentKeyTheOne) await this.#retireDue(session, state);
            if (rotation === "now") {
                await this.#rotate(session, state, inputs);
            } else if (state.readiness === "unverified" || isElsewhere(state, inputs)) {
                state.restEndpoint = await restEndpointOf(session, state.scope, inputs.readiness);
                state.readiness = await awaitReady(session, await readinessWait(session, state, inputs));
            }
            if (rotation !== "later") state.rotationTrigger = inputs.rotationTrigger;
            return { outs: toOutputs(state) };
        } catch (error) {
            const reached = toOutputs(state);
            // With nothing changed the stored state stays as it is; otherwise the engine has to learn what was reached.
            if (JSON.stringify(reached) === before) throw error;
            throw new PartialFailure(id, { ...reached, __provider: news.__provider }, error);
        }
    }

    /** Deletes the current key and those it superseded. What is gone already is done. */
    async delete(_id: string, props: Properties): Promise<void> {
        const session = this.#openSession();
        const state = readOutputs(props);
        const problems: unknown[] = [];
        // The current key last: as long as the list shows it, the list is believed of the others.
        for (const key of [...state.superseded.map((s) => supersededKey(state, s)), currentKey(state)]) {
            await retireKey(session, key).catch((error: unknown) => problems.push(error));
        }
        if (problems.length === 1) throw problems[0];
        if (problems.length > 1)
            throw new Error(problems.map((p) => (p instanceof Error ? p.message : p)).join("\n"));
        await this.#sweepLast(session, state);
    }

    /**
     * After the resource nobody looks for its strays any more, so what an interrupted rotation left goes with it; not
     * where this run declares the resource anew, for then its new key is about to be, or is, in the state.
     */
    async #sweepLast(session: Session, state: KeyState): Promise<void> {
        const search = this.#straySearch(state, state.scope, keysInState(state));
        if (tagOf(state.description) === undefined || this.#heldByState.has(identityOf(search))) return;
        try {
            await reclaimStrays(session, await session.ownerKeys(state.owner), search);
        } catch (error) {
            session.notices.warn(
                `Whether an interrupted run left a key of ${state.owner} for ${state.scope.name} could not be found out. ${(error as Error).message}`,
            );
        }
    }

    /** An interrupted run left the key unproven: it may have been deleted since, and there may be strays. */
    async #resume(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
        const listed = await session.ownerKeys(state.owner);
        if ((await findKey(session, state, listed)) === undefined) state.readiness = "gone";
        await reclaimStrays(session, listed, this.#straySearch(inputs, state.scope, keysInState(state)));
    }

    async #rename(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
        const { displayName, description } = inputs;
        const changes = {
            ...(displayName !== state.displayName && { displayName }),
            ...(description !== state.description && { description }),
        };
        if (Object.keys(changes).length === 0) return;
        try {
            await updateApiKey(session.api, state.apiKey, changes);
        } catch (error) {
            if (!mayBeGone(error)) throw error;
            const fate = await fateOf(session, currentKey(state));
            if (fate !== "gone") throw explainFate(error, state.apiKey, fate);
            // Deleted by hand since the last refresh: a new key is minted, with the new names.
            state.readiness = "gone";
            return;
        }
        Object.assign(state, changes);
    }

    /** Deletes the superseded key that is longest overdue; one a run, so that a mistaken clock costs one key. */
    async #retireDue(session: Session, state: KeyState): Promise<void> {
        const due = dueKey(state, session.clock.now());
        if (due === undefined) return;
        await retireKey(session, supersededKey(state, due));
        state.superseded = state.superseded.filter((key) => key !== due);
        session.notices.info(
            `Retired Flink API key ${due.apiKey} (${state.scope.name}): its overlap ended ${due.retireAt}.`,
        );
    }

    /** A new key takes over once it is proven; until then, and if it never is, the old one stays. */
    async #rotate(session: Session, state: KeyState, inputs: KeyInputs): Promise<void> {
        const search = this.#straySearch(inputs, state.scope, keysInState(state));
        const restEndpoint = await restEndpointOf(session, state.scope, inputs.readiness);
        if (state.readiness !== "gone") await requireRoomForKey(session, state.owner, state.apiKey);
        const minted = await mintKey(
            session,
            { ...inputs, ownerId: state.owner, scope: state.scope },
            search,
        );
        const candidate: KeyState = {
            ...state,
            apiKey: minted.key.id,
            apiSecret: minted.secret,
            createdAt: minted.key.createdAt,
            displayName: minted.key.displayName,
            description: minted.key.description,
            restEndpoint,
        };
        try {
            candidate.readiness = await awaitReady(session, await readinessWait(session, candidate, inputs));
            if (minted.lateStrays) await this.#sweep(session, minted.lateStrays);
        } catch (error) {
            const outcome = (await this.#discard(session, state, candidate))
                ? "It was removed"
                : "The next pulumi up removes it";
            if (!(error instanceof NotReadyError)) throw error;
            const current = state.readiness === "gone" ? "" : `; ${state.apiKey} stays the current key`;
            throw new Error(`${error.message}. ${outcome}${current}.`);
        }
        const now = session.clock.now();
        const oldKeyIsGone = state.readiness === "gone";
        const overlap = overlapMs(inputs);
        const old: SupersededKey = { apiKey: state.apiKey, retireAt: new Date(now + overlap).toISOString() };
        const oldKey = currentKey(state);
        Object.assign(state, candidate, {
            rotationTrigger: inputs.rotationTrigger,
            superseded: oldKeyIsGone ? state.superseded : supersede(state.superseded, old),
        });
        if (!oldKeyIsGone && overlap === 0 && state.readiness === "ready") {
            await retireKey(session, oldKey);
            state.superseded = state.superseded.filter((key) => key !== old);
        }
    }

    /** Removes a key that never became usable; false where that fails: the state then holds it until it is removed. */
    async #discard(session: Session, state: KeyState, candidate: KeyState): Promise<boolean> {
        try {
            await retireKey(session, currentKey(candidate));
            return true;
        } catch {
            const retireAt = new Date(session.clock.now()).toISOString();
            state.superseded = [...state.superseded, { apiKey: candidate.apiKey, retireAt }];
            return false;
        }
    }

    /** Once more after a POST whose outcome was unknown: a list may lag behind. */
    async #sweep(session: Session, search: StraySearch): Promise<void> {
        await reclaimStrays(session, await session.ownerKeysNow(search.owner), search);
    }

    /**
     * A replacement that the user forces (`--replace`) asks for a second key with owner, scope and tag of the first
     * one, and `create` is not told of the first. `check` was, so strays of such a resource are left alone.
     */
    #straySearch(of: TaggedKey, scope: FlinkScope, known: ReadonlySet<string>): StraySearch {
        const { owner, description } = of;
        const search = { owner, description, scopeName: scope.name, known };
        return { ...search, mayDelete: known.size > 0 || !this.#heldByState.has(identityOf(search)) };
    }

    #trySession(): Session | Error {
        try {
            return this.#openSession();
        } catch (error) {
            return error as Error;
        }
    }
}

/** What Confluent Cloud says of the environment and region; silent where it says nothing certain. */
async function checkPlace(session: Session, inputs: KeyInputs): Promise<CheckFailure[]> {
    const failures: CheckFailure[] = [];
    if (!isUnknown(inputs.environmentId)) {
        const problem = await session.environment(inputs.environmentId).then(
            () => undefined,
            (error: unknown) => error,
        );
        if (problem instanceof ConfluentError && problem.kind === "unauthenticated") {
            return [{ property: "", reason: problem.message }];
        }
        if (mayBeGone(problem)) {
            failures.push({
                property: "environmentId",
                reason: `got "${inputs.environmentId}", expected an environment that exists and that the Cloud API key may see (confluent environment list)`,
            });
        }
    }
    if (!isUnknown(inputs.cloud) && !isUnknown(inputs.region)) {
        const regions = await session.regions().catch(() => undefined);
        const ofCloud = regions?.filter(({ cloud }) => cloud === inputs.cloud).map(({ region }) => region);
        if (ofCloud !== undefined && ofCloud.length > 0 && !ofCloud.includes(inputs.region)) {
            failures.push({
                property: "region",
                reason: `got "${inputs.region}", expected a region of ${inputs.cloud} where Confluent Cloud runs Flink: ${ofCloud.sort().join(", ")}`,
            });
        }
    }
    return failures;
}

function requireScope(inputs: KeyInputs): FlinkScope {
    const scope = scopeOfInputs(inputs);
    if (scope === undefined)
        throw new Error("environmentId, cloud and region must be known when the key is made.");
    return scope;
}

/** The same for two declarations of one key. */
function identityOf(of: Pick<StraySearch, "owner" | "description" | "scopeName">): string {
    return [tagOf(of.description), of.owner, of.scopeName].join(" ");
}

/** The user names another endpoint than the one that the key was proven at. */
function isElsewhere(state: KeyState, { readiness }: KeyInputs): boolean {
    return (
        readiness?.restEndpoint !== undefined &&
        !isUnknown(readiness.restEndpoint) &&
        normalEndpoint(readiness.restEndpoint) !== state.restEndpoint
    );
}

async function readinessWait(session: Session, state: KeyState, inputs: KeyInputs): Promise<ReadinessWait> {
    const { organizationId } = await session.environment(state.scope.environmentId);
    return {
        apiKey: state.apiKey,
        apiSecret: state.apiSecret,
        owner: state.owner,
        scope: state.scope,
        endpoint: {
            restEndpoint: state.restEndpoint,
            organizationId,
            environmentId: state.scope.environmentId,
        },
        timeoutMs: readinessTimeoutMs(inputs),
        unreachable: inputs.readiness?.unreachable ?? "warn",
        endpointKind: endpointKind(inputs.readiness),
    };
}

/** The current key: in the list, or by its id; undefined where it is gone for certain; otherwise an error. */
async function findKey(session: Session, state: KeyState, listed: OwnerKeys): Promise<ApiKey | undefined> {
    const found = listed.keys.find(({ id }) => id === state.apiKey);
    if (found) return found;
    try {
        return await getApiKey(session.api, state.apiKey);
    } catch (error) {
        if (!mayBeGone(error)) throw error;
        const fate = await fateOf(session, currentKey(state));
        if (fate === "gone") return undefined;
        throw explainFate(error, state.apiKey, fate);
    }
}

/** The superseded keys without those that are gone. One whose fate cannot be proven stays. */
async function stillLive(session: Session, state: KeyState, listed: OwnerKeys): Promise<SupersededKey[]> {
    const live: SupersededKey[] = [];
    for (const superseded of state.superseded) {
        const isListed = listed.keys.some(({ id }) => id === superseded.apiKey);
        if (isListed || (await fateOf(session, supersededKey(state, superseded))) !== "gone")
            live.push(superseded);
    }
    return live;
}

function currentKey(state: KeyState): DoubtfulKey {
    const { apiKey, owner, apiSecret, restEndpoint, createdAt, scope } = state;
    const wasReady = state.readiness !== "unverified";
    const { environmentId } = scope;
    return { apiKey, owner, access: { apiSecret, restEndpoint, environmentId, wasReady, createdAt } };
}

function supersededKey(state: KeyState, { apiKey }: SupersededKey): DoubtfulKey {
    return { apiKey, owner: state.owner, beside: currentKey(state) };
}

/** The inputs as a refresh found them, for the next comparison. */
function inputsOf(state: KeyState): Properties {
    const { environmentId, cloud, region } = state.scope;
    const { owner, displayName, description, rotationTrigger } = state;
    return {
        owner,
        environmentId,
        cloud,
        region,
        displayName,
        description,
        ...(rotationTrigger !== undefined && { rotationTrigger }),
    };
}

function keptAfter(error: unknown): unknown {
    return error instanceof NotReadyError
        ? new Error(`${error.message}. The key is kept; run pulumi up again to go on waiting.`)
        : error;
}
