// Global keys in `report` with each format, `find`, `strays`, `verify` and the probe, with an emulator and an exported state. Not proven
// here: the export of a real engine (stackStates.test.ts).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyRow } from "../../cli/report/report";
import { type Emulator, startEmulator } from "../../emulator";
import { EmulatorClient } from "../emulator/emulatorClient";
import { runCommand } from "./runCommand";
import { type StateKeySpec, stackExport } from "./stackExport";

const regions = ["aws.us-east-2", "gcp.us-east1"];
const description = `Pulumi confluent-flink/prod [pcf-${"1".repeat(16)}]`;

let emulator: Emulator;
let client: EmulatorClient;
let folder: string;
let env: NodeJS.ProcessEnv;
let owner: string;
/** Ids by what the report has to say of the key. */
let ids: Record<"managed" | "superseded" | "stray" | "unmanaged", string>;

beforeAll(async () => {
    emulator = await startEmulator();
    client = new EmulatorClient(emulator);
    folder = mkdtempSync(join(tmpdir(), "confluent-flink-global-"));
    env = {
        PATH: process.env.PATH,
        CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
        CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
        CONFLUENT_CLOUD_ENDPOINT: emulator.url,
    };
    owner = await client.makeAccount("analytics");
    // Not in the environment of the stack: a key that no state contains has the roles of every environment.
    const other = await client.makeAccount("loader");
    const bound = await client.grant(owner, "FlinkDeveloper", "/environment=env-abc123");
    await client.grant(other, "FlinkDeveloper", "/environment=env-def456");
    const create = async (ownerId: string, text: string) => {
        const resource = { id: "global" };
        const { body } = await client.send("POST", "/iam/v2/api-keys", {
            body: {
                spec: { display_name: "flink-global", description: text, owner: { id: ownerId }, resource },
            },
        });
        return { id: body.id as string, secret: body.spec.secret as string };
    };
    const managed = await create(owner, description);
    ids = {
        managed: managed.id,
        superseded: (await create(owner, description)).id,
        stray: (await create(owner, description)).id,
        unmanaged: (await create(other, "")).id,
    };
    emulator.clock.advance(2 * 3_600_000);
    const key: StateKeySpec = {
        resource: "flink-global",
        apiKey: managed.id,
        apiSecret: managed.secret,
        scope: "global",
        owner,
        environmentId: "env-abc123",
        restEndpoints: Object.fromEntries(regions.map((one) => [one, `${emulator.url}/flink/${one}`])),
        createdAt: new Date(emulator.clock.now()).toISOString(),
        description,
        superseded: [{ apiKey: ids.superseded, retireAt: "2099-01-01T00:00:00Z" }],
    };
    const crn = client.crn();
    const binding = {
        id: bound.body.id,
        principal: `User:${owner}`,
        roleName: "FlinkDeveloper",
        crnPattern: crn,
    };
    const time = new Date(emulator.clock.now() + 60_000).toISOString();
    writeFileSync(join(folder, "prod.json"), JSON.stringify(stackExport("prod", [key], [binding], time)));
});

afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await emulator.close();
});

const run = (...args: string[]) => runCommand(env, ...args, "--state", join(folder, "prod.json"));
async function rows(...args: string[]): Promise<Record<string, KeyRow>> {
    const { out } = await run("report", "--json", ...args);
    return Object.fromEntries((JSON.parse(out) as { keys: KeyRow[] }).keys.map((row) => [row.id, row]));
}

