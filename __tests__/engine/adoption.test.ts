// docs/guides/adopt.md, step by step, for a key that the official provider made: under a real engine, with the official
// plugin, against the emulator. Not proven here: the steps for Terraform and for the CLI.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, liveKeys, PulumiProject, writes } from "./pulumiProject";

jest.setTimeout(120_000);

const stack = "adoption";

const before = `
const confluentcloud = require("@pulumi/confluentcloud");
const old = new confluentcloud.ApiKey("orders", {
    displayName: "orders",
    owner: { id: "sa-000aaa", apiVersion: "iam/v2", kind: "ServiceAccount" },
    managedResource: { id: "aws.us-east-2", apiVersion: "fcpm/v2", kind: "Region", environment: { id: "env-abc123" } },
    disableWaitForReady: true,
}, { retainOnDelete: true });
exports.secret = old.secret;
exports.id = old.id;
`;

const after = `
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
const adopt = new pulumi.Config().getObject("adopt");
new FlinkApiKey("orders", {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    ...(adopt && { adopt }),
});
`;

describeWithEngine("a key of @pulumi/confluentcloud", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator();
        project = new PulumiProject(emulator, before);
        await project.init(stack);
        project.configure(stack, {});
    });

    afterAll(async () => {
        project.remove();
        await emulator.close();
    });

    it("goes on under FlinkApiKey: nothing made, nothing deleted, and adopt may be taken out again", async () => {
        await project.do(stack, "up");
        const old = (await project.outputs(stack)) as { id: string; secret: string };
        emulator.journal.clear();

        writeFileSync(join(project.folder, "project", "dist", "index.js"), after);
        project.configure(stack, { "confluent-flink:adopt": { apiKey: old.id, apiSecret: old.secret } });
        const { text } = await project.do(stack, "up");
        expect(text).toMatch(/confluentcloud:index:ApiKey +orders +.*retain/);
        expect(writes(emulator)).toEqual([`PATCH /iam/v2/api-keys/${old.id} 200`]);
        expect(Object.values(liveKeys(emulator))).toEqual([old.id]);
        expect(project.stored(stack, "ApiKey")).toEqual([]);
        expect(project.stored(stack, "FlinkApiKey")[0]?.outputs).toMatchObject({
            apiKey: old.id,
            readiness: "ready",
        });

        project.configure(stack, {});
        emulator.journal.clear();
        await project.do(stack, "up", "--expect-no-changes");
        expect(writes(emulator)).toEqual([]);
        await project.do(stack, "destroy");
        expect(liveKeys(emulator)).toEqual({});
    });
});
