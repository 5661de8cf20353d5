import { parseDurationMs } from "../../confluent/duration";
import { isUnfinished, tagOf } from "../../provider/tag";
import { initFailureOf, type Properties, type ProviderPort } from "../provider/providerPort";
import { Killed, type Stored } from "../provider/simulatedEngine";
import type { World } from "../provider/world";

/** A stack: its state, the inputs that its program declares, and its view of the organization. */
export interface Deployment {
    readonly name: string;
    readonly world: World;
    /** The inputs that its program declares now. */
    readonly declared: { readonly tag: string; readonly region: string };
}

/** Records what happens to keys in a history, and checks the rules that must hold. */
export class Ledger {
    /** Keys with which a run has reported success, so that they may be in use. */
    readonly #handedOut = new Set<string>();
    /** Keys that the state which had them has given up, or was about to give up when its run was killed. */
    readonly #letGo = new Set<string>();
    /** Those of the latest run. */
    readonly #letGoNow = new Set<string>();
    readonly #deletedByHand = new Set<string>();
    /** Keys whose mark `unfinished` was removed in a run that was killed before its checkpoint. */
    readonly #lostAtCheckpoint = new Set<string>();
    /** Live keys that a refresh dropped from the state. */
    readonly #forgottenAlive = new Set<string>();
    /** Live keys that an update treated as gone, because their region rejected them after it had accepted them. */
    readonly #denied = new Set<string>();
    /** Keys that the state lost on purpose: retained, or in a state that was deleted or replaced by a backup. */
    readonly #retained = new Set<string>();
    /** The stack that has adopted the key last. What another one does with it is not that one's to give up. */
    readonly #adopters = new Map<string, Deployment>();
    /** Keys that a run was adopting when it was killed or failed: either stack may have it. */
    readonly #halfAdopted = new Set<string>();
    /** `endpoint key` for each key that the endpoint has accepted with 200. */
    readonly #accepted = new Set<string>();
    readonly #othersKeys: ReadonlySet<string>;

    constructor(
        readonly organization: World,
        readonly deployments: readonly Deployment[],
    ) {
        this.#othersKeys = new Set(organization.keyIds());
    }

