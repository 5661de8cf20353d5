import { covers, parseCrn } from "../../emulator/crn";

function parsed(text: string): NonNullable<ReturnType<typeof parseCrn>> {
    const crn = parseCrn(text);
    if (crn === undefined) {
        throw new Error(`${text} is not a CRN`);
    }
    return crn;
}

describe("parseCrn", () => {
    it("reads both authorities, and %3A as a colon", () => {
        const expected = [{ kind: "organization", id: "a:b" }];
        expect(parseCrn("crn://confluent.cloud/organization=a:b")).toEqual(expected);
        expect(parseCrn("crn://api.confluent.cloud/organization=a%3Ab")).toEqual(expected);
    });

    it.each([
        "",
        "organization=a",
        "crn://confluent.cloud/",
        "crn://example.com/organization=a",
        "crn://confluent.cloud/a",
    ])("rejects '%s'", (text) => {
        expect(parseCrn(text)).toBeUndefined();
    });
});

describe("covers", () => {
    it.each([
        ["organization=a", "organization=a", true],
        ["organization=a", "organization=a/environment=e", true],
        ["organization=a/environment=e", "organization=a", false],
        ["organization=a/environment=e", "organization=a/environment=e2", false],
        ["organization=a/environment=e", "organization=a/service-account=e", false],
        ["organization=a/topic=orders-*", "organization=a/topic=orders-2026", true],
        ["organization=a/topic=orders-*", "organization=a/topic=payments", false],
    ])("of %s over %s is %s", (scope, target, expected) => {
        const [one, other] = [scope, target].map((path) => parsed(`crn://confluent.cloud/${path}`)) as [
            ReturnType<typeof parsed>,
            ReturnType<typeof parsed>,
        ];
        expect(covers(one, other)).toBe(expected);
    });
});
