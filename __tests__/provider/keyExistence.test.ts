// What 403 and 404 mean for a key, against the emulator, which answers 403 for what is gone and an empty list to a
// caller without rights. Not proven here: which of these Confluent Cloud really gives where.
import type { FaultAction } from "../../emulator";
import { sampleOf } from "../sample";
import { World } from "./world";

let world: World;

beforeEach(async () => {
    world = await World.start();
    await world.up();
    world.emulator.journal.clear();
});

afterEach(async () => {
    expect(world.leaks()).toEqual([]);
    await world.close();
});

const refresh = () => world.engine.refresh(world.open());
const destroy = () => world.engine.destroy(world.open());
const currentKey = () => String(world.engine.current?.outputs.apiKey);
const unreachable = () =>
    world.emulator.faults.add({ path: "/sql/**", times: 0, action: { drop: "before" } });

describe("a caller that lost all rights", () => {
    beforeEach(() => world.loseRights());

    it.each([
        ["refresh", refresh],
        ["destroy", destroy],
    ])("%s keeps a key that the region still accepts", async (_what, run) => {
        const before = world.engine.current;
        const error = await world.failureOf(run());
        expect(error.message).toContain(
            `${currentKey()} exists, because its region accepts it, but the Cloud API key is not allowed to see it. It is kept in the state`,
        );
        expect(world.engine.current).toBe(before);
    });

    it.each([
        ["refresh", refresh],
        ["destroy", destroy],
    ])("%s keeps a key that cannot be checked at the region", async (_what, run) => {
        unreachable();
        const before = world.engine.current;
        const error = await world.failureOf(run());
        expect(error.message).toContain(
            `Could not find out whether ${currentKey()} exists, so it is kept in the state`,
        );
        expect(error.message).toContain("pulumi state delete");
        expect(world.engine.current).toBe(before);
    });
});

describe("a superseded key", () => {
    beforeEach(async () => {
        await world.up({ rotationTrigger: "2026-09-01" });
    });

    const supersededKey = () => world.engine.keys()[1];

    it("stays in the state if the caller has lost all rights when it is due", async () => {
        await world.loseRights();
        world.clock.advance(8 * 86_400_000);
        const old = supersededKey();
        await world.failureOf(world.up({ rotationTrigger: "2026-09-01" }));
        expect(supersededKey()).toBe(old);
        expect(world.keyIds()).toContain(old);
    });

    it("is dropped by refresh if it was deleted by hand", async () => {
        await world.deleteByHand(String(supersededKey()));
        await refresh();
        expect(world.engine.current?.outputs.superseded).toEqual([]);
    });

    it("is dropped without an error when it is due, if it was deleted by hand", async () => {
        await world.deleteByHand(String(supersededKey()));
        world.clock.advance(8 * 86_400_000);
        await world.up({ rotationTrigger: "2026-09-01" });
        expect(world.engine.current?.outputs.superseded).toEqual([]);
    });

    it("stays, and does not become current again, if the current key was deleted by hand", async () => {
        const old = supersededKey();
        await world.deleteByHand(currentKey());
        await refresh();
        expect(world.engine.current?.outputs).toMatchObject({
            status: "gone",
            superseded: [{ apiKey: old }],
        });
        await refresh();
        expect(await world.up({ rotationTrigger: "2026-09-01" })).toBe("updated");
        expect(world.keyIds()).toEqual([old, currentKey()]);
        expect(world.engine.current?.outputs).toMatchObject({
            status: "ready",
            superseded: [{ apiKey: old }],
        });
    });

    it("is dropped with the resource if both were deleted by hand", async () => {
        for (const id of world.keyIds()) await world.deleteByHand(id);
        await refresh();
        expect(world.engine.current).toBeUndefined();
    });
});

describe("a key that is known to be gone, when the rotation that was to replace it failed", () => {
    beforeEach(async () => {
        await world.foreignKey();
        await world.deleteByHand(currentKey());
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 401 } });
        const changes = { displayName: "payments", readiness: { timeout: "2s" } };
        await world.failureOf(world.up(changes));
        world.emulator.faults.clear();
        for (const id of world.keyIds()) await world.deleteByHand(id);
        expect(world.engine.current?.outputs.status).toBe("gone");
    });

    it("needs no second proof: refresh drops it", async () => {
        await refresh();
        expect(world.engine.current).toBeUndefined();
    });

    it("needs no second proof: destroy is done", async () => {
        await destroy();
        expect(world.engine.current).toBeUndefined();
    });

    it("is replaced by another one in the next up", async () => {
        await world.up();
        expect(world.keyIds()).toEqual([currentKey()]);
    });
});

