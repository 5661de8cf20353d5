// The provider object against the emulator on one virtual clock, driven as the engine drives it. Not proven here: the
// way through the SDK's process (plugin layer), what a real engine makes of the answers (engine layer), and that
// Confluent Cloud behaves as the emulator does.

import { FlinkApiKeyProvider } from "../../provider/flinkApiKeyProvider";
import { PartialFailure } from "../../provider/partialFailure";
import { inProcess } from "./providerPort";
import { tag, World } from "./world";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let world: World;

beforeEach(async () => {
    world = await World.start();
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

function outputs(): Record<string, unknown> {
    return world.engine.current?.outputs as Record<string, unknown>;
}

describe("check", () => {
    const check = (changes: Record<string, unknown>, olds: Record<string, unknown> = {}) =>
        world.open().check(olds, world.inputs(changes));

    it("writes in lower case what Confluent reads in any case, and trims", async () => {
        const { inputs, failures } = await check({
            owner: ` ${world.owner.toUpperCase()} `,
            environmentId: "ENV-abc123",
            cloud: "AWS",
            region: "US-East-1",
            displayName: " orders ",
        });
        expect(failures).toEqual([]);
        expect(inputs).toMatchObject(world.inputs());
    });

    it.each([
        [
            { owner: "pool-111aaa" },
            "owner",
            'got "pool-111aaa", expected a service account such as sa-111aaa',
        ],
        [{ owner: undefined }, "owner", "got nothing, expected a service account"],
        [
            { environmentId: "abc123" },
            "environmentId",
            'got "abc123", expected an environment id such as env-abc123',
        ],
        [{ environmentId: "env-abc123.aws.us-east-1" }, "environmentId", "expected an environment id"],
        [{ cloud: "amazon" }, "cloud", 'got "amazon", expected one of aws, azure, gcp'],
        [{ region: "us east 1" }, "region", 'got "us east 1", expected the name of a region'],
        [{ displayName: " " }, "displayName", "expected a name that is not empty"],
        [{ description: 7 }, "description", "got 7, expected a string"],
        [{ rotationTrigger: "" }, "rotationTrigger", "expected a string that is not empty"],
        [{ overlap: "a week" }, "overlap", 'got "a week", expected a duration from 0s to 10y such as "7d"'],
        [
            { readiness: { timeout: "0s" } },
            "",
            'readiness.timeout: got "0s", expected a duration from 1ms to 1d such as "5m"',
        ],
        [{ readiness: { timeout: "300" } }, "", 'readiness.timeout: got "300", expected a duration'],
        [{ readiness: { timeout: "1M" } }, "", 'readiness.timeout: got "1M", expected a duration'],
        [
            { readiness: { timeOut: "5m" } },
            "",
            'readiness.timeOut: got "5m", expected an object with the fields timeout, unreachable',
        ],
        [
            { readiness: { unreachable: "ignore" } },
            "",
            'readiness.unreachable: got "ignore", expected "warn" or "trust" or "fail"',
        ],
    ])(
        "refuses %j, and names the property (%s), the value got and the value wanted",
        async (changes, property, reason) => {
            const { failures } = await check(changes);
            expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
            expect(world.requests()).toEqual([]);
        },
    );

    it.each([
        [{ apiKey: "AAAA" }],
        [{ apiKey: "", apiSecret: "cfltSENTINELsecretSENTINELsecretSENTINEL" }],
        ["cfltSENTINELsecretSENTINELsecretSENTINEL"],
    ])(
        "refuses an incomplete adopt, and shows its value neither itself nor through the engine",
        async (adopt) => {
            const { failures } = await check({ adopt });
            // The engine prints the value of a property that a failure names.
            expect(failures).toEqual([
                {
                    property: "",
                    reason: expect.stringMatching(
                        /^adopt: got .*expected an object \{ apiKey, apiSecret \}$/,
                    ),
                },
            ]);
            expect(failures[0]?.reason).not.toContain("SENTINEL");
        },
    );

    it("accepts what a preview does not know yet, and sends no request about it", async () => {
        const changes = Object.fromEntries(
            [
                "owner",
                "environmentId",
                "cloud",
                "region",
                "displayName",
                "description",
                "rotationTrigger",
                "overlap",
                "readiness",
                "adopt",
            ].map((property) => [property, unknown]),
        );
        const { inputs, failures } = await check(changes);
        expect(failures).toEqual([]);
        expect(inputs).toMatchObject(changes);
        expect(world.requests()).toEqual([]);
    });

    it("names the cloud's regions if the region does not exist", async () => {
        const { failures } = await check({ region: "us-east-9" });
        expect(failures).toEqual([
            {
                property: "region",
                reason: expect.stringMatching(
                    /^got "us-east-9", expected a region of aws .*: .*us-east-1, us-east-2/,
                ),
            },
        ]);
    });

    it("names an environment that does not exist", async () => {
        const { failures } = await check({ environmentId: "env-zzz999" });
        expect(failures).toEqual([
            {
                property: "environmentId",
                reason: expect.stringContaining('got "env-zzz999", expected an environment that exists'),
            },
        ]);
    });

    it("looks up environment and region once for all keys of a run, and not again if they did not change", async () => {
        const provider = world.open();
        await provider.check({}, world.inputs());
        await provider.check({}, world.inputs({ region: "us-east-2" }));
        await provider.check(world.inputs(), world.inputs({ displayName: "payments" }));
        expect(world.requests().sort()).toEqual([
            "GET /fcpm/v2/regions",
            "GET /org/v2/environments/env-abc123",
        ]);
    });

    it("reports a refused Cloud API key before anything is created", async () => {
        await world.deleteByHand(world.emulator.cloudApiKey);
        const { failures } = await check({});
        expect(failures).toEqual([
            { property: "", reason: expect.stringMatching(/401 .*Check the Cloud API key and secret/) },
        ]);
    });

    it("reports nothing if Confluent Cloud cannot answer: create will", async () => {
        world.emulator.faults.add({ action: { status: 503 }, times: 0 });
        expect((await check({})).failures).toEqual([]);
    });

    it("reports what is wrong with the configuration", async () => {
        const provider = inProcess(
            new FlinkApiKeyProvider(() => {
                throw new Error("A Cloud API key is needed");
            }),
        );
        const { failures } = await provider.check({}, world.inputs());
        expect(failures).toEqual([{ property: "", reason: "A Cloud API key is needed" }]);
    });
});

describe("diff", () => {
    beforeEach(() => world.up());

    const diff = (changes: Record<string, unknown>) =>
        world.open().diff(String(world.engine.current?.id), outputs(), world.inputs(changes));

    it("finds none if nothing changed, without a request", async () => {
        world.emulator.journal.clear();
        expect(await diff({})).toEqual({ changes: "none", replaces: [] });
        expect(world.requests()).toEqual([]);
    });

    it.each([
        { overlap: "1d" },
        { readiness: { timeout: "10m" } },
        { adopt: { apiKey: "AAAABBBBCCCCDDDD", apiSecret: "x" } },
    ])("ignores %j, which changes no key", async (changes) => {
        expect(await diff(changes)).toEqual({ changes: "none", replaces: [] });
    });

    it.each([
        { displayName: "payments" },
        { description: `Other ${tag}` },
        { rotationTrigger: "2026-09-01" },
    ])("updates in place for %j", async (changes) => {
        expect(await diff(changes)).toEqual({ changes: "some", replaces: [] });
    });

    it.each([
        ["owner", "sa-000aaa"],
        ["environmentId", "env-def456"],
        ["cloud", "gcp"],
        ["region", "us-east-2"],
    ])("replaces for another %s", async (property, value) => {
        expect(await diff({ [property]: value })).toEqual({ changes: "some", replaces: [property] });
    });
});

describe("create", () => {
    it("returns a key that the region accepts, and everything that the state stores of it", async () => {
        await world.up();
        const [key] = world.keys();
        expect(key).toMatchObject({
            usable: true,
            ownerId: world.owner,
            displayName: "orders",
            region: "aws.us-east-1",
        });
        expect(world.engine.current).toMatchObject({
            id: `${world.owner}/env-abc123.aws.us-east-1`,
            initErrors: [],
            outputs: {
                apiKey: key?.id,
                apiSecret: expect.stringMatching(/^cflt/),
                createdAt: key?.createdAt,
                scope: "env-abc123.aws.us-east-1",
                restEndpoint: `${world.emulator.url}/flink/aws.us-east-1`,
                status: "ready",
                superseded: [],
                owner: world.owner,
            },
        });
    });

    it("sends one POST, one PATCH and three requests beside the probe's two", async () => {
        await world.up();
        expect(world.requests().sort()).toEqual([
            "GET /fcpm/v2/regions",
            "GET /iam/v2/api-keys",
            "GET /org/v2/environments/env-abc123",
            `PATCH /iam/v2/api-keys/${outputs().apiKey}`,
            "POST /iam/v2/api-keys",
        ]);
        expect(world.emulator.journal.entries().length).toBe(7);
    });

    it("shares every look-up between all keys of a run", async () => {
        const provider = world.open();
        const regions = ["us-east-1", "us-east-2", "us-west-2", "eu-central-1"];
        await Promise.all(
            regions.map(async (region) => {
                const { inputs } = await provider.check({}, world.inputs({ region }));
                await provider.create(inputs);
            }),
        );
        expect(world.requests().sort()).toEqual([
            "GET /fcpm/v2/regions",
            "GET /iam/v2/api-keys",
            "GET /org/v2/environments/env-abc123",
            ...world
                .keyIds()
                .map((id) => `PATCH /iam/v2/api-keys/${id}`)
                .sort(),
            ...regions.map(() => "POST /iam/v2/api-keys"),
        ]);
        expect(world.keys().map(({ usable }) => usable)).toEqual([true, true, true, true]);
    });

    it("creates nothing if the environment does not exist", async () => {
        const error = await world.failureOf(
            world.open().create(world.inputs({ environmentId: "env-zzz999" })),
        );
        expect(error.message).toContain("reading environment env-zzz999");
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
    });

    it("creates nothing if the region does not exist, and lists the cloud's regions", async () => {
        const error = await world.failureOf(world.open().create(world.inputs({ region: "us-east-9" })));
        expect(error.message).toMatch(
            /^region: got "us-east-9", expected a region of aws .*us-east-1, us-east-2/,
        );
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
    });

    it.each(["sa-zzz999", "u-zzz999"])("names an owner that does not exist: %s", async (owner) => {
        const error = await world.failureOf(world.up({ owner }));
        expect(error.message).toMatch(
            new RegExp(`^owner: got "${owner}", expected a service account or user`),
        );
        expect(world.keys()).toEqual([]);
        expect(world.engine.current).toBeUndefined();
    });

    it("passes the refusal on if the owner exists", async () => {
        world.emulator.faults.add({ method: "POST", action: { status: 403 }, times: 0 });
        const error = await world.failureOf(world.up());
        expect(error.message).toMatch(/^creating a Flink API key for sa-.* 403 .*needs OrganizationAdmin/);
    });

    it("reports a used-up quota once, and creates nothing", async () => {
        await world.close();
        world = await World.start({ quotas: { "iam.max_cluster_api_keys.per_service_account": 0 } });
        const error = await world.failureOf(world.up());
        expect(error.message).toMatch(/402 quota_exceeded.*Delete API keys that are no longer used/);
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
    });

    it("returns id, secret and the provider line if anything fails after the key is created", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        const error = await world.failureOf(world.up({ readiness: { timeout: "5s" } }));
        expect(error).toBeInstanceOf(PartialFailure);
        expect(world.engine.current).toMatchObject({
            outputs: {
                apiKey: world.keyIds()[0],
                apiSecret: expect.stringMatching(/^cflt/),
                status: "pending",
                __provider: expect.stringContaining("pulumi-confluent-flink"),
            },
            initErrors: [expect.stringContaining("The key is kept; run pulumi up again to go on waiting.")],
        });
    });

    it("repeats a POST that got 429 after Retry-After, and creates one key", async () => {
        world.emulator.faults.add({ method: "POST", action: { status: 429, retryAfter: 7 } });
        const startMs = world.clock.now();
        await world.up();
        expect(world.clock.now() - startMs).toBeGreaterThanOrEqual(7_000);
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });

    it("deletes the key of a POST whose answer was lost before it posts again", async () => {
        world.emulator.faults.add({ method: "POST", action: { drop: "after" } });
        await world.up();
        expect(world.count("POST /iam/v2/api-keys")).toBe(2);
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(world.engineLog.join()).toMatch(/info: Removed Flink API key \w{16} .* never handed out/);
    });

    it("finds a key that a POST created late, after the list was read", async () => {
        // The list misses the lost key the first time it is asked after the POST, as one that lags does.
        world.emulator.faults.add({ method: "POST", action: { status: 500, after: true } });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            nth: 2,
            action: { status: 200, body: { data: [], metadata: {} } },
        });
        await world.up();
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });

    it("deletes in update a key of a late POST that could not be deleted before", async () => {
        world.emulator.faults.add({ method: "POST", action: { status: 500, after: true } });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            nth: 2,
            action: { status: 200, body: { data: [], metadata: {} } },
        });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            nth: 3,
            times: 0,
            action: { status: 503 },
        });
        await world.failureOf(world.up());
        expect(world.keyIds()).toHaveLength(2);
        const { apiKey } = outputs();
        world.emulator.faults.clear();
        await world.up();
        expect(world.keyIds()).toEqual([apiKey]);
    });

    it("does not wait an hour because a 503 says so", async () => {
        world.emulator.faults.add({ method: "POST", action: { status: 503, retryAfter: 3600 }, times: 0 });
        const startMs = world.clock.now();
        await world.failureOf(world.up());
        expect(world.clock.now() - startMs).toBeLessThan(60_000);
        expect(world.count("POST /iam/v2/api-keys")).toBe(1);
    });

    it("fails, and says what the next run does, if the outcome of a POST stays unknown", async () => {
        world.emulator.faults.add({ method: "POST", action: { drop: "after" } });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            nth: 2,
            times: 0,
            action: { status: 500 },
        });
        const error = await world.failureOf(world.up());
        expect(error.message).toContain("Could not find out whether a key was created");
        world.emulator.faults.clear();
        await world.up();
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });
});

