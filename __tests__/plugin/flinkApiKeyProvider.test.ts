// The provider as the engine uses it: from the build in dist/, loaded by the provider line in the SDK's own dynamic-provider
// process, over gRPC. Not proven here: what the engine does with the responses (state, encryption, order), and the rules for
// the life of a key (`__tests__/provider`).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { providerLine } from "../../components/flinkApiKey";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { sentinelSecret } from "../provider/sentinel";
import {
    DynamicProviderProcess,
    emulatorConfig,
    type ProviderProcessOptions,
} from "./dynamicProviderProcess";
import type { EngineLogLine } from "./engineLogService";
import type { Properties } from "./propertyStruct";
import { failureOf, type InitFailure, type ProviderCallError } from "./providerCallError";

// Loading the SDK takes long on a busy machine.
jest.setTimeout(30_000);

const repository = join(__dirname, "..", "..");
const sentinel = sentinelSecret(0);
/** The engine's marker for a value that is unknown in a preview. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Seeded by the emulator, with OrganizationAdmin. */
const owner = "sa-000aaa";

const inputs: Properties = {
    owner,
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    displayName: "orders",
    description: "For orders [pcf-0123456789abcdef]",
};

let emulator: Emulator;
let provider: DynamicProviderProcess;

async function start(
    emulatorOptions: EmulatorOptions = {},
    processOptions: ProviderProcessOptions = {},
): Promise<void> {
    emulator = await startEmulator({ makeSecret: () => sentinel, ...emulatorOptions });
    provider = await DynamicProviderProcess.start({ config: emulatorConfig(emulator), ...processOptions });
}

function lasting(ms: number): { minMs: number; maxMs: number } {
    return { minMs: ms, maxMs: ms };
}

function requests(method: string, path: string): number {
    return emulator.journal.entries().filter((e) => e.method === method && e.path.startsWith(path)).length;
}

function flinkKeys(): string[] {
    return emulator
        .state()
        .apiKeys.filter(({ kind }) => kind === "flink")
        .map(({ id }) => id);
}

beforeAll(() => {
    if (!existsSync(join(repository, "dist", "provider", "index.js"))) {
        throw new Error("dist/provider is missing: run npm run build first.");
    }
});

async function stop(): Promise<void> {
    await provider.close();
    await emulator.close();
}

describe("the provider line", () => {
    afterEach(stop);

    it.each([
        ["the repository", repository],
        ["the build", join(repository, "dist")],
    ])("loads the package's provider with %s as working directory", async (_where, cwd) => {
        await start({}, { cwd });
        const { inputs: checked, failures } = await provider.check({}, inputs);
        expect(failures).toEqual([]);
        expect(checked).toEqual({
            ...inputs,
            scope: "env-abc123.aws.us-east-2",
            restEndpoint: `${emulator.url}/flink/aws.us-east-2`,
            __provider: providerLine,
        });
    });
});

describe("create", () => {
    let id: string;
    let outputs: Properties;
    let log: readonly EngineLogLine[];
    let output: string;

    beforeAll(async () => {
        await start({ keyPropagation: lasting(600) });
        await provider.check({}, inputs);
        ({ id, outputs } = await provider.create(inputs));
        ({ log, output } = provider);
    });

    afterAll(stop);

    it("returns a key that the region accepts, with its secret and the provider line", () => {
        const [key] = emulator.state().apiKeys.filter(({ kind }) => kind === "flink");
        expect(id).toBe("sa-000aaa/env-abc123.aws.us-east-2");
        expect(key?.usable).toBe(true);
        expect(outputs).toEqual({
            __provider: providerLine,
            apiKey: key?.id,
            apiSecret: sentinel,
            createdAt: key?.createdAt,
            scope: "env-abc123.aws.us-east-2",
            restEndpoint: `${emulator.url}/flink/aws.us-east-2`,
            status: "ready",
            superseded: [],
            organizationId: "1111aaaa-11aa-11aa-11aa-111111aaaaaa",
            owner,
            displayName: "orders",
            description: "For orders [pcf-0123456789abcdef]",
        });
    });

    it("sends one POST and four other requests, without those to the Flink endpoint", () => {
        const others = emulator.journal.entries().filter(({ path }) => !path.startsWith("/sql/"));
        expect(others.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
            "GET /fcpm/v2/regions",
            "GET /iam/v2/api-keys",
            "GET /org/v2/environments/env-abc123",
            `PATCH /iam/v2/api-keys/${flinkKeys()[0]}`,
            "POST /iam/v2/api-keys",
        ]);
    });

    it("writes ephemeral lines to the engine's log: which key it waits for, and why", () => {
        expect(log.length).toBeGreaterThanOrEqual(1);
        for (const { severity, ephemeral } of log) {
            expect({ severity, ephemeral }).toEqual({ severity: "info", ephemeral: true });
        }
        expect(log[0]?.message).toMatch(
            /^Flink API key [A-Z0-9]{16} \(env-abc123\.aws\.us-east-2\): waiting \d\.\d s, the region does not know the key yet \(401\)$/,
        );
        expect(log[0]?.message).toContain(outputs.apiKey);
    });

    it("writes no secret to the log, and nothing to stdout and stderr", () => {
        const said = JSON.stringify(log);
        expect(said).not.toContain(sentinel);
        expect(said).not.toContain(emulator.cloudApiSecret);
        expect(output).toBe("");
    });

    it("puts no configuration into what the engine stores", () => {
        const stored = JSON.stringify(outputs);
        expect(stored).not.toContain(emulator.cloudApiKey);
        expect(stored).not.toContain(emulator.cloudApiSecret);
        expect(outputs.__provider).toBe(providerLine);
    });
});

