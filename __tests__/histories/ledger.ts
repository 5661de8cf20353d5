import ms, { type StringValue } from "ms";
import { isUnfinished, tagOf } from "../../provider/tag";
import { initFailureOf, type Properties, type ProviderPort } from "../provider/providerPort";
import { Killed, type Stored } from "../provider/simulatedEngine";
import type { World } from "../provider/world";

/** A stack: its state, what its program declares, and how the organization looks from there. */
export interface Deployment {
    readonly name: string;
    readonly world: World;
    /** What its program declares now. */
    readonly declared: { readonly tag: string; readonly region: string };
}

/** What became of keys in a history, written down as it happens, and the rules that it is held against. */
export class Ledger {
    /** Keys that a run has reported success with, so that somebody may use them. */
    readonly #handedOut = new Set<string>();
    /** Keys that a state which held them has let go, or was about to when its run was killed. */
    readonly #letGo = new Set<string>();
    readonly #deletedByHand = new Set<string>();
    /** Keys that lost their mark in a run that was killed before its checkpoint. */
    readonly #lostAtCheckpoint = new Set<string>();
    /** Keys that a refresh took out of the state although they live. */
    readonly #forgottenAlive = new Set<string>();
    /** Live keys that an update took for gone, for their region denied them after it had accepted them. */
    readonly #denied = new Set<string>();
    /** Keys that the engine was told to forget: retained, or in a state that was lost or replaced by a backup. */
    readonly #retained = new Set<string>();
    /** `endpoint key` where that endpoint has answered 200 to that key. */
    readonly #accepted = new Set<string>();
    readonly #othersKeys: ReadonlySet<string>;

    constructor(
        readonly organization: World,
        readonly deployments: readonly Deployment[],
    ) {
        this.#othersKeys = new Set(organization.keyIds());
    }

