// How data of Confluent Cloud and states are combined, for an organization in the emulator with one key for every kind of
// problem. Not proven here: that states look like this (stackStates.test.ts uses one of a real engine).

import { connect } from "../../cli/connect";
import { buildReport } from "../../cli/report/buildReport";
import { concernsOf } from "../../cli/report/concerns";
import { loadReport } from "../../cli/report/loadReport";
import type { KeyRow, Report } from "../../cli/report/report";
import { parseStackState } from "../../cli/report/stackState";
import { parseFlinkScope } from "../../confluent/flinkScope";
import { sampleReport } from "./sampleOrganization";
import {
    expectedCounts,
    hostileName,
    type KeyName,
    type SmallOrganization,
    startOrganization,
} from "./smallOrganization";
import { stackExport } from "./stackExport";

let organization: SmallOrganization;
let report: Report;

beforeAll(async () => {
    organization = await startOrganization();
    const source = { cwd: ".", state: [organization.states] };
    report = await loadReport(await connect(source, { env: organization.env }), source, { probe: false });
});
afterAll(() => organization.close());

function row(name: KeyName): KeyRow {
    return report.keys.find((key) => key.id === organization.ids[name]) as KeyRow;
}

describe("buildReport", () => {
    it("counts every key once, under its status", () => {
        expect(report.summary).toEqual(expectedCounts);
        expect(report.keys).toHaveLength(expectedCounts.live + expectedCounts.missing);
        expect(report.gaps).toEqual([]);
    });

    it("calls the current key of a resource managed, with stack, resource, rotation and readiness", () => {
        expect(row("fresh")).toMatchObject({
            status: "managed",
            stack: "confluent-flink/prod",
            resource: "flink-aws.us-east-2",
            rotatesAt: "2026-11-22T00:00:00.000Z",
            retireAt: null,
            readiness: "ready",
            probed: false,
            overdue: false,
            ageSeconds: 5 * 24 * 60 * 60,
            drift: [],
        });
        expect(row("unverified").readiness).toBe("unverified");
    });

    it("calls a key in a state's superseded list superseded, until its overlap ends", () => {
        expect(row("ending")).toMatchObject({
            status: "superseded",
            retireAt: "2026-08-31T00:00:00.000Z",
            rotatesAt: null,
            readiness: null,
            overdue: false,
        });
    });

    it("shows a rotation or the end of an overlap as overdue after its time has passed", () => {
        expect(row("overdue").overdue).toBe(true);
        expect(row("ended").overdue).toBe(true);
    });

    it("calls a key a stray if the stack of its tag was read and does not contain it", () => {
        expect(row("strayOfProd")).toMatchObject({
            status: "stray",
            project: "confluent-flink",
            stack: "confluent-flink/prod",
            resource: "flink-aws.us-east-2",
            unfinished: false,
        });
    });

    it("gives a key of another project the status elsewhere, with project and stack from its description", () => {
        expect(row("strayOfNobody")).toMatchObject({
            status: "elsewhere",
            project: "another-project",
            stack: "another-project/prod",
            resource: null,
        });
        expect(concernsOf(row("strayOfNobody"), report.ageLimitSeconds)).toEqual([]);
    });

    it("shows the credentials, the organization and the states that it was read from", () => {
        expect(report.organizationId).toBe(organization.emulator.organizationId);
        expect(report.caller).toEqual({
            identity: organization.emulator.cloudApiKey,
            ownerId: expect.stringMatching(/^(sa|u)-/),
            endpoint: organization.emulator.url,
            seesEverything: true,
        });
        expect(report.backends).toEqual([
            { kind: "files", place: organization.states, user: null, project: null },
        ]);
    });

    it("calls a key without a tag that is in no state unmanaged", () => {
        expect(row("console")).toMatchObject({ status: "unmanaged", stack: null, ownerName: "Marty McFly" });
    });

    it("reports a key that is in a state but not listed as drift, and not as live", () => {
        expect(row("gone")).toMatchObject({
            live: false,
            drift: ["in the state, but not in Confluent Cloud"],
        });
        expect(concernsOf(row("gone"), report.ageLimitSeconds)).toEqual(["drift"]);
    });

    it("reports a changed name as drift, with both names", () => {
        expect(row("renamed").drift).toEqual([
            'display name: "flink-aws.us-east-2" in the state, "renamed in the console" in Confluent Cloud',
        ]);
    });

    it("marks the keys of an owner with OrganizationAdmin, and shows how much of the quota is used", () => {
        expect(row("fresh").organizationAdmin).toBe(true);
        expect(row("hostile").organizationAdmin).toBe(false);
        const owner = report.owners.find(({ name }) => name === "analytics");
        expect(owner).toMatchObject({ liveKeys: 7, quota: { used: 7, limit: 100, ratio: 0.07 } });
        expect(report.owners.find(({ name }) => name === hostileName)?.roles).toHaveLength(1);
    });

    it("sorts overdue keys first, then drift, strays and keys that are not ready", () => {
        const order = report.keys.map(({ id }) => id);
        const ranks = (["ended", "gone", "strayOfProd", "unverified", "ending"] as const).map((name) =>
            order.indexOf(organization.ids[name]),
        );
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    });

    it("reports a role binding that is in a state but not listed as drift of its keys", async () => {
        const state = parseStackState(
            stackExport(
                "prod",
                [
                    {
                        resource: "flink-aws.us-east-2",
                        apiKey: organization.ids.fresh,
                        scope: row("fresh").scope,
                        owner: row("fresh").ownerId,
                        createdAt: "2026-08-24T00:00:00Z",
                        description: "Pulumi confluent-flink/prod [pcf-1111111111111111]",
                    },
                ],
                [{ id: "rb-gone", principal: `User:${row("fresh").ownerId}`, roleName: "OrganizationAdmin" }],
            ),
            "prod",
        );
        const { drift } = joined(state, { roleBindings: [] }).keys.find(
            ({ id }) => id === organization.ids.fresh,
        ) as KeyRow;
        expect(drift).toEqual(["role binding rb-gone (OrganizationAdmin) is gone"]);
    });

    const stateOfFresh = (changes: object = {}) =>
        parseStackState(
            stackExport("prod", [
                {
                    resource: "flink-aws.us-east-2",
                    apiKey: row("fresh").id,
                    scope: row("fresh").scope,
                    owner: row("fresh").ownerId,
                    createdAt: "2026-08-24T00:00:00Z",
                    description: "Pulumi confluent-flink/prod [pcf-1111111111111111]",
                    ...changes,
                },
            ]),
            "prod",
        );
    it.each([
        ["no drift of a key that this resource has adopted", "7f3a9c01b2", 0],
        ["as drift that another adoption has taken the key over", "0123456789", 1],
    ])("reports %s", (_, number, count) => {
        const description = `Pulumi confluent-flink/prod [pcf-1111111111111111 ${number}]`;
        const [fresh] = joined(undefined, {}).keys;
        const key = { ...fresh, scope: parseFlinkScope(row("fresh").scope), description } as never;
        const { keys } = joined(stateOfFresh({ adoption: "7f3a9c01b2" }), { keys: [key] });
        expect(keys[0]?.drift).toHaveLength(count);
    });

    const nobody = { identity: "LOWKEY", ownerId: null, endpoint: "https://api", seesEverything: false };

    it("concludes nothing from a list if the caller may not be allowed to see the key: it is unknown, and a gap explains why", () => {
        const { keys, gaps, summary } = joined(stateOfFresh(), { keys: [], caller: nobody });
        expect(keys[0]).toMatchObject({ status: "unknown", live: false, drift: null, readiness: null });
        expect(summary).toMatchObject({ live: 0, missing: 0, drift: 0, unknown: 1, unseen: 1 });
        expect(gaps[0]).toMatchObject({ subject: "keys" });
        expect(gaps[0]?.reason).toContain("which proves nothing: LOWKEY may not be allowed to see them");
        expect(keys[0]?.remedies[0]).toContain("LOWKEY sees no key of");
    });

    it("calls a key missing if another key of its owner is listed, or the caller sees every key", () => {
        const other = { ...(joined(undefined, {}).keys[0] as KeyRow), id: "OTHERKEY00000000" };
        const listed = [
            {
                id: other.id,
                displayName: "",
                description: "",
                ownerId: row("fresh").ownerId,
                createdAt: "2026-08-01T00:00:00Z",
                scope: stateOfFresh().keys[0]?.state.scope as never,
            },
        ];
        const owner = { id: row("fresh").ownerId, displayName: "analytics" };
        for (const changes of [
            { keys: listed, caller: nobody },
            { keys: [], serviceAccounts: [owner] },
        ]) {
            const { summary } = joined(stateOfFresh(), changes);
            expect(summary).toMatchObject({ missing: 1, drift: 1, unseen: 0 });
        }
    });

    it("concludes nothing with credentials of another organization, even if they see every key there", () => {
        const { keys, summary } = joined(stateOfFresh(), { keys: [] });
        expect(summary).toMatchObject({ missing: 0, drift: 0, unseen: 1 });
        expect(keys[0]?.status).toBe("unknown");
    });

    it("concludes nothing from a state whose role bindings belong to another organization", () => {
        const other = "2222bbbb-22bb-22bb-22bb-222222bbbbbb";
        const here = "1111aaaa-11aa-11aa-11aa-111111aaaaaa";
        const state = { ...stateOfFresh(), organizationId: other };
        const { keys, gaps } = joined(state, {
            ...loose("Pulumi confluent-flink/prod [pcf-aaaaaaaaaaaaaaaa]"),
            organizationId: here,
            roleBindings: [],
        });
        expect(keys.map(({ status }) => status)).toEqual(["unknown", "unknown"]);
        expect(gaps[0]?.reason).toContain(`The stack belongs to organization ${other}`);
        const same = joined({ ...state, organizationId: here }, { keys: [], organizationId: here });
        expect(same.summary.missing).toBe(1);
    });

    it("does not call a new key missing while the list may lag", () => {
        const { summary } = joined(stateOfFresh({ createdAt: "2026-08-28T23:59:00Z" }), { keys: [] });
        expect(summary).toMatchObject({ missing: 0, unseen: 1 });
    });

    it("reports a gap if no key is listed and the caller may lack permission", () => {
        expect(joined(undefined, { keys: [], caller: nobody }).gaps[0]?.reason).toContain(
            "Confluent Cloud lists no Flink API key: LOWKEY may not be allowed",
        );
        expect(joined(undefined, { keys: [] }).gaps).toEqual([]);
    });

    const loose = (description: string, createdAt = "2026-08-20T00:00:00Z") => ({
        keys: [
            {
                id: "LOOSEKEY00000000",
                displayName: "",
                description,
                ownerId: "sa-111aaa",
                createdAt,
                scope: stateOfFresh().keys[0]?.state.scope as never,
            },
        ],
    });
    it.each([
        ["Pulumi confluent-flink/prod [pcf-aaaaaaaaaaaaaaaa]", "2026-08-20T00:00:00Z", "stray", false],
        [
            "Pulumi confluent-flink/prod [pcf-aaaaaaaaaaaaaaaa unfinished]",
            "2026-08-29T00:00:00Z",
            "stray",
            true,
        ],
        // The key is finished and newer than the state that was read, so a newer state contains it.
        ["Pulumi confluent-flink/prod [pcf-aaaaaaaaaaaaaaaa]", "2026-08-29T08:00:00Z", "unknown", false],
        // None of their states was read.
        ["Pulumi confluent-flink/gone [pcf-aaaaaaaaaaaaaaaa]", "2026-08-20T00:00:00Z", "unknown", false],
        ["our own words [pcf-aaaaaaaaaaaaaaaa]", "2026-08-20T00:00:00Z", "unknown", false],
        ["Pulumi other/prod [pcf-aaaaaaaaaaaaaaaa]", "2026-08-20T00:00:00Z", "elsewhere", false],
        ["our own words [pcf-1111111111111111]", "2026-08-20T00:00:00Z", "stray", false],
        ["made by hand", "2026-08-20T00:00:00Z", "unmanaged", false],
    ])(
        "decides the status by the states that were read: %j created at %s is %s",
        (description, createdAt, status, unfinished) => {
            const { keys } = joined(stateOfFresh(), loose(description, createdAt));
            expect(keys.find(({ id }) => id === "LOOSEKEY00000000")).toMatchObject({ status, unfinished });
        },
    );

    it("shows the roles that apply in a key's environment and region, and flags an owner without any", () => {
        const organizationCrn = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
        const [environmentId, cloud, region] = row("fresh").scope.split(".");
        const with_ = (roleName: string, crnPattern: string) =>
            joined(stateOfFresh(), {
                roleBindings: [{ id: "rb-1", principalId: row("fresh").ownerId, roleName, crnPattern }],
            });
        const environment = `${organizationCrn}/environment=${environmentId}`;
        for (const crn of [
            organizationCrn,
            environment,
            `${environment}/flink-region=${cloud}.${region}/compute-pool=lfcp-1`,
        ]) {
            expect(with_("FlinkDeveloper", crn).keys[0]?.rolesInEnvironment).toEqual(["FlinkDeveloper"]);
        }
        for (const crn of [
            `${organizationCrn}/environment=env-other`,
            `${environment}/flink-region=gcp.us-east9`,
            `${organizationCrn}/service-account=sa-1`,
        ]) {
            const { keys, summary } = with_("FlinkDeveloper", crn);
            expect(keys[0]?.rolesInEnvironment).toEqual([]);
            expect(summary.roleless).toBe(1);
            expect(keys[0]?.remedies.join()).toContain("confluent iam rbac role-binding create");
        }
        expect(with_("MetricsViewer", organizationCrn).summary.roleless).toBe(1);
        expect(joined(stateOfFresh(), { roleBindings: undefined }).summary.roleless).toBe(0);
    });

    it("shows what contains a superseded key, as plain text or base64, with its stack and the end of the overlap", () => {
        const old = "OLDKEY0123456789";
        const superseded = [{ apiKey: old, retireAt: "2026-09-05T00:00:00Z" }];
        const json = {
            deployment: {
                resources: [
                    ...["Secret", "StatefulSet"].map((kind) => ({
                        urn: `urn:pulumi:prod::orders::kubernetes:core/v1:${kind}::flink`,
                        type: `kubernetes:core/v1:${kind}`,
                        inputs: {
                            data: { FLINK_API_KEY: Buffer.from(old).toString("base64") },
                            env: [{ value: `${old}:x` }],
                        },
                    })),
                    {
                        urn: "urn:pulumi:prod::orders::pulumi:pulumi:StackReference::flink",
                        type: "pulumi:pulumi:StackReference",
                        outputs: { outputs: { keys: { region: { superseded: [{ apiKey: old }] } } } },
                    },
                ],
            },
        };
        const listed = loose("Pulumi confluent-flink/prod [pcf-1111111111111111]").keys.map((key) => ({
            ...key,
            id: old,
        }));
        const { keys, summary } = joined(
            stateOfFresh({ superseded }),
            { keys: listed },
            parseStackState(json, "orders"),
        );
        const { holders, remedies } = keys.find(({ id }) => id === old) as KeyRow;
        expect(holders.map(({ stack, resource, property }) => `${stack} ${resource} ${property}`)).toEqual([
            "orders/prod kubernetes:core/v1:Secret flink data.FLINK_API_KEY",
            "orders/prod kubernetes:core/v1:Secret flink env.0.value",
            "orders/prod kubernetes:core/v1:StatefulSet flink data.FLINK_API_KEY",
            "orders/prod kubernetes:core/v1:StatefulSet flink env.0.value",
        ]);
        expect(holders[0]?.cutOffAt).toBe("2026-09-05T00:00:00.000Z");
        expect(summary.supersededInUse).toBe(1);
        expect(remedies).toContain("Before 2026-09-05 in project orders: pulumi up --stack prod");
    });

    it("shows roles as unknown, and not as none, if role bindings could not be read", () => {
        const { keys, owners } = joined(undefined, { roleBindings: undefined });
        expect(keys.every(({ organizationAdmin }) => organizationAdmin === null)).toBe(true);
        expect(keys.every(({ rolesInEnvironment }) => rolesInEnvironment === null)).toBe(true);
        expect(owners.every(({ roles }) => roles === null)).toBe(true);
    });

    it("shows both stacks of a key that two stacks contain", () => {
        const specs = ["prod", "twin"].map((name) =>
            parseStackState(
                stackExport(name, [
                    {
                        resource: "flink",
                        apiKey: "K",
                        scope: "env-abc123.aws.us-east-2",
                        owner: "sa-111aaa",
                        createdAt: "2026-08-24T00:00:00Z",
                        description: "",
                    },
                ]),
                name,
            ),
        );
        const both = joined(specs[0], { serviceAccounts: [{ id: "sa-111aaa", displayName: "" }] }, specs[1]);
        expect(both.keys[0]?.drift).toContain("also in the state of confluent-flink/twin flink");
    });

    it("calls a key whose resource was replaced superseded until the engine has deleted it", () => {
        const state = parseStackState(
            stackExport("prod", [
                {
                    resource: "flink",
                    apiKey: "K",
                    scope: "env-abc123.aws.us-east-2",
                    owner: "sa-111aaa",
                    createdAt: "2026-08-24T00:00:00Z",
                    description: "",
                    delete: true,
                },
            ]),
            "prod",
        );
        const serviceAccounts = [{ id: "sa-111aaa", displayName: "" }];
        expect(joined(state, { serviceAccounts }).keys[0]).toMatchObject({
            status: "superseded",
            retireAt: null,
        });
    });

    it("counts every key once, in any organization", () => {
        const { summary, keys } = sampleReport({
            environments: 4,
            regions: 6,
            keysPerScope: 3,
            density: 0.7,
        });
        const { managed, superseded, stray, elsewhere, unmanaged, unknown, unseen, live, missing } = summary;
        expect(managed + superseded + stray + elsewhere + unmanaged + unknown - unseen).toBe(live);
        expect(live + missing + unseen).toBe(keys.length);
    });
});