describe("a key that is not listed", () => {
    const emptyList = () =>
        world.emulator.faults.add({
            path: "/iam/v2/api-keys",
            times: 0,
            action: { status: 200, body: { data: [], metadata: {} } },
        });
    const forbidKey = (status = 403) =>
        world.emulator.faults.add({ path: `/iam/v2/api-keys/${currentKey()}`, times: 0, action: { status } });

    it.each([403, 404])("is kept on %d as long as its region accepts it", async (status) => {
        emptyList();
        forbidKey(status);
        const error = await world.failureOf(refresh());
        expect(error.message).toContain("exists, because its region accepts it");
    });

    it("is kept on 403 if the region knows it and its owner lost its role", async () => {
        emptyList();
        forbidKey();
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 403 } });
        const error = await world.failureOf(refresh());
        expect(error.message).toContain("exists, because its region accepts it");
    });

    it("is gone when the region stops accepting it, which can take seconds after a deletion", async () => {
        emptyList();
        forbidKey();
        world.emulator.faults.add({ path: "/sql/**", nth: 4, times: 0, action: { status: 401 } });
        const startMs = world.clock.now();
        await refresh();
        expect(world.engine.current).toBeUndefined();
        expect(world.clock.now() - startMs).toBe(9_000);
    });

    it("is gone if the region cannot be reached and the list shows another key of its owner there", async () => {
        await world.foreignKey();
        unreachable();
        await world.deleteByHand(currentKey());
        await refresh();
        expect(world.engine.current).toBeUndefined();
    });

    it.each([
        ["that is for another environment", { resource: { id: "aws.us-east-1", environment: "env-def456" } }],
        ["that is for a cluster", { resource: { id: "lkc-abc123" } }],
    ])("is kept if the region cannot be reached and the list shows only a key %s", async (_what, other) => {
        await world.foreignKey(other);
        unreachable();
        await world.deleteByHand(currentKey());
        await world.failureOf(refresh());
        expect(world.engine.keys()).toHaveLength(1);
    });

    it("is kept if everything answers 403", async () => {
        const before = world.engine.current;
        emptyList();
        world.emulator.faults.add({ times: 0, action: { status: 403 } });
        await world.failureOf(refresh());
        expect(world.engine.current).toBe(before);
    });
});

describe("a caller who may see the owner and not its keys", () => {
    beforeEach(() => {
        const { faults } = world.emulator;
        const empty = { status: 200, body: { data: [], metadata: {} } };
        faults.add({ path: "/iam/v2/api-keys", method: "GET", times: 0, action: empty });
        faults.add({ path: `/iam/v2/api-keys/${currentKey()}`, times: 0, action: { status: 403 } });
    });

    const disturb = (action: FaultAction, times: number) =>
        world.emulator.faults.add({ path: "/sql/**", times, action });
    const disturbances: [string, FaultAction][] = [
        ["429", { status: 429 }],
        ["429 with Retry-After", { status: 429, retryAfter: 20 }],
        ["503", { status: 503 }],
        ["500", { status: 500 }],
        ["404", { status: 404 }],
        ["400", { status: 400 }],
        ["a proxy's 403", { status: 403, body: "<html>no</html>", headers: { "content-type": "text/html" } }],
        ["no answer", { drop: "before" }],
    ];

    it.each(sampleOf(disturbances, 3))(
        "G64: asks the region again after %s, and keeps a key that it accepts",
        async (_w, action) => {
            for (const run of [refresh, destroy]) {
                disturb(action, 2);
                const error = await world.failureOf(run());
                expect(error.message).toContain("exists, because its region accepts it");
                expect(world.engine.keys()).toEqual(world.keyIds());
            }
        },
    );

    it.each(sampleOf(disturbances, 3))(
        "G64: proves nothing if the region answers only with %s",
        async (_w, action) => {
            disturb(action, 0);
            for (const run of [refresh, destroy]) {
                const error = await world.failureOf(run());
                expect(error.message).toContain("Could not find out whether");
                expect(world.engine.keys()).toEqual(world.keyIds());
            }
        },
    );

    it("proves that a key is gone by a region that no longer knows it", async () => {
        disturb({ status: 429 }, 2);
        await world.deleteByHand(currentKey()).catch(() => undefined);
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 401 } });
        await refresh();
        expect(world.engine.current).toBeUndefined();
    });
});

