// The plugin's process from the build in dist/, over gRPC, as the engine calls it: what it answers, and what the engine is told to
// encrypt. Not proven here: what the engine does with the answers (`__tests__/engine`), the rules for the life of a key
// (`__tests__/provider`), and components (`__tests__/engine`).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { resourceTag } from "../../components/resourceTag";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { makeKeyByHand } from "../emulator/keyMadeByHand";
import { sentinelSecret, showsSecret } from "../provider/sentinel";
import { startEngineLogService } from "./engineLogService";
import { keyUrn, type PluginOptions, PluginProcess, secret } from "./pluginProcess";
import type { Properties } from "./propertyStruct";
import { failureOf } from "./providerCallError";

jest.setTimeout(30_000);

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const inputs: Properties = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
};
const ownTag = `[${resourceTag(
    "organization",
    "urn:pulumi:prod::shop::pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey::orders",
)}]`;

let emulator: Emulator;
let plugin: PluginProcess;

function settings(of = emulator): Properties {
    return {
        endpoint: of.url,
        cloudApiKey: of.cloudApiKey,
        cloudApiSecret: secret(of.cloudApiSecret),
    };
}

async function start(options: EmulatorOptions = {}, process: PluginOptions = {}): Promise<void> {
    let made = 0;
    emulator = await startEmulator({ makeSecret: () => sentinelSecret(++made), ...options });
    plugin = await PluginProcess.start({ config: settings(), ...process });
}

async function stop(): Promise<void> {
    await plugin.close();
    await emulator.close();
}

function liveKeys(of = emulator): string[] {
    return of
        .state()
        .apiKeys.filter(({ kind, seeded }) => kind === "flink" && !seeded)
        .map(({ id }) => id);
}

beforeAll(() => {
    if (!existsSync(join(__dirname, "..", "..", "dist", "plugin", "main.js")))
        throw new Error("dist/plugin is missing: run npm run build first.");
});

describe("the plugin's process", () => {
    beforeAll(() => start());
    afterAll(stop);

    it("tells the engine that it takes secrets, resources and outputs, and previews nothing itself", async () => {
        const answer = await plugin.configure(settings());
        expect(answer.toObject()).toMatchObject({
            acceptsecrets: true,
            acceptresources: true,
            acceptoutputs: true,
            supportspreview: false,
        });
    });

    it("has the package's version, also in the schema", async () => {
        const { version } = require("../../package.json");
        const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
        const info = await plugin.call<{ getVersion(): string }>((done) =>
            plugin.client.getPluginInfo(new Empty(), done),
        );
        expect(info.getVersion()).toBe(version);
        expect(await plugin.schema()).toMatchObject({ name: "confluent-flink", version });
    });

    it("answers a resource type that it does not have with one line that says what to install", async () => {
        const urn = keyUrn("orders", "confluent-flink:index:FlinkStatement");
        const { message } = await failureOf(plugin.check({}, inputs, urn));
        expect(message).toBe(
            'type: got "confluent-flink:index:FlinkStatement", expected confluent-flink:index:FlinkApiKey or confluent-flink:index:FlinkAccess. If the program\'s SDK is newer than the plugin: pulumi plugin install resource confluent-flink VERSION',
        );
    });

    it("writes nothing to stdout and stderr beside its port", () => {
        expect(plugin.output).toBe("");
    });
});