describe("create without an engine", () => {
    afterEach(stop);

    it("writes to stderr what it waits for", async () => {
        await start({ keyPropagation: lasting(600) }, { engine: false });
        const { outputs } = await provider.create(inputs);
        expect(provider.log).toEqual([]);
        expect(provider.output).toContain(`info: Flink API key ${outputs.apiKey}`);
        expect(provider.output).not.toContain(sentinel);
    });
});

describe("create of a key that does not become usable in time", () => {
    const readyAfterMs = 1_500;
    let failure: ProviderCallError;
    let left: InitFailure;

    beforeAll(async () => {
        await start({ keyPropagation: lasting(readyAfterMs) });
        failure = await failureOf(provider.create({ ...inputs, readiness: { timeout: "300ms" } }));
        if (failure.initFailure === undefined) throw failure;
        left = failure.initFailure;
    });

    afterAll(stop);

    it("passes id, key, secret and provider line to the engine for the state", () => {
        const [apiKey] = flinkKeys();
        expect(left.id).toBe("sa-000aaa/env-abc123.aws.us-east-2");
        expect(left.properties).toMatchObject({
            __provider: providerLine,
            apiKey,
            apiSecret: sentinel,
            scope: "env-abc123.aws.us-east-2",
            status: "pending",
        });
    });

    it("reports why the region rejects the key and what to do, without the secret", () => {
        expect(left.reasons).toEqual([failure.message]);
        expect(failure.message.replace(/\d\.\d s/, "N s")).toBe(
            `Flink API key ${left.properties.apiKey} (env-abc123.aws.us-east-2) was not usable after N s: ${emulator.url} does not know the key yet (401); raise readiness.timeout if this region is slow. The key is kept; run pulumi up again to go on waiting.`,
        );
    });

    it("is completed by update, without a second POST", async () => {
        const { outputs } = await provider.update(left.id, left.properties, inputs);
        expect(outputs).toEqual({
            ...left.properties,
            status: "ready",
            description: "For orders [pcf-0123456789abcdef]",
        });
        expect(requests("POST", "/iam/v2/api-keys")).toBe(1);
    });
});

describe("the life of a key", () => {
    afterEach(stop);

    it("runs check, create, diff, read, update and delete, and leaves no key", async () => {
        await start();
        const { inputs: checked } = await provider.check({}, { ...inputs, cloud: "AWS", owner: "SA-000AAA" });
        expect(checked).toMatchObject({ cloud: "aws", owner });

        const { id, outputs } = await provider.create(checked);
        expect(await provider.diff(id, outputs, checked)).toEqual({
            changes: "none",
            replaces: [],
            deleteBeforeReplace: false,
        });
        expect(await provider.read(id, outputs)).toEqual({ id, outputs, inputs: undefined });

        const renamed = { ...checked, displayName: "payments" };
        expect(await provider.diff(id, outputs, renamed)).toMatchObject({ changes: "some", replaces: [] });
        const { outputs: updated } = await provider.update(id, outputs, renamed);
        expect(updated).toEqual({ ...outputs, displayName: "payments" });

        const elsewhere = { ...checked, region: "us-east-1" };
        expect(await provider.diff(id, updated, elsewhere)).toMatchObject({
            changes: "some",
            replaces: ["region"],
        });

        await provider.delete(id, updated);
        expect(flinkKeys()).toEqual([]);
        expect(await provider.read(id, updated)).toMatchObject({ id: "" });
    });
});

describe("an operation that Confluent Cloud refuses", () => {
    beforeAll(() => start());
    afterAll(stop);

    it.each(["read", "delete"] as const)(
        "has its reason in the answer; the process writes one line: %s",
        async (operation) => {
            const { inputs: checked } = await provider.check({}, inputs);
            const { id, outputs } = await provider.create(checked);
            emulator.faults.add({ path: "/iam/v2/api-keys/**", action: { status: 400 }, times: 0 });
            const before = provider.output.length;
            const { message } = await failureOf(provider[operation](id, outputs));
            emulator.faults.clear();
            expect(message).toMatch(/^reading API key \w{16}: GET /);
            expect(provider.output.slice(before)).toBe("A FlinkApiKey failed: its own row says why\n");
        },
    );

    it("fails each key that shares the look-up with the same reason", async () => {
        const { inputs: checked } = await provider.check({}, inputs);
        const { id, outputs } = await provider.create(checked);
        emulator.faults.add({ path: "/iam/v2/api-keys", action: { status: 400 }, times: 1 });
        const ofAnother = { ...outputs, owner: "sa-111aaa" };
        const failures = await Promise.all([1, 2].map(() => failureOf(provider.read(id, ofAnother))));
        for (const { message } of failures) expect(message).toMatch(/^listing the API keys of sa-111aaa: /);
    });
});

