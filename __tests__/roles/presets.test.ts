// Every preset is enough for what it is for, and for no more: real requests with keys of an account that holds exactly
// its grants. Proven is the emulator's reading of Confluent's documentation (emulator/access), not Confluent Cloud's
// own; rights on subjects are granted but not enforced there.
import { rolePresets } from "../../components/rolePresets";
import { grantsOf, type Role } from "../../components/roles";
import { type Emulator, startEmulator } from "../../emulator";
import { EmulatorClient } from "../emulator/emulatorClient";
import { STOPPED_CLOCK } from "../emulator/stoppedClock";

const runnerArgs = {
    kafkaClusterIds: ["lkc-abc123"],
    topics: { read: ["orders*"], write: ["totals"], manage: ["scratch-*"] },
};
const literal = "SELECT 1";
const insert = "INSERT INTO totals SELECT * FROM orders";

let emulator: Emulator;
let client: EmulatorClient;
let accountId: string;
/** `id:secret` of its Flink key for env-abc123 in aws.us-east-1. */
let flinkKey: string;
/** `id:secret` of its Cloud API key, for what no Flink key opens. */
let cloudKey: string;

beforeEach(async () => {
    emulator = await startEmulator({ clock: STOPPED_CLOCK });
    client = new EmulatorClient(emulator);
    accountId = await client.makeAccount("holder");
    flinkKey = await client.makeKey(accountId);
    cloudKey = await client.makeKey(accountId, { id: "cloud" });
});
afterEach(() => emulator.close());

async function hold(role: Role, environmentId = "env-abc123"): Promise<void> {
    for (const { roleName, crnPattern } of grantsOf(role, "roles")) {
        const pattern = crnPattern({ organizationCrn: client.crn(), environmentId });
        const crn = typeof pattern === "string" ? pattern : await promiseOf(pattern);
        const reply = await client.send("POST", "/iam/v2/role-bindings", {
            body: { principal: `User:${accountId}`, role_name: roleName, crn_pattern: crn },
        });
        expect(reply.status).toBe(201);
    }
}

function promiseOf<T>(output: unknown): Promise<T> {
    return (output as { promise(): Promise<T> }).promise();
}

async function run(spec: Record<string, unknown>, { as = flinkKey, environmentId = "env-abc123" } = {}) {
    const body = { name: "one", spec };
    const path = client.statementsPath(environmentId);
    const { status } = await client.send("POST", path, { as, body });
    if (status === 201) await client.send("DELETE", `${path}/one`, { as });
    emulator.clock.advance(10_000);
    return status;
}

async function makePool(environmentId: string, as = cloudKey): Promise<number> {
    const environment = { id: environmentId };
    const spec = { display_name: "pool", cloud: "AWS", region: "us-east-1", max_cfu: 5, environment };
    return (await client.send("POST", "/fcpm/v2/compute-pools", { as, body: { spec } })).status;
}

/** With a new account of one's own doing. */
async function makeAccount(): Promise<number> {
    const body = { display_name: "made by the holder" };
    return (await client.send("POST", "/iam/v2/service-accounts", { as: cloudKey, body })).status;
}

const presets: readonly (readonly [keyof typeof rolePresets, () => Role, object])[] = [
    [
        "organizationAdmin",
        rolePresets.organizationAdmin,
        { table: 201, elsewhere: 201, pool: 202, poolElsewhere: 202, account: 201 },
    ],
    [
        "environmentAdmin",
        rolePresets.environmentAdmin,
        { table: 201, elsewhere: 403, pool: 202, poolElsewhere: 403, account: 403 },
    ],
    [
        "flinkAdmin",
        rolePresets.flinkAdmin,
        { table: 403, elsewhere: 403, pool: 202, poolElsewhere: 403, account: 403 },
    ],
    [
        "flinkDeveloper",
        rolePresets.flinkDeveloper,
        { table: 403, elsewhere: 403, pool: 403, poolElsewhere: 403, account: 403 },
    ],
    [
        "statementRunner",
        () => rolePresets.statementRunner(runnerArgs),
        { table: 201, elsewhere: 403, pool: 403, poolElsewhere: 403, account: 403 },
    ],
    [
        "assigner",
        () => rolePresets.assigner({ serviceAccountId: accountId }),
        { table: 403, elsewhere: 403, pool: 403, poolElsewhere: 403, account: 403 },
    ],
];

it("covers every preset", () => {
    // selfAssigner opens nothing by itself.
    const alone = Object.keys(rolePresets).filter((name) => name !== "selfAssigner");
    expect(presets.map(([name]) => name).sort()).toEqual(alone.sort());
});

