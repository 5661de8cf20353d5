import { isUnfinished, tagOf } from "../../provider/tag";

/** What the description of a key shows about its origin, if this package created it. */
export interface KeyOrigin {
    /** `pcf-1f6a09c2d4e87b35`: the same for all keys of one resource. */
    readonly tag: string;
    /** True: the mark in the description says that no run has finished the key. */
    readonly unfinished: boolean;
    /** `confluent-flink/prod`; undefined if the user set another description. */
    readonly stack: string | undefined;
}

/**
 * Parses `Pulumi confluent-flink/prod [pcf-1f6a09c2d4e87b35 unfinished]`. Undefined for a key that this
 * package did not create.
 */
export function readKeyDescription(description: string): KeyOrigin | undefined {
    const tag = tagOf(description);
    if (tag === undefined) return undefined;
    const stack = /^Pulumi ([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}) \[/.exec(description)?.[1];
    return { tag, unfinished: isUnfinished(description), stack };
}
