import { isUnfinished, tagOf } from "../../provider/tag";

/** What a key's description says of where it came from, where this package made it. */
export interface KeyOrigin {
    /** `pcf-1f6a09c2d4e87b35`: the same for every key that one resource makes. */
    readonly tag: string;
    /** True: it was never handed out, as far as the description says. */
    readonly unfinished: boolean;
    /** `confluent-flink/prod`; undefined where the user wrote another description. */
    readonly stack: string | undefined;
}

/**
 * Takes `Pulumi confluent-flink/prod [pcf-1f6a09c2d4e87b35 unfinished]` apart. Undefined for a key that this package did
 * not make.
 */
export function readKeyDescription(description: string): KeyOrigin | undefined {
    const tag = tagOf(description);
    if (tag === undefined) return undefined;
    const stack = /^Pulumi ([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}) \[/.exec(description)?.[1];
    return { tag, unfinished: isUnfinished(description), stack };
}