describe.each(presets)("%s", (_name, preset, allowed) => {
    it("is needed: without it the key opens nothing", async () => {
        expect(await client.probe(flinkKey)).toBe(403);
        expect(await run({ statement: literal })).toBe(403);
    });

    it("suffices to create, read, stop and delete statements in its environment, on a pool too", async () => {
        await hold(preset());
        const poolId = await client.makePool();
        const path = `${client.statementsPath()}/life`;
        const spec = { statement: literal, compute_pool_id: poolId };
        const send = (method: string, body?: unknown) =>
            client.send(method, method === "POST" ? client.statementsPath() : path, { as: flinkKey, body });
        expect((await send("POST", { name: "life", spec })).status).toBe(201);
        expect((await send("GET")).status).toBe(200);
        expect((await client.send("GET", `${path}/results`, { as: flinkKey })).status).toBe(200);
        expect((await send("PUT", { name: "life", spec: { ...spec, stopped: true } })).status).toBe(202);
        expect((await send("DELETE")).status).toBe(202);
        emulator.clock.advance(10_000);
        expect((await send("GET")).status).toBe(404);
    });

    it("allows beyond that what it is for, and nothing else", async () => {
        await hold(preset());
        const keyElsewhere = await client.makeKey(accountId, {
            id: "aws.us-east-1",
            environment: "env-def456",
        });
        expect({
            table: await run({ statement: insert }),
            elsewhere: await run({ statement: literal }, { as: keyElsewhere, environmentId: "env-def456" }),
            pool: await makePool("env-abc123"),
            poolElsewhere: await makePool("env-def456"),
            account: await makeAccount(),
        }).toEqual(allowed);
    });

    it("lets the key work neither in another environment, nor on another region's pool, nor on the control plane", async () => {
        await hold(preset());
        const farPoolId = await client.makePool("us-east-2");
        expect(await run({ statement: literal }, { environmentId: "env-def456" })).toBe(403);
        expect(await run({ statement: literal, compute_pool_id: farPoolId })).toBe(403);
        expect(await makePool("env-abc123", flinkKey)).toBe(401);
    });
});

describe("statementRunner", () => {
    const statements: readonly (readonly [string, number])[] = [
        ["SELECT * FROM orders", 201],
        ["SELECT * FROM `orders-v2`", 201],
        ["SELECT * FROM payments", 403],
        ["SELECT * FROM orders JOIN payments ON TRUE", 403],
        ["SELECT * FROM totals", 403],
        ["INSERT INTO totals SELECT * FROM orders", 201],
        ["INSERT INTO orders VALUES (1)", 403],
        ["CREATE TABLE `scratch-1` (a INT)", 201],
        ["DROP TABLE `scratch-1`", 201],
        ["CREATE TABLE totals (a INT)", 403],
    ];

    it.each(statements)(
        "with orders* to read, totals to write and scratch-* to manage, answers %s with %i",
        async (statement, status) => {
            await hold(rolePresets.statementRunner(runnerArgs));
            expect(await run({ statement })).toBe(status);
        },
    );

    it("reads and writes each topic of a plain list", async () => {
        await hold(
            rolePresets.statementRunner({ kafkaClusterIds: ["lkc-abc123"], topics: ["orders", "totals"] }),
        );
        expect(await run({ statement: "INSERT INTO orders SELECT * FROM totals" })).toBe(201);
        expect(await run({ statement: "CREATE TABLE orders (a INT)" })).toBe(403);
    });

    it("has no grant too many: without any one of them a statement on its tables is refused", async () => {
        const topics = { read: ["orders"], write: ["totals"] };
        const role = rolePresets.statementRunner({ kafkaClusterIds: ["lkc-abc123"], topics });
        const grants = grantsOf(role, "roles");
        expect(grants).toHaveLength(5);
        for (const [i] of grants.entries()) {
            accountId = await client.makeAccount(`without grant ${i}`);
            await hold({ preset: "all but one", grants: grants.filter((_, n) => n !== i) });
            expect(await run({ statement: insert }, { as: await client.makeKey(accountId) })).toBe(403);
        }
    });
});

describe("assigner", () => {
    const deploy = (runnerId: string) => run({ statement: insert, principal: runnerId });

    async function makeRunner(): Promise<string> {
        const holder = accountId;
        accountId = await client.makeAccount("runner");
        await hold(rolePresets.statementRunner(runnerArgs));
        const runnerId = accountId;
        accountId = holder;
        return runnerId;
    }

    it("deploys a statement as the runner, whose rights on the data it uses", async () => {
        const runnerId = await makeRunner();
        await hold(rolePresets.assigner({ serviceAccountId: runnerId }));
        expect(await deploy(runnerId)).toBe(201);
        expect(await run({ statement: insert })).toBe(403);
    });

    it("cannot without the grant on the runner's account", async () => {
        const runnerId = await makeRunner();
        await hold(rolePresets.flinkDeveloper());
        expect(await deploy(runnerId)).toBe(403);
    });

    it("cannot as an account that it is not the assigner of", async () => {
        const runnerId = await makeRunner();
        await hold(rolePresets.assigner({ serviceAccountId: runnerId }));
        expect(await deploy(await client.makeAccount("another"))).toBe(403);
    });
});

describe("a role at the scope of one pool", () => {
    it("opens that pool and no other", async () => {
        const [poolId, otherId] = [await client.makePool(), await client.makePool("us-east-1", "other")];
        const crnPattern = client.crn(
            `/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=${poolId}`,
        );
        await hold({ roleName: "FlinkDeveloper", crnPattern });
        expect(await client.probe(flinkKey)).toBe(200);
        expect(await run({ statement: literal, compute_pool_id: poolId })).toBe(201);
        expect(await run({ statement: literal, compute_pool_id: otherId })).toBe(403);
        expect(await run({ statement: literal })).toBe(403);
    });
});
