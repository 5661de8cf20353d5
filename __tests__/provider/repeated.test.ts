// Operations that the engine repeats in the same process, as an `onError` hook has it do: `create` again with the same
// inputs, `update` again with the same old outputs. Not proven here: that an engine does so (recorded engine).
import type { ProviderPort } from "./providerPort";
import { World } from "./world";

let world: World;
let provider: ProviderPort;

beforeEach(async () => {
    world = await World.start();
    provider = world.open();
});

afterEach(() => world.close());

const posts = () => world.count("POST /iam/v2/api-keys");
const inputs = (changes = {}) => world.inputs({ readiness: { timeout: "2s" }, ...changes });

describe("create, repeated", () => {
    it("continues with the key of the first attempt", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        for (let attempt = 0; attempt < 3; attempt++) {
            await world.failureOf(provider.create(inputs()));
            expect(posts()).toBe(1);
        }
        world.emulator.faults.clear();
        const { outputs } = await provider.create(inputs());
        expect(outputs).toMatchObject({ apiKey: world.keyIds()[0], status: "ready" });
        expect(world.keyIds()).toHaveLength(1);
        expect(posts()).toBe(1);
    });

    it("continues with it if only the mark could not be removed", async () => {
        world.emulator.faults.add({ method: "PATCH", action: { status: 403 } });
        await world.failureOf(provider.create(inputs()));
        const { outputs } = await provider.create(inputs());
        expect(world.keyIds()).toEqual([outputs.apiKey]);
        expect(posts()).toBe(1);
    });

    it("creates another key for another resource of the same owner and scope", async () => {
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        await world.failureOf(provider.create(inputs()));
        await world.failureOf(provider.create(inputs({ description: "[pcf-aaaaaaaaaaaaaaaa]" })));
        expect(posts()).toBe(2);
    });

    it("creates another after the first is handed out: a replacement needs a second key", async () => {
        const first = await provider.create(inputs());
        const second = await provider.create(inputs());
        expect(world.keyIds()).toEqual([first.outputs.apiKey, second.outputs.apiKey]);
    });
});

describe("update, repeated", () => {
    it("rotates once if the rotation succeeded and a later step failed", async () => {
        const { id, outputs: olds } = await provider.create(inputs());
        const news = inputs({ rotationTrigger: "leak", overlap: "0s" });
        world.emulator.faults.add({ method: "DELETE", action: { status: 403 }, times: 2 });
        for (let attempt = 0; attempt < 2; attempt++) await world.failureOf(provider.update(id, olds, news));
        expect(posts()).toBe(2);
        const { outputs } = await provider.update(id, olds, news);
        expect(posts()).toBe(2);
        expect(outputs).toMatchObject({ rotationTrigger: "leak", status: "ready", superseded: [] });
        expect(world.keyIds()).toEqual([outputs.apiKey]);
    });

    it("leaves no second key if no attempt's key becomes usable", async () => {
        const { id, outputs: olds } = await provider.create(inputs());
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        const news = inputs({ rotationTrigger: "2026-09-01" });
        for (let attempt = 0; attempt < 3; attempt++) await world.failureOf(provider.update(id, olds, news));
        expect(world.keyIds()).toEqual([olds.apiKey]);
    });

    it("stores a key that was neither verified nor deleted, and rotates with a new one", async () => {
        const { id, outputs: olds } = await provider.create(inputs());
        world.emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        const undeletable = world.emulator.faults.add({
            method: "DELETE",
            action: { status: 500 },
            times: 0,
        });
        const news = inputs({ rotationTrigger: "2026-09-01" });
        await world.failureOf(provider.update(id, olds, news));
        world.emulator.faults.remove(undeletable);
        world.emulator.faults.clear();
        const { outputs } = await provider.update(id, olds, news);
        expect(world.keyIds().sort()).toEqual(
            [outputs.apiKey, ...(outputs.superseded as { apiKey: string }[]).map((s) => s.apiKey)].sort(),
        );
        expect(world.keyIds()).toContain(olds.apiKey);
    });
});
