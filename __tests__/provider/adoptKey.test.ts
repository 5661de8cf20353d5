// Adoption against the emulator. Not proven here: the steps in docs/guides/adopt.md that take a key out of another
// tool's state.
import { tag, unfinishedTag, World } from "./world";

let world: World;
let made: { id: string; secret: string };

beforeEach(async () => {
    world = await World.start();
    made = await world.foreignKey({ description: "from the CLI" });
    world.emulator.journal.clear();
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

/** With the number of the adoption. */
const adoptedTag = /^For orders \[pcf-0123456789abcdef [0-9a-f]{10}\]$/;

const adoption = (changes: Partial<{ apiKey: string; apiSecret: string }> = {}) => ({
    adopt: { apiKey: made.id, apiSecret: made.secret, ...changes },
});

/** Neither name nor description of the key changed, nothing was made or deleted, and the state is empty. */
function expectUntouched(id = made.id): void {
    expect(world.requests().filter((request) => !request.startsWith("GET "))).toEqual([]);
    expect(world.keys().find((key) => key.id === id)).toMatchObject({ displayName: "made elsewhere" });
    expect(world.engine.current).toBeUndefined();
}

describe("adopt", () => {
    it("verifies a key, tags it, and creates none", async () => {
        await world.up(adoption());
        expect(world.engine.current?.outputs).toMatchObject({
            apiKey: made.id,
            apiSecret: made.secret,
            status: "ready",
            restEndpoint: `${world.emulator.url}/flink/aws.us-east-1`,
        });
        expect(world.keys()).toMatchObject([
            { id: made.id, displayName: "orders", description: expect.stringMatching(adoptedTag) },
        ]);
        expect(world.engine.current?.outputs.description).toBe(`For orders ${tag}`);
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
    });

    it("accepts a key whose scope Confluent writes in three parts", async () => {
        made = await world.foreignKey({ resource: { id: "env-abc123.aws.us-east-1" } });
        await world.up(adoption());
        expect(world.engine.current?.outputs.apiKey).toBe(made.id);
    });

    it("sends and shows nothing if id and secret are swapped", async () => {
        const swapped = { apiKey: made.secret, apiSecret: made.id };
        const error = await world.failureOf(world.up(adoption(swapped)));
        expect(error.message).toContain(
            "adopt.apiKey: got a text of 64 characters, which is not shown, expected the id of an API key: 16 upper-case letters and digits. Are apiKey and apiSecret swapped?",
        );
        expect(error.message).not.toContain(made.secret);
        expect(world.requests().filter((request) => request.includes("api-keys"))).toEqual([]);
    });

    it.each([
        [
            "a letter is wrong",
            (secret: string) => secret.replace(/.{3}$/, (end) => (end === "abc" ? "cba" : "abc")),
        ],
        ["the end is missing", (secret: string) => secret.slice(0, -1)],
    ])("refuses a secret of which %s before any request for the key", async (_what, change) => {
        const apiSecret = change(made.secret);
        const error = await world.failureOf(world.up(adoption({ apiSecret })));
        expect(error.message).toMatch(
            /adopt\.apiSecret: got a secret of 6[34] characters whose last six are not the checksum of the others, so it is mistyped or cut off/,
        );
        expect(world.requests().filter((request) => request.includes("api-keys"))).toEqual([]);
    });

    it("changes nothing when adopt is removed later", async () => {
        await world.up(adoption());
        const before = world.engine.current?.outputs;
        world.emulator.journal.clear();
        expect(await world.up()).toBe("same");
        expect(world.requests()).toEqual([]);
        expect(world.engine.current?.outputs).toEqual(before);
    });

    it("rotates, refreshes and deletes an adopted key like any other", async () => {
        await world.up(adoption());
        await world.engine.refresh(world.open());
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(world.engine.current?.outputs.superseded).toMatchObject([{ apiKey: made.id }]);
        await world.engine.destroy(world.open());
        expect(world.keys()).toEqual([]);
    });

    it("adopts each of several keys with its own secret", async () => {
        const other = await world.foreignKey({
            resource: { id: "aws.us-east-2", environment: "env-abc123" },
        });
        const provider = world.open();
        const [first, second] = await Promise.all([
            provider.create(world.inputs(adoption())),
            provider.create(
                world.inputs({ region: "us-east-2", adopt: { apiKey: other.id, apiSecret: other.secret } }),
            ),
        ]);
        expect(first.outputs).toMatchObject({ apiKey: made.id, apiSecret: made.secret });
        expect(second.outputs).toMatchObject({ apiKey: other.id, apiSecret: other.secret });
    });

    it("refuses a secret that is not the key's, after the time a new key may take to arrive", async () => {
        const error = await world.failureOf(
            world.up(adoption({ apiSecret: "SENTINELsecretSENTINELsecretSENTINEL" })),
        );
        expect(error.message).toBe(
            `adopt.apiSecret: ${world.emulator.url} refuses ${made.id} with the given secret (401), expected the secret that was shown when the key was created. The key was not changed.`,
        );
        expectUntouched();
    });

    it("waits for a key that was created elsewhere a moment ago", async () => {
        await world.close();
        world = await World.start({ keyPropagation: { minMs: 20_000, maxMs: 20_000 } });
        made = await world.foreignKey();
        world.clock.advance(1_000);
        await world.client.send("GET", "/org/v2/organizations");
        const adopted = adoption();
        await world.up(adopted);
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: made.id, status: "ready" });
    });

    it("refuses a key of another owner", async () => {
        made = await world.foreignKey({ owner: "sa-000aaa" });
        world.emulator.journal.clear();
        const error = await world.failureOf(world.up(adoption()));
        expect(error.message).toBe(
            `adopt.apiKey: got "${made.id}", which belongs to sa-000aaa, expected a key of ${world.owner}, the owner. The key was not changed.`,
        );
        expectUntouched();
    });

    it.each([
        [{ id: "aws.us-east-2", environment: "env-abc123" }, "env-abc123.aws.us-east-2"],
        [{ id: "aws.us-east-1", environment: "env-def456" }, "env-def456.aws.us-east-1"],
        [{ id: "global" }, "global"],
    ])("refuses a key of another scope: %j", async (resource, found) => {
        made = await world.foreignKey({ resource });
        world.emulator.journal.clear();
        const error = await world.failureOf(world.up(adoption()));
        expect(error.message).toContain(`whose scope is ${found}, expected env-abc123.aws.us-east-1.`);
        expect(world.requests().filter((request) => !request.startsWith("GET "))).toEqual([]);
        expect(world.engine.current).toBeUndefined();
    });

    it("refuses a key that does not exist, or that the caller may not see", async () => {
        const error = await world.failureOf(world.up(adoption({ apiKey: "AAAABBBBCCCCDDDD" })));
        expect(error.message).toMatch(
            /^adopt\.apiKey: got "AAAABBBBCCCCDDDD", expected an existing API key that the Cloud API key is allowed to see\./,
        );
        expectUntouched();
    });

    it("refuses a key that the region neither accepts nor rejects", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 503 }, times: 0 });
        const error = await world.failureOf(world.up(adoption()));
        expect(error.message).toMatch(
            /^adopt\.apiSecret: could not verify that it is the secret of \w+\..* 503/,
        );
        expectUntouched();
    });

    it("adopts a key as unverified, with a warning, if the region cannot be reached", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { drop: "before" }, times: 0 });
        await world.up(adoption());
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: made.id, status: "unverified" });
        expect(world.warnings()).toEqual([expect.stringContaining("The key is kept, unverified.")]);
    });

    it("refuses a key with unreachable: fail if the region cannot be reached", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { drop: "before" }, times: 0 });
        await world.failureOf(world.up({ ...adoption(), readiness: { unreachable: "fail" } }));
        expectUntouched();
    });

    it("does not treat a proxy's 403 as proof of the secret", async () => {
        world.emulator.faults.add({
            path: "/sql/**",
            times: 0,
            action: { status: 403, body: "<html>no</html>", headers: { "content-type": "text/html" } },
        });
        const error = await world.failureOf(world.up(adoption()));
        expect(error.message).toContain("could not verify that it is the secret");
        expectUntouched();
    });

    it("stores the key from its first change on, whatever fails after", async () => {
        world.emulator.faults.add({ method: "PATCH", action: { status: 500, after: true }, times: 0 });
        await world.failureOf(world.up(adoption()));
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: made.id, apiSecret: made.secret });
        world.emulator.faults.clear();
        await world.up(adoption());
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: made.id, status: "ready" });
        expect(world.keys()).toHaveLength(1);
    });

    it("deletes a key that an interrupted create left before the user chose to adopt", async () => {
        const stray = await world.foreignKey({ description: `For orders ${unfinishedTag}` });
        await world.up(adoption());
        expect(world.keyIds()).toEqual([made.id]);
        expect(world.engineLog.join()).toContain(`Removed Flink API key ${stray.id}`);
    });

    it("does not delete the adopted key in a forced replacement", async () => {
        await world.up(adoption());
        expect(await world.up(adoption(), { replace: true })).toBe("replaced");
        expect(world.keys()).toMatchObject([{ id: made.id, usable: true }]);
        expect(world.engine.keys()).toEqual([made.id]);
        expect(world.warnings()).toEqual([]);
    });

    it("replaces the key with another in a forced replacement, and keeps the old one until the new one is verified", async () => {
        await world.up();
        const old = String(world.engine.current?.outputs.apiKey);
        world.emulator.faults.add({
            path: `/iam/v2/api-keys/${old}`,
            method: "DELETE",
            action: { status: 500 },
            times: 0,
        });
        await world.failureOf(world.up(adoption(), { replace: true }));
        expect(world.keyIds().sort()).toEqual([made.id, old].sort());
        expect(world.engine.keys().sort()).toEqual([made.id, old].sort());
        world.emulator.faults.clear();
        await world.up(adoption());
        expect(world.keyIds()).toEqual([made.id]);
    });
});
