// A change that was reviewed as a plan (`preview --save-plan`) and is carried out by it (`up --plan`): the engine
// refuses whatever differs from the plan, also an input that `check` fills in one way before and another way after.
import { join } from "node:path";
import { KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

describeWithEngine("an update plan", () => {
    const stack = KeyStack.forAll();

    async function upByPlan(): Promise<void> {
        const plan = join(stack.project.folder, "plan.json");
        for (const args of [
            ["preview", "--save-plan", plan],
            ["up", "--yes", "--skip-preview", "--plan", plan],
        ]) {
            const { code, text } = await stack.pulumi(args);
            expect({ code, text }).toEqual({ code: 0, text: expect.not.stringContaining("violates plan") });
        }
    }

    it("holds for the creation, a rotation with an overlap, its end, and a replacement", async () => {
        stack.declare({ orders: {} });
        await upByPlan();
        const first = stack.apiKey();
        stack.declare({ orders: { rotationTrigger: "2", overlap: "1h" } });
        await upByPlan();
        const second = stack.apiKey();
        expect(stack.live()).toEqual([first, second].sort());
        stack.declare({ orders: { rotationTrigger: "2", overlap: "0s" } });
        await upByPlan();
        expect(stack.live()).toEqual([second]);
        stack.declare({ orders: { rotationTrigger: "2", overlap: "0s", region: "us-east-1" } });
        await upByPlan();
        expect(stack.live()).toEqual([stack.apiKey()]);
        expect(stack.posts()).toBe(3);
        stack.expectSettled();
    }, 180_000);
});
