// docs/guides/adopt.md, step by step, for a key that the official provider made, for keys that move into a FlinkAccess and for an
// import by file: under a real engine, with the official plugin, against the emulator. Not proven here: the steps for Terraform
// and for the CLI.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providerLine } from "../../components/flinkApiKey";
import { type Emulator, startEmulator } from "../../emulator";
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { describeDynamic, describeWithEngine, liveKeys, PulumiProject, writes } from "./pulumiProject";

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

    it("continues as a FlinkApiKey: nothing is created or deleted, and adopt can be removed again", async () => {
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
            status: "ready",
        });

        project.configure(stack, {});
        emulator.journal.clear();
        await project.do(stack, "up", "--expect-no-changes");
        expect(writes(emulator)).toEqual([]);
        await project.do(stack, "destroy");
        expect(liveKeys(emulator)).toEqual({});
    });
});

/** What the guide's recipe begins with: an account, its role, and two keys of it. */
const standalone = `
const confluentcloud = require("@pulumi/confluentcloud");
const { FlinkApiKey } = require("pulumi-confluent-flink");
const account = new confluentcloud.ServiceAccount("runner", { displayName: "orders-runner", description: "Runs orders" });
const environment = confluentcloud.getEnvironmentOutput({ id: "env-abc123" });
const binding = new confluentcloud.RoleBinding("runs-statements", {
    principal: account.id.apply((id) => "User:" + id),
    roleName: "FlinkDeveloper",
    crnPattern: environment.resourceName,
    disableWaitForReady: true,
});
for (const [name, cloud, region] of [["orders-us", "aws", "us-east-2"], ["orders-eu", "gcp", "us-east1"]])
    new FlinkApiKey(name, { owner: account.id, environmentId: "env-abc123", cloud, region }, { dependsOn: [binding] });
`;

const moved = (withAliases: boolean) => `
const pulumi = require("@pulumi/pulumi");
const { FlinkAccess } = require("pulumi-confluent-flink");
const before = {
    "orders-account": "runner",
    "orders-FlinkDeveloper": "runs-statements",
    "orders-aws.us-east-2": "orders-us",
    "orders-gcp.us-east1": "orders-eu",
};
new FlinkAccess(
    "orders",
    {
        environmentId: "env-abc123",
        regions: ["aws.us-east-2", "gcp.us-east1"],
        roles: ["FlinkDeveloper"],
        principal: { displayName: "orders-runner", description: "Runs orders" },
    },
    ${withAliases} && {
        transforms: [
            ({ name, props, opts }) =>
                before[name]
                    ? { props, opts: pulumi.mergeOptions(opts, { aliases: [{ name: before[name], parent: pulumi.rootStackResource }] }) }
                    : undefined,
        ],
    },
);
`;

describeWithEngine("FlinkApiKey resources that move into a FlinkAccess", () => {
    it("keep their keys and account: nothing is created or deleted, and the aliases can be removed again", async () => {
        const emulator = await startEmulator();
        const project = new PulumiProject(emulator, standalone);
        const programIs = (text: string) =>
            writeFileSync(join(project.folder, "project", "dist", "index.js"), text);
        try {
            await project.init(stack);
            project.configure(stack, {});
            await project.do(stack, "up");
            const before = liveKeys(emulator);
            const { serviceAccounts, roleBindings } = emulator.state();
            emulator.journal.clear();

            programIs(moved(true));
            await project.do(stack, "up");
            expect(writes(emulator).sort()).toEqual(
                Object.values(before)
                    .map((id) => `PATCH /iam/v2/api-keys/${id} 200`)
                    .sort(),
            );
            expect(liveKeys(emulator)).toEqual(before);
            expect(emulator.state()).toMatchObject({ serviceAccounts, roleBindings });

            programIs(moved(false));
            emulator.journal.clear();
            await project.do(stack, "up", "--expect-no-changes");
            await project.do(stack, "up", "--refresh", "--expect-no-changes");
            expect(writes(emulator)).toEqual([]);
            await project.do(stack, "destroy");
            expect(liveKeys(emulator)).toEqual({});
        } finally {
            project.killProcesses();
            project.remove();
            await emulator.close();
        }
    });
});

// The plugin's key needs no file: `movingToPlugin.test.ts`. One by file is in `states.test.ts`.
describeDynamic("a key that pulumi import brings in by the guide's file", () => {
    it("is verified and named by the next up, and its secret is never in plain text on disk", async () => {
        const emulator = await startEmulator();
        const project = new PulumiProject(emulator, after);
        try {
            await project.init(stack);
            project.configure(stack, {});
            const { apiKey: id, apiSecret } = await makeKeyByHand(emulator);
            await project.run(stack, ["config", "set", "--secret", "imported", JSON.stringify(apiSecret)]);
            const settings = readFileSync(
                join(project.folder, "project/stacks", `Pulumi.${stack}.yaml`),
                "utf8",
            );
            const ciphertext = /v1:[^'"}\s]+/.exec(settings.slice(settings.indexOf("imported")))?.[0];

            const guide = readFileSync(join(__dirname, "../../docs/guides/adopt.md"), "utf8");
            const example = /```json\n([\s\S]+?)```/.exec(guide)?.[1] ?? "";
            expect(JSON.parse(example).resources[0].inputs.__provider).toBe(providerLine);
            const file = join(project.folder, "project", "orders.json");
            const values: [string, string][] = [
                ["sa-111aaa", "sa-000aaa"],
                ["AK4NBR7MUYHVJMHW", id],
                ["v1:…", String(ciphertext)],
            ];
            writeFileSync(
                file,
                values.reduce((text, [from, to]) => text.replaceAll(from, to), example),
            );
            const [, options = ""] = /^pulumi import (.*)$/m.exec(guide) ?? [];
            const imported = await project.do(stack, "import", ...options.split(" "));
            expect(imported.text).toContain("1 imported");

            emulator.journal.clear();
            await project.do(stack, "up");
            expect(writes(emulator)).toEqual([`PATCH /iam/v2/api-keys/${id} 200`]);
            const [stored] = project.stored(stack, "FlinkApiKey");
            expect(stored?.outputs).toMatchObject({
                apiKey: id,
                status: "ready",
                createdAt: "2026-08-01T06:00:00Z",
            });
            expect(project.anyFileHolds(apiSecret)).toBe(false);
            await project.do(stack, "up", "--refresh", "--expect-no-changes");
            expect(Object.values(liveKeys(emulator))).toEqual([id]);
        } finally {
            project.killProcesses();
            project.remove();
            await emulator.close();
        }
    });
});
