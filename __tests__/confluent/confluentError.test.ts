// Kinds and remedies of errors, and that the table of errors in docs/errors.md agrees with the code. Not proven here: when
// Confluent Cloud answers which error (__tests__/contract), and how the client recognizes it (confluentApi.test.ts).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
    ConfluentError,
    type ConfluentErrorKind,
    kindOfStatus,
    mayBeGone,
    remedies,
} from "../../confluent/confluentError";

const root = join(__dirname, "..", "..");

/** The rows of the table of errors, as cells. */
function tableOfErrors(): string[][] {
    const text = readFileSync(join(root, "docs/errors.md"), "utf8");
    const table = /<!-- errors -->\n(.*)<!-- \/errors -->/s.exec(text)?.[1] ?? "";
    const rows = table.trim().split("\n").slice(2);
    return rows.map((row) =>
        row
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.trim()),
    );
}

function errorOf(kind: ConfluentErrorKind, status?: number): ConfluentError {
    return new ConfluentError({
        kind,
        status,
        method: "GET",
        target: "https://host/path",
        purpose: "testing",
    });
}

describe("the table of errors", () => {
    const rows = tableOfErrors();

    it("has a row for every kind, with the remedy at the end of the message", () => {
        expect(Object.fromEntries(rows.map(([kind, , , cure]) => [kind, cure]))).toEqual(remedies);
        expect(rows).toHaveLength(Object.keys(remedies).length);
    });

    it.each(rows.map(([kind, message]) => [kind as ConfluentErrorKind, message as string] as const))(
        "shows for %s what the message says",
        (kind, message) => {
            const said = /`([^`…]+)/.exec(message)?.[1]?.trim() ?? "";
            const status = /^\d{3}/.exec(said)?.[0];
            if (status !== undefined && kind !== "malformed") expect(kindOfStatus(Number(status))).toBe(kind);
            else expect(errorOf(kind, status ? Number(status) : undefined).message).toContain(`: ${said}. `);
        },
    );

    it("gives a cause for each", () => {
        for (const [, , cause] of rows) expect(cause?.length).toBeGreaterThan(10);
    });
});

describe("ConfluentError", () => {
    it.each([
        [403, true],
        [404, true],
        [401, false],
        [500, false],
    ])("mayBeGone of %d is %s", (status, isSo) => {
        expect(mayBeGone(errorOf(kindOfStatus(status), status))).toBe(isSo);
    });

    it("mayBeGone of another error is false", () => {
        expect(mayBeGone(new Error("403"))).toBe(false);
    });

    it.each([
        [418, "unexpected"],
        [301, "unexpected"],
        [599, "server"],
    ])("has for %d the kind %s", (status, kind) => {
        expect(kindOfStatus(status)).toBe(kind);
    });
});

describe("a refusal that says how long to wait", () => {
    const refusal = (retryAfterMs?: number) =>
        new ConfluentError({
            kind: "rateLimited",
            status: 429,
            method: "GET",
            target: "/iam/v2/api-keys",
            purpose: "listing",
            retryAfterMs,
        }).message;

    it.each([undefined, 0, 60_000])("is repeated in a minute where it says %s ms", (retryAfterMs) => {
        expect(refusal(retryAfterMs)).toContain(remedies.rateLimited);
    });

    it("is repeated when it says where that is longer", () => {
        expect(refusal(3_600_000)).toContain("Wait 60 minutes, as Confluent Cloud asks");
    });
});
