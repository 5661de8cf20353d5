// One Ctrl-C, or one SIGTERM of a container or pipeline, while a key is awaited: under a real Pulumi engine, whose processes
// are a process group of their own as in a shell. Not proven here: a stop at other moments (`interrupted.test.ts`).
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { KeyStack } from "./keyStack";
import { processesOf } from "./processesOf";
import { describeWithEngine, providerProcess } from "./pulumiProject";

jest.setTimeout(120_000);

/** Longer than any test: a wait that ends sooner was stopped. */
const declared = { orders: { readiness: { timeout: "10m" } } };

describeWithEngine("a run that is stopped while it waits for a key", () => {
    const keys = KeyStack.forEach();

    beforeEach(() => keys.declare(declared));

    async function upUntilRefused() {
        const letGo = keys.slowRegions();
        const run = keys.start("up", "--yes", "--skip-preview");
        const isRefused = () =>
            keys.emulator.journal
                .entries()
                .some(({ path, status }) => path.startsWith("/sql/") && status === 401);
        while (!isRefused() && !run.isOver()) await pause(20);
        if (!isRefused()) throw new Error(`no region was asked:\n${(await run.ended).text}`);
        return { run, letGo };
    }

    /** What is promised after any of them. */
    async function expectTheKeyKept(text: string, reason: string, letGo: () => void): Promise<void> {
        expect(text).toContain(`(${reason}). The key is kept; run pulumi up again to go on waiting.`);
        expect(keys.live()).toEqual([keys.apiKey()]);
        expect(keys.stored()?.outputs).toMatchObject({
            status: "pending",
            apiSecret: { ciphertext: expect.stringMatching(/^v1:/) },
        });
        letGo();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.posts()).toBe(1);
        await keys.expectAtRest();
    }

    it.each(["SIGINT", "SIGTERM"] as const)(
        "ends at once, and the next up continues with the same key: %s to the shell's process group",
        async (signal) => {
            const { run, letGo } = await upUntilRefused();
            const startMs = Date.now();
            run.signalGroup(signal);
            const { code, text } = await run.ended;
            // A wait of ten minutes was left; the rest is what the engine takes to end its plugins.
            expect(Date.now() - startMs).toBeLessThan(10_000);
            expect(code).not.toBe(0);
            await expectTheKeyKept(text, "cancelled", letGo);
        },
    );

    it("fails one resource if only the provider process gets SIGTERM, and the next up continues", async () => {
        const { run, letGo } = await upUntilRefused();
        const [provider] = processesOf(keys.project.folder).filter((pid) =>
            readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(providerProcess),
        );
        process.kill(Number(provider), "SIGTERM");
        const { code, text } = await run.ended;
        expect(code).not.toBe(0);
        await expectTheKeyKept(text, "SIGTERM", letGo);
    });

    it("keeps the old key current if a rotation is stopped, and the next up rotates", async () => {
        await keys.up();
        const before = keys.apiKey();
        keys.declare({ orders: { ...declared.orders, rotationTrigger: "leak", overlap: "7d" } });
        keys.emulator.journal.clear();
        const { run, letGo } = await upUntilRefused();
        run.signalGroup("SIGINT");
        expect((await run.ended).code).not.toBe(0);
        expect(keys.apiKey()).toBe(before);
        expect(keys.live()).toEqual([before]);
        letGo();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.apiKey()).not.toBe(before);
        expect(keys.live()).toEqual([before, keys.apiKey()].sort());
        await keys.expectAtRest();
    });
});
