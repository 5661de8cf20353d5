// kill -9 of a real Pulumi engine alone, at every place that matters: the provider ends by itself, deletes nothing and takes no
// mark away. Then the next run. Not proven here: the end of the engine at every single request (faults/killedProvider.test.ts).
import { platform } from "node:os";
import { isUnfinished } from "../../provider/tag";
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { type Held, KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

jest.setTimeout(180_000);

const keysPath = "/iam/v2/api-keys";
const held = (effect: Held["effect"], method: string, path = `${keysPath}/*`): Held => ({
    method,
    path,
    effect,
});
const up = ["up", "--yes", "--skip-preview"];
const destroy = ["destroy", "--yes", "--skip-preview"];
/** It looks every second, and twice. */
const fewSecondsMs = 5_000;

// Which processes have ended is read from /proc.
const describeOnLinux = platform() === "linux" ? describeWithEngine : describe.skip;

describeOnLinux("an engine that is killed alone", () => {
    let keys: KeyStack;
    let rotations = 0;

    beforeEach(async () => {
        keys ??= await KeyStack.open();
        await keys.destroy();
    });

    afterAll(() => keys?.close());

    /** Starts, is held, loses its engine. The keys that live now and did not before. */
    async function withoutEngine(args: readonly string[], at: Held | "wait"): Promise<string[]> {
        const lived = keys.live();
        const run = await keys.startAndHold(args, at);
        expect(await run.killEngine()).toBeLessThan(fewSecondsMs);
        return keys.live().filter((id) => !lived.includes(id));
    }

    const descriptionOf = (id: string | undefined): string =>
        keys.emulator.state().apiKeys.find((key) => key.id === id)?.description ?? "";

    const places: readonly [string, Held | "wait"][] = [
        ["after its POST", held("first", "POST", keysPath)],
        ["while the region is asked", held("first", "GET", "/sql/**")],
        ["while the provider waits for the region", "wait"],
    ];

    it.each(places)(
        "G42: in create, %s: the key keeps its mark, and the next up deletes it",
        async (_where, at) => {
            keys.declare({ orders: { readiness: { timeout: "2h" } } });
            const [lost] = await withoutEngine(up, at);
            expect(isUnfinished(descriptionOf(lost))).toBe(true);
            expect(keys.stored()).toBeUndefined();
            const next = await keys.up();
            expect(next).toMatchObject({ code: 0 });
            expect(next.text).toContain(`Removed Flink API key ${lost}`);
            await keys.expectAtRest({}, [["--refresh"]]);
        },
    );

    it.each(places)(
        "G42: in a rotation without overlap, %s: the old key stays, and the next up rotates",
        async (_where, at) => {
            await keys.deploy({ orders: {} });
            const old = keys.apiKey();
            const rotated = { rotationTrigger: String(++rotations), overlap: "0s" };
            keys.declare({ orders: { ...rotated, readiness: { timeout: "2h" } } });
            const [lost] = await withoutEngine(up, at);
            expect(isUnfinished(descriptionOf(lost))).toBe(true);
            expect(keys.live()).toContain(old);
            expect(keys.apiKey()).toBe(old);
            expect((await keys.up()).text).toContain(`Removed Flink API key ${lost}`);
            expect(keys.live()).toEqual([keys.apiKey()]);
            await keys.expectAtRest({}, [["--refresh"]]);
        },
    );

    it("G42: in a rotation without overlap, before the old key is deleted: it stays, and the next up rotates", async () => {
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        keys.declare({ orders: { rotationTrigger: String(++rotations), overlap: "0s" } });
        // The gate reads the key that it is about to delete.
        const lost = await withoutEngine(up, held("first", "GET"));
        expect(keys.live()).toContain(old);
        expect(keys.apiKey()).toBe(old);
        expect((await keys.up()).text).toContain(`Flink API key ${lost} of`);
        expect(keys.live()).not.toContain(old);
        await keys.deleteByHand(...lost);
    });

    it("G42: in a replacement, before the old key is deleted: both stay, and the next up deletes the old one", async () => {
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        keys.declare({ orders: { region: "us-east-1" } });
        const [made] = await withoutEngine(up, held("first", "GET"));
        expect(keys.live()).toEqual([old, made].sort());
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([made]);
        await keys.expectAtRest({}, [["--refresh"]]);
    });

    it.each([
        ["after its POST", held("first", "POST", keysPath)],
        ["while the provider waits for the region", "wait"],
    ] as const)(
        "G42: in a replacement, %s: the old key stays until the next up has replaced it",
        async (_where, at) => {
            await keys.deploy({ orders: {} });
            const old = keys.apiKey();
            keys.declare({ orders: { region: "us-east-1", readiness: { timeout: "2h" } } });
            const [lost] = await withoutEngine(up, at);
            expect(keys.live()).toEqual([old, lost].sort());
            expect((await keys.up()).text).toContain(`Removed Flink API key ${lost}`);
            expect(keys.live()).toEqual([keys.apiKey()]);
        },
    );

    it.each([
        ["while the region is asked", held("first", "GET", "/sql/**"), "from the CLI"],
        ["after its PATCH", held("first", "PATCH"), "[pcf-"],
    ] as const)("G42: in an adoption, %s: the next up continues with it", async (_where, at, description) => {
        const { apiKey: id, apiSecret } = await makeKeyByHand(keys.emulator);
        keys.declare({ orders: { adopt: { apiKey: id, apiSecret } } });
        expect(await withoutEngine(up, at)).toEqual([]);
        expect(keys.stored()).toBeUndefined();
        expect(descriptionOf(id)).toContain(description);
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.apiKey()).toBe(id);
        expect(await keys.up("--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([id]);
    });

    it("G42: in destroy, before the key is deleted: it stays, and the next destroy deletes it", async () => {
        await keys.deploy({ orders: {} });
        const key = keys.apiKey();
        await withoutEngine(destroy, held("first", "GET"));
        expect(keys.live()).toEqual([key]);
        expect(keys.stored()).toBeDefined();
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
    });
});
