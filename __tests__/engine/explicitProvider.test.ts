// Two emulators as two organizations under a real engine, in one program. Not proven here: Confluent Cloud itself.
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, keysInPlugin, keyType, PulumiProject, send } from "./pulumiProject";

jest.setTimeout(180_000);

const sentinel = "cfltSENTINELsecretSENTINELsecretSENTINELsecretSENTINELsecretSENT";
const stack = "two";

/** Two accesses in each organization and a key of its own: three that share a process. */
const program = `
const confluentcloud = require("@pulumi/confluentcloud");
const pulumi = require("@pulumi/pulumi");
const { FlinkAccess, FlinkApiKey } = require("./components");
const config = new pulumi.Config("test");
const organization = (name) => new confluentcloud.Provider(name, config.requireObject(name));
const [a, b] = [organization("a"), organization("b")];
const args = { environmentId: "env-abc123", roles: ["OrganizationAdmin"] };
const first = new FlinkAccess("first", { ...args, regions: ["aws.us-east-2"] }, { provider: a });
const second = new FlinkAccess("second", { ...args, regions: ["aws.us-east-2", "gcp.us-east1"] }, { provider: b });
new FlinkAccess("third", { ...args, regions: ["aws.us-east-2"] }, { provider: b });
new FlinkApiKey(
    "single",
    { owner: second.principalId, environmentId: "env-abc123", cloud: "azure", region: "eastus2" },
    { provider: b },
);
exports.keys = { first: first.keys, second: second.keys };
`;

describeWithEngine("explicit providers", () => {
    let organizations: { a: Emulator; b: Emulator };
    let project: PulumiProject;

    const up = async (...args: string[]) => project.run(stack, [...args, "--yes", "--skip-preview"], {});
    const keysOf = (emulator: Emulator) => emulator.state().apiKeys.filter(({ seeded }) => !seeded);

    beforeAll(async () => {
        const options = {
            keyPropagation: { minMs: 50, maxMs: 50 },
            rolePropagation: { minMs: 50, maxMs: 50 },
            makeSecret: () => sentinel,
        };
        organizations = { a: await startEmulator(options), b: await startEmulator(options) };
        project = new PulumiProject(organizations.a, program);
        await project.init(stack);
        const settingsOf = ({ url, cloudApiKey, cloudApiSecret }: Emulator) => ({
            endpoint: url,
            cloudApiKey,
            cloudApiSecret,
        });
        project.configure(stack, {
            "pulumi:disable-default-providers": ["*"],
            "test:a": settingsOf(organizations.a),
            "test:b": settingsOf(organizations.b),
        });
    });

    afterAll(async () => {
        project?.remove();
        await organizations?.a.close();
        await organizations?.b.close();
    });

    it("create each key in their own organization, with one process each", async () => {
        const run = await up("up");
        expect(run).toMatchObject({ code: 0 });
        expect(keysOf(organizations.a)).toHaveLength(1);
        expect(keysOf(organizations.b)).toHaveLength(4);
        const processes = project.stored(stack, keyType.split(":")[0] as string);
        expect(processes.map(({ urn }) => urn.split("::").at(-1)).sort()).toEqual(["a-flink", "b-flink"]);
    });

    it("keep every credential encrypted", async () => {
        const exported = await project.export(stack);
        for (const secret of [
            sentinel,
            organizations.a.cloudApiSecret,
            organizations.b.cloudApiSecret,
            organizations.b.cloudApiKey,
        ]) {
            expect(exported).not.toContain(secret);
        }
    });

    it("have nothing to do in a second run, and a refresh finds no change", async () => {
        expect((await up("up")).text).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
        expect((await up("refresh")).text).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    });

    it("find in a refresh what was deleted by hand in the other organization", async () => {
        const gone = keysOf(organizations.b).find(({ region }) => region === "azure.eastus2");
        await send(organizations.b, "DELETE", `/iam/v2/api-keys/${gone?.id}`);
        expect((await up("refresh")).text).toContain("1 deleted");
        expect((await up("up")).text).toContain("1 created");
    });

    it("delete everything in both organizations", async () => {
        expect(await up("destroy")).toMatchObject({ code: 0 });
        expect(keysOf(organizations.a)).toEqual([]);
        expect(keysOf(organizations.b)).toEqual([]);
        expect(project.stored(stack, keyType.split(":")[0] as string)).toEqual([]);
    });
});

