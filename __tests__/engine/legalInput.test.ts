// Input that is legal and rare, under a real Pulumi engine with the official provider: one program, deployed, changed and
// taken down. Not proven here: input that is refused (`badInput.test.ts`).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentialsOf } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { runCommand } from "../report/runCommand";
import { describeWithEngine, liveKeys, PulumiProject, writes } from "./pulumiProject";

jest.setTimeout(180_000);

const stack = "legal";
const longName = "a-team-that-likes-to-say-all-of-what-it-does-in-the-name-of-it";

/** `order` turns the list of roles round. */
const program = (order: string) => `
const confluentcloud = require("@pulumi/confluentcloud");
const pulumi = require("@pulumi/pulumi");
const { FlinkAccess, FlinkApiKey, rolePresets } = require("./components");
const config = new pulumi.Config("test");
const regions = ["aws.us-east-2"];
const quiet = { roles: ["OrganizationAdmin"] };
const environment = confluentcloud.getEnvironmentOutput({ id: "t36303" });

// An environment of an older organization.
new FlinkAccess("older", { environmentId: "t36303", regions: ["t36303.aws.us-east-2"], ...quiet });

// One name under two parents (of two types: Pulumi itself tells those of one type apart by no more than the name), and names that are longer than an account's may be.
for (const side of ["east", "west"]) {
    const parent = new pulumi.ComponentResource("test:index:" + side, side);
    new FlinkAccess("orders", { environmentId: "env-abc123", regions, ...quiet }, { parent });
}
for (const end of ["1", "2"]) new FlinkAccess("${longName}" + end, { environmentId: "env-abc123", regions: [], ...quiet });

// A region that is only known while Pulumi runs.
const pool = new confluentcloud.FlinkComputePool("pool", {
    displayName: "pool", cloud: "GCP", region: "us-east1", maxCfu: 5, environment: { id: "env-abc123" },
});
const ofPool = new FlinkAccess("pool", {
    environmentId: "env-abc123", regions: [{ name: "pool", cloud: pool.cloud, region: pool.region }], ...quiet,
});
exports.poolScope = ofPool.keys.pool.scope;

// Who only runs statements: no key; assigner of itself.
new FlinkAccess("runner", {
    environmentId: "env-abc123", regions: [], roles: [rolePresets.flinkDeveloper(), rolePresets.selfAssigner()],
});

// Who exists and has its roles.
new FlinkAccess("given", { environmentId: "env-abc123", regions, principal: { serviceAccountId: "sa-000aaa" }, roles: [] });

// Roles at scopes that are outputs, by name.
const roles = ["a", "b"].map((name) => ({
    roleName: "Operator", name, crnPattern: pulumi.interpolate\`\${environment.resourceName}/cloud-cluster=lkc-\${name}bc123\`,
}));
new FlinkAccess("operator", { environmentId: "env-abc123", regions: [], roles: roles${order} });

// What is secret to the program.
const secret = new FlinkAccess("secret", {
    environmentId: config.requireSecret("environmentId"),
    regions: ["azure.eastus2"],
    roles: "FlinkDeveloper",
});
const single = new FlinkApiKey("single", {
    owner: "sa-000aaa", environmentId: config.requireSecret("environmentId"), cloud: "azure", region: "eastus2",
});
exports.secret = { keys: secret.keys, scopes: secret.scopes, environmentVariables: secret.environmentVariables, single: single.scope };
`;

