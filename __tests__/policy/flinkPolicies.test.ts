// The rules of the policy pack as functions of a resource. Not proven here: that Pulumi applies them (`policyPack.test.ts`).
import {
    findMissingRotation,
    findOldKey,
    findOrganizationAdmin,
    findUnretiredKeys,
    flinkKeyAge,
    flinkKeyOverlap,
    flinkKeyRotates,
    noOrganizationAdmin,
} from "../../policy/flinkPolicies";

const nowMs = Date.parse("2026-11-23T12:00:00Z");

function binding(roleName: string) {
    const type = "confluentcloud:index/roleBinding:RoleBinding";
    return { type, name: `flink-${roleName}`, props: { roleName } };
}

function key(props: Record<string, unknown>) {
    const type = "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey";
    return { type, name: "flink-aws.us-east-2", props: { apiKey: "AK4NBR7MUYHVJMHW", ...props } };
}

describe("findOrganizationAdmin", () => {
    it("names the binding and the narrower preset", () => {
        const problem = findOrganizationAdmin(binding("OrganizationAdmin"));
        expect(problem).toContain("flink-OrganizationAdmin grants OrganizationAdmin");
        expect(problem).toContain("rolePresets.statementRunner");
    });

    it.each(["FlinkDeveloper", "EnvironmentAdmin"])("allows %s", (roleName) => {
        expect(findOrganizationAdmin(binding(roleName))).toBeUndefined();
    });

    it("ignores other resources", () => {
        const other = { ...binding("OrganizationAdmin"), type: "some:other:Type" };
        expect(findOrganizationAdmin(other)).toBeUndefined();
    });
});

describe("findMissingRotation", () => {
    it.each(["pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey", "confluent-flink:index:FlinkApiKey"])(
        "names the key without a trigger, and what to set: %s",
        (type) => {
            const problem = findMissingRotation({ ...key({}), type });
            expect(problem).toContain("flink-aws.us-east-2 never rotates");
            expect(problem).toContain('rotation: { every: "90d", overlap: "7d" }');
        },
    );

    it.each(["2026-11-23 leak", "leak", "1"])(
        "names the key with the trigger %j, which is not a date",
        (trigger) => {
            const problem = findMissingRotation(key({ rotationTrigger: trigger }));
            expect(problem).toContain(
                `only rotates by hand: its trigger is "${trigger}", which is not a date`,
            );
            expect(problem).toContain('rotation: { every: "90d", overlap: "7d" }');
        },
    );

    it.each(["2026-10-30", "2026-10-30T06:00:00Z", "2026-10-30 + 2026-11-23 leak"])(
        "allows the window %j",
        (trigger) => {
            expect(findMissingRotation(key({ rotationTrigger: trigger }))).toBeUndefined();
        },
    );

    it("allows any other resource", () => {
        expect(findMissingRotation(binding("FlinkDeveloper"))).toBeUndefined();
    });
});

describe("findOldKey", () => {
    const config = { maxAgeDays: 100 };

    it("names key, age and limit if a key is too old", () => {
        const problem = findOldKey(key({ createdAt: "2026-08-01T00:00:00Z" }), config, nowMs);
        expect(problem).toContain("key AK4NBR7MUYHVJMHW is 114 days old, at most 100 are allowed");
    });

    it("allows a key until the end of its last day", () => {
        expect(findOldKey(key({ createdAt: "2026-08-15T12:00:00Z" }), config, nowMs)).toBeUndefined();
        expect(findOldKey(key({ createdAt: "2026-08-15T11:59:59Z" }), config, nowMs)).toBeDefined();
    });

    it("allows a key that does not exist yet, and other resources", () => {
        expect(findOldKey(key({}), config, nowMs)).toBeUndefined();
        const other = { ...key({ createdAt: "2020-01-01T00:00:00Z" }), type: "some:other:Type" };
        expect(findOldKey(other, config, nowMs)).toBeUndefined();
    });
});

describe("findUnretiredKeys", () => {
    const superseded = [
        { apiKey: "LATE", retireAt: "2026-11-16T11:59:59Z" },
        { apiKey: "NOTYET", retireAt: "2026-11-16T12:00:00Z" },
        { apiKey: "OPEN", retireAt: "2026-12-01T00:00:00Z" },
    ];

    it("names each superseded key that still exists too many days after its overlap", () => {
        const problems = findUnretiredKeys(key({ superseded }), { maxDaysAfterOverlap: 7 }, nowMs);
        expect(problems).toEqual([
            expect.stringContaining("superseded key LATE should have been deleted at 2026-11-16T11:59:59Z"),
        ]);
        expect(findUnretiredKeys(key({ superseded }), { maxDaysAfterOverlap: 0 }, nowMs)).toHaveLength(2);
    });

    it("allows a key without superseded keys, an unknown value in a preview, and other resources", () => {
        for (const props of [{}, { superseded: [] }, { superseded: "unknown" }])
            expect(findUnretiredKeys(key(props), { maxDaysAfterOverlap: 7 }, nowMs)).toEqual([]);
        const other = { ...key({ superseded }), type: "some:other:Type" };
        expect(findUnretiredKeys(other, { maxDaysAfterOverlap: 7 }, nowMs)).toEqual([]);
    });
});

describe("the policies", () => {
    it("are mandatory unless configured otherwise, and report what the rules find", () => {
        const reported: string[] = [];
        const report = (message: string) => void reported.push(message);
        for (const policy of [noOrganizationAdmin, flinkKeyRotates]) {
            expect(policy.enforcementLevel).toBe("mandatory");
            const validate = policy.validateResource as (args: object, report: unknown) => void;
            for (const resource of [binding("OrganizationAdmin"), key({})]) validate(resource, report);
        }
        expect(reported).toHaveLength(2);
    });

    it("read the days after an overlap from the pack's configuration", () => {
        const reported: string[] = [];
        const retireAt = new Date(Date.now() - 10 * 86_400_000).toISOString();
        const resources = [{ ...key({ superseded: [{ apiKey: "LATE", retireAt }] }), urn: "urn" }];
        for (const maxDaysAfterOverlap of [11, 9]) {
            const args = { resources, getConfig: () => ({ maxDaysAfterOverlap }) };
            flinkKeyOverlap.validateStack(args as never, (message) => void reported.push(message));
        }
        expect(reported).toEqual([expect.stringContaining("superseded key LATE")]);
    });

    it("read the maximum age from the pack's configuration", () => {
        const reported: [string, string][] = [];
        const urn = "urn:pulumi:dev::app::pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey::flink";
        const createdAt = new Date(Date.now() - 10 * 86_400_000).toISOString();
        const resources = [{ ...key({ createdAt }), urn }];
        for (const maxAgeDays of [11, 9]) {
            const args = { resources, getConfig: () => ({ maxAgeDays }) };
            flinkKeyAge.validateStack(
                args as never,
                (message, at) => void reported.push([message, String(at)]),
            );
        }
        expect(reported).toEqual([[expect.stringContaining("is 10 days old, at most 9"), urn]]);
    });
});