describe("read", () => {
    beforeEach(async () => {
        await world.up();
        world.emulator.journal.clear();
    });

    it("changes nothing if nothing changed, with one request for all keys of an owner", async () => {
        const before = world.engine.current;
        const provider = world.open();
        await world.engine.refresh(provider);
        await world.engine.refresh(provider);
        expect(world.engine.current).toEqual(before);
        expect(world.requests()).toEqual(["GET /iam/v2/api-keys"]);
    });

    it("stores names changed by hand as inputs, so that the next up shows and reverts them", async () => {
        await world.client.send("PATCH", `/iam/v2/api-keys/${outputs().apiKey}`, {
            body: { spec: { display_name: "by hand" } },
        });
        await world.engine.refresh(world.open());
        expect(world.engine.current?.inputs).toMatchObject({ displayName: "by hand", region: "us-east-1" });
        expect(await world.up()).toBe("updated");
        expect(world.keys()[0]?.displayName).toBe("orders");
    });

    it("drops a key that was deleted by hand", async () => {
        await world.deleteByHand(String(outputs().apiKey));
        await world.engine.refresh(world.open());
        expect(world.engine.current).toBeUndefined();
        expect(await world.up()).toBe("created");
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });

    it("keeps a key that the list leaves out and the API still shows", async () => {
        world.emulator.faults.add({
            path: "/iam/v2/api-keys",
            action: { status: 200, body: { data: [] } },
            times: 0,
        });
        const before = world.engine.current;
        await world.engine.refresh(world.open());
        expect(world.engine.current).toEqual(before);
    });

    it("fails, and leaves the state as it is, if the list cannot be read", async () => {
        world.emulator.faults.add({ path: "/iam/v2/api-keys", action: { status: 403 }, times: 0 });
        const before = world.engine.current;
        const error = await world.failureOf(world.engine.refresh(world.open()));
        expect(error.message).toMatch(/^listing the API keys of sa-/);
        expect(world.engine.current).toBe(before);
    });

    it("warns of a key with the resource's tag that is not in the state, and keeps it", async () => {
        const stray = await world.foreignKey({ description: `For orders ${tag}` });
        await world.engine.refresh(world.open());
        expect(world.warnings()).toEqual([expect.stringContaining(stray.id)]);
        expect(world.keyIds()).toContain(stray.id);
    });
});

