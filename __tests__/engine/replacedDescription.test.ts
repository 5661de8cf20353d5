// A key whose description is not the one that the program gave it: a transform has replaced it, or a refresh has found another one and
// ignoreChanges keeps it. Its resource still recognises it. Not proven here: what else a transform may change.
import { KeyStack } from "./keyStack";
import { describeWithEngine, send } from "./pulumiProject";

jest.setTimeout(120_000);

describeWithEngine("a key whose description is replaced", () => {
    const keys = KeyStack.forEach({ orders: {} });

    it("G22: by a transform: stays after a change of region until the new one is verified", async () => {
        const before = keys.apiKey();
        const transform = { replacesWith: "owned by team A" };
        const arrives = keys.slowRegions();
        keys.declare({ orders: { region: "us-east-1", transform } });
        const { text } = await keys.up("--continue-on-error");
        expect(text).toContain(`${before} (env-abc123.aws.us-east-2) was not deleted`);
        expect(keys.live()).toContain(before);
        arrives();
        await keys.deploy({ orders: { region: "us-east-1", transform } });
        await keys.expectAtRest();
        expect(keys.descriptions()).toEqual([expect.stringMatching(/^owned by team A \[pcf-/)]);
    });

    it("G47: by hand, with ignoreChanges: a run that is killed in a rotation leaves nothing behind", async () => {
        const options = { ignoreChanges: ["description"] };
        const names = { body: { spec: { description: "for team A, do not touch" } } };
        await send(keys.emulator, "PATCH", `/iam/v2/api-keys/${keys.apiKey()}`, names);
        await keys.refresh();
        await keys.deploy({ orders: { options } });
        expect(keys.descriptions()).toEqual([expect.stringMatching(/^for team A, do not touch \[pcf-/)]);
        keys.declare({ orders: { options, rotationTrigger: "leak" } });
        const run = await keys.startAndHold(["up", "--yes", "--skip-preview"], "wait");
        await run.kill();
        await keys.deploy({ orders: { options, rotationTrigger: "leak" } });
        await keys.expectAtRest();
    });

    it("G34: by a transform that appends to it: a key whose answer was lost is deleted", async () => {
        const payments = { region: "us-east-1", transform: { appends: " (team A)" } };
        keys.emulator.faults.add({
            method: "POST",
            path: "/iam/v2/api-keys",
            action: { drop: "after" },
            times: 1,
        });
        await keys.deploy({ orders: {}, payments });
        await keys.expectAtRest();
        expect(keys.live()).toHaveLength(2);
    });
});
