/**
 * What is concluded about a key that Confluent Cloud answers 403 or 404 for. `listed`: it lives, and the caller may see
 * it. `accepted`: its region accepts it, so it lives, and the caller is not allowed to see it. `gone` is proven.
 * `unproven`: nothing that was asked says for certain.
 */
export type Fate = "gone" | "listed" | "accepted" | "unproven";

/** What was asked about a key, and what came back. */
export interface Facts {
    /** `GET /iam/v2/api-keys/{id}`: 200, or 403 and 404, which mean gone, not permitted or not synchronised yet. */
    readonly byId: "shown" | "refused";
    /** Whether the list of the owner's keys has the key. */
    readonly inList: boolean;
    /**
     * Why the list would show the key if it lived. `other key`: it shows another one of this owner. `owner`: the caller may see
     * the owner, though perhaps not its keys. `owner gone`: the environment can be seen and the owner cannot.
     * `superseding key`: it shows the key that took over, or that one is proven gone. `nothing`: it may hide keys.
     */
    readonly listShowsKeys: "other key" | "owner" | "owner gone" | "superseding key" | "nothing";
    /**
     * The region's Flink endpoint, asked with the key: `accepts` 200; `knows` 403, the owner lacks a role; `refuses` 401. `silent`:
     * not asked, out of reach, or an answer that is not Confluent's own (a proxy's 403).
     */
    readonly region: "accepts" | "knows" | "refuses" | "silent";
    /** The same endpoint has accepted the key before. */
    readonly hadAccepted: boolean;
    /** Confluent Cloud's clock now and when the key was made; undefined where one of the two is not known. */
    readonly ageMs: number | undefined;
    /** How long this question has been asked, from just after the request that was answered 403 or 404. */
    readonly waitedMs: number;
}

/** A list shows a change within seconds, in both directions; so long nothing is concluded from it alone. */
export const listLagMs = 30_000;
/** A region may go on accepting a deleted key for so long. */
export const revocationMs = 30_000;
/** A key that no region has accepted yet may be on its way to region and list alike until it is so old. */
export const settlingMs = 60_000;

interface Row {
    readonly when: (facts: Facts) => boolean;
    /** `ask again`: it is too early to tell. */
    readonly proves: Fate | "ask again";
    readonly because: string;
}

/**
 * Read from the top: the first row that fits decides (docs/decisions/006-absence.md). Each answer is evidence under
 * its condition only.
 */
export const table: readonly Row[] = [
    {
        when: (f) => f.byId === "shown",
        proves: "listed",
        because: "the key itself was read",
    },
    {
        when: (f) => ["accepts", "knows"].includes(f.region) && !f.inList && f.waitedMs < revocationMs,
        proves: "ask again",
        because: "a region goes on accepting a deleted key for some seconds",
    },
    {
        when: (f) => ["accepts", "knows"].includes(f.region) && !f.inList,
        proves: "accepted",
        because: "the region knows the key for longer than a deleted one",
    },
    {
        when: (f) => f.inList && f.waitedMs < listLagMs,
        proves: "ask again",
        because: "a list may show a deleted key for some seconds",
    },
    {
        when: (f) => f.inList,
        proves: "listed",
        because: "the list shows the key for longer than a deleted one",
    },
    {
        when: (f) => f.region === "refuses" && f.hadAccepted,
        proves: "gone",
        because: "an endpoint that accepted the key does not know it any more",
    },
    {
        when: (f) => f.ageMs !== undefined && f.ageMs < settlingMs && f.waitedMs < settlingMs,
        proves: "ask again",
        because: "a young key may be missing from region and list because it has not arrived",
    },
    {
        when: (f) => f.listShowsKeys === "other key" || f.listShowsKeys === "superseding key",
        proves: "gone",
        because: "the list shows this owner's keys, and not this one",
    },
    {
        when: (f) => f.listShowsKeys === "owner gone",
        proves: "gone",
        because: "an owner takes its keys along",
    },
    {
        when: (f) => f.listShowsKeys === "owner" && f.hadAccepted,
        proves: "gone",
        because: "the caller may see the owner, and no key of it; the region could not be asked",
    },
];

/** What the facts prove. */
export function judge(facts: Facts): Fate | "ask again" {
    return table.find(({ when }) => when(facts))?.proves ?? "unproven";
}
