// The table of what proves what, row by row and with each condition taken away. Not proven here: that Confluent Cloud
// answers as the table takes it to.
import { existenceFrom, type Facts, listLagMs, revocationMs, settlingMs } from "../../provider/evidence";

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

const found = (changes: Partial<Facts>) => existenceFrom({ ...nothingKnown, ...changes });

describe("existenceFrom", () => {
    it("proves nothing by 403 and 404 alone, however long it asks", () => {
        expect(found({})).toBe("unknown");
        expect(found({ waitedMs: 3_600_000 })).toBe("unknown");
        expect(found({ hadAccepted: false, waitedMs: 3_600_000 })).toBe("unknown");
    });

    it("trusts an answer of the key itself more than all others", () => {
        expect(found({ byId: "shown", region: "refuses", listShowsKeys: "other key" })).toBe("listed");
    });

    it("treats a 401 as proof of absence only from an endpoint that has accepted the key", () => {
        expect(found({ region: "refuses" })).toBe("gone");
        expect(found({ region: "refuses", hadAccepted: false })).toBe("unknown");
        const neverAccepted = { region: "refuses", hadAccepted: false } as const;
        expect(found({ ...neverAccepted, listShowsKeys: "owner gone" })).toBe("gone");
    });

    it("waits for a region that can still accept a deleted key", () => {
        for (const region of ["accepts", "knows"] as const) {
            expect(found({ region, waitedMs: revocationMs - 1 })).toBe("ask again");
            expect(found({ region, waitedMs: revocationMs })).toBe("accepted");
        }
    });

    it("waits for a list that can still show a deleted key", () => {
        expect(found({ inList: true, region: "refuses", waitedMs: listLagMs - 1 })).toBe("ask again");
        expect(found({ inList: true, region: "refuses", waitedMs: listLagMs })).toBe("listed");
        expect(found({ inList: true, region: "accepts", waitedMs: 0 })).toBe("ask again");
        expect(found({ inList: true, region: "accepts", waitedMs: listLagMs })).toBe("listed");
    });

    it("waits for a young key that list and region may not know yet", () => {
        const young = { ageMs: settlingMs - 1, listShowsKeys: "other key" } as const;
        expect(found({ ...young, hadAccepted: false, region: "refuses" })).toBe("ask again");
        expect(found({ ...young, hadAccepted: true })).toBe("ask again");
        expect(found({ ...young, ageMs: settlingMs, hadAccepted: false, region: "refuses" })).toBe("gone");
        expect(found({ ...young, ageMs: undefined })).toBe("gone");
        // A clock that stands still is no reason to ask for ever.
        expect(found({ ...young, waitedMs: settlingMs })).toBe("gone");
    });

    it.each([
        ["other key", true, "gone"],
        ["other key", false, "gone"],
        ["superseding key", true, "gone"],
        ["owner gone", true, "unknown"],
        ["owner gone", false, "unknown"],
        ["nothing", true, "unknown"],
        ["nothing", false, "unknown"],
    ] as const)(
        "without an answer of the region, reads a list that shows %s (accepted before: %s) as %s",
        (listShowsKeys, hadAccepted, existence) => {
            expect(found({ listShowsKeys, hadAccepted })).toBe(existence);
        },
    );
});
