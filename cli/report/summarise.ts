import { type Concern, concernsOf } from "./concerns";
import { type KeyRow, type KeyStatus, placeOf, type Summary } from "./report";

/** Counts keys by status and by concern. */
export function summarise(keys: readonly KeyRow[], ageLimitSeconds: number): Summary {
    const live = keys.filter((key) => key.live);
    const found = keys.flatMap((key) => concernsOf(key, ageLimitSeconds));
    const withStatus = (status: KeyStatus, among: readonly KeyRow[] = live): number =>
        among.filter((key) => key.status === status).length;
    const unseen = keys.filter((key) => !key.live && key.status === "unknown").length;
    const withConcern = (concern: Concern): number => found.filter((one) => one === concern).length;
    return {
        live: live.length,
        managed: withStatus("managed"),
        superseded: withStatus("superseded"),
        stray: withStatus("stray"),
        elsewhere: withStatus("elsewhere"),
        unmanaged: withStatus("unmanaged"),
        unknown: withStatus("unknown", keys),
        missing: keys.length - live.length - unseen,
        unseen,
        overdue: withConcern("overdue"),
        drift: withConcern("drift"),
        unready: withConcern("unready"),
        roleless: withConcern("roleless"),
        supersededInUse: withConcern("supersededInUse"),
        orgadmin: withConcern("orgadmin"),
        unrotated: withConcern("unrotated"),
        overage: withConcern("overage"),
        scopes: new Set(live.map(placeOf)).size,
    };
}