describe("Global keys in the report", () => {
    it("have scope and region global, the environment of their state, and their status like any key", async () => {
        const found = await rows();
        for (const [status, id] of Object.entries(ids))
            expect(found[id]).toMatchObject({
                status,
                scope: "global",
                region: "global",
                live: true,
                drift: [],
            });
        expect(found[ids.managed]).toMatchObject({
            environmentId: "env-abc123",
            resource: "flink-global",
            rolesInEnvironment: ["FlinkDeveloper"],
            restEndpoint: expect.stringContaining("/flink/aws.us-east-2"),
        });
        expect(found[ids.superseded]).toMatchObject({ environmentId: "env-abc123" });
        expect(found[ids.unmanaged]).toMatchObject({
            environmentId: "",
            rolesInEnvironment: ["FlinkDeveloper"],
        });
    });

    it("are ready where each of their regions accepts them", async () => {
        expect((await rows("--probe"))[ids.managed]).toMatchObject({
            probed: true,
            readiness: "ready",
            refusal: null,
        });
        const refusal = emulator.faults.add({
            method: "GET",
            path: "/sql/**",
            action: { status: 401 },
            times: 1,
        });
        expect((await rows("--probe"))[ids.managed]).toMatchObject({ readiness: "refused", refusal: "401" });
        emulator.faults.remove(refusal);
    });

    it("are in each format, and a key without an environment has a dash there", async () => {
        const table = (await run("report")).out;
        for (const id of Object.values(ids)) expect(table).toContain(id);
        expect(table).toMatch(new RegExp(`${ids.unmanaged} .* – .*global`));
        const markdown = (await run("report", "--markdown")).out;
        expect(markdown).toMatch(/^\| \| .*<code>global<\/code>/m);
        expect(markdown).toMatch(/^\| .*env-abc123<\/code> \|.*3, oldest /m);
        expect(markdown).toMatch(/^\| – \|.*1, oldest /m);
        const csv = (await run("report", "--csv")).out;
        expect(csv.split("\n").filter((line) => line.includes(",global,"))).toHaveLength(4);
        const metrics = (await run("report", "--prometheus")).out;
        expect(metrics).toMatch(/environment="env-abc123",region="global"\} 1$/m);
        expect(metrics).toMatch(/environment="",region="global"\} 0$/m);
        const html = join(folder, "page.html");
        await run("report", "--html", html);
        expect(readFileSync(html, "utf8")).toContain(ids.unmanaged);
    });

    it("are kept by --environment where their state names it", async () => {
        const found = await rows("--environment", "env-abc123");
        expect(Object.keys(found)).toContain(ids.managed);
        expect(Object.keys(found)).not.toContain(ids.unmanaged);
    });

    it("are found, with the command that rotates them", async () => {
        const { out, exitCode } = await run("find", ids.managed);
        expect(exitCode).toBe(0);
        expect(out).toMatch(/^scope {8}global, http/m);
        expect(out).toMatch(/rotate --stack prod --region global$/m);
    });

    it("are verified in each region, by the region's name or all by global", async () => {
        const verify = async (...args: string[]) => (await run("verify", ...args)).out;
        const both = regions.map((one) => `env-abc123.${one}  ${ids.managed}  ready`);
        for (const args of [[], ["--region", "global"]]) {
            const lines = (await verify(...args)).trim().split("\n");
            expect(lines.map((line) => line.replace(/ {2}http.*/, ""))).toEqual(both);
        }
        expect(await verify("--region", "gcp.us-east1")).toMatch(/^env-abc123\.gcp\.us-east1 [^\n]*\n$/);
    });

    it("are strays, and deleted, like any key", async () => {
        expect((await run("strays")).out).toMatch(new RegExp(`^${ids.stray} .* global `, "m"));
        const { exitCode, err } = await run("strays", "--delete", ids.stray, "--reason", "test", "--yes");
        expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
        expect(emulator.state().apiKeys.map(({ id }) => id)).not.toContain(ids.stray);
    });

    it("do not make a state unreadable whose environment is encrypted", async () => {
        const state = JSON.parse(readFileSync(join(folder, "prod.json"), "utf8"));
        const key = state.deployment.resources.at(-1);
        const ciphertext = { ...key.outputs.apiSecret, ciphertext: "v1:abc=" };
        delete ciphertext.plaintext;
        key.outputs.environmentId = ciphertext;
        const hidden = join(folder, "hidden.json");
        writeFileSync(hidden, JSON.stringify(state));
        const { out, exitCode } = await runCommand(env, "report", "--json", "--state", hidden);
        expect(exitCode).toBe(0);
        const { keys } = JSON.parse(out) as { keys: KeyRow[] };
        expect(keys.find(({ id }) => id === ids.managed)).toMatchObject({ status: "managed", drift: [] });
    });
});
