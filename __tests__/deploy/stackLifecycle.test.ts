// The commands on one stack from its first deployment to its destruction: keyless, and with secrets that a key service
// encrypts (a stand-in for Vault's transit engine). Each command runs in a new clone on a new machine, which keeps nothing for the
// next one. Not proven here: GitHub's scheduling, the logins to the clouds, and their key services, which Pulumi uses in the same way.
import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { canDropRights, describeWithPipelines, missing } from "./pipelineTools";
import { PipelineWorld, succeed } from "./pipelineWorld";

jest.setTimeout(180_000);

const stack = "prod";
const file = `  confluent-flink:environmentId: env-abc123
  confluent-flink:regions: [aws.us-east-2]
  confluent-flink:roles: [FlinkDeveloper]
  confluent-flink:rotation: { every: 90d, overlap: 7d }
`;

let world: PipelineWorld;

beforeAll(async () => {
    if (missing) return;
    if (!canDropRights()) process.stdout.write("Skipped: read-only checkouts, because setpriv is missing.\n");
    world = await PipelineWorld.start({
        stacks: { [stack]: file },
        emulator: {
            keyPropagation: { minMs: 100, maxMs: 100 },
            rolePropagation: { minMs: 100, maxMs: 100 },
        },
    });
});

afterAll(() => world?.close());