describe("configuration", () => {
    afterEach(stop);

    it("may arrive after several calls have started at once", async () => {
        await start({ keyPropagation: lasting(200) }, { configure: false });
        const regions = ["us-east-1", "us-east-2", "eu-central-1"];
        const configured = provider.configure();
        const created = await Promise.all(
            regions.map((region) => provider.create({ ...inputs, region, displayName: region })),
        );
        await configured;
        expect(created.map(({ outputs }) => outputs.status)).toEqual(["ready", "ready", "ready"]);
        expect(flinkKeys()).toHaveLength(3);
    });

    it("is read from environment variables when the stack has none", async () => {
        emulator = await startEmulator();
        provider = await DynamicProviderProcess.start({
            config: { "confluentcloud:endpoint": emulator.url },
            env: {
                CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
                CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
            },
        });
        expect((await provider.check({}, inputs)).failures).toEqual([]);
        expect(requests("GET", "/org/v2/environments/env-abc123")).toBe(1);
    });

    it("without credentials is reported by check, with both ways to set them", async () => {
        emulator = await startEmulator();
        provider = await DynamicProviderProcess.start({
            config: { "confluentcloud:endpoint": emulator.url },
        });
        const { failures } = await provider.check({}, inputs);
        expect(failures).toHaveLength(1);
        expect(failures[0]?.reason).toMatch(
            /^confluentcloud:cloudApiKey: got nothing.*config set confluentcloud:cloudApiKey.*CONFLUENT_CLOUD_API_KEY/,
        );
        expect(emulator.journal.entries()).toEqual([]);
    });

    it("with credentials that Confluent Cloud rejects creates nothing and names the settings to check", async () => {
        emulator = await startEmulator();
        provider = await DynamicProviderProcess.start({
            config: { ...emulatorConfig(emulator), "confluentcloud:cloudApiSecret": sentinel },
        });
        const failure = await failureOf(provider.create(inputs));
        expect(failure.initFailure).toBeUndefined();
        expect(failure.message).toMatch(
            /401 .*Check the Cloud API key and secret \(confluentcloud:cloudApiKey/,
        );
        expect(failure.message + provider.output).not.toContain(sentinel);
        expect(requests("POST", "/iam/v2/api-keys")).toBe(0);
    });
});

describe("check", () => {
    beforeAll(() => start());
    afterAll(stop);

    it("accepts values that are unknown in a preview", async () => {
        const news = { ...inputs, owner: unknown, environmentId: unknown, description: unknown };
        const { inputs: checked, failures } = await provider.check({}, news);
        expect(failures).toEqual([]);
        expect(checked).toEqual({ ...news, __provider: providerLine });
    });

    it("names an input that the program omits, although the SDK cannot send undefined", async () => {
        const { owner, ...others } = inputs;
        expect(owner).toBeDefined();
        const { failures } = await provider.check({}, others);
        expect(failures).toEqual([
            {
                property: "owner",
                reason: "got nothing, expected a service account such as sa-111aaa or a user such as u-111aaa",
            },
        ]);
    });

    it("fails the resource that a program declares to stop the deployment, with its message", async () => {
        const mistake = 'FlinkAccess "orders": environmentId: got "env-zzz999", expected another';
        expect((await provider.check({}, { mistake })).failures).toEqual([{ property: "", reason: mistake }]);
    });

    it("lists the regions of the cloud when the region does not exist", async () => {
        const { failures } = await provider.check({}, { ...inputs, region: "us-east-9" });
        expect(failures).toEqual([
            {
                property: "region",
                reason: expect.stringMatching(
                    /^got "us-east-9", expected a region of aws .*us-east-1, us-east-2/,
                ),
            },
        ]);
    });

    it("names an environment that does not exist", async () => {
        const { failures } = await provider.check({}, { ...inputs, environmentId: "env-zzz999" });
        expect(failures).toEqual([
            {
                property: "environmentId",
                reason: expect.stringContaining('got "env-zzz999", expected an environment'),
            },
        ]);
    });
});

describe("DynamicProviderProcess", () => {
    afterEach(stop);

    it("fails a create when the process is killed with SIGKILL during the call", async () => {
        await start({ keyPropagation: lasting(60_000) });
        const created = failureOf(provider.create(inputs));
        while (flinkKeys().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        await provider.kill();
        expect((await created).initFailure).toBeUndefined();
        expect(() => process.kill(provider.pid, 0)).toThrow("ESRCH");
        expect(flinkKeys()).toHaveLength(1);
    });
});
