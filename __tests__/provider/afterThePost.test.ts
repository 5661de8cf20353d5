// From the moment the POST is answered there is a key, and nothing may be thrown past the state. Not proven here: what
// the engine stores of it (engine layer).
import { FlinkApiKeyProvider } from "../../provider/flinkApiKeyProvider";
import { Session } from "../../provider/session";
import { initFailureOf, inProcess } from "./providerPort";
import type { Stored } from "./simulatedEngine";
import { World } from "./world";

let world: World;

beforeEach(async () => {
    world = await World.start();
});

afterEach(() => world.close());

describe("after the POST", () => {
    it("a message that cannot be shown (full disk, closed pipe) does not fail the operation", async () => {
        const { api, clock } = world.sessions()();
        const broken = (): never => {
            throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
        };
        const session = new Session(api, clock, { status: broken, info: broken, warn: broken });
        const provider = inProcess(new FlinkApiKeyProvider(() => session));
        world.emulator.faults.add({ path: "/sql/**", action: { drop: "before" }, times: 0 });
        const { outputs } = await provider.create(world.inputs());
        expect(outputs).toMatchObject({ apiKey: world.keyIds()[0], status: "unverified" });
    });

    it.each([
        ["a name that is no text", { display_name: { toString: null } }],
        ["a description that is no text", { description: 7 }],
        ["an owner that is no text", { owner: { id: ["sa-1"] } }],
        ["a resource that is nothing", { resource: null }],
    ])("an answer with %s still returns id and secret", async (_what, spec) => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        world.emulator.faults.add({
            method: "POST",
            path: "/iam/v2/api-keys",
            action: {
                status: 202,
                body: { id: "ABCDEFGHIJKLMNOP", spec: { secret: "cfltSECRET", ...spec } },
            },
        });
        const error = await world.failureOf(world.up({ readiness: { timeout: "1s" } }));
        expect(initFailureOf(error)?.properties).toMatchObject({
            apiKey: "ABCDEFGHIJKLMNOP",
            apiSecret: "cfltSECRET",
            status: "pending",
        });
    });

    it.each(["10y", "3650d", "9999999999h", "1e99d"])(
        "an overlap of %s ends at a date, or is refused before there is a key",
        async (overlap) => {
            const { failures } = await world.open().check({}, world.inputs({ overlap }));
            if (failures.length > 0) return;
            await world.up({ overlap });
            await world.up({ overlap, rotationTrigger: "2026-09-01" });
            expect(world.engine.keys().sort()).toEqual(world.keyIds().sort());
        },
    );

    it("an overlap that no check has seen is cut to ten years", async () => {
        await world.up();
        const { id, outputs } = world.engine.current as Stored;
        const news = world.inputs({ overlap: "9999999999h", rotationTrigger: "2026-09-01" });
        const updated = await world.open().update(id, outputs, news);
        expect(updated.outputs).toMatchObject({ superseded: [{ apiKey: outputs.apiKey }] });
        expect(world.keyIds()).toEqual([outputs.apiKey, updated.outputs.apiKey]);
    });
});

describe("a DELETE whose answer is lost", () => {
    it("is no error if everything else says that the key is gone", async () => {
        await world.up();
        await world.foreignKey();
        const { apiKey } = world.engine.current?.outputs ?? {};
        // Deleted, and every answer after that is a gateway's.
        world.emulator.faults.add({
            method: "DELETE",
            action: { status: 502, after: true, body: "" },
            times: 0,
        });
        await world.engine.destroy(world.open());
        expect(world.keyIds()).not.toContain(apiKey);
        expect(world.engine.current).toBeUndefined();
    });

    it("is no error if the list still shows the key", async () => {
        await world.up();
        const { apiKey } = world.engine.current?.outputs ?? {};
        const list = await world.client.send("GET", `/iam/v2/api-keys?spec.owner=${world.owner}`);
        world.emulator.faults.add({ method: "DELETE", action: { drop: "after" } });
        world.emulator.faults.add({
            method: "GET",
            path: "/iam/v2/api-keys",
            times: 4,
            action: { status: 200, body: list.body },
        });
        await world.engine.destroy(world.open());
        expect(world.keyIds()).not.toContain(apiKey);
    });

    it("is an error if the key exists", async () => {
        await world.up();
        world.emulator.faults.add({ method: "DELETE", action: { status: 502, body: "" }, times: 0 });
        const error = await world.failureOf(world.engine.destroy(world.open()));
        expect(error.message).toContain("502");
        expect(world.engine.current).toBeDefined();
    });
});