describeWithEngine("input that is legal and rare", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeAll(async () => {
        emulator = await startEmulator({ environmentIds: ["env-abc123", "t36303", "env-secret9"] });
        project = new PulumiProject(emulator, program(""));
        await project.init(stack);
        project.configure(stack, {});
        await project.run(stack, ["config", "set", "--secret", "test:environmentId", "env-secret9"]);
    });

    beforeEach(() => emulator.journal.clear());

    afterAll(async () => {
        project?.killProcesses();
        project?.remove();
        await emulator?.close();
    });

    it("is deployed: a preview and an up without an error", async () => {
        expect(await project.run(stack, ["preview"])).toMatchObject({ code: 0 });
        expect(writes(emulator)).toEqual([]);
        await project.do(stack, "up");
        expect(liveKeys(emulator)).toHaveProperty(["gcp.us-east1"]);
        expect(await project.outputs(stack)).toMatchObject({ poolScope: "env-abc123.gcp.us-east1" });
    });

    it("gives accounts names that are unique and of at most 64 characters", () => {
        const names = emulator
            .state()
            .serviceAccounts.filter(({ seeded }) => !seeded)
            .map(({ displayName }) => displayName);
        expect(names).toHaveLength(9);
        expect(new Set(names).size).toBe(9);
        const long = names.filter((name) => name.includes("-a-team-that-likes"));
        expect(long).toEqual([
            expect.stringMatching(/^confluent-flink-legal-.{33}-[0-9a-f]{8}$/),
            expect.stringMatching(/^confluent-flink-legal-.{33}-[0-9a-f]{8}$/),
        ]);
        expect(names.filter((name) => /^confluent-flink-legal-orders-[0-9a-f]{8}$/.test(name))).toHaveLength(
            2,
        );
    });

    it("makes an account assigner of itself", () => {
        const { roleBindings, serviceAccounts } = emulator.state();
        const runner = serviceAccounts.find(({ displayName }) => displayName.endsWith("-legal-runner"));
        expect(roleBindings).toContainEqual(
            expect.objectContaining({
                principal: `User:${runner?.id}`,
                roleName: "Assigner",
                crnPattern: expect.stringMatching(new RegExp(`/service-account=${runner?.id}$`)),
            }),
        );
    });

    it("keeps a secret environment's id secret in outputs and in every part of the state", async () => {
        const shown = await project.run(stack, ["stack", "output", "--json"]);
        expect(shown.text).not.toContain("env-secret9");
        expect(await project.export(stack)).not.toContain("env-secret9");
        expect(project.anyFileHolds("env-secret9")).toBe(false);
        expect(await project.outputs(stack)).toMatchObject({
            secret: { single: "env-secret9.azure.eastus2" },
        });
    });

    it("has nothing to do in a second run, after a refresh, or with roles in another order", async () => {
        await project.do(stack, "up", "--expect-no-changes");
        await project.do(stack, "refresh", "--expect-no-changes");
        writeFileSync(join(project.folder, "project", "dist", "index.js"), program(".reverse()"));
        await project.do(stack, "up", "--expect-no-changes");
        expect(writes(emulator)).toEqual([]);
    });

    it("shows in report, find and strays: the environment of an older organization too", async () => {
        const env = {
            ...credentialsOf(emulator),
            CONFLUENT_CLOUD_ENDPOINT: emulator.url,
        };
        const state = join(project.folder, "state.json");
        writeFileSync(state, await project.export(stack));
        const report = await runCommand(env, "report", "--json", "--state", state);
        expect(report.err).toBe("");
        expect(report.out).toContain("t36303.aws.us-east-2");
        const strays = await runCommand(env, "strays", "--state", state);
        expect(strays).toMatchObject({ exitCode: 0 });
        const key = emulator.state().apiKeys.find(({ environmentId }) => environmentId === "t36303");
        const found = await runCommand(env, "find", String(key?.id), "--state", state);
        expect(found).toMatchObject({ exitCode: 0, out: expect.stringContaining("t36303") });
    });

    it("adopts a key of an environment of an older organization", async () => {
        const other = new PulumiProject(
            emulator,
            `const pulumi = require("@pulumi/pulumi");
            const { FlinkAccess } = require("./components");
            new FlinkAccess("adopted", {
                environmentId: "t36303",
                regions: ["t36303.gcp.us-east1"],
                principal: { serviceAccountId: "sa-000aaa" },
                roles: [],
                adopt: { "gcp.us-east1": new pulumi.Config("test").requireObject("adopt") },
            });`,
        );
        try {
            const { apiKey: id, apiSecret } = await makeKeyByHand(emulator, {
                resource: { id: "gcp.us-east1", environment: "t36303" },
            });
            await other.init(stack);
            other.configure(stack, { "test:adopt": { apiKey: id, apiSecret } });
            await other.do(stack, "up");
            expect(other.stored(stack, "FlinkApiKey")).toMatchObject([
                { outputs: { apiKey: id, scope: "t36303.gcp.us-east1", status: "ready" } },
            ]);
            await other.do(stack, "destroy");
        } finally {
            other.killProcesses();
            other.remove();
        }
    });

    it("is destroyed, and nothing is left", async () => {
        await project.do(stack, "destroy");
        const { apiKeys, serviceAccounts, roleBindings, computePools } = emulator.state();
        const left = [...apiKeys, ...serviceAccounts, ...roleBindings].filter(({ seeded }) => !seeded);
        expect({ left, computePools }).toEqual({ left: [], computePools: [] });
    });
});
