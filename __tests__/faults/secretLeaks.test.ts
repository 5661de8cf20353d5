// One recognisable secret for every key, through all that happens to keys, then looked for wherever anything is
// written: plain, URL-encoded and in base64. Not proven here: what users do with the secret they are given, and
// `pulumi --debug`, with which the SDK itself prints the outputs of every resource, secrets in clear.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultAction, FaultRule } from "../../emulator";
import { describeWithEngine, PulumiProject } from "../engine/pulumiProject";
import { DynamicProviderProcess, emulatorConfig } from "../plugin/dynamicProviderProcess";
import { renderingsOf, sentinelSecret, showsSecret } from "../provider/sentinel";
import { World } from "../provider/world";

jest.setTimeout(120_000);

/** A server that repeats all it knows, in every place an error has. */
function echo(status: number, ...texts: string[]): FaultAction {
    const said = texts.join(" ");
    const body = {
        errors: [{ id: said, code: said, title: said, detail: said, source: { pointer: said } }],
        message: said,
    };
    return { status, body, headers: { "x-request-id": said.slice(0, 400) } };
}

/** Of every key: a server can repeat it without having seen it. */
const secret = sentinelSecret(7);

describe("showsSecret", () => {
    it.each([
        ["plain", `a ${secret} b`],
        ["in base64", Buffer.from(secret).toString("base64")],
        ["in base64 behind a key's id", Buffer.from(`AK4NBR7MUYHVJMHW:${secret}`).toString("base64")],
        ["in base64 at another offset", Buffer.from(`xx${secret}`).toString("base64")],
        ["in JSON in an error", renderingsOf(new Error(JSON.stringify({ secret })))],
        [
            "in a hidden field of an error",
            renderingsOf(Object.assign(new Error(), { config: { auth: secret } })),
        ],
    ])("finds it %s", (_where, text) => {
        expect(showsSecret(text)).toBe(true);
    });

    it("finds none where there is none", () => {
        expect(showsSecret(`a [secret] b ${Buffer.from("secret").toString("base64")}`)).toBe(false);
    });
});

describe("the secret in the provider process", () => {
    let world: World;
    let provider: DynamicProviderProcess;

    beforeEach(async () => {
        world = await World.start({ makeSecret: () => secret });
        provider = await DynamicProviderProcess.start({ config: emulatorConfig(world.emulator) });
    });

    afterEach(async () => {
        await provider.close();
        await world.close();
    });

    it("is shown by nothing while keys are made, proven, rotated, adopted, renamed, refreshed and deleted, with faults in all of it", async () => {
        const { engine, emulator } = world;
        const { cloudApiKey, cloudApiSecret } = emulator;
        const pair = Buffer.from(`${cloudApiKey}:${cloudApiSecret}`).toString("base64");
        const quick = { readiness: { timeout: "300ms" } };
        const failing = async (rules: FaultRule[], run: () => Promise<unknown>) => {
            for (const rule of rules) emulator.faults.add(rule);
            // What the engine stores comes with the error and is encrypted; the rest of it is shown to people.
            const { message, stack } = await run().then(
                () => new Error("nothing failed"),
                (error: Error) => error,
            );
            expect(message).not.toBe("nothing failed");
            world.thrown.push(message, String(stack));
            emulator.faults.clear();
        };
        const up = (changes = {}) => engine.up(provider, world.inputs(changes));

        // Errors of the control plane that repeat the Cloud API key; a key whose making is answered by half.
        for (const status of [400, 401, 402, 403, 404, 409, 422, 501]) {
            await failing([{ times: 0, action: echo(status, cloudApiSecret, pair) }], () =>
                provider.create(world.inputs()),
            );
        }
        await failing([{ method: "POST", times: 0, action: { garble: true } }], () => up());

        // A region that repeats the new key's secret; the state it leaves; the update that finishes it.
        await failing([{ path: "/sql/**", times: 0, action: echo(400, secret) }], () => up(quick));
        expect(engine.current?.outputs.apiSecret).toMatch(/SENTINEL/);
        await up();

        // Rotation that fails and one that does not; names; refresh with and without rights.
        await failing([{ path: "/sql/**", times: 0, action: echo(403, secret) }], () =>
            up({ ...quick, rotationTrigger: "leak" }),
        );
        await up({ rotationTrigger: "leak" });
        await failing([{ method: "PATCH", times: 0, action: echo(409, cloudApiSecret) }], () =>
            up({ rotationTrigger: "leak", displayName: "payments" }),
        );
        await failing([{ path: "/iam/v2/api-keys", times: 0, action: echo(403, pair) }], () =>
            engine.refresh(provider),
        );
        await failing([{ method: "DELETE", times: 0, action: echo(409, pair) }], () =>
            engine.destroy(provider),
        );
        await engine.destroy(provider);

        // Adoption: inputs that are wrong, a key of another scope, and one that succeeds.
        const { id } = await world.foreignKey();
        const { failures } = await provider.check(
            {},
            world.inputs({ adopt: { apiKey: id, apiSecret: secret, more: 1 } }),
        );
        const half = await provider.check({}, world.inputs({ adopt: secret }));
        world.thrown.push(JSON.stringify([failures, half.failures]));
        await failing([], () => up({ region: "us-east-2", adopt: { apiKey: id, apiSecret: secret } }));
        await up({ adopt: { apiKey: id, apiSecret: secret } });
        expect(engine.current?.outputs.apiSecret).toBe(secret);

        world.engineLog.push(provider.output, renderingsOf(provider.log));
        expect(world.thrown.join("\n")).toContain("[secret]");
        expect(world.leaks()).toEqual([]);
    });
});

