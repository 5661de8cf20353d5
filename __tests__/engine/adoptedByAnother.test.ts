// A key that a second resource adopts, under a real Pulumi engine: whatever becomes of the first resource, the key lives and works.
// Not proven here: each way in which the first one could delete it (provider/takenOver.test.ts).
import { KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

jest.setTimeout(180_000);

describeWithEngine("a key that a second resource adopts", () => {
    const keys = KeyStack.forEach({ first: {} });
    let key: string;
    let second: Record<string, unknown>;

    beforeEach(async () => {
        key = keys.apiKey("first");
        const { stdout } = await keys.project.run("prod", ["stack", "export", "--show-secrets"]);
        const { resources } = JSON.parse(stdout).deployment;
        const { plaintext } = resources.find(({ urn }: { urn: string }) => urn.endsWith("::first")).outputs
            .apiSecret;
        second = { adopt: { apiKey: key, apiSecret: JSON.parse(plaintext) } };
        await keys.deploy({ first: {}, second });
        expect(keys.apiKey("second")).toBe(key);
    });

    const expectOthers = (): void => {
        expect(keys.live()).toContain(key);
        expect(keys.stored("second")?.outputs).toMatchObject({ apiKey: key, status: "ready" });
    };

    it("G60: stays after refresh and destroy of the first, and the second continues with it", async () => {
        expect(await keys.refresh()).toMatchObject({ code: 0 });
        expect((await keys.destroy("--target", keys.urn("first"))).text).toContain(
            "is now managed by another",
        );
        expectOthers();
        expect(await keys.destroy()).toMatchObject({ code: 0 });
        expect(keys.live()).toEqual([]);
    });

    it("G60: stays after up --refresh, a rotation without overlap and the removal of the first", async () => {
        expect(await keys.up("--refresh")).toMatchObject({ code: 0 });
        expectOthers();
        await keys.deploy({ first: { rotationTrigger: "leak", overlap: "0s" }, second });
        expectOthers();
        expect(keys.apiKey("first")).not.toBe(key);
        await keys.deploy({ second });
        expectOthers();
        expect(keys.live()).toEqual([key]);
    });

    it("G60: stays after destroy --refresh of the first, and after its removal from a program with both", async () => {
        await keys.deploy({ second });
        expectOthers();
        expect(keys.live()).toEqual([key]);
        expect(await keys.destroy("--refresh", "--target", keys.urn("first"))).toBeDefined();
        expectOthers();
    });
});