    /** Records the keys of `before` that the state no longer has and did not give up. */
    retained(before: readonly string[], { world }: Deployment): void {
        const held = new Set(world.engine.keys());
        for (const id of before) if (!held.has(id) && !this.#letGoNow.has(id)) this.#retained.add(id);
    }

    deletedByHand(id: string): void {
        this.#deletedByHand.add(id);
    }

    wasHandedOut(id: string): boolean {
        return this.#handedOut.has(id);
    }

    wasDeletedByHand(id: string): boolean {
        return this.#deletedByHand.has(id);
    }

    /** Whether another stack has adopted the key that this one's state has. */
    isTakenFrom(deployment: Deployment, apiKey: unknown): boolean {
        const adopter = this.#adopters.get(String(apiKey));
        return (adopter !== undefined && adopter !== deployment) || this.#halfAdopted.has(String(apiKey));
    }

    /** Wraps `port` and records what it does to keys. `dies`: the engine alone is killed, and hears no more answers. */
    watch(
        deployment: Deployment,
        port: ProviderPort,
        isDead?: () => boolean,
        dies: "all" | "engine" = "all",
    ): ProviderPort {
        const { world } = deployment;
        this.#letGoNow.clear();
        const alive = <T>(call: Promise<T>): Promise<T> => {
            if (isDead === undefined) return call;
            return dies === "all" ? orKilled(call, isDead) : unheard(call, isDead);
        };
        return {
            check: (olds, news) => alive(port.check(olds, news)),
            diff: (id, olds, news) => alive(port.diff(id, olds, news)),
            read: async (id, outputs) => {
                const found = await alive(port.read(id, outputs));
                if (found.id === "" && this.live().includes(String(outputs.apiKey)))
                    this.#noteForgotten(outputs);
                return found;
            },
            create: async (inputs) => {
                const { apiKey } = (inputs.adopt ?? {}) as { apiKey?: string };
                try {
                    const created = await alive(port.create(inputs));
                    this.#handOut(created.outputs);
                    if (apiKey !== undefined) {
                        this.#adopters.set(apiKey, deployment);
                        this.#halfAdopted.delete(apiKey);
                    }
                    return created;
                } catch (error) {
                    if (apiKey !== undefined) this.#halfAdopted.add(apiKey);
                    throw error;
                }
            },
            update: async (id, olds, news) => {
                // If the run is killed, these may be deleted although the state still has them.
                this.#letGoAll(deployment, endingNow(olds, news, world.clock.now()));
                try {
                    const updated = await alive(port.update(id, olds, news));
                    this.#letGoAll(deployment, missing(olds, updated.outputs));
                    this.#noteDenied(olds, updated.outputs);
                    this.#handOut(updated.outputs);
                    return updated;
                } catch (error) {
                    const half = initFailureOf(error);
                    if (half) {
                        this.#letGoAll(deployment, missing(olds, half.properties));
                        this.#noteDenied(olds, half.properties);
                    }
                    throw error;
                }
            },
            delete: (id, outputs) => {
                this.#letGoAll(deployment, keysOf(outputs));
                return alive(port.delete(id, outputs));
            },
        };
    }

    /** Checks the rules that hold after every step, however it ended. */
    expectRules({ isKilled = false, ran }: { isKilled?: boolean; ran?: Deployment } = {}): void {
        this.#readJournal();
        const live = new Set(this.live());
        const lost = [...this.#handedOut].filter(
            (id) => !live.has(id) && !this.#letGo.has(id) && !this.#deletedByHand.has(id),
        );
        expectNone("a key that a run reported as ready lives until its own state gives it up", lost);

        expectNone("a refresh drops no live key from the state", [...this.#forgottenAlive]);

        const notAccepted = this.#stored()
            .map(({ outputs }) => outputs)
            .filter(({ status }) => status === "ready")
            .filter(({ restEndpoint, apiKey }) => !this.#accepted.has(`${restEndpoint} ${apiKey}`));
        expectNone(
            "no key is ready in a state unless its endpoint has accepted it",
            notAccepted.map(({ apiKey, restEndpoint }) => `${apiKey} at ${restEndpoint}`),
        );

        if (ran && !isKilled) {
            const { engine, delivered } = ran.world;
            const held = new Set(engine.keys());
            const created = [...delivered].filter((id) => live.has(id));
            expectNone(
                "one process creates one key for one declared resource: other keys that it created are deleted or in the state",
                created.filter((id) => !held.has(id)),
            );
            const current = new Set(engine.stored().map(({ stored }) => stored.outputs.apiKey));
            const currents = created.filter((id) => current.has(id));
            if (currents.length > 1)
                expectNone("one process creates one key for one declared resource", currents);
        }
        if (isKilled) {
            for (const { id, description } of this.#unknown()) {
                if (!isUnfinished(description) && !this.#handedOut.has(id)) this.#lostAtCheckpoint.add(id);
            }
        }
        expectNone(
            "no plain secret outside the key's own fields",
            this.deployments.flatMap(({ world }) => world.leaks()),
        );
    }

    /** `rule`: the fault rule of the request during which the engine was killed. */
    expectNoWritesAfter(rule: string): void {
        const entries = this.organization.emulator.journal.entries();
        const death = entries.findIndex(({ fault }) => fault === rule);
        const later = death < 0 ? [] : entries.slice(death + 1);
        expectNone(
            "a provider whose engine has ended changes nothing",
            later.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
        );
    }

    /** No key that works is deleted for one that its region has never accepted. `live`: before the run. */
    expectProven({ world }: Deployment, live: readonly string[]): void {
        this.#readJournal();
        const now = new Set(this.live());
        const isAccepted = (id: string) => [...this.#accepted].some((pair) => pair.endsWith(` ${id}`));
        const gone = live.filter((id) => !now.has(id) && !this.#deletedByHand.has(id));
        const current = world.engine.current?.outputs.apiKey;
        if (current === undefined || isAccepted(String(current))) return;
        expectNone(
            "no key that works is deleted for one that its region has never accepted",
            gone.filter((id) => this.#handedOut.has(id) && isAccepted(id)),
        );
    }

    /** Checks the rules that hold at rest: every deployment has run and was refreshed without faults. */
    expectRest(warnings: readonly string[]): void {
        this.expectRules();
        const warningText = warnings.join("\n");
        const unknown = this.#unknown();
        expectNone(
            "at rest every live key with a tag is in a state, or retained, or named in a warning",
            unknown
                .filter(({ id }) => !warningText.includes(`Flink API key ${id}`) && !this.#retained.has(id))
                .filter((key) => this.#isLookedFor(key) || !this.#isExplained(key))
                .map(({ id, description }) => `${id} (${description})`),
        );
        expectNone(
            "a key outside every state was reported as ready, retained, or lost between the PATCH and the checkpoint",
            unknown
                .filter(({ id, description }) => {
                    const isExplained =
                        this.#handedOut.has(id) || this.#lostAtCheckpoint.has(id) || this.#retained.has(id);
                    return !isUnfinished(description) && !isExplained;
                })
                .map(({ id }) => id),
        );
        for (const { name, world } of this.deployments) {
            const current = world.engine.current;
            const key = world.keys().find(({ id }) => id === current?.outputs.apiKey);
            if (!key?.usable || current?.outputs.status !== "ready" || current.initErrors.length > 0) {
                throw new Error(`At rest, ${name} has no usable key: ${JSON.stringify(current?.outputs)}`);
            }
        }
    }

    /** The live keys of this history. */
    live(): string[] {
        return this.organization.keyIds().filter((id) => !this.#othersKeys.has(id));
    }

    /** Live keys with a tag that are in no state. */
    #unknown() {
        const known = new Set(this.deployments.flatMap(({ world }) => world.engine.keys()));
        return this.organization
            .keys()
            .filter(
                ({ id, description }) =>
                    !this.#othersKeys.has(id) && !known.has(id) && tagOf(description) !== undefined,
            );
    }

    #stored(): Stored[] {
        return this.deployments.flatMap(({ world }) => world.engine.stored().map(({ stored }) => stored));
    }

    #handOut(outputs: Properties): void {
        this.#handedOut.add(String(outputs.apiKey));
        // A key that was given up and is in a state again belongs to that state.
        this.#letGo.delete(String(outputs.apiKey));
    }

    #letGoAll(deployment: Deployment, keys: readonly string[]): void {
        for (const key of keys)
            if ((this.#adopters.get(key) ?? deployment) === deployment) {
                this.#letGo.add(key);
                this.#letGoNow.add(key);
            }
    }

    /** Whether a stack still looks for this tag in this region. After a rename or a move to another region, none does. */
    #isLookedFor({ description, region }: { description: string; region?: string }): boolean {
        return this.deployments.some(
            ({ declared }) => declared.tag === tagOf(description) && region === `aws.${declared.region}`,
        );
    }

    /** Left by a killed run, or dropped because its region rejected it (docs/guarantees.md). */
    #isExplained({ id, description }: { id: string; description: string }): boolean {
        const isHalfMade = isUnfinished(description) || this.#lostAtCheckpoint.has(id);
        return isHalfMade || this.#denied.has(id) || this.#halfAdopted.has(id);
    }

    #noteDenied(before: Properties, after: Properties): void {
        this.#readJournal();
        if (!this.#isDenying() || !this.#accepted.has(`${before.restEndpoint} ${before.apiKey}`)) return;
        const live = this.live();
        const dropped = after.status === "gone" ? [String(after.apiKey)] : missing(before, after);
        for (const id of dropped) if (live.includes(id)) this.#denied.add(id);
    }

    /** Whether a fault makes the regions return 401. */
    #isDenying(): boolean {
        return this.organization.emulator.faults
            .list()
            .some(({ action }) => "status" in action && action.status === 401);
    }

    /** A key that its region rejects after it has accepted it may be dropped: the fault simulates exactly this. */
    #noteForgotten({ apiKey, restEndpoint }: Properties): void {
        if (this.#denied.has(String(apiKey))) return;
        this.#readJournal();
        if (this.#isDenying() && this.#accepted.has(`${restEndpoint} ${apiKey}`)) return;
        this.#forgottenAlive.add(String(apiKey));
    }

    #readJournal(): void {
        const { journal, url } = this.organization.emulator;
        for (const { path, region, status, authorization } of journal.entries()) {
            const id = /^Basic (\w{16}):/.exec(authorization ?? "")?.[1];
            if (path.startsWith("/sql/") && status === 200 && id) {
                this.#accepted.add(`${url}/flink/${region} ${id}`);
            }
        }
        journal.clear();
    }
}

/** The result of `call`, or `Killed` as soon as the process is killed. */
async function orKilled<T>(call: Promise<T>, isDead: () => boolean): Promise<T> {
    let isOver = false;
    const death = async (): Promise<never> => {
        while (!isDead()) {
            if (isOver) return new Promise<never>(() => undefined);
            await new Promise((resolve) => setImmediate(resolve));
        }
        throw new Killed("kill -9");
    };
    try {
        return await Promise.race([call, death()]);
    } finally {
        isOver = true;
    }
}

/** The result of `call`, or `Killed` if the engine is gone by then: the provider went on, as far as it would. */
async function unheard<T>(call: Promise<T>, isDead: () => boolean): Promise<T> {
    const result = await call.then(
        (value) => () => value,
        (error) => () => {
            throw error;
        },
    );
    if (isDead()) throw new Killed("kill -9 of the engine");
    return result();
}

function keysOf({ apiKey, superseded = [] }: Properties): string[] {
    return [String(apiKey), ...(superseded as { apiKey: string }[]).map((key) => key.apiKey)];
}

function missing(before: Properties, after: Properties): string[] {
    const held = new Set(keysOf(after));
    return keysOf(before).filter((id) => !held.has(id));
}

/** The keys whose overlap has ended, and with an overlap of 0s also the current key. */
function endingNow(olds: Properties, news: Properties, nowMs: number): string[] {
    const overlap = parseDurationMs(news.overlap) ?? Number.NaN;
    const due = ((olds.superseded ?? []) as { apiKey: string; retireAt: string; supersededAt?: string }[])
        .filter(
            ({ retireAt, supersededAt }) =>
                Date.parse(retireAt) <= nowMs || Date.parse(supersededAt ?? "") + overlap <= nowMs,
        )
        .map(({ apiKey }) => apiKey);
    const rotates = olds.rotationTrigger !== news.rotationTrigger;
    return rotates && news.overlap === "0s" ? [...due, ...keysOf(olds)] : due;
}

function expectNone(rule: string, offenders: readonly string[]): void {
    if (offenders.length > 0) throw new Error(`Broken: ${rule}. ${offenders.join(", ")}`);
}
