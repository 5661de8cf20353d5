/** An item with its place in the order of creation. */
export interface Entry<T> {
    readonly sequence: number;
    readonly item: T;
}

/** Resources of one kind in the order of their creation. Page tokens refer to their sequence numbers. */
export class Collection<T extends { readonly id: string }> {
    readonly #items = new Map<string, Entry<T>>();
    #sequence = 0;

    add(item: T): T {
        this.#sequence += 1;
        this.#items.set(item.id, { sequence: this.#sequence, item });
        return item;
    }

    get(id: string): T | undefined {
        return this.entry(id)?.item;
    }

    protected entry(id: string): Entry<T> | undefined {
        return this.#items.get(id);
    }

    has(id: string): boolean {
        return this.#items.has(id);
    }

    delete(id: string): void {
        this.#items.delete(id);
    }

    deleteWhere(matches: (item: T) => boolean): void {
        for (const item of this.values()) {
            if (matches(item)) this.delete(item.id);
        }
    }

    values(): T[] {
        return [...this.#items.values()].map(({ item }) => item);
    }

    /** For a list: the items that match. */
    entries(matches: (item: T) => boolean = () => true): Entry<T>[] {
        return [...this.#items.values()].filter(({ item }) => matches(item));
    }

    find(matches: (item: T) => boolean): T | undefined {
        return this.values().find(matches);
    }

    count(matches: (item: T) => boolean): number {
        return this.values().filter(matches).length;
    }
}