const ours = 'FlinkAccess "orders": provider: got nothing while pulumi:disable-default-providers forbids';
/** The plugin's own provider is missed by the engine, before it asks the plugin. */
const engines = `Default provider for 'confluent-flink' disabled. 'confluent-flink:index:FlinkAccess' must use an explicit provider`;
const barredPackages = keysInPlugin
    ? [
          ["*", engines],
          ["confluent-flink", engines],
          ["confluentcloud", ours],
      ]
    : [
          ["*", ours],
          ["pulumi-nodejs", ours],
      ];

describeWithEngine("default providers that the stack forbids", () => {
    it.each(barredPackages)("stop the program before anything is created: %s", async (barred, message) => {
        const emulator = await startEmulator();
        const project = new PulumiProject(
            emulator,
            `const { FlinkAccess } = require("./components");
            new FlinkAccess("orders", { environmentId: "env-abc123", regions: ["aws.us-east-2"] });`,
        );
        try {
            await project.init(stack);
            project.configure(stack, { "pulumi:disable-default-providers": [barred] });
            const run = await project.run(stack, ["up", "--yes", "--skip-preview"]);
            expect(run.code).not.toBe(0);
            expect(run.text).toContain(message);
            expect(emulator.journal.entries().filter(({ method }) => method !== "GET")).toEqual([]);
        } finally {
            project.remove();
            await emulator.close();
        }
    });
});

describeWithEngine("an explicit provider with an identity pool", () => {
    it("creates, finds and deletes its key by tokens if the stack forbids default providers and has no Cloud API key", async () => {
        const emulator = await startEmulator();
        const project = new PulumiProject(
            emulator,
            `const confluentcloud = require("@pulumi/confluentcloud");
            const pulumi = require("@pulumi/pulumi");
            const { FlinkAccess } = require("./components");
            const config = new pulumi.Config("test");
            const provider = new confluentcloud.Provider("keyless", {
                endpoint: config.require("endpoint"),
                oauth: {
                    oauthIdentityPoolId: "pool-111aaa",
                    oauthExternalTokenUrl: config.require("endpoint") + "/_emulator/idp/token",
                    oauthExternalClientId: "pipeline",
                    oauthExternalClientSecret: config.requireSecret("clientSecret"),
                },
            });
            new FlinkAccess("orders", {
                environmentId: "env-abc123", regions: ["aws.us-east-2"], roles: ["OrganizationAdmin"],
            }, { provider });`,
        );
        try {
            await project.init(stack);
            project.configure(stack, {
                "pulumi:disable-default-providers": ["*"],
                "test:endpoint": emulator.url,
            });
            await project.run(stack, ["config", "set", "--secret", "test:clientSecret", sentinel]);
            for (const args of [["up"], ["up", "--expect-no-changes"], ["refresh"], ["destroy"]]) {
                const run = await project.run(stack, [...args, "--yes", "--skip-preview"], {});
                expect({ args, code: run.code, text: run.text }).toMatchObject({ args, code: 0 });
                if (args.includes("up")) expect(project.stored(stack, "FlinkApiKey")).toHaveLength(1);
            }
            expect(emulator.state().apiKeys.filter(({ seeded }) => !seeded)).toEqual([]);
            expect(project.anyFileHolds(sentinel)).toBe(false);
        } finally {
            project.killProcesses();
            project.remove();
            await emulator.close();
        }
    });
});