describeWithPipelines("a stack whose secrets a key service encrypts, each command in a fresh clone", () => {
    it("is deployed three times with one key, also from a read-only checkout", async () => {
        await succeed(world.onStack(stack, "up"));
        const [first] = world.keysOf(stack);
        expect(JSON.parse(world.state(stack)).checkpoint.latest.secrets_providers).toMatchObject({
            type: "cloud",
            state: { url: "hashivault://flink" },
        });
        for (const isReadOnly of [canDropRights(), false]) {
            const { log } = await succeed(world.onStack(stack, "up", { isReadOnly }));
            expect(log).toMatch(/5 unchanged/);
        }
        expect(world.keysOf(stack)).toEqual([first]);
        expect(world.keysOf(stack)).toMatchObject([{ usable: true }]);
    });

    it("has no drift if the token is newer than the one in the state", async () => {
        world.emulator.clock.advance(61 * 60_000);
        const { outputs } = await succeed(world.onStack(stack, "drift"));
        expect(outputs.run).toEqual({ label: "none" });
    });

    it("rotates on request, for this run only, and deletes the old key if the overlap is 0s", async () => {
        const [before] = world.keysOf(stack);
        const inputs = { trigger: "2026-11-23 leak", overlap: "0s" };
        await succeed(world.onStack(stack, "up", { inputs }));
        const [after, ...others] = world.keysOf(stack);
        expect(others).toEqual([]);
        expect(after?.id).not.toBe(before?.id);
        expect(after?.usable).toBe(true);
    });

    it("is in the report (page, summary and metrics), which ends with exit code 3 if a condition is met", async () => {
        const options = {
            inputs: { config_from: stack },
            vars: { FLINK_REPORT_FAIL_ON: "stray,older-than=100d" },
        };
        const { log } = await succeed(world.run("flink-report.yml", "report", options));
        const [key] = world.keysOf(stack);
        for (const form of ["md", "html", "prom"])
            expect(world.result(`flink-keys.${form}`)).toContain(key?.id);
        expect(log).not.toContain("error");
        const conditions = { ...options, vars: { FLINK_REPORT_FAIL_ON: "older-than=1m" } };
        world.emulator.clock.advance(120_000);
        expect((await world.run("flink-report.yml", "report", conditions)).exitCode).toBe(3);
    });

    (process.env.TEST_LONG === "1" ? it : it.skip)(
        "is previewed, created and deployed if its stack file was committed with encryptedkey and an encrypted value",
        async () => {
            const { checkout, temp, env } = await world.gitlabMachine();
            world.writeStack("kept", file.replace("aws.us-east-2", "gcp.us-east1"));
            const path = join(checkout, "stacks/Pulumi.kept.yaml");
            copyFileSync(world.at("repository/stacks/Pulumi.kept.yaml"), path);
            const settings = { cwd: checkout, env: { ...env, PULUMI_BACKEND_URL: `file://${temp}` } };
            // Asynchronously, because the stand-in for Vault runs in this process.
            const pulumi = (...args: string[]): Promise<unknown> =>
                promisify(execFile)("pulumi", args, settings);
            await pulumi("stack", "init", "kept", "--secrets-provider", "hashivault://flink");
            await pulumi("config", "set", "--stack", "kept", "--secret", "aws:region", "us-east-2");
            const text = readFileSync(path, "utf8");
            rmSync(path);
            expect(text).toContain("encryptedkey:");
            writeFileSync(world.at("repository/stacks/Pulumi.kept.yaml"), text);
            world.commit();
            await succeed(world.onStack("kept", "preview"));
            expect(world.storedStacks()).not.toContain("kept");
            for (let i = 0; i < 2; i++) await succeed(world.onStack("kept", "up"));
            expect(world.keysOf("kept")).toMatchObject([{ usable: true }]);
            await succeed(world.onStack("kept", "destroy"));
        },
    );

    it("ends before it creates an account whose keys it may not create, and says what to do", async () => {
        const { client, emulator } = world;
        const pipelineId = await client.makeAccount("pipeline");
        await client.grant(pipelineId, "AccountAdmin");
        await client.grant(pipelineId, "Operator", "/environment=env-abc123");
        const [apiKey, apiSecret] = (await client.makeKey(pipelineId, { id: "cloud" })).split(":");
        world.writeStack("early", file.replace("[FlinkDeveloper]", "[]"));
        world.commit();
        const accounts = emulator.state().serviceAccounts.length;
        const { exitCode, log } = await world.onStack("early", "up", {
            env: {
                CONFLUENT_CLOUD_ENDPOINT: emulator.url,
                CONFLUENT_CLOUD_API_KEY: String(apiKey),
                CONFLUENT_CLOUD_API_SECRET: String(apiSecret),
            },
        });
        expect(exitCode).toBe(1);
        expect(log).toContain("missing  create and delete API keys of the service account");
        expect(log).toContain("Let an administrator create the service account");
        expect(log).toContain("error: nothing was created: the rights above are missing");
        expect(emulator.state().serviceAccounts).toHaveLength(accounts);
        await client.send("DELETE", `/iam/v2/service-accounts/${pipelineId}`);
    });

    it("changes no checkout, and leaves no token in the state or in temporary folders", async () => {
        const state = world.state(stack);
        expect(world.tokens.length).toBeGreaterThan(5);
        for (const token of world.tokens) expect(state).not.toContain(token);
        expect(world.dirtyCheckouts()).toEqual([]);
        expect(world.leftInTemp()).toEqual([]);
    });

    it("is destroyed if its environment is gone and the token in the state has ended", async () => {
        expect(await world.client.send("DELETE", "/org/v2/environments/env-abc123")).toMatchObject({
            status: 204,
        });
        world.emulator.clock.advance(61 * 60_000);
        const { log } = await succeed(world.onStack(stack, "destroy"));
        expect(log).toContain("Trying again without the program");
        expect(world.keysOf(stack)).toEqual([]);
        expect(world.emulator.state().serviceAccounts.filter(({ seeded }) => !seeded)).toEqual([]);
        expect(JSON.parse(world.state(stack)).checkpoint.latest.resources ?? []).toEqual([]);
    });
});

describe("deploy/pipeline/stack.sh", () => {
    it("describes each command in its header", () => {
        const script = readFileSync(`${__dirname}/../../deploy/pipeline/stack.sh`, "utf8");
        const [, commands] = /^ {4}([\w| ]+)\) "\$command" ;;$/m.exec(script) ?? [];
        for (const command of (commands ?? "").split(" | "))
            expect(script).toMatch(new RegExp(`^#   ${command} `, "m"));
        expect(commands).toContain("unlock");
    });
});
