// `--continue-on-error` under a real Pulumi engine, which then deletes after a creation that failed half-way, and a region that cannot
// be reached. Not proven here: every combination (provider/unprovenReplacement.test.ts, the random histories).
import { KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

jest.setTimeout(180_000);

describeWithEngine("a key in use, under --continue-on-error", () => {
    const keys = KeyStack.forEach({ orders: {} });

    it.each<[string, string[], Record<string, string>]>([
        ["the flag", ["--continue-on-error"], {}],
        ["the environment variable", [], { PULUMI_CONTINUE_ON_ERROR: "true" }],
    ])(
        "G22: stays after a change of region until the new one is verified, run after run: %s",
        async (_how, flags, env) => {
            const old = keys.apiKey();
            const arrives = keys.slowRegions();
            keys.declare({ orders: { region: "us-east-1" } });
            for (const args of [[], ["--refresh"], []]) {
                const run = await keys.pulumi(["up", "--yes", "--skip-preview", ...flags, ...args], env);
                expect(run.code).not.toBe(0);
                expect(run.text).toContain(`Flink API key ${old}`);
                expect(keys.live()).toContain(old);
            }
            arrives();
            expect(await keys.up(...flags)).toMatchObject({ code: 0 });
            expect(keys.live()).not.toContain(old);
            await keys.expectAtRest();
        },
    );

    it("G22: stays after a forced replacement, and in the next run, whose inputs are refused", async () => {
        const old = keys.apiKey();
        const arrives = keys.slowRegions();
        expect((await keys.up("--continue-on-error", "--replace", keys.urn())).code).not.toBe(0);
        expect(keys.live()).toContain(old);
        keys.declare({ orders: { overlap: "soon" } });
        expect((await keys.up("--continue-on-error")).code).not.toBe(0);
        expect(keys.live()).toContain(old);
        arrives();
        keys.declare({ orders: {} });
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([keys.apiKey()]);
        await keys.expectAtRest();
    });

    it("G22: is deleted with its resource, and destroy deletes a half-finished replacement", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: { region: "us-east-1" }, other: {} });
        expect((await keys.up("--continue-on-error")).code).not.toBe(0);
        expect(await keys.destroy("--continue-on-error")).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
        arrives();
        await keys.deploy({ orders: {} });
        keys.declare({});
        expect(await keys.up("--continue-on-error")).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
    });
});

describeWithEngine("a key in use, whose region cannot be reached from here", () => {
    const keys = KeyStack.forEach({ orders: {} });

    const unreachable = (): (() => void) => {
        const id = keys.emulator.faults.add({ path: "/sql/**", action: { drop: "before" }, times: 0 });
        return () => void keys.emulator.faults.remove(id);
    };

    it("G23: stays after --replace until a run reaches the region; both keys are named", async () => {
        const old = keys.apiKey();
        const reachable = unreachable();
        const run = await keys.up("--replace", keys.urn());
        expect(run.code).not.toBe(0);
        expect(run.text).toContain(
            `Flink API key ${old} (env-abc123.aws.us-east-2) was not deleted: ${keys.apiKey()}`,
        );
        expect(keys.live()).toEqual([old, keys.apiKey()].sort());
        expect((await keys.up()).code).not.toBe(0);
        expect(keys.live()).toContain(old);
        reachable();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([keys.apiKey()]);
        await keys.expectAtRest();
    });

    it("G23: stays after a rotation without overlap, in the next runs too", async () => {
        const old = keys.apiKey();
        const reachable = unreachable();
        keys.declare({ orders: { rotationTrigger: "leak", overlap: "0s" } });
        for (let run = 1; run <= 3; run++) {
            const { code, text } = await keys.up();
            expect(code).toBe(0);
            expect(text).toContain('readiness.unreachable: "trust"');
            expect(keys.live()).toEqual([old, keys.apiKey()].sort());
        }
        reachable();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([keys.apiKey()]);
        await keys.expectAtRest();
    });

    it("G24: is deleted after an unverified one replaced it, with readiness.unreachable: trust", async () => {
        const old = keys.apiKey();
        const reachable = unreachable();
        keys.declare({ orders: { readiness: { timeout: "1s", unreachable: "trust" } } });
        expect(await keys.up("--replace", keys.urn())).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([keys.apiKey()]);
        expect(keys.apiKey()).not.toBe(old);
        reachable();
        expect(await keys.up()).toMatchObject({ code: 0 });
        await keys.expectAtRest();
    });
});
