// A state that somebody has edited (`pulumi stack export` and `import`), or imported without all of it. Not proven here: what the
// engine itself refuses to import.
import { World } from "./world";

let world: World;

beforeEach(async () => {
    world = await World.start();
    await world.up({ overlap: "7d" });
});

afterEach(() => world.close());

function edited(changes: Record<string, unknown>) {
    const { id = "", outputs = {} } = world.engine.current ?? {};
    return { id, outputs: { ...outputs, ...changes } };
}

describe("a state without the secret", () => {
    it("gets a new key, and keeps the old one for the overlap: somebody may have its secret", async () => {
        const [old] = world.keyIds();
        const { id, outputs } = edited({ apiSecret: "" });
        const inputs = world.inputs({ overlap: "7d" });
        expect(await world.open().diff(id, outputs, inputs)).toMatchObject({ changes: "some", replaces: [] });
        const updated = await world.open().update(id, outputs, inputs);
        expect(updated.outputs).toMatchObject({ status: "ready", superseded: [{ apiKey: old }] });
        expect(String(updated.outputs.apiSecret)).toMatch(/^cflt/);
        expect(world.keyIds()).toEqual([old, updated.outputs.apiKey]);
        expect(await world.open().diff(id, updated.outputs, inputs)).toMatchObject({ changes: "none" });
    });

    it("keeps its key in the refresh of a caller who may not see it: a region refuses any key without its secret", async () => {
        await world.loseRights();
        const { id, outputs } = edited({ apiSecret: "" });
        await world.failureOf(world.open().read(id, outputs));
        expect(world.keyIds()).toContain(outputs.apiKey);
    });
});

describe("a state with superseded keys that are none", () => {
    it.each([null, [null], [{}], ["AAAABBBBCCCCDDDD"]])("ignores them: %j", async (superseded) => {
        const { id, outputs } = edited({ superseded });
        expect(await world.open().read(id, outputs)).toMatchObject({ id, outputs: { superseded: [] } });
        expect(await world.open().diff(id, outputs, world.inputs({ overlap: "7d" }))).toMatchObject({
            changes: "none",
        });
    });
});