describe("update", () => {
    beforeEach(async () => {
        await world.up();
        world.emulator.journal.clear();
    });

    it("renames in place, with one PATCH after the key was read, and keeps key and secret", async () => {
        const before = outputs();
        expect(await world.up({ displayName: "payments", description: `Other ${tag}` })).toBe("updated");
        const path = `/iam/v2/api-keys/${before.apiKey}`;
        expect(world.requests()).toEqual([`GET ${path}`, `PATCH ${path}`]);
        expect(outputs()).toEqual({ ...before, displayName: "payments", description: `Other ${tag}` });
        expect(world.keys()[0]).toMatchObject({ displayName: "payments", description: `Other ${tag}` });
    });

    it("sends no request if only the provider's code changed", async () => {
        const state = outputs();
        await world
            .open()
            .update(String(world.engine.current?.id), { ...state, __provider: "old" }, world.inputs());
        expect(world.requests()).toEqual([]);
    });

    it("leaves the state as it is if nothing was reached", async () => {
        world.emulator.faults.add({ method: "PATCH", action: { status: 403 }, times: 0 });
        const before = world.engine.current;
        const error = await world.failureOf(world.up({ displayName: "payments" }));
        expect(error).not.toBeInstanceOf(PartialFailure);
        expect(error.message).toContain("exists. The Cloud API key is allowed to see it but not to do this");
        expect(world.engine.current).toBe(before);
    });

    it("creates another key if the one to be renamed was deleted by hand", async () => {
        const before = outputs();
        await world.deleteByHand(String(before.apiKey));
        await world.up({ displayName: "payments" });
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(outputs()).toMatchObject({ displayName: "payments", superseded: [], status: "ready" });
    });

    it("finishes the key of an interrupted create, without a second POST", async () => {
        await world.engine.destroy(world.open());
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        await world.failureOf(world.up({ readiness: { timeout: "5s" } }));
        const { apiKey } = outputs();
        world.emulator.faults.clear();
        world.emulator.journal.clear();
        await world.up();
        expect(outputs()).toMatchObject({ apiKey, status: "ready" });
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
        expect(world.engine.current?.initErrors).toEqual([]);
    });

    it("does not wait for an unverified key that was deleted since: it creates another", async () => {
        await world.engine.destroy(world.open());
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        await world.failureOf(world.up({ readiness: { timeout: "5s" } }));
        world.emulator.faults.clear();
        await world.deleteByHand(String(outputs().apiKey));
        world.clock.advance(120_000);
        await world.up();
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(outputs()).toMatchObject({ status: "ready", superseded: [] });
    });

    it("rotates: the new key is verified and current, the old one stays for its overlap", async () => {
        const before = outputs();
        await world.up({ rotationTrigger: "2026-09-01", overlap: "7d" });
        expect(outputs().apiKey).not.toBe(before.apiKey);
        expect(outputs().superseded).toEqual([
            {
                apiKey: before.apiKey,
                retireAt: new Date(world.clock.now() + 7 * 86_400_000).toISOString(),
                supersededAt: new Date(world.clock.now()).toISOString(),
            },
        ]);
        expect(world.keys().map(({ usable }) => usable)).toEqual([true, true]);
    });

    it("keeps the old key current, and deletes the new one, if that never becomes usable", async () => {
        const before = outputs();
        world.emulator.faults.add({ path: "/sql/**", action: { status: 403 }, times: 0 });
        const error = await world.failureOf(
            world.up({ rotationTrigger: "2026-09-01", readiness: { timeout: "5s" } }),
        );
        expect(error.message).toMatch(
            new RegExp(`It was removed; ${before.apiKey} stays the current key\\.$`),
        );
        expect(world.keyIds()).toEqual([before.apiKey]);
        expect(outputs()).toEqual(before);
    });

    it("stores a new key that was neither usable nor could be deleted, until it is deleted", async () => {
        const before = outputs();
        world.emulator.faults.add({ path: "/sql/**", action: { status: 403 }, times: 0 });
        world.emulator.faults.add({ method: "DELETE", action: { status: 500 }, times: 0 });
        const error = await world.failureOf(
            world.up({ rotationTrigger: "2026-09-01", readiness: { timeout: "5s" } }),
        );
        expect(error.message).toContain("The next pulumi up removes it");
        expect(world.engine.keys().sort()).toEqual(world.keyIds().sort());
        expect(outputs()).toMatchObject({
            apiKey: before.apiKey,
            superseded: [{ apiKey: expect.anything() }],
        });
        world.emulator.faults.clear();
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(world.engine.keys().sort()).toEqual(world.keyIds().sort());
        expect(world.keyIds()).toHaveLength(2);
    });

    it("deletes a superseded key in the first up after its overlap", async () => {
        const before = outputs();
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(await world.up({ rotationTrigger: "2026-09-01" })).toBe("same");
        world.clock.advance(8 * 86_400_000);
        expect(await world.up({ rotationTrigger: "2026-09-01" })).toBe("updated");
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(world.keyIds()).not.toContain(before.apiKey);
    });
});

