// A stack whose environment, owner, region or base stack is gone, taken down by a run of the program, as keyless pipelines do it
// (`PULUMI_RUN_PROGRAM=true`), under a real Pulumi engine with the official provider. Not proven here: a destroy without
// the program, which asks nothing of what it does not delete, and each answer that may stand for "gone" (keyExistence.test.ts).
import type { PulumiRun } from "../../demo/engineHome";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, keysInPlugin, PulumiProject, send } from "./pulumiProject";

jest.setTimeout(120_000);

const stack = "prod";

/**
 * What consumers do: they count on a string. Of the plugin's outputs, those that are not known have no value here: docs/guides/languages.md.
 */
const program = `
const use = (of) => (value) => (${keysInPlugin} && value === undefined ? undefined : of(value));
const pulumi = require("@pulumi/pulumi");
const { FlinkAccess } = require("./components");
const args = new pulumi.Config("test").requireObject("access");
const access = new FlinkAccess("orders", args);
exports.principalId = access.principalId;
exports.lengths = Object.values(access.keys).map((key) =>
    pulumi.all([key.apiKey, key.apiSecret, key.scope, key.restEndpoint, key.createdAt])
        .apply((texts) => texts.map(use((text) => text.length))));
exports.hosts = Object.values(access.environmentVariables).map((one) => one.apply(use((v) => new URL(v.FLINK_REST_ENDPOINT).host)));
exports.superseded = Object.values(access.keys).map((key) => key.superseded.apply(use((keys) => keys.map((one) => one.apiKey))));
`;

describeWithEngine("a stack that is half gone", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeEach(async () => {
        emulator = await startEmulator({ environmentIds: ["env-abc123", "t36303"] });
        project = new PulumiProject(emulator, program);
        await project.init(stack);
    });

    afterEach(async () => {
        project?.killProcesses();
        project?.remove();
        await emulator?.close();
    });

    const configure = (access: Record<string, unknown>, where = stack) =>
        project.configure(where, {
            "test:access": {
                environmentId: "env-abc123",
                regions: ["aws.us-east-2"],
                roles: ["OrganizationAdmin"],
                ...access,
            },
        });

    const left = () => {
        const { apiKeys, serviceAccounts, roleBindings } = emulator.state();
        return [...apiKeys, ...serviceAccounts, ...roleBindings].filter(({ seeded }) => !seeded);
    };

    /** By a run of the program, which has to succeed. */
    async function destroy(...args: string[]): Promise<PulumiRun> {
        return project.do(stack, "destroy", "--run-program", ...args);
    }

    async function remove(path: string): Promise<void> {
        const { status } = await send(emulator, "DELETE", path);
        expect(status).toBe(204);
    }

    it("is destroyed if its environment is gone", async () => {
        configure({});
        await project.do(stack, "up");
        await remove("/org/v2/environments/env-abc123");
        await destroy();
        expect(left()).toEqual([]);
    });

    it("is destroyed if the service account that it created is gone: --refresh finds that the role is gone too", async () => {
        configure({});
        await project.do(stack, "up");
        const [account] = emulator.state().serviceAccounts.filter(({ seeded }) => !seeded);
        await remove(`/iam/v2/service-accounts/${account?.id}`);
        await destroy("--refresh");
        expect(left()).toEqual([]);
    });

    it("is destroyed if the service account that it was given is gone", async () => {
        const { json } = await send(emulator, "POST", "/iam/v2/service-accounts", {
            body: { display_name: "given" },
        });
        configure({ principal: { serviceAccountId: json.id }, roles: ["FlinkDeveloper"] });
        await project.do(stack, "up");
        await remove(`/iam/v2/service-accounts/${json.id}`);
        await destroy("--refresh");
        expect(left()).toEqual([]);
    });

    it("is destroyed if its region is no longer offered", async () => {
        configure({});
        await project.do(stack, "up");
        emulator.faults.add({
            method: "GET",
            path: "/fcpm/v2/regions",
            times: 0,
            action: { status: 200, body: { data: [], metadata: {} } },
        });
        await destroy();
        expect(left()).toEqual([]);
    });

    it("is destroyed after a refresh that has dropped its key, and when everything is gone", async () => {
        configure({ regions: ["aws.us-east-2", "gcp.us-east1"] });
        await project.do(stack, "up");
        const [key] = emulator.state().apiKeys.filter(({ seeded }) => !seeded);
        await remove(`/iam/v2/api-keys/${key?.id}`);
        await project.do(stack, "refresh");
        expect(project.stored(stack, "FlinkApiKey")).toHaveLength(1);
        await destroy();
        expect(left()).toEqual([]);
        await destroy();
    });

    it("is destroyed if the base stack with its owner is gone", async () => {
        await project.init("base");
        configure({}, "base");
        await project.do("base", "up");
        configure({ principal: { stack: "organization/confluent-flink/base" }, roles: [] });
        await project.do(stack, "up");
        await project.do("base", "destroy");
        await project.command("stack", "rm", "base", "--yes");
        await destroy();
        expect(left()).toEqual([]);
    });
});
