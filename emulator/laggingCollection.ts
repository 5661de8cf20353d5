import type { MovableClock } from "./clock";
import { Collection, type Entry } from "./collection";

/** An item as it was before a change; undefined where it did not exist. */
interface Change<T> {
    readonly atMs: number;
    readonly id: string;
    readonly before: Entry<T> | undefined;
}

/**
 * A collection whose list lags behind by some seconds, as in a distributed service: the list does not show what was added,
 * changed or deleted since. `get` always returns the current item.
 */
export class LaggingCollection<T extends { readonly id: string }> extends Collection<T> {
    /** How far the list is behind. May change at any time. */
    lagMs = 0;
    /** How long `recentlyDeleted` still returns a deleted item. */
    revocationMs = 0;
    #changes: Change<T>[] = [];

    constructor(readonly clock: MovableClock) {
        super();
    }

    override add(item: T): T {
        this.#remember(item.id, undefined);
        return super.add(item);
    }

    override delete(id: string): void {
        this.#remember(id, this.entry(id));
        super.delete(id);
    }

    /** Changes an item in place. */
    change(item: T, changes: Partial<T>): void {
        const entry = this.entry(item.id);
        this.#remember(item.id, entry && { ...entry, item: { ...item } });
        Object.assign(item, changes);
    }

    /** The items as a list shows them now. */
    listed(): Entry<T>[] {
        const entries = new Map(this.entries().map((entry) => [entry.item.id, entry]));
        for (const { id, before } of this.#since(this.lagMs)) {
            if (before) entries.set(id, before);
            else entries.delete(id);
        }
        return [...entries.values()].sort((a, b) => a.sequence - b.sequence);
    }

    /** An item that was deleted within the last `revocationMs`. */
    recentlyDeleted(id: string): T | undefined {
        if (this.has(id)) return undefined;
        return this.#since(this.revocationMs).find((change) => change.id === id && change.before)?.before
            ?.item;
    }

    /** The changes of the last `ms`, newest first. */
    #since(ms: number): Change<T>[] {
        const fromMs = this.clock.now() - ms;
        return this.#changes.filter(({ atMs }) => atMs > fromMs).reverse();
    }

    /** Nothing is kept for longer than a list or an endpoint lags behind. */
    #remember(id: string, before: Entry<T> | undefined): void {
        const now = this.clock.now();
        const fromMs = now - Math.max(this.lagMs, this.revocationMs);
        this.#changes = [...this.#changes, { atMs: now, id, before }].filter(({ atMs }) => atMs > fromMs);
    }
}
