/** Resources of one kind in the order of their creation. Page tokens refer to their sequence numbers. */
export class Collection<T extends { readonly id: string }> {
    readonly #items = new Map<string, { sequence: number; item: T }>();
    #sequence = 0;

    add(item: T): T {
        this.#sequence += 1;
        this.#items.set(item.id, { sequence: this.#sequence, item });
        return item;
    }

    get(id: string): T | undefined {
        return this.#items.get(id)?.item;
    }

    has(id: string): boolean {
        return this.#items.has(id);
    }

    delete(id: string): void {
        this.#items.delete(id);
    }

    deleteWhere(matches: (item: T) => boolean): void {
        for (const item of this.values()) {
            if (matches(item)) this.#items.delete(item.id);
        }
    }

    values(): T[] {
        return [...this.#items.values()].map(({ item }) => item);
    }

    /** The items after this sequence number; 0 returns all of them. */
    after(sequence: number): { sequence: number; item: T }[] {
        return [...this.#items.values()].filter((entry) => entry.sequence > sequence);
    }

    find(matches: (item: T) => boolean): T | undefined {
        return this.values().find(matches);
    }

    count(matches: (item: T) => boolean): number {
        return this.values().filter(matches).length;
    }
}
