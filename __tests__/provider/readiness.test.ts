// The wait for a usable key, against the emulator's propagation on a virtual clock. Not proven here: how long Confluent
// Cloud really takes.
import { pauseAfterMs } from "../../provider/readiness";
import { sampleOf } from "../sample";
import { World } from "./world";

let world: World;

async function start(options: Parameters<typeof World.start>[0]): Promise<void> {
    world = await World.start(options);
}

const lasting = (ms: number) => ({ minMs: ms, maxMs: ms });

afterEach(() => world.close());

describe("pauseAfterMs", () => {
    beforeEach(() => start({}));

    it.each([
        [0, 250],
        [20_000, 250],
        [60_000, 720],
        [250_000, 3_000],
        [600_000, 3_000],
    ])("is, %d ms into the wait, %d ms", (waited, pause) => {
        expect(pauseAfterMs(waited)).toBe(pause);
    });
});

describe("awaitReady", () => {
    it.each([
        [0, 0],
        [3_000, 5_000],
        [5_000, 3_000],
        [60_000, 90_000],
    ])("ends at most 1.5 s after key (%d ms) and role (%d ms) have arrived", async (key, role) => {
        await start({ keyPropagation: lasting(key), rolePropagation: lasting(role) });
        const startMs = world.clock.now();
        await world.up();
        const lateMs = world.clock.now() - startMs - Math.max(key, role);
        expect(lateMs).toBeGreaterThanOrEqual(0);
        expect(lateMs).toBeLessThan(1_500);
        expect(world.keys()[0]?.usable).toBe(true);
    });

    it("asks again after a single 200: one answer may come from the one node that knows the key", async () => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", nth: 2, action: { status: 401 } });
        await world.up();
        const probes = world.emulator.journal.entries().filter(({ path }) => path.startsWith("/sql/"));
        expect(probes.map(({ status }) => status)).toEqual([200, 401, 200, 200]);
    });

    it.each([
        { status: 204, body: "" },
        { status: 200, body: { signIn: "https://login.example.com" } },
        { status: 200, body: [] },
        { contentType: "text/html", status: 200, body: "<html>sign in</html>" },
    ])(
        "does not treat a success without a list of statements as an answer of the endpoint: %j",
        async (action) => {
            await start({});
            world.emulator.faults.add({ path: "/sql/**", times: 0, action });
            await world.up({ readiness: { timeout: "5s" } });
            expect(world.engine.current?.outputs.status).toBe("unverified");
        },
    );

    it.each([400, 401, 403, 404, 429, 500, 503])('treats %d as "not yet"', async (status) => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", times: 3, action: { status } });
        await world.up();
        expect(world.engine.current?.outputs.status).toBe("ready");
    });

    it("waits as long as a region that is asked too often says", async () => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", action: { status: 429, retryAfter: 30 } });
        const startMs = world.clock.now();
        await world.up();
        expect(world.clock.now() - startMs).toBeGreaterThanOrEqual(30_000);
    });

    it("does not ask without a pause because Retry-After is 0", async () => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 429, retryAfter: 0 } });
        await world.failureOf(world.up({ readiness: { timeout: "5s" } }));
        expect(
            world.emulator.journal.entries().filter(({ path }) => path.startsWith("/sql/")).length,
        ).toBeLessThan(25);
    });

    it("reports while it waits for what and how long, and never the secret", async () => {
        await start({ keyPropagation: lasting(3_000), rolePropagation: lasting(6_000) });
        await world.up();
        const [apiKey] = world.keyIds();
        expect(world.engineLog[0]).toBe(
            `status: Flink API key ${apiKey} (env-abc123.aws.us-east-1): waiting 0.0 s, the region does not know the key yet (401)`,
        );
        expect(world.engineLog.at(-1)).toMatch(
            /waiting 5\.\d s, the region knows the key, but answers 403: its owner's role may not have arrived yet$/,
        );
        expect(world.leaks()).toEqual([]);
    });

    it("says at the limit that the key is not known yet (401)", async () => {
        await start({ keyPropagation: lasting(3_600_000) });
        const error = await world.failureOf(world.up({ readiness: { timeout: "20s" } }));
        expect(error.message).toMatch(
            /^Flink API key \w{16} \(env-abc123\.aws\.us-east-1\) was not usable after 20 s: http:\S+ does not know the key yet \(401\); raise readiness\.timeout if this region is slow\. The key is kept; run pulumi up again to go on waiting\.$/,
        );
        expect(world.engine.current?.outputs).toMatchObject({
            apiKey: world.keyIds()[0],
            status: "pending",
        });
    });

    it.each([
        [
            "and is pending if it is not proven gone",
            0,
            /does not show it either: it was deleted meanwhile/,
            "pending",
        ],
        [
            "and is gone if it is proven",
            1,
            /was deleted outside Pulumi, by hand or with its owner sa-/,
            "gone",
        ],
    ])("G54: ends soon after the key was deleted, %s", async (_what, others, says, status) => {
        await start({ keyPropagation: lasting(3_600_000) });
        for (let other = 0; other < others; other++) await world.foreignKey();
        const before = new Set(world.keyIds());
        const startMs = world.clock.now();
        let hasEnded = false;
        const run = world.failureOf(world.up({ readiness: { timeout: "30m" } })).finally(() => {
            hasEnded = true;
        });
        const made = (): string | undefined => world.keyIds().find((id) => !before.has(id));
        while (!hasEnded && world.count(`GET /iam/v2/api-keys/${made()}`) === 0)
            await new Promise((resolve) => setImmediate(resolve));
        await world.client.send("DELETE", `/iam/v2/api-keys/${made()}`);
        expect((await run).message).toMatch(says);
        expect(world.clock.now() - startMs).toBeLessThan(5 * 60_000);
        expect(world.engine.current?.outputs.status).toBe(status);
    });

    it("G54: says that the new key of a rotation was deleted meanwhile, and keeps the current key", async () => {
        await start({});
        await world.up();
        const before = world.keyIds();
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 401 } });
        let hasEnded = false;
        const inputs = { rotationTrigger: "2026-09-01", readiness: { timeout: "30m" } };
        const run = world.failureOf(world.up(inputs)).finally(() => {
            hasEnded = true;
        });
        const made = (): string | undefined => world.keyIds().find((id) => !before.includes(id));
        while (!hasEnded && world.count(`GET /iam/v2/api-keys/${made()}`) === 0)
            await new Promise((resolve) => setImmediate(resolve));
        const lost = made();
        await world.client.send("DELETE", `/iam/v2/api-keys/${lost}`);
        expect((await run).message).toContain(`${lost} was deleted outside Pulumi`);
        expect(world.keyIds()).toEqual(before);
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: before[0], status: "ready" });
    });

    it("says at the limit that Confluent Cloud does not show the key either", async () => {
        await start({ keyPropagation: lasting(3_600_000) });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys/*",
            action: { status: 403 },
            times: 0,
        });
        const error = await world.failureOf(world.up({ readiness: { timeout: "20s" } }));
        expect(error.message).toContain(
            "does not know the key (401), and Confluent Cloud does not show it either: it was deleted meanwhile, by hand or with its owner",
        );
        expect(error.message).not.toContain("readiness.timeout");
    });

    it("names at the limit the role to grant if the key is known and its owner not permitted (403)", async () => {
        await start({ role: null });
        const error = await world.failureOf(world.up({ readiness: { timeout: "20s" } }));
        expect(error.message).toContain(
            `knows the key, but ${world.owner} may not list statements from here (403: The principal 'User:${world.owner}' needs one of`,
        );
        expect(error.message).toMatch(
            /\[error id \w+, request id \w+\]\)\. One cause is a missing role: grant it FlinkDeveloper on environment env-abc123.* Another is an IP filter/,
        );
        expect(error.message).toContain(
            `--principal User:${world.owner} --role FlinkDeveloper --environment env-abc123`,
        );
    });

    it.each(sampleOf([401, 403, 404, 407], 2))(
        "does not treat a proxy's %d as the region's answer: the key is unverified, and no role is advised",
        async (status) => {
            await start({ keyPropagation: lasting(3_600_000) });
            const body = "<html>Access denied by policy</html>";
            world.emulator.faults.add({
                path: "/sql/**",
                times: 0,
                action: { status, body, headers: { "content-type": "text/html" } },
            });
            const startMs = world.clock.now();
            await world.up();
            expect(world.clock.now() - startMs).toBeLessThan(25_000);
            expect(world.engine.current?.outputs.status).toBe("unverified");
            expect(world.warnings().join()).toContain(`: ${status}`);
            expect(world.warnings().join()).toContain("any proxy between this machine and Confluent Cloud");
            expect(world.engineLog.join()).not.toContain("FlinkDeveloper");
        },
    );

    it("reports at the limit what the region said, not that the last request was aborted", async () => {
        await start({ keyPropagation: lasting(3_600_000) });
        world.emulator.faults.add({ path: "/sql/**", nth: 5, times: 0, action: { drop: "before" } });
        const error = await world.failureOf(world.up({ readiness: { timeout: "20s" } }));
        expect(error.message).toContain("does not know the key yet (401)");
    });

    it("keeps a key whose region cannot be reached as unverified, and warns", async () => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { drop: "before" } });
        const startMs = world.clock.now();
        expect(await world.up()).toBe("created");
        expect(world.clock.now() - startMs).toBeLessThan(22_000);
        expect(world.engine.current?.outputs).toMatchObject({
            apiKey: world.keyIds()[0],
            status: "unverified",
        });
        expect(world.warnings()).toEqual([
            expect.stringMatching(
                /the region's Flink endpoint could not be reached from here within 20 s\..* The key is kept, unverified\.$/,
            ),
        ]);
        // And leaves it so: the next up is no wait again.
        expect(await world.up()).toBe("same");
    });

    it("names the setting of the region's endpoint, not that of Confluent Cloud's API", async () => {
        await start({});
        await world.up({ readiness: { restEndpoint: "http://127.0.0.1:9" } });
        expect(world.warnings().join()).toContain(
            "check readiness.restEndpoint, firewall and proxy settings",
        );
        expect(world.engineLog.join()).toContain(
            "the region's endpoint cannot be reached (connection refused)",
        );
        expect(world.engineLog.join()).not.toContain("confluentcloud:endpoint");
    });

    it("with unreachable: fail, fails, keeps the key, and tries again in the next up", async () => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { drop: "before" } });
        const inputs = { readiness: { unreachable: "fail" } };
        const error = await world.failureOf(world.up(inputs));
        expect(error.message).toContain("could not be reached from here");
        const [apiKey] = world.keyIds();
        world.emulator.faults.clear();
        await world.up(inputs);
        expect(world.engine.current?.outputs).toMatchObject({ apiKey, status: "ready" });
        expect(world.keyIds()).toEqual([apiKey]);
    });

    it("with unreachable: fail, verifies later a key that was unverified", async () => {
        await start({});
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { drop: "before" } });
        await world.up();
        world.emulator.faults.clear();
        expect(await world.up({ readiness: { unreachable: "fail" } })).toBe("updated");
        expect(world.engine.current?.outputs.status).toBe("ready");
    });
});