describe("replace", () => {
    beforeEach(() => world.up());

    it("creates the new region's key before it deletes the old region's", async () => {
        const { apiKey } = outputs();
        world.emulator.journal.clear();
        expect(await world.up({ region: "us-east-2" })).toBe("replaced");
        const changes = world.requests().filter((request) => !request.startsWith("GET"));
        expect(changes).toEqual([
            "POST /iam/v2/api-keys",
            `PATCH /iam/v2/api-keys/${outputs().apiKey}`,
            `DELETE /iam/v2/api-keys/${apiKey}`,
        ]);
        expect(world.keys()).toMatchObject([{ id: outputs().apiKey, region: "aws.us-east-2", usable: true }]);
    });

    it("keeps the old owner's key until the new owner's is verified", async () => {
        const other = await world.client.makeAccount("other");
        const error = await world.failureOf(world.up({ owner: other, readiness: { timeout: "5s" } }));
        expect(error.message).toContain("403");
        expect(world.keyIds()).toHaveLength(2);
        expect(world.engine.keys().sort()).toEqual(world.keyIds().sort());
        await world.client.grant(other, "FlinkDeveloper", "/environment=env-abc123");
        await world.up({ owner: other });
        expect(world.keys()).toMatchObject([{ ownerId: other, usable: true }]);
    });

    it("does not treat the state's own key as a stray in a forced replacement", async () => {
        const { apiKey } = outputs();
        world.emulator.faults.add({ method: "POST", action: { status: 400 }, times: 0 });
        await world.failureOf(world.up({}, { replace: true }));
        expect(world.keyIds()).toEqual([apiKey]);
        world.emulator.faults.clear();
        expect(await world.up({}, { replace: true })).toBe("replaced");
        expect(world.keyIds()).toEqual([outputs().apiKey]);
        expect(outputs().apiKey).not.toBe(apiKey);
    });

    it("deletes only the key of a lost POST while the state's own key exists", async () => {
        const { apiKey } = outputs();
        world.clock.advance(5_000);
        world.emulator.faults.add({ method: "POST", action: { drop: "after" } });
        world.emulator.faults.add({
            method: "DELETE",
            path: `/iam/v2/api-keys/${apiKey}`,
            times: 0,
            action: { status: 500 },
        });
        await world.failureOf(world.up({}, { replace: true }));
        expect(world.keyIds().sort()).toEqual([String(apiKey), String(outputs().apiKey)].sort());
        world.emulator.faults.clear();
        await world.up();
        expect(world.keyIds()).toEqual([outputs().apiKey]);
    });
});

