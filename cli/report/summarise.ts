import { concerns, concernsOf } from "./concerns";
import { type Concern, type KeyRow, type KeyStatus, placeOf, type Summary } from "./report";

/** Counts keys by status and by concern. */
export function summarise(keys: readonly KeyRow[], ageLimitSeconds: number): Summary {
    const live = keys.filter((key) => key.live);
    const found = keys.flatMap((key) => concernsOf(key, ageLimitSeconds));
    const withStatus = (status: KeyStatus, among: readonly KeyRow[] = live): number =>
        among.filter((key) => key.status === status).length;
    const unseen = keys.filter((key) => !key.live && key.status === "unknown").length;
    const counts = concerns.map((concern) => [concern, found.filter((one) => one === concern).length]);
    return {
        live: live.length,
        managed: withStatus("managed"),
        superseded: withStatus("superseded"),
        elsewhere: withStatus("elsewhere"),
        unmanaged: withStatus("unmanaged"),
        unknown: withStatus("unknown", keys),
        missing: keys.length - live.length - unseen,
        unseen,
        ...(Object.fromEntries(counts) as Record<Concern, number>),
        scopes: new Set(live.map(placeOf)).size,
    };
}
