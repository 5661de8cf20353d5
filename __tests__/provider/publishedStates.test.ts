// The states that published versions wrote, as files that never change: publishedStates/<version>.json, from 0.2 on. This version
// reads each, keeps its keys, and goes on with it. A version that stores another shape adds a file. Not proven here: that the
// engine stores what the file has (__tests__/engine).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { providerLine } from "../../components/flinkApiKey";
import { readOutputs, toOutputs } from "../../provider/keyState";
import type { Stored } from "./simulatedEngine";
import { World } from "./world";

const folder = join(__dirname, "publishedStates");
const files = readdirSync(folder).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
const read = (file: string): Record<string, Stored> => JSON.parse(readFileSync(join(folder, file), "utf8"));
const states = files.flatMap((file) =>
    Object.entries(read(file)).map(([what, stored]) => ({
        version: file.replace(/\.json$/, ""),
        what,
        stored,
    })),
);

interface StoredKey {
    readonly apiKey: string;
    readonly apiSecret: string;
    readonly description: string;
    readonly superseded: readonly { readonly apiKey: string }[];
}

/** Puts the state into a world whose organization has its keys, under their real ids, secrets and owner. */
async function restore(world: World, stored: Stored): Promise<string[]> {
    const { apiKey, apiSecret, description, superseded } = stored.outputs as unknown as StoredKey;
    let text = JSON.stringify(stored)
        .replaceAll(String(stored.outputs.owner), world.owner)
        .replaceAll("http://127.0.0.1:7070", world.emulator.url);
    const ids: string[] = [];
    for (const old of [apiKey, ...superseded.map((key) => key.apiKey)]) {
        const made = await world.foreignKey({ displayName: "orders", description });
        text = text.replaceAll(old, made.id);
        if (old === apiKey) text = text.replaceAll(apiSecret, made.secret);
        ids.push(made.id);
    }
    world.engine.current = JSON.parse(text);
    return ids;
}

/** What the program declared: the inputs without those that `check` added. */
function declaredIn({ inputs }: Stored): Record<string, unknown> {
    const { scope, restEndpoint, ...declared } = inputs;
    return { ...declared, __provider: providerLine };
}

describe("the state of a published version", () => {
    let world: World;
    beforeEach(async () => {
        world = await World.start();
    });
    afterEach(async () => {
        expect(world.leaks()).toEqual([]);
        await world.close();
    });

    it.each(states)("G77: $version, $what: its keys stay, and are or become ready", async ({ stored }) => {
        const ids = await restore(world, stored);
        const restored = world.engine.current as Stored;
        world.clock.advance(10_000);
        world.emulator.journal.clear();
        const isReady = stored.outputs.status === "ready";
        expect(await world.up(declaredIn(restored))).toBe(isReady ? "same" : "updated");
        expect(world.count("POST /iam/v2/api-keys")).toBe(0);
        if (isReady) expect(world.requests()).toEqual([]);
        expect(world.engine.current?.outputs).toMatchObject({ apiKey: ids[0], status: "ready" });
        await world.engine.refresh(world.open());
        expect(await world.up(declaredIn(restored))).toBe("same");
        expect(world.engine.keys().sort()).toEqual(ids.sort());
        expect(world.keyIds().sort()).toEqual(ids.sort());
    });

    it.each(states)("G77: $version, $what: destroy deletes its keys", async ({ stored }) => {
        await restore(world, stored);
        await world.engine.destroy(world.open());
        expect(world.keyIds()).toEqual([]);
    });

    it("G77: has the shape that this version writes, in the newest file", () => {
        for (const { outputs } of Object.values(read(files.at(-1) as string))) {
            const { __provider, ...own } = outputs;
            expect(toOutputs(readOutputs(own))).toEqual(own);
        }
    });
});