describe("a caller who may see the environment and not the owner", () => {
    it.each([
        ["refresh", refresh],
        ["destroy", destroy],
    ])("%s does not treat the owner as gone while the region does not answer", async (_what, run) => {
        const { faults } = world.emulator;
        const empty = { status: 200, body: { data: [], metadata: {} } };
        faults.add({ path: "/iam/v2/api-keys", method: "GET", times: 0, action: empty });
        faults.add({ path: `/iam/v2/api-keys/${currentKey()}`, times: 0, action: { status: 403 } });
        faults.add({ path: "/iam/v2/service-accounts/*", times: 0, action: { status: 403 } });
        faults.add({ path: "/sql/**", times: 0, action: { status: 503 } });
        await world.failureOf(run());
        expect(world.engine.keys()).toEqual(world.keyIds());
    });
});

describe("credentials of another organization, in which the owner exists too", () => {
    beforeEach(async () => {
        const { faults } = world.emulator;
        const { body } = await world.client.send("GET", "/iam/v2/api-keys");
        const [row] = body.data;
        const other = { ...row, id: "OTHERORGKEY00000", spec: { ...row.spec, owner: { id: world.owner } } };
        const theirs = { status: 200, body: { data: [other], metadata: {} } };
        faults.add({ path: "/iam/v2/api-keys", method: "GET", times: 0, action: theirs });
        faults.add({ path: `/iam/v2/api-keys/${currentKey()}`, times: 0, action: { status: 404 } });
        faults.add({ path: "/org/v2/environments/*", times: 0, action: { status: 403 } });
        const organization = { data: [{ id: "bbbbbbbb-0000-4000-8000-000000000000" }], metadata: {} };
        faults.add({ path: "/org/v2/organizations", times: 0, action: { status: 200, body: organization } });
    });

    it.each([
        ["refresh", refresh],
        ["destroy", destroy],
    ])("G65: prove nothing about the key: %s", async (_what, run) => {
        const error = await world.failureOf(run());
        expect(error.message).toContain("exists, because its region accepts it");
        unreachable();
        expect((await world.failureOf(run())).message).toContain("Could not find out whether");
        expect(world.engine.keys()).toEqual(world.keyIds());
    });
});

describe("a key that its region never accepted", () => {
    async function unproven(): Promise<void> {
        await world.engine.destroy(world.open());
        world.emulator.faults.add({ path: "/sql/**", times: 0, action: { status: 401 } });
        await world.failureOf(world.up({ readiness: { timeout: "2s" } }));
        world.clock.advance(3_600_000);
    }

    it("is not given up in its first minute, in which list and region may not know it yet", async () => {
        await world.close();
        world = await World.start({ keyPropagation: { minMs: 50_000, maxMs: 50_000 } });
        await world.failureOf(world.up({ readiness: { timeout: "2s" } }));
        const [key] = world.keyIds();
        world.emulator.faults.add({
            path: "/iam/v2/api-keys",
            times: 0,
            action: { status: 200, body: { data: [], metadata: {} } },
        });
        world.emulator.faults.add({ path: `/iam/v2/api-keys/${key}`, times: 0, action: { status: 403 } });
        await refresh();
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: key, status: "pending" });
    });

    it("is given up after that, if the list shows other keys of its owner", async () => {
        await unproven();
        await world.foreignKey();
        await world.deleteByHand(currentKey());
        await refresh();
        expect(world.engine.current).toBeUndefined();
    });

    it("is kept, and pending, if the list shows none: the caller may not be allowed to see them", async () => {
        await unproven();
        await world.deleteByHand(currentKey());
        await refresh();
        expect(world.engine.current?.outputs.status).toBe("pending");
    });

    it("is kept by a caller who may see no keys, however slow the region", async () => {
        await unproven();
        const key = currentKey();
        await world.loseRights();
        world.clock.advance(3_600_000);
        await refresh();
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: key, status: "pending" });
        expect(world.keyIds()).toEqual([key]);
    });

    it("is replaced in the next up if it cannot be found: the list then shows the new one", async () => {
        await unproven();
        const lost = currentKey();
        await world.deleteByHand(lost);
        world.emulator.faults.clear();
        await world.up();
        expect(currentKey()).not.toBe(lost);
        expect(world.keyIds()).toEqual([currentKey()]);
        expect(world.engine.current?.outputs).toMatchObject({ status: "ready", superseded: [] });
    });
});