describe("check", () => {
    beforeAll(() => start());
    afterAll(stop);

    it("adds name, description and tag by default, and what a preview can know", async () => {
        const { inputs: checked, failures } = await plugin.check(
            {},
            { ...inputs, cloud: "AWS", overlap: null },
        );
        expect(failures).toEqual([]);
        expect(checked).toEqual({
            ...inputs,
            displayName: "orders",
            description: `Pulumi shop/prod ${ownTag}`,
            scope: "env-abc123.aws.us-east-2",
            restEndpoint: `${emulator.url}/flink/aws.us-east-2`,
        });
    });

    it("gives the key the tag that it has as a dynamic resource, in place of another key's", async () => {
        const description = "Orders [pcf-0123456789abcdef]";
        const { inputs: checked } = await plugin.check({}, { ...inputs, description });
        expect(checked.description).toBe(`Orders ${ownTag}`);
    });

    it("keeps the tag of a key under a FlinkAccess, which was given the organization", async () => {
        const urn = keyUrn("orders", "confluent-flink:index:FlinkAccess$confluent-flink:index:FlinkApiKey");
        const tagged = { ...inputs, description: "Orders", tag: "pcf-0123456789abcdef" };
        const { inputs: checked } = await plugin.check({}, tagged, urn);
        expect(checked.description).toBe("Orders [pcf-0123456789abcdef]");
        expect(checked).not.toHaveProperty("tag");
    });

    it("cuts the description so that the tag stays whole", async () => {
        const { inputs: checked } = await plugin.check({}, { ...inputs, description: "x".repeat(200) });
        expect(checked.description).toMatch(/^x{90,}\.\.\. \[pcf-[0-9a-f]{16}\]$/);
        expect(String(checked.description).length).toBeLessThanOrEqual(128);
    });

    it("accepts values that are unknown in a preview", async () => {
        const news = { ...inputs, owner: unknown, environmentId: unknown, description: unknown };
        const { inputs: checked, failures } = await plugin.check({}, news);
        expect(failures).toEqual([]);
        expect(checked).toEqual({ ...news, displayName: "orders" });
    });

    it("keeps secrets marked, and with them the scope and the id that have the environment in them", async () => {
        const adopt = secret({ apiKey: "AAAABBBBCCCCDDDD", apiSecret: sentinelSecret(9) });
        const environmentId = secret("env-abc123");
        const { inputs: checked } = await plugin.check({}, { ...inputs, environmentId, adopt });
        expect(checked).toMatchObject({
            environmentId,
            adopt,
            scope: secret("env-abc123.aws.us-east-2"),
            environmentIsSecret: true,
        });
    });

    it("marks adopt as a secret even if the program does not", async () => {
        const adopt = { apiKey: "AAAABBBBCCCCDDDD", apiSecret: sentinelSecret(9) };
        expect((await plugin.check({}, { ...inputs, adopt })).inputs.adopt).toEqual(secret(adopt));
    });

    it.each([
        [
            "a misspelt input",
            { ...inputs, regoin: "x" },
            "regoin",
            /^got a property of this name, expected only owner, environmentId, /,
        ],
        [
            "a missing input",
            { ...inputs, owner: undefined },
            "owner",
            /^got nothing, expected a service account/,
        ],
        ["a number", { ...inputs, overlap: 7 }, "overlap", /^got 7, expected a duration/],
        [
            "a region that does not exist",
            { ...inputs, region: "us-east-9" },
            "region",
            /^got "us-east-9", expected a region of aws/,
        ],
        [
            "an environment that does not exist",
            { ...inputs, environmentId: "env-zzz999" },
            "environmentId",
            /^got "env-zzz999", expected an environment/,
        ],
    ])("names %s, the value got and the value expected", async (_what, news, property, reason) => {
        expect((await plugin.check({}, news)).failures).toEqual([
            { property, reason: expect.stringMatching(reason) },
        ]);
    });

    it("accepts of a global key what ignoreChanges brings back", async () => {
        const global = {
            owner: "sa-000aaa",
            environmentId: secret("env-abc123"),
            scope: "global",
            regions: ["aws.us-east-2"],
        };
        const { inputs: stored } = await plugin.check({}, global);
        expect(stored).toHaveProperty("restEndpoints");
        const { inputs: again, failures } = await plugin.check(stored, stored);
        expect(failures).toEqual([]);
        expect(again).toEqual(stored);
    });

    it("refuses what a FlinkAccess declares in order to stop the run, with its message", async () => {
        const mistake = 'FlinkAccess "orders": environmentId: got "env-zzz999", expected another';
        const urn = keyUrn("orders-environmentId", "confluent-flink:index:LookUp");
        expect((await plugin.check({}, { mistake }, urn)).failures).toEqual([
            { property: "", reason: mistake },
        ]);
    });
});