describe("delete", () => {
    beforeEach(async () => {
        await world.up();
        world.emulator.journal.clear();
    });

    const destroy = () => world.engine.destroy(world.open());

    it("deletes the current key and the superseded ones", async () => {
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(world.keyIds()).toHaveLength(2);
        await destroy();
        expect(world.keys()).toEqual([]);
    });

    it("succeeds if the key is gone already", async () => {
        await world.deleteByHand(String(outputs().apiKey));
        await destroy();
        expect(world.engine.current).toBeUndefined();
    });

    it("succeeds if the owner is gone, and its keys with it", async () => {
        await world.client.send("DELETE", `/iam/v2/service-accounts/${world.owner}`);
        await destroy();
        expect(world.keys()).toEqual([]);
    });

    it("succeeds if the environment is gone: the key is still deleted", async () => {
        await world.client.send("DELETE", "/org/v2/environments/env-abc123");
        await destroy();
        expect(world.keys()).toEqual([]);
    });

    it("succeeds if owner and environment are gone", async () => {
        await world.client.send("DELETE", `/iam/v2/service-accounts/${world.owner}`);
        await world.client.send("DELETE", "/org/v2/environments/env-abc123");
        await destroy();
        expect(world.engine.current).toBeUndefined();
    });

    it("fails, and keeps the state, if the caller may see the key and not delete it", async () => {
        world.emulator.faults.add({ method: "DELETE", action: { status: 403 }, times: 0 });
        const error = await world.failureOf(destroy());
        expect(error.message).toMatch(
            /403.*exists. The Cloud API key is allowed to see it but not to do this/,
        );
        expect(world.engine.current).toBeDefined();
    });

    it.each([400, 401, 409, 500])("reports a %d", async (status) => {
        world.emulator.faults.add({ method: "DELETE", action: { status }, times: 0 });
        const error = await world.failureOf(destroy());
        expect(error.message).toContain(`: ${status} `);
        expect(world.engine.current).toBeDefined();
    });

    it("deletes the other keys if some cannot be deleted, and names each of those", async () => {
        await world.up({ rotationTrigger: "2026-09-01" });
        const [old, current] = world.keyIds();
        const lasting = { method: "DELETE", action: { status: 500 }, times: 0 };
        for (const id of [old, current])
            world.emulator.faults.add({ path: `/iam/v2/api-keys/${id}`, ...lasting });
        const { message } = await world.failureOf(destroy());
        expect(message).toContain(`deleting API key ${old}`);
        expect(message).toContain(`deleting API key ${current}`);
        world.emulator.faults.clear();
        world.emulator.faults.add({ path: `/iam/v2/api-keys/${old}`, ...lasting });
        expect((await world.failureOf(destroy())).message).toContain(`deleting API key ${old}`);
        expect(world.keyIds()).toEqual([old]);
        world.emulator.faults.clear();
        await destroy();
        expect(world.keys()).toEqual([]);
    });

    it.each([{ contentType: "text/html" }, { status: 200, body: { signIn: "https://login.example.com" } }])(
        "does not treat an answer that is not Confluent's as success: %j",
        async (action) => {
            world.emulator.faults.add({ method: "DELETE", action });
            await destroy().catch(() => destroy());
            expect(world.keys()).toEqual([]);
        },
    );

    it("deletes also the key that an interrupted rotation left", async () => {
        world.emulator.faults.add({ method: "POST", action: { drop: "after" } });
        world.emulator.faults.add({ path: "/iam/v2/api-keys", nth: 3, times: 0, action: { status: 500 } });
        await world.failureOf(world.up({ rotationTrigger: "2026-09-01" }));
        expect(world.keyIds()).toHaveLength(2);
        world.emulator.faults.clear();
        await destroy();
        expect(world.keys()).toEqual([]);
    });

    it("does not fail if strays could not be listed, and says so", async () => {
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            times: 0,
            action: { status: 500 },
        });
        await destroy();
        expect(world.engine.current).toBeUndefined();
        expect(world.warnings()).toEqual([
            expect.stringContaining("Could not check whether an interrupted run left a key"),
        ]);
    });
});
