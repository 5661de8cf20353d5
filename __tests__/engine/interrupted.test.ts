// Runs that are stopped half-way under a real Pulumi engine, at the requests that matter, and the runs after them. The
// emulator has done what was asked and holds its answer while the run is stopped. One stack, each test a step that goes on
// from the one before. Not proven here: a stop at every single request (the fault matrix).
import { setTimeout as pause } from "node:timers/promises";
import { KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

jest.setTimeout(120_000);

const hourMs = 3_600_000;

describeWithEngine("a run that is stopped", () => {
    let keys: KeyStack;

    beforeAll(async () => {
        keys = await KeyStack.open();
    });

    beforeEach(() => keys.emulator.journal.clear());

    afterAll(() => keys?.close());

    /** Starts `up` and resolves when the first request of this kind has had its effect and waits for its answer. */
    async function upUntil(method: string, path: string) {
        const id = keys.emulator.faults.add({ method, path, action: { delayMs: hourMs } });
        const run = keys.start("up", "--yes", "--skip-preview");
        const isHeld = () => keys.emulator.faults.list().some((rule) => rule.id === id && rule.matched > 0);
        await until(() => isHeld() || run.isOver());
        if (!isHeld()) throw new Error(`${method} ${path} was not asked:\n${(await run.ended).text}`);
        return {
            ...run,
            /** Lets the emulator answer. */
            letGo: () => keys.emulator.clock.advance(hourMs),
        };
    }

    /** What a person does after a kill: the file backend keeps the lock of the run that is no more. */
    async function unlock(): Promise<void> {
        await keys.pulumi("cancel", "--yes");
    }

    it("leaves an unfinished key when it is killed in the POST, and the next up removes it", async () => {
        keys.declare({ orders: {} });
        const run = await upUntil("POST", "/iam/v2/api-keys");
        run.kill();
        await run.ended;
        const [lost] = keys.live();
        expect(keys.stored()).toBeUndefined();
        expect(keys.descriptions()).toEqual([expect.stringMatching(/\[pcf-[0-9a-f]{16} unfinished\]$/)]);
        // The age of what was left says nothing.
        keys.emulator.clock.advance(hourMs);
        await unlock();
        const next = await keys.up();
        expect(next).toMatchObject({
            code: 0,
            text: expect.stringContaining(`Removed Flink API key ${lost}`),
        });
        expect(keys.live()).not.toContain(lost);
        await keys.expectAtRest();
    });

    it("stores the key that was being made when it is interrupted once, and the next up has nothing to do", async () => {
        await keys.pulumi("destroy", "--yes", "--skip-preview");
        const run = await upUntil("POST", "/iam/v2/api-keys");
        run.interrupt();
        await until(() => /received; cancelling/.test(run.text()) || run.isOver());
        run.letGo();
        expect((await run.ended).code).not.toBe(0);
        const made = keys.live();
        expect(made).toEqual([keys.apiKey()]);
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).toEqual(made);
        await keys.expectAtRest();
    });

    it("keeps and names a key whose mark was gone when it was killed before it could store it", async () => {
        await keys.pulumi("destroy", "--yes", "--skip-preview");
        const run = await upUntil("PATCH", "/iam/v2/api-keys/*");
        run.kill();
        await run.ended;
        const [lost] = keys.live();
        await unlock();
        const next = await keys.up();
        expect(next).toMatchObject({ code: 0, text: expect.stringContaining(`Flink API key ${lost} of`) });
        expect(keys.live()).toContain(lost);
        await keys.expectAtRest(String(lost));
        await deleteByHand(String(lost));
    });

    it("leaves the old key current when it is killed in a rotation's POST, and the next up removes the new one", async () => {
        const current = keys.apiKey();
        keys.declare({ orders: { rotationTrigger: "1", overlap: "7d" } });
        const run = await upUntil("POST", "/iam/v2/api-keys");
        run.kill();
        await run.ended;
        const [lost] = keys.live().filter((id) => id !== current);
        expect(keys.apiKey()).toBe(current);
        await unlock();
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).not.toContain(lost);
        expect(keys.live()).toEqual([current, keys.apiKey()].sort());
        await keys.expectAtRest();
    });

    it("loses no key when it is interrupted twice in a replacement: the old one works, the new one is removed", async () => {
        const old = keys.apiKey();
        const superseded = keys.live().filter((id) => id !== old);
        keys.declare({ orders: { rotationTrigger: "1", overlap: "7d", region: "us-east-1" } });
        const run = await upUntil("POST", "/iam/v2/api-keys");
        run.interrupt();
        await until(() => /received; cancelling/.test(run.text()) || run.isOver());
        run.interrupt();
        await until(run.isOver);
        keys.project.killProcesses();
        await run.ended;
        expect(keys.apiKey()).toBe(old);
        const [lost] = keys.live().filter((id) => id !== old && !superseded.includes(id));
        await unlock();
        expect((await keys.up()).code).toBe(0);
        expect(keys.live()).not.toContain(lost);
        expect(keys.live()).not.toContain(old);
        await keys.expectAtRest();
    });

    it("finishes a deletion that it was killed in: the key is gone already, and the next destroy is no error", async () => {
        const id = keys.emulator.faults.add({
            method: "DELETE",
            path: "/iam/v2/api-keys/*",
            action: { delayMs: hourMs },
        });
        const run = keys.start("destroy", "--yes", "--skip-preview");
        const rule = () => keys.emulator.faults.list().find((one) => one.id === id);
        await until(() => (rule()?.matched ?? 0) > 0 || run.isOver());
        run.kill();
        await run.ended;
        expect(keys.live()).toEqual([]);
        expect(keys.stored()).toBeDefined();
        keys.emulator.faults.remove(id);
        await unlock();
        const next = await keys.pulumi("destroy", "--yes", "--skip-preview");
        expect(next).toMatchObject({ code: 0 });
        expect(keys.all()).toEqual([]);
    });

    async function deleteByHand(apiKey: string): Promise<void> {
        const { url, cloudApiKey, cloudApiSecret } = keys.emulator;
        const authorization = `Basic ${Buffer.from(`${cloudApiKey}:${cloudApiSecret}`).toString("base64")}`;
        await fetch(`${url}/iam/v2/api-keys/${apiKey}`, { method: "DELETE", headers: { authorization } });
    }
});

/** Another process is waited for: its output and its end are all there is to see of it. */
async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(20);
}
