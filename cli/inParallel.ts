/** Works on these items, at most `limit` at the same time. The results are in the order of the items. */
export async function inParallel<Item, Result>(
    items: readonly Item[],
    limit: number,
    work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
    const results: Result[] = new Array(items.length);
    const waiting = items.entries();
    const worker = async (): Promise<void> => {
        for (const [i, item] of waiting) results[i] = await work(item);
    };
    await Promise.all(Array.from({ length: limit }, worker));
    return results;
}