describeWithEngine("the secret under a real engine", () => {
    const stack = "sentinel";
    const program = `
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
const key = new FlinkApiKey("orders", {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    ...new pulumi.Config().requireObject("key"),
    ...(process.env.ADOPTED_ID && { adopt: { apiKey: process.env.ADOPTED_ID, apiSecret: process.env.ADOPTED_SECRET } }),
});
exports.apiSecret = key.apiSecret;
exports.whole = key;
`;

    it("is in no file, no output and no export but encrypted", async () => {
        const world = await World.start({ makeSecret: () => secret });
        const { emulator } = world;
        const project = new PulumiProject(emulator, program);
        try {
            await project.init(stack);
            const credentials = {
                CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
                CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
            };
            const said: string[] = [];
            const run = async (args: string[], key = {}, env = {}): Promise<number> => {
                project.configure(stack, { "confluent-flink:key": key });
                const { text, code } = await project.run(stack, args, { ...credentials, ...env });
                said.push(text);
                return code;
            };
            const up = ["up", "--yes", "--diff", "--show-config"];

            // A key that is made, and not proven; finished and rotated; destroyed; another adopted.
            emulator.faults.add({ path: "/sql/**", times: 0, action: echo(401, secret) });
            expect(await run([...up, "--skip-preview"], { readiness: { timeout: "200ms" } })).not.toBe(0);
            emulator.faults.clear();
            expect(await run(up, { rotationTrigger: "leak" })).toBe(0);
            expect(await run(["destroy", "--yes", "--skip-preview"])).toBe(0);
            const { id } = await world.foreignKey({
                owner: "sa-000aaa",
                resource: { id: "aws.us-east-2", environment: "env-abc123" },
            });
            expect(await run(up, {}, { ADOPTED_ID: id, ADOPTED_SECRET: secret })).toBe(0);
            expect(await project.outputs(stack)).toMatchObject({ apiSecret: secret });
            said.push(await project.export(stack));

            expect(showsSecret(said.join("\n"), emulator.cloudApiSecret)).toBe(false);
            const written = ["state", "home", "project/stacks"].flatMap((folder) =>
                readdirSync(join(project.folder, folder), { recursive: true, withFileTypes: true })
                    .filter((entry) => entry.isFile())
                    .map((entry) => join(entry.parentPath, entry.name)),
            );
            expect(written.length).toBeGreaterThan(5);
            expect(
                written.filter((file) => showsSecret(readFileSync(file, "latin1"), emulator.cloudApiSecret)),
            ).toEqual([]);
        } finally {
            project.remove();
            await world.close();
        }
    });
});
