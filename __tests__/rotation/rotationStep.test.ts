// What a run does about rotation, as a function of state, inputs and time. Not proven here: that it is done.
import { Secret } from "../../confluent/secret";
import type { KeyInputs } from "../../provider/keyInputs";
import { keyScope } from "../../provider/keyScope";
import type { KeyState, SupersededKey } from "../../provider/keyState";
import { dueKey, followOverlap, rotationStep } from "../../provider/rotation";

const at = (text: string): number => Date.parse(text);

function state(changes: Partial<KeyState> = {}): KeyState {
    return {
        owner: "sa-111aaa",
        scope: keyScope("env-abc123", ["aws.us-east-2"], false),
        endpoints: { "aws.us-east-2": { restEndpoint: "https://flink.example", setting: "public" } },
        displayName: "orders",
        description: "",
        tag: undefined,
        adoption: undefined,
        organizationId: undefined,
        rotationTrigger: "2026-05-03",
        apiKey: "CURRENT",
        apiSecret: new Secret("SENTINEL"),
        createdAt: "2026-05-03T00:10:00Z",
        status: "ready",
        superseded: [],
        ...changes,
    };
}

function step(rotationTrigger: string | undefined, of: Partial<KeyState> = {}, overlap = "7d"): string {
    const inputs = { overlap, ...(rotationTrigger !== undefined && { rotationTrigger }) };
    // A run deletes one key that is due, unless the overlap is 0s: then the current one goes.
    const goes = overlap !== "0s" && dueKey(state(of), at("2026-08-02")) !== undefined ? 1 : 0;
    return rotationStep(state(of), inputs as KeyInputs, (of.superseded?.length ?? 0) - goes);
}

const supersededAt = "2026-07-25T00:00:00Z";
const open: SupersededKey = { apiKey: "OPEN", retireAt: "2026-08-05T00:00:00Z", supersededAt };
const due: SupersededKey = { apiKey: "DUE", retireAt: "2026-08-01T00:00:00Z", supersededAt };

describe("rotationStep", () => {
    it("does nothing while the trigger stays as it is", () => {
        expect(step("2026-05-03")).toBe("none");
        expect(step(undefined, { rotationTrigger: undefined })).toBe("none");
    });

    it("rotates when a window has begun since the key was made", () => {
        expect(step("2026-08-01")).toBe("now");
        expect(step("2026-08-01T12:00:00Z", { rotationTrigger: "2026-08-01T00:00:00Z" })).toBe("now");
    });

    it("rotates when a text is new, whatever the window", () => {
        expect(step("2026-05-03 + leak")).toBe("now");
        expect(step("2026-05-03 + second leak", { rotationTrigger: "2026-05-03 + leak" })).toBe("now");
        expect(step("v2", { rotationTrigger: "v1" })).toBe("now");
        expect(step("2026-05-03 leak", { rotationTrigger: "2026-05-02 leak" })).toBe("now");
    });

    it("rotates once for each text: a text that joins others or leaves them replaces no key again", () => {
        const held = (rotationTrigger: string) => ({ rotationTrigger });
        expect(step("file + by hand", held("file"))).toBe("now");
        expect(step("file", held("file + by hand"))).toBe("record");
        expect(step("2026-05-03 + file", held("2026-05-03 + file + by hand"))).toBe("record");
        expect(step("2026-05-03 + file + again", held("2026-05-03 + file + by hand"))).toBe("now");
        expect(step("by hand + file", held("file + by hand"))).toBe("none");
    });

    it.each(["leak 2", "leak-1", "rotate 5"])(
        "rotates by the first text, though %j would pass for a date",
        (t) => {
            expect(step(t, { rotationTrigger: undefined })).toBe("now");
        },
    );

    it("leaves a key that is younger than its window when rotation is switched on or its schedule changes", () => {
        expect(step("2026-05-01", { rotationTrigger: undefined })).toBe("record");
        expect(step("2026-05-01")).toBe("none");
        expect(step("2026-04-01T06:00:00Z")).toBe("none");
    });

    it("takes a key for one of its window when the two clocks differ by minutes", () => {
        const made = (createdAt: string) => step("2026-08-01", { rotationTrigger: undefined, createdAt });
        expect(made("2026-07-31T23:56:00Z")).toBe("record");
        expect(made("2026-07-31T23:54:00Z")).toBe("now");
    });

    it("rotates an older key when rotation is switched on", () => {
        expect(step("2026-08-01", { rotationTrigger: undefined })).toBe("now");
        expect(step("2026-08-01", { rotationTrigger: undefined, createdAt: "unknown" })).toBe("now");
    });

    it("remembers, and rotates nothing, when a text or the whole trigger is taken away", () => {
        expect(step("2026-05-03", { rotationTrigger: "2026-05-03 + leak" })).toBe("record");
        expect(step(undefined)).toBe("record");
    });

    it("lets a window wait while a key of the last rotation lives on", () => {
        expect(step("2026-08-01", { superseded: [open] })).toBe("later");
        expect(step("2026-08-01", { superseded: [due] })).toBe("now");
        expect(step("2026-08-01", { superseded: [due, { ...due, apiKey: "SECOND" }] })).toBe("later");
    });

    it("lets a window without overlap wait for every other key: one key a run is deleted", () => {
        expect(step("2026-08-01", { superseded: [due] }, "0s")).toBe("later");
        expect(step("2026-08-01", {}, "0s")).toBe("now");
    });

    it("never lets a text wait", () => {
        expect(step("2026-08-01 + leak", { superseded: [open] })).toBe("now");
    });

    it("makes a new key for one that is gone", () => {
        expect(step("2026-05-03", { status: "gone", superseded: [open] })).toBe("now");
    });
});

