// The life of a Global key under a real Pulumi engine. One stack, each test a step that goes on from the one before and ends with
// nothing left to do. Not proven here: a fault at each request, which is the same code as for a region key.
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { KeyStack } from "./keyStack";
import { describeWithEngine, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const two = ["aws.us-east-2", "gcp.us-east1"];
const globalKey = (regions: readonly string[], more: Record<string, unknown> = {}) => ({
    orders: { scope: "global", regions, ...more },
});

describeWithEngine("a Global key", () => {
    const keys = KeyStack.forAll();

    /** The regions whose own endpoint has answered this key since the journal was cleared. */
    const provenIn = (apiKey: string): string[] => {
        const seen = keys.emulator.journal.entries().flatMap(({ path, region, status, authorization }) => {
            const isProof = path.startsWith("/sql/") && status === 200;
            return isProof && authorization?.startsWith(`Basic ${apiKey}`) ? [String(region)] : [];
        });
        return [...new Set(seen)].sort();
    };

    it("G78: is created once by the first up, which verifies it in its region", async () => {
        await keys.deploy(globalKey(["aws.us-east-2"]));
        expect(keys.posts()).toBe(1);
        expect(keys.stored()).toMatchObject({
            id: "sa-000aaa/global",
            outputs: { scope: "global", status: "ready" },
        });
        expect(provenIn(keys.apiKey())).toEqual(["aws.us-east-2"]);
        await keys.expectAtRest();
    });

    it("G79: is verified in a region that is added, before the run ends, and stays the same key", async () => {
        await keys.deploy(globalKey(two));
        expect(writes(keys.emulator)).toEqual([]);
        expect(keys.apiKey()).toBe(keys.before);
        expect(provenIn(keys.before)).toContain("gcp.us-east1");
        expect(Object.keys(keys.stored()?.outputs?.restEndpoints as object).sort()).toEqual(two);
        await keys.expectAtRest();
    });

    it("G79: fails the run if a region that is added does not accept it, and the next run continues", async () => {
        const arrives = keys.slowRegions();
        keys.declare(globalKey([...two, "azure.eastus2"]));
        const { code, text } = await keys.up();
        expect(code).not.toBe(0);
        expect(text).toContain("env-abc123.azure.eastus2");
        expect(keys.live()).toEqual([keys.before]);
        arrives();
        await keys.deploy(globalKey(two));
        expect(keys.apiKey()).toBe(keys.before);
        await keys.expectAtRest();
    });

    it("G80: rotates with an overlap, in which both keys exist", async () => {
        await keys.deploy(globalKey(two, { rotationTrigger: "leak", overlap: "7d" }));
        expect(keys.apiKey()).not.toBe(keys.before);
        expect(provenIn(keys.apiKey())).toEqual(two);
        expect(keys.stored()?.outputs?.superseded).toMatchObject([{ apiKey: keys.before }]);
        expect(keys.live()).toEqual([keys.before, keys.apiKey()].sort());
        await keys.expectAtRest();
    });

    it("G80: deletes the old key when the overlap has ended", async () => {
        const [{ apiKey: old } = { apiKey: "" }] = keys.stored()?.outputs?.superseded ?? [];
        // Shortened, because the overlap has to have ended by this machine's clock too, which a test cannot move.
        await keys.deploy(globalKey(two, { rotationTrigger: "leak", overlap: "1ms" }));
        expect(writes(keys.emulator)).toEqual([`DELETE /iam/v2/api-keys/${old} 204`]);
        expect(keys.live()).toEqual([keys.before]);
        await keys.expectAtRest();
    });

    it("G81: is replaced by a region key, and replaces it again, and each is created before the other is deleted", async () => {
        await keys.deploy({ orders: {} });
        const regional = keys.apiKey();
        expect(writes(keys.emulator).at(-1)).toBe(`DELETE /iam/v2/api-keys/${keys.before} 204`);
        await keys.deploy(globalKey(two));
        expect(writes(keys.emulator).at(-1)).toBe(`DELETE /iam/v2/api-keys/${regional} 204`);
        expect(keys.live()).toEqual([keys.apiKey()]);
        await keys.expectAtRest();
    });

    it("G83: is created again by the run after kill -9 of the engine, which deletes the unfinished key", async () => {
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
        keys.declare(globalKey(two));
        const run = await keys.startAndHold(["up", "--yes", "--skip-preview"], {
            method: "POST",
            path: "/iam/v2/api-keys",
            effect: "first",
        });
        await run.kill();
        const [left] = keys.live();
        expect(left).toBeDefined();
        const { code, text } = await keys.up();
        expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining(String(left)) });
        expect(keys.live()).toEqual([keys.apiKey()]);
        expect(keys.apiKey()).not.toBe(left);
        await keys.expectAtRest();
    });

    it("G82: is adopted if it exists already, and destroy deletes it", async () => {
        await keys.destroy();
        const { apiKey, apiSecret } = await makeKeyByHand(keys.emulator, { resource: { id: "global" } });
        const adopt = { apiKey, apiSecret };
        keys.emulator.journal.clear();
        await keys.deploy(globalKey(two, { adopt }));
        expect(keys.posts()).toBe(0);
        expect(keys.apiKey()).toBe(apiKey);
        expect(provenIn(keys.apiKey())).toEqual(two);
        // Not expectAtRest: this test's config, which the backend keeps with its history, has the adopted secret in clear.
        expect(await keys.pulumi(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
    });
});