describe("the life of a key", () => {
    afterEach(stop);

    it("runs check, create, diff, read, update and delete, and leaves no key", async () => {
        await start();
        const { inputs: checked } = await plugin.check({}, inputs);
        const { id, outputs } = await plugin.create(checked);
        expect(id).toBe("sa-000aaa/env-abc123.aws.us-east-2");
        expect(outputs).toMatchObject({
            apiKey: liveKeys()[0],
            apiSecret: secret(sentinelSecret(1)),
            status: "ready",
            description: `Pulumi shop/prod ${ownTag}`,
        });
        expect(await plugin.diff(id, outputs, checked)).toEqual({ changes: "none", replaces: [] });
        expect(await plugin.read(id, outputs, checked)).toEqual({ id, outputs, inputs: undefined });

        const renamed = { ...checked, displayName: "payments" };
        expect(await plugin.diff(id, outputs, renamed)).toEqual({ changes: "some", replaces: [] });
        const updated = await plugin.update(id, outputs, renamed);
        expect(updated).toEqual({ ...outputs, displayName: "payments" });
        expect(await plugin.diff(id, updated, { ...checked, region: "us-east-1" })).toEqual({
            changes: "some",
            replaces: ["region"],
        });
        await plugin.delete(id, updated);
        expect(liveKeys()).toEqual([]);
        expect((await plugin.read(id, updated)).id).toBe("");
    });

    it("stores less than a dynamic resource: no code", async () => {
        await start();
        const { inputs: checked } = await plugin.check({}, inputs);
        const { outputs } = await plugin.create(checked);
        expect(outputs).not.toHaveProperty("__provider");
        expect(JSON.stringify({ checked, outputs }).length).toBeLessThan(1_000);
    });

    it("keeps the environment out of the id, and secret in the outputs, if it is a secret", async () => {
        await start();
        const { inputs: checked } = await plugin.check(
            {},
            { ...inputs, environmentId: secret("env-abc123") },
        );
        const { id, outputs } = await plugin.create(checked);
        expect(id).toBe("sa-000aaa/aws.us-east-2");
        expect(outputs.scope).toEqual(secret("env-abc123.aws.us-east-2"));
        const { outputs: found } = await plugin.read(id, outputs, checked);
        expect(found.scope).toEqual(outputs.scope);
    });

    it("tells the row of the key what it waits for, and no other", async () => {
        await start({ keyPropagation: { minMs: 600, maxMs: 600 } });
        const urns = ["orders", "payments"].map((name) => keyUrn(name));
        await Promise.all(
            urns.map(async (urn, i) => {
                const region = ["us-east-1", "us-east-2"][i];
                const { inputs: checked } = await plugin.check({}, { ...inputs, region }, urn);
                await plugin.create(checked, urn);
            }),
        );
        expect(new Set(plugin.log.map(({ urn }) => urn))).toEqual(new Set(urns));
        for (const { urn, message, ephemeral } of plugin.log) {
            expect(message).toContain(urn === urns[0] ? "us-east-1" : "us-east-2");
            expect(ephemeral).toBe(true);
        }
        expect(showsSecret(JSON.stringify(plugin.log))).toBe(false);
    });

    it("passes a key that is not usable in time to the engine, its secret marked; an update goes on", async () => {
        await start({ keyPropagation: { minMs: 1_500, maxMs: 1_500 } });
        const { inputs: checked } = await plugin.check({}, { ...inputs, readiness: { timeout: "300ms" } });
        const { initFailure, message } = await failureOf(plugin.create(checked));
        expect(initFailure?.properties).toMatchObject({ apiKey: liveKeys()[0], status: "pending" });
        expect(initFailure?.reasons).toEqual([message]);
        expect(showsSecret(message)).toBe(false);
        const { readiness: _, ...patient } = checked;
        const left = { ...initFailure?.properties };
        expect(await plugin.update(String(initFailure?.id), left, patient)).toMatchObject({
            status: "ready",
        });
        expect(liveKeys()).toHaveLength(1);
    });

    it("ends a wait when the deployment is cancelled, and keeps the key", async () => {
        await start({ keyPropagation: { minMs: 60_000, maxMs: 60_000 } });
        const { inputs: checked } = await plugin.check({}, inputs);
        const created = failureOf(plugin.create(checked));
        while (plugin.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        await plugin.cancel();
        const { initFailure, message } = await created;
        expect(message).toMatch(/was stopped after \d\.\d s \(cancelled\)/);
        expect(initFailure?.properties).toMatchObject({ apiKey: liveKeys()[0] });
    });
});

describe("import", () => {
    beforeEach(() => start({}, { env: { API_KEY_SECRET: sentinelSecret(1) } }));
    afterEach(stop);

    it("reads a key by its id, with the secret of the environment, and changes nothing", async () => {
        const { apiKey } = await makeKeyByHand(emulator);
        emulator.journal.clear();
        const { id, outputs, inputs: found } = await plugin.read(apiKey);
        expect(id).toBe("sa-000aaa/env-abc123.aws.us-east-2");
        expect(outputs).toMatchObject({ apiKey, apiSecret: secret(sentinelSecret(1)), status: "ready" });
        expect(found).toEqual({ ...inputs, displayName: "made by hand", description: "from the CLI" });
        expect(emulator.journal.entries().filter(({ method }) => method !== "GET")).toEqual([]);
    });

    it("changes nothing of a key with another resource's tag; the next update gives it its own", async () => {
        const description = "from the CLI [pcf-0123456789abcdef]";
        const { apiKey } = await makeKeyByHand(emulator, { description });
        emulator.journal.clear();
        const { id, outputs, inputs: found } = await plugin.read(apiKey);
        expect(found).toMatchObject({ description });
        expect(emulator.journal.entries().filter(({ method }) => method !== "GET")).toEqual([]);
        const { inputs: checked } = await plugin.check({}, { ...inputs, displayName: "made by hand" });
        await plugin.update(id, outputs, checked);
        const tag = /pcf-[0-9a-f]{16}/.exec(String(checked.description))?.[0];
        expect(tag).not.toBe("pcf-0123456789abcdef");
        expect(emulator.state().apiKeys.find((key) => key.id === apiKey)?.description).toContain(`${tag}`);
        expect(liveKeys()).toEqual([apiKey]);
    });

    it("refuses a global key, and says how to take it over", async () => {
        const { apiKey } = await makeKeyByHand(emulator, { resource: { id: "global" } });
        const { message } = await failureOf(plugin.read(apiKey));
        expect(message).toBe(
            `import: got "${apiKey}", which is a global key, expected a Flink API key of one region (which regions it is for is in the program: take it over with adopt)`,
        );
    });

    it("refuses a secret that is not the key's", async () => {
        await makeKeyByHand(emulator);
        const { apiKey } = await makeKeyByHand(emulator);
        const failing = failureOf(plugin.read(apiKey));
        while (plugin.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        await plugin.cancel();
        expect((await failing).message).toContain(`Flink API key ${apiKey} was not changed`);
    });

    it("says which id it got if there is no such key", async () => {
        const { message } = await failureOf(plugin.read("AAAABBBBCCCCDDDD"));
        expect(message).toMatch(/^import: got "AAAABBBBCCCCDDDD", expected the id of an API key that exists/);
    });
});

describe("import without the secret", () => {
    beforeAll(() => start());
    afterAll(stop);

    it("names the variable that is missing", async () => {
        const { message } = await failureOf(plugin.read("AAAABBBBCCCCDDDD"));
        expect(message).toBe(
            "import: got nothing in API_KEY_SECRET, expected the secret of API key AAAABBBBCCCCDDDD, which Confluent Cloud shows only once: export API_KEY_SECRET=…, then run pulumi import again",
        );
    });
});

describe("the provider's settings", () => {
    let other: Emulator;

    beforeAll(async () => {
        await start();
        other = await startEmulator({ organizationId: "22222222-0000-4000-8000-000000000000" });
    });
    afterAll(async () => {
        await other.close();
        await stop();
    });

    it("are stored with the organization that they lead to; a run that changes nothing does not ask again", async () => {
        const { inputs: stored, failures } = await plugin.checkConfig({}, settings());
        expect(failures).toEqual([]);
        expect(stored).toMatchObject({
            ...settings(),
            organizationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
        emulator.journal.clear();
        expect((await plugin.checkConfig(stored, settings())).inputs).toEqual(stored);
        expect(emulator.journal.entries()).toEqual([]);
        expect(await plugin.diffConfig(stored, stored)).toEqual({ changes: "none", replaces: [] });
    });

    it("replace the provider if they lead to another organization", async () => {
        const { inputs: olds } = await plugin.checkConfig({}, settings());
        const { inputs: news } = await plugin.checkConfig(olds, settings(other));
        expect(await plugin.diffConfig(olds, news)).toEqual({
            changes: "some",
            replaces: ["organizationId"],
        });
    });

    it("update it if another Cloud API key leads to the same organization", async () => {
        const { inputs: olds } = await plugin.checkConfig({}, settings());
        const news = { ...olds, cloudApiKey: "OTHERKEYOTHERKEY", credentials: "other" };
        expect(await plugin.diffConfig(olds, news)).toEqual({ changes: "some", replaces: [] });
    });

    it("of the provider of dynamic resources are understood: the organization is asked for with them", async () => {
        const dynamic = (of: Emulator): Properties =>
            Object.fromEntries(
                Object.entries(settings(of)).map(([name, value]) => [
                    `confluentcloud:${name}`,
                    name === "cloudApiSecret" ? of.cloudApiSecret : value,
                ]),
            );
        const { inputs: news } = await plugin.checkConfig({}, settings());
        expect(await plugin.diffConfig(dynamic(emulator), news)).toMatchObject({ replaces: [] });
        expect(await plugin.diffConfig(dynamic(other), news)).toMatchObject({ replaces: ["organizationId"] });
    });

    it("never replace it if one of the organizations is not known", async () => {
        const { inputs: news } = await plugin.checkConfig({}, settings());
        expect(await plugin.diffConfig({}, news)).toMatchObject({ replaces: [] });
        const offline = { ...settings(), endpoint: "http://127.0.0.1:9" };
        const { inputs: unreachable } = await plugin.checkConfig({}, offline);
        expect(unreachable).not.toHaveProperty("organizationId");
        expect(await plugin.diffConfig(news, unreachable)).toMatchObject({ replaces: [] });
    });

    it("are reported if one is misspelt, but not in the config of a project that has the package's name", async () => {
        const misspelt = { ...settings(), cloudApikey: "x" };
        const { failures } = await plugin.checkConfig({}, misspelt);
        expect(failures).toEqual([
            {
                property: "cloudApikey",
                reason: "got a setting of this name, expected only cloudApiKey, cloudApiSecret, oauth, endpoint",
            },
        ]);
        expect((await plugin.checkConfig({}, misspelt, "default_0_2_0")).failures).toEqual([]);
    });

    it("of the default provider without config send no request: its credentials may be for another address", async () => {
        await plugin.close();
        const env = { CONFLUENT_CLOUD_API_KEY: "AAAABBBBCCCCDDDD", CONFLUENT_CLOUD_API_SECRET: "x" };
        plugin = await PluginProcess.start({ config: settings(), env });
        expect((await plugin.checkConfig({}, {}, "default")).inputs).toEqual({});
        expect(
            (await plugin.checkConfig({}, { environmentId: "env-abc123" }, "default_0_2_0")).inputs,
        ).toEqual({
            environmentId: "env-abc123",
        });
    });
});

describe("missing credentials", () => {
    afterEach(stop);

    it.each([
        ["an explicit provider", "organization", "confluentcloud:cloudApiKey"],
        ["the default provider", "default_0_2_0", "confluent-flink:cloudApiKey"],
    ])("of %s are reported with the setting to set", async (_which, name, setting) => {
        emulator = await startEmulator();
        plugin = await PluginProcess.start({
            config: { endpoint: emulator.url },
            providerUrn: `urn:pulumi:prod::shop::pulumi:providers:confluent-flink::${name}`,
        });
        const { failures } = await plugin.check({}, inputs);
        expect(failures.map(({ reason }) => reason)).toEqual([
            expect.stringContaining(`pulumi config set ${setting} KEY`),
        ]);
    });
});

describe("the plugin of a release", () => {
    it("starts from a folder with nothing else of this package, and answers", async () => {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-plugin-"));
        const bundle = pathToFileURL(join(__dirname, "..", "..", "plugin", "bundle.mjs"));
        const script = `(await import("${bundle}")).bundlePlugin("${folder}")`;
        execFileSync(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
        const released = await PluginProcess.start({ script: join(folder, "main.js") });
        expect(await released.schema()).toMatchObject({ name: "confluent-flink" });
        await released.close();
        rmSync(folder, { recursive: true });
    });
});

describe("a plugin whose engine ends while it starts", () => {
    it("ends too, although something listens at the engine's address", async () => {
        const { server, port } = await startEngineLogService([]);
        const script = join(__dirname, "..", "..", "dist", "plugin", "main.js");
        const child = spawn(process.execPath, [script, `127.0.0.1:${port}`], { stdio: "pipe" });
        const kill = setTimeout(() => child.kill("SIGKILL"), 10_000);
        const ended = once(child, "exit");
        child.stdout.destroy();
        child.stderr.destroy();
        const end = await ended;
        clearTimeout(kill);
        server.forceShutdown();
        expect(end).toEqual([1, null]);
    });
});

describe("a call that is not implemented", () => {
    beforeAll(() => start());
    afterAll(stop);

    it("is answered as such, so that an engine does without", async () => {
        const request = new messages.InvokeRequest();
        request.setTok("confluent-flink:index:nothing");
        const { message } = await failureOf(plugin.call((done) => plugin.client.invoke(request, done)));
        expect(message).toMatch(/does not implement/);
    });
});
