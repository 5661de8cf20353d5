import type { RegionAnswer } from "./probe";

/**
 * The conclusion about a key for which Confluent Cloud answers 403 or 404. `listed`: it exists, and the caller may see it.
 * `accepted`: it exists, because its region accepts it, but the caller may not see it. `gone`: it is proven gone. `unknown`:
 * the answers prove neither.
 */
export type Existence = "gone" | "listed" | "accepted" | "unknown";

export interface Facts {
    /** `GET /iam/v2/api-keys/{id}`: 200, or 403 or 404, which can mean gone, not permitted, or not synchronised yet. */
    readonly byId: "shown" | "refused";
    readonly inList: boolean;
    /**
     * Why the list would show the key if it existed. `other key`: it shows another key of this owner in this environment. `owner
     * gone`: the caller can see the environment but not the owner. `superseding key`: it shows the key that replaced this one, or
     * that key is proven gone. `nothing`: the list may hide keys, or is that of another organization.
     */
    readonly listShowsKeys: "other key" | "owner gone" | "superseding key" | "nothing";
    /** The answer of the region to the key. `silent`: not asked, or it said nothing about the key, however often it was asked. */
    readonly region: RegionAnswer;
    /** The same endpoint has accepted the key before. */
    readonly hadAccepted: boolean;
    /** Age of the key by Confluent Cloud's clock; undefined if it is not known. */
    readonly ageMs: number | undefined;
    /** Time since the request that was answered 403 or 404. */
    readonly waitedMs: number;
}

/** A list shows a new or deleted key after some seconds. Until then it proves nothing by itself. */
export const listLagMs = 30_000;
/** How long a region may go on accepting a deleted key. */
export const revocationMs = 30_000;
/** Until this age, a key that its region has not accepted yet may not have reached region and list. */
export const settlingMs = 60_000;

interface Row {
    readonly when: (facts: Facts) => boolean;
    /** `ask again`: too early to conclude. */
    readonly conclusion: Existence | "ask again";
    readonly because: string;
}

/** The first row whose condition holds decides (docs/decisions/006-absence.md). */
export const table: readonly Row[] = [
    {
        when: (f) => f.byId === "shown",
        conclusion: "listed",
        because: "the key itself was read",
    },
    {
        when: (f) => ["accepts", "knows"].includes(f.region) && !f.inList && f.waitedMs < revocationMs,
        conclusion: "ask again",
        because: "a region goes on accepting a deleted key for some seconds",
    },
    {
        when: (f) => ["accepts", "knows"].includes(f.region) && !f.inList,
        conclusion: "accepted",
        because: "the region has known the key for longer than it would know a deleted one",
    },
    {
        when: (f) => f.inList && f.waitedMs < listLagMs,
        conclusion: "ask again",
        because: "a list may show a deleted key for some seconds",
    },
    {
        when: (f) => f.inList,
        conclusion: "listed",
        because: "the list has shown the key for longer than it would show a deleted one",
    },
    {
        when: (f) => f.region === "refuses" && f.hadAccepted,
        conclusion: "gone",
        because: "an endpoint that accepted the key no longer knows it",
    },
    {
        when: (f) => f.ageMs !== undefined && f.ageMs < settlingMs && f.waitedMs < settlingMs,
        conclusion: "ask again",
        because: "a new key may not have reached region and list yet",
    },
    {
        when: (f) => f.listShowsKeys === "other key" || f.listShowsKeys === "superseding key",
        conclusion: "gone",
        because: "the list shows this owner's keys in this environment, and not this one",
    },
    {
        when: (f) => f.listShowsKeys === "owner gone" && f.region === "refuses",
        conclusion: "gone",
        because: "the keys of a deleted owner are deleted with it, and the region does not know this one",
    },
];

export function existenceFrom(facts: Facts): Existence | "ask again" {
    return table.find(({ when }) => when(facts))?.conclusion ?? "unknown";
}
