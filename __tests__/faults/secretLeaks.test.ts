// Every key gets the same recognisable secret. After every operation on keys, the tests search all output and files for it:
// plain, URL-encoded and in base64. Not proven here: what users do with the secret, and `pulumi --debug`, with which the SDK
// itself prints the outputs of every resource with plain secrets.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { credentialsOf } from "../../demo/engineHome";
import type { FaultAction, FaultRule } from "../../emulator";
import { describeWithEngine, PulumiProject } from "../engine/pulumiProject";
import { DynamicProviderProcess, emulatorConfig } from "../plugin/dynamicProviderProcess";
import { renderingsOf, sentinelSecret, showsSecret } from "../provider/sentinel";
import { World } from "../provider/world";

jest.setTimeout(120_000);

/** An error response that repeats the texts in each of its fields and in a header. */
function echo(status: number, ...texts: string[]): FaultAction {
    const repeated = texts.join(" ");
    const body = {
        errors: [
            {
                id: repeated,
                code: repeated,
                title: repeated,
                detail: repeated,
                source: { pointer: repeated },
            },
        ],
        message: repeated,
    };
    return { status, body, headers: { "x-request-id": repeated.slice(0, 400) } };
}

/** The secret of every key: known in advance, so that a fault rule can repeat it. */
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

    it("finds none in other texts", () => {
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

    it("is in no error, log or output while keys are created, verified, rotated, adopted, renamed, refreshed and deleted, with faults", async () => {
        const { engine, emulator } = world;
        const { cloudApiKey, cloudApiSecret } = emulator;
        const pair = Buffer.from(`${cloudApiKey}:${cloudApiSecret}`).toString("base64");
        const quick = { readiness: { timeout: "300ms" } };
        const failing = async (rules: FaultRule[], run: () => Promise<unknown>) => {
            for (const rule of rules) emulator.faults.add(rule);
            // The engine encrypts the properties of the error; message and stack are shown to the user.
            const { message, stack } = await run().then(
                () => new Error("nothing failed"),
                (error: Error) => error,
            );
            expect(message).not.toBe("nothing failed");
            world.thrown.push(message, String(stack));
            emulator.faults.clear();
        };
        const up = (changes = {}) => engine.up(provider, world.inputs(changes));

        // Errors of the control plane that repeat the Cloud API key; a truncated response to the POST.
        for (const status of [400, 401, 402, 403, 404, 409, 422, 501]) {
            await failing([{ times: 0, action: echo(status, cloudApiSecret, pair) }], () =>
                provider.create(world.inputs()),
            );
        }
        await failing([{ method: "POST", times: 0, action: { garble: true } }], () => up());

        // A region whose error repeats the new key's secret; the state after it; the update that completes the key.
        await failing([{ path: "/sql/**", times: 0, action: echo(400, secret) }], () => up(quick));
        expect(engine.current?.outputs.apiSecret).toMatch(/SENTINEL/);
        await up();

        // A failed and a successful rotation; a rename; refresh and destroy that fail.
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

        // Adoption: invalid inputs, a key of another scope, and a key that is adopted.
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

    it("is in files, output and exports only encrypted", async () => {
        const world = await World.start({ makeSecret: () => secret });
        const { emulator } = world;
        const project = new PulumiProject(emulator, program);
        try {
            await project.init(stack);
            const credentials = credentialsOf(emulator);
            const printed: string[] = [];
            const run = async (args: string[], key = {}, env = {}): Promise<number> => {
                project.configure(stack, { "confluent-flink:key": key });
                const { text, code } = await project.run(stack, args, { ...credentials, ...env });
                printed.push(text);
                return code;
            };
            const up = ["up", "--yes", "--diff", "--show-config"];

            // A key is created and not verified; completed and rotated; destroyed; another key is adopted.
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
            printed.push(await project.export(stack));

            expect(showsSecret(printed.join("\n"), emulator.cloudApiSecret)).toBe(false);
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