describe("dueKey", () => {
    it("is the one longest overdue, or none", () => {
        const superseded = [open, due, { ...due, apiKey: "OLDER", retireAt: "2026-07-28T00:00:00Z" }];
        expect(dueKey(state({ superseded }), at("2026-08-02"))?.apiKey).toBe("OLDER");
        expect(dueKey(state({ superseded: [open] }), at("2026-08-02"))).toBeUndefined();
        expect(dueKey(state({ superseded: [open] }), at(open.retireAt))).toBe(open);
    });

    it("is a key without an overlap, whatever the clock says", () => {
        const atOnce = { ...open, supersededAt: open.retireAt };
        expect(dueKey(state({ superseded: [atOnce] }), at("2026-01-01"))).toBe(atOnce);
        const { supersededAt: _, ...neverHandedOut } = open;
        expect(dueKey(state({ superseded: [neverHandedOut] }), at("2026-01-01"))).toBe(neverHandedOut);
    });
});

describe("followOverlap", () => {
    const now = at("2026-08-02");
    const taken: SupersededKey = { ...open, supersededAt: "2026-07-29T00:00:00Z" };
    const ends = (key: SupersededKey, overlap: string, of: Partial<KeyState> = {}): string | undefined => {
        const inputs = { overlap } as KeyInputs;
        return followOverlap(state({ superseded: [key], ...of }), inputs, now)[0]?.retireAt;
    };

    it("leaves every end where the setting stays", () => {
        expect(ends({ ...taken, retireAt: "2026-08-05T00:00:00.000Z" }, "7d")).toBe(
            "2026-08-05T00:00:00.000Z",
        );
    });

    it("counts another overlap from when the key was superseded", () => {
        expect(ends(taken, "5d")).toBe("2026-08-03T00:00:00.000Z");
        expect(ends(taken, "14d")).toBe("2026-08-12T00:00:00.000Z");
        expect(at(ends(taken, "0s") ?? "")).toBeLessThan(now);
    });

    it("leaves what is over as it is: a longer overlap revives no key", () => {
        expect(ends({ ...due, supersededAt: "2026-07-30T00:00:00Z" }, "14d")).toBe(due.retireAt);
    });

    it("leaves a key that was never handed out, which has no overlap", () => {
        const { supersededAt: _, ...neverHandedOut } = open;
        expect(ends(neverHandedOut, "30d")).toBe(open.retireAt);
    });

    it("waits for a setting that is not known yet, as in a preview", () => {
        expect(ends(taken, "04da6b54-80e4-46f7-96ec-b56ff0331ba9")).toBe(taken.retireAt);
    });
});