function joined(
    state: ReturnType<typeof parseStackState> | undefined,
    changes: Partial<Parameters<typeof buildReport>[0]["cloud"]>,
    second?: ReturnType<typeof parseStackState>,
): Report {
    const states = [state, second].filter((one) => one !== undefined);
    const fresh = row("fresh");
    const [environmentId, cloud, region] = fresh.scope.split(".") as [string, string, string];
    return buildReport({
        nowMs: Date.parse("2026-08-29T00:00:00Z"),
        stacks: { states, summaries: [], gaps: [], backends: [] },
        cloud: {
            caller: { identity: "K", ownerId: "sa-admin", endpoint: "https://api", seesEverything: true },
            keys: [
                {
                    id: fresh.id,
                    displayName: "flink-aws.us-east-2",
                    description: "Pulumi confluent-flink/prod [pcf-1111111111111111]",
                    ownerId: fresh.ownerId,
                    createdAt: "2026-08-24T00:00:00Z",
                    scope: { environmentId, cloud, region, name: fresh.scope },
                },
            ].filter(({ id }) => states.length === 0 || state?.keys[0]?.state.apiKey === id),
            organizationId: undefined,
            asOfMs: undefined,
            environments: [],
            serviceAccounts: [],
            users: [],
            roleBindings: [],
            quotas: [],
            regions: [],
            gaps: [],
            ...changes,
        },
    });
}