    /** What a state held before something, and does not hold any more without having let it go. */
    retained(before: readonly string[], { world }: Deployment): void {
        const held = new Set(world.engine.keys());
        for (const id of before) if (!held.has(id) && !this.#letGo.has(id)) this.#retained.add(id);
    }

    deletedByHand(id: string): void {
        this.#deletedByHand.add(id);
    }

    wasDeletedByHand(id: string): boolean {
        return this.#deletedByHand.has(id);
    }

    /** `port`, with what it does written down. */
    watch({ world }: Deployment, port: ProviderPort, isDead?: () => boolean): ProviderPort {
        const alive = <T>(call: Promise<T>): Promise<T> => (isDead ? orKilled(call, isDead) : call);
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
                const made = await alive(port.create(inputs));
                this.#handOut(made.outputs);
                return made;
            },
            update: async (id, olds, news) => {
                // Should the run be killed, these may be gone without the state having learnt of it.
                this.#letGoAll(endingNow(olds, news, world.clock.now()));
                try {
                    const updated = await alive(port.update(id, olds, news));
                    this.#letGoAll(missing(olds, updated.outputs));
                    this.#noteDenied(olds, updated.outputs);
                    this.#handOut(updated.outputs);
                    return updated;
                } catch (error) {
                    const half = initFailureOf(error);
                    if (half) {
                        this.#letGoAll(missing(olds, half.properties));
                        this.#noteDenied(olds, half.properties);
                    }
                    throw error;
                }
            },
            delete: (id, outputs) => {
                this.#letGoAll(keysOf(outputs));
                return alive(port.delete(id, outputs));
            },
        };
    }

    /** The rules that hold after every step, however it ended. */
    expectRules({ isKilled = false, ran }: { isKilled?: boolean; ran?: Deployment } = {}): void {
        this.#readJournal();
        const live = new Set(this.live());
        const cutOff = [...this.#handedOut].filter(
            (id) => !live.has(id) && !this.#letGo.has(id) && !this.#deletedByHand.has(id),
        );
        expectNone("a key that a run handed out lives until its own state lets it go", cutOff);

        expectNone("a refresh takes no live key out of the state", [...this.#forgottenAlive]);

        const untrue = this.#stored()
            .map(({ outputs }) => outputs)
            .filter(({ readiness }) => readiness === "ready")
            .filter(({ restEndpoint, apiKey }) => !this.#accepted.has(`${restEndpoint} ${apiKey}`));
        expectNone(
            "no state says ready of a key that its endpoint never accepted",
            untrue.map(({ apiKey, restEndpoint }) => `${apiKey} at ${restEndpoint}`),
        );

        if (ran && !isKilled) {
            const { engine, delivered } = ran.world;
            const held = new Set(engine.keys());
            const minted = [...delivered].filter((id) => live.has(id));
            expectNone(
                "one process mints one key for one declared resource: others it made are removed or in the state",
                minted.filter((id) => !held.has(id)),
            );
            const current = new Set(engine.stored().map(({ stored }) => stored.outputs.apiKey));
            const currents = minted.filter((id) => current.has(id));
            if (currents.length > 1)
                expectNone("one process mints one key for one declared resource", currents);
        }
        if (isKilled) {
            for (const { id, description } of this.#unknown()) {
                if (!isUnfinished(description) && !this.#handedOut.has(id)) this.#lostAtCheckpoint.add(id);
            }
        }
        expectNone(
            "no secret in clear",
            this.deployments.flatMap(({ world }) => world.leaks()),
        );
    }

    /** What holds at rest, when every deployment has run and was refreshed without any disturbance. */
    expectRest(warnings: readonly string[]): void {
        this.expectRules();
        const said = warnings.join("\n");
        const unknown = this.#unknown();
        expectNone(
            "at rest every live tagged key is in a state, or retained, or named in a warning",
            unknown
                .filter(({ id }) => !said.includes(`Flink API key ${id}`) && !this.#retained.has(id))
                .filter((key) => this.#isLookedFor(key) || !this.#isExplained(key))
                .map(({ id, description }) => `${id} (${description})`),
        );
        expectNone(
            "a key that is left behind was handed out, retained, or lost between the PATCH and the checkpoint",
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
            if (!key?.usable || current?.outputs.readiness !== "ready" || current.initErrors.length > 0) {
                throw new Error(`At rest, ${name} has no usable key: ${JSON.stringify(current?.outputs)}`);
            }
        }
    }

    /** Keys of this history that live now. */
    live(): string[] {
        return this.organization.keyIds().filter((id) => !this.#othersKeys.has(id));
    }

    /** Live keys with a tag that no state knows. */
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
        // What was let go once, and is in a state again, is that state's.
        this.#letGo.delete(String(outputs.apiKey));
    }

    #letGoAll(keys: readonly string[]): void {
        for (const key of keys) this.#letGo.add(key);
    }

    /** Renamed or moved to another region since, with no state that knows: nobody looks for this tag there any more. */
    #isLookedFor({ description, region }: { description: string; region?: string }): boolean {
        return this.deployments.some(
            ({ declared }) => declared.tag === tagOf(description) && region === `aws.${declared.region}`,
        );
    }

    /** Left by a run that was killed, or dropped because its region denied it (docs/guarantees.md, "What is left"). */
    #isExplained({ id, description }: { id: string; description: string }): boolean {
        return isUnfinished(description) || this.#lostAtCheckpoint.has(id) || this.#denied.has(id);
    }

    #noteDenied(before: Properties, after: Properties): void {
        this.#readJournal();
        if (!this.#isDenying() || !this.#accepted.has(`${before.restEndpoint} ${before.apiKey}`)) return;
        const live = this.live();
        const dropped = after.readiness === "gone" ? [String(after.apiKey)] : missing(before, after);
        for (const id of dropped) if (live.includes(id)) this.#denied.add(id);
    }

    /** A fault has the regions answer 401. */
    #isDenying(): boolean {
        return this.organization.emulator.faults
            .list()
            .some(({ action }) => "status" in action && action.status === 401);
    }

    /** A region that denies a key which it accepted before is believed: that is what the fault is there for. */
    #noteForgotten({ apiKey, restEndpoint }: Properties): void {
        if (this.#denied.has(String(apiKey))) return;
        this.#readJournal();
        if (this.#isDenying() && this.#accepted.has(`${restEndpoint} ${apiKey}`)) return;
        this.#forgottenAlive.add(String(apiKey));
    }

    #readJournal(): void {
        const { journal, url } = this.organization.emulator;
        for (const { path, status, authorization } of journal.entries()) {
            const id = /^Basic (\w{16}):/.exec(authorization ?? "")?.[1];
            if (path.startsWith("/sql/") && status === 200 && id) this.#accepted.add(`${url} ${id}`);
        }
        journal.clear();
    }
}

/** What `call` comes to, or `Killed` as soon as the process is dead. */
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

function keysOf({ apiKey, superseded = [] }: Properties): string[] {
    return [String(apiKey), ...(superseded as { apiKey: string }[]).map((key) => key.apiKey)];
}

function missing(before: Properties, after: Properties): string[] {
    const held = new Set(keysOf(after));
    return keysOf(before).filter((id) => !held.has(id));
}

/** Keys whose overlap is over, and with an overlap of nothing the current one. */
function endingNow(olds: Properties, news: Properties, nowMs: number): string[] {
    const overlap = ms(String(news.overlap) as StringValue);
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
