// The table of what proves what, row by row and with each condition taken away. Not proven here: that Confluent Cloud
// answers as the table takes it to.
import { type Facts, judge, listLagMs, revocationMs, settlingMs } from "../../provider/evidence";

/** An old key that its region has accepted, for which nothing speaks any more. */
const nothingKnown: Facts = {
    byId: "refused",
    inList: false,
    listShowsKeys: "nothing",
    region: "silent",
    hadAccepted: true,
    ageMs: 30 * 86_400_000,
    waitedMs: 0,
};

const judged = (changes: Partial<Facts>) => judge({ ...nothingKnown, ...changes });

describe("judge", () => {
    it("proves nothing by 403 and 404 alone, however long it asks", () => {
        expect(judged({})).toBe("unproven");
        expect(judged({ waitedMs: 3_600_000 })).toBe("unproven");
        expect(judged({ hadAccepted: false, waitedMs: 3_600_000 })).toBe("unproven");
    });

    it("believes the key itself against all else", () => {
        expect(judged({ byId: "shown", region: "refuses", listShowsKeys: "other key" })).toBe("listed");
    });

    it("takes a 401 for proof of absence only from an endpoint that has accepted the key", () => {
        expect(judged({ region: "refuses" })).toBe("gone");
        expect(judged({ region: "refuses", hadAccepted: false })).toBe("unproven");
        const neverAccepted = { region: "refuses", hadAccepted: false } as const;
        expect(judged({ ...neverAccepted, listShowsKeys: "owner gone" })).toBe("gone");
    });

    it("waits for a region that may still accept a deleted key", () => {
        for (const region of ["accepts", "knows"] as const) {
            expect(judged({ region, waitedMs: revocationMs - 1 })).toBe("ask again");
            expect(judged({ region, waitedMs: revocationMs })).toBe("accepted");
        }
    });

    it("waits for a list that may still show a deleted key", () => {
        expect(judged({ inList: true, region: "refuses", waitedMs: listLagMs - 1 })).toBe("ask again");
        expect(judged({ inList: true, region: "refuses", waitedMs: listLagMs })).toBe("listed");
        expect(judged({ inList: true, region: "accepts", waitedMs: 0 })).toBe("ask again");
        expect(judged({ inList: true, region: "accepts", waitedMs: listLagMs })).toBe("listed");
    });

    it("waits for a young key that list and region may not know yet, accepted before or not", () => {
        const young = { ageMs: settlingMs - 1, listShowsKeys: "other key" } as const;
        expect(judged({ ...young, hadAccepted: false, region: "refuses" })).toBe("ask again");
        expect(judged({ ...young, hadAccepted: true })).toBe("ask again");
        expect(judged({ ...young, ageMs: settlingMs, hadAccepted: false, region: "refuses" })).toBe("gone");
        expect(judged({ ...young, ageMs: undefined })).toBe("gone");
        // A clock that stands still is no reason to ask for ever.
        expect(judged({ ...young, waitedMs: settlingMs })).toBe("gone");
    });

    it.each([
        ["other key", true, "gone"],
        ["other key", false, "gone"],
        ["superseding key", true, "gone"],
        ["owner gone", true, "unproven"],
        ["owner gone", false, "unproven"],
        ["nothing", true, "unproven"],
        ["nothing", false, "unproven"],
    ] as const)(
        "with a region that says nothing, takes a list that shows %s (accepted before: %s) for %s",
        (listShowsKeys, hadAccepted, fate) => {
            expect(judged({ listShowsKeys, hadAccepted })).toBe(fate);
        },
    );
});
