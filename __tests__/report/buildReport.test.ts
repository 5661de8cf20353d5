// The join of what Confluent Cloud says with what the states say, on the emulator's organization with one key of every
// kind of trouble. It does not prove that states look like this: stackStates.test.ts asks a real engine for one.
import { buildReport } from "../../cli/report/buildReport";
import { connect, loadReport } from "../../cli/report/loadReport";
import { concernsOf, type KeyRow, type Report } from "../../cli/report/report";
import { parseStackState } from "../../cli/report/stackState";
import { sampleReport } from "./sampleOrganization";
import { hostileName, stackExport, startWorld, type World, type WorldKey, worldCounts } from "./world";

let world: World;
let report: Report;

beforeAll(async () => {
    world = await startWorld();
    const source = { cwd: ".", state: [world.states] };
    report = await loadReport(await connect(source, { env: world.env }), source, { probe: false });
});
afterAll(() => world.close());

function row(name: WorldKey): KeyRow {
    return report.keys.find((key) => key.id === world.ids[name]) as KeyRow;
}

describe("buildReport", () => {
    it("counts every key once, under what it is", () => {
        expect(report.summary).toEqual(worldCounts);
        expect(report.keys).toHaveLength(worldCounts.live + worldCounts.missing);
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

    it("calls a rotation, and the end of an overlap, overdue when its moment has passed", () => {
        expect(row("overdue").overdue).toBe(true);
        expect(row("ended").overdue).toBe(true);
    });

    it("calls a key with the tag and in no state a stray, and names the resource whose tag it carries", () => {
        expect(row("strayOfProd")).toMatchObject({
            status: "stray",
            stack: "confluent-flink/prod",
            resource: "flink-aws.us-east-2",
        });
        expect(row("strayOfNobody")).toMatchObject({ status: "stray", stack: null, resource: null });
    });

    it("calls a key without the tag and in no state unmanaged", () => {
        expect(row("console")).toMatchObject({ status: "unmanaged", stack: null, ownerName: "Marty McFly" });
    });

    it("reports a key that a state holds and Confluent Cloud does not list as drift, and not as live", () => {
        expect(row("gone")).toMatchObject({ live: false, drift: ["in the state, not in Confluent Cloud"] });
        expect(concernsOf(row("gone"), report.ageLimitSeconds)).toEqual(["drift"]);
    });

    it("reports a name that was changed elsewhere as drift, with both names", () => {
        expect(row("renamed").drift).toEqual([
            'display name: "flink-aws.us-east-2" in the state, "renamed in the console" in Confluent Cloud',
        ]);
    });

    it("marks the keys of an owner that holds OrganizationAdmin, and counts the quota that is used", () => {
        expect(row("fresh").organizationAdmin).toBe(true);
        expect(row("hostile").organizationAdmin).toBe(false);
        const owner = report.owners.find(({ name }) => name === "analytics");
        expect(owner).toMatchObject({ liveKeys: 7, quota: { used: 7, limit: 100, ratio: 0.07 } });
        expect(report.owners.find(({ name }) => name === hostileName)?.roles).toHaveLength(1);
    });

    it("puts what is overdue first, then drift, strays and keys that are not ready", () => {
        const order = report.keys.map(({ id }) => id);
        const ranks = (["ended", "gone", "strayOfNobody", "unverified", "ending"] as const).map((name) =>
            order.indexOf(world.ids[name]),
        );
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    });

    it("counts a role binding that a state holds and Confluent Cloud does not list as drift of its keys", async () => {
        const state = parseStackState(
            stackExport(
                "prod",
                [
                    {
                        resource: "flink-aws.us-east-2",
                        apiKey: world.ids.fresh,
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
            ({ id }) => id === world.ids.fresh,
        ) as KeyRow;
        expect(drift).toEqual(["role binding rb-gone (OrganizationAdmin) is gone"]);
    });

    it("knows nothing of roles, rather than none, where role bindings could not be read", () => {
        const { keys, owners } = joined(undefined, { roleBindings: undefined });
        expect(keys.every(({ organizationAdmin }) => organizationAdmin === null)).toBe(true);
        expect(owners.every(({ roles }) => roles === null)).toBe(true);
    });

    it("names both places of a key that two stacks hold", () => {
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
        const both = joined(specs[0], {}, specs[1]);
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
        expect(joined(state, {}).keys[0]).toMatchObject({ status: "superseded", retireAt: null });
    });

    it("keeps managed + superseded + stray + unmanaged = live, and live + missing = all, in any organization", () => {
        const { summary, keys } = sampleReport({
            environments: 4,
            regions: 6,
            keysPerScope: 3,
            density: 0.7,
        });
        expect(summary.managed + summary.superseded + summary.stray + summary.unmanaged).toBe(summary.live);
        expect(summary.live + summary.missing).toBe(keys.length);
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
