import type { DeclaredThing, EngineOperation, RecordedCall } from "./engineOperation";

/**
 * Calls in an order that is the same in each run. The engine deletes in no order what may be deleted at the same time:
 * such deletions are put in the order of their ids. Where an operation declares resources that do not depend on each
 * other, their calls mix as it happens: the calls of one resource stand together then.
 */
export function inStableOrder<Entry extends Pick<RecordedCall, "method" | "id" | "olds" | "news">>(
    calls: readonly Entry[],
    operation: EngineOperation,
): Entry[] {
    const isChain = operation.steps.every(({ program = [] }) =>
        program.every((thing, index) => index === 0 || dependenciesOf(thing).length > 0),
    );
    const ordered = isChain ? [...calls] : [...calls].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    for (let start = 0; start < ordered.length; start++) {
        const name = nameOf(ordered[start] as Entry);
        let end = start;
        while (ordered[end]?.method === "delete" && nameOf(ordered[end] as Entry) === name) end++;
        if (end === start) continue;
        const deletions = ordered.slice(start, end);
        // A deletion that is asked for again after a failure stays behind it.
        deletions.sort((a, b) => String(a.id).localeCompare(String(b.id)));
        ordered.splice(start, deletions.length, ...deletions);
        start = end - 1;
    }
    return ordered;
}

export function dependenciesOf({ noteFrom, options }: DeclaredThing): string[] {
    return [...(options?.dependsOn ?? []), ...(noteFrom === undefined ? [] : [noteFrom])];
}

function nameOf({ olds, news }: Pick<RecordedCall, "olds" | "news">): string {
    return String(news?.name ?? olds?.name);
}
