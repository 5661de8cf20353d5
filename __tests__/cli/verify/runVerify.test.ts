// `verify` against the emulator, with a given export. Not proven here: the export of a real engine (see `__tests__/deploy`).
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandFailure } from "../../../cli/exitCodes";
import { runVerify, type VerifyOptions } from "../../../cli/verify/runVerify";
import type { VerifiedKey } from "../../../cli/verify/verifyKeys";
import { type Emulator, startEmulator } from "../../../emulator";
import { EmulatorClient } from "../../emulator/emulatorClient";

const marker = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

let emulator: Emulator;
let client: EmulatorClient;

beforeEach(async () => {
    emulator = await startEmulator();
    client = new EmulatorClient(emulator);
});

afterEach(() => emulator.close());

/** The output of `pulumi stack export --show-secrets`, with one key for each `id:secret`. */
function exportOf(keys: Record<string, string>, more: object[] = []): object {
    const resources = Object.entries(keys).map(([region, pair]) => {
        const [apiKey, apiSecret] = pair.split(":");
        return {
            urn: `urn:pulumi:prod::confluent-flink::x::flink-${region}`,
            type: "pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey",
            outputs: {
                apiKey,
                apiSecret:
                    apiSecret === undefined ? marker : { ...marker, plaintext: JSON.stringify(apiSecret) },
                scope: `env-abc123.${region}`,
                restEndpoint: emulator.url,
                owner: "sa-111aaa",
            },
        };
    });
    const crnPattern = `crn://confluent.cloud/organization=${emulator.organizationId}`;
    const binding = {
        urn: "urn::x::b",
        type: "confluentcloud:index/roleBinding:RoleBinding",
        outputs: { crnPattern },
    };
    return { version: 3, deployment: { resources: [binding, ...resources, ...more] } };
}

async function verify(
    state: object,
    options: Partial<VerifyOptions> = {},
): Promise<{ keys: VerifiedKey[]; failure: CommandFailure | undefined }> {
    let out = "";
    const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
        out += String(text);
        return true;
    });
    const settings = { stack: "prod", timeout: "10s", json: true, cwd: ".", ...options };
    try {
        const stdout = JSON.stringify(state);
        const failure = await runVerify(settings, async () => ({ exitCode: 0, stdout, stderr: "" })).then(
            () => undefined,
            (error: CommandFailure) => error,
        );
        return { keys: out === "" ? [] : JSON.parse(out), failure };
    } finally {
        write.mockRestore();
    }
}

async function usableKey(): Promise<string> {
    const account = await client.makeAccount();
    await client.grant(account, "FlinkDeveloper", "/environment=env-abc123");
    return client.makeKey(account);
}

describe("runVerify", () => {
    it("accepts a key after two requests with the key itself at its region", async () => {
        const pair = await usableKey();
        emulator.journal.clear();
        const { keys, failure } = await verify(exportOf({ "aws.us-east-1": pair }));
        expect(failure).toBeUndefined();
        expect(keys).toEqual([
            {
                apiKey: pair.split(":")[0],
                scope: "env-abc123.aws.us-east-1",
                restEndpoint: emulator.url,
                readiness: "ready",
                reason: "",
            },
        ]);
        expect(emulator.journal.entries().map(({ status }) => status)).toEqual([200, 200]);
        expect(JSON.stringify(keys)).not.toContain(pair.split(":")[1]);
    });

    it("distinguishes a key that the region does not know from one whose owner has no role, and ends with exit code 3", async () => {
        const roleless = await client.makeKey(await client.makeAccount());
        const { keys, failure } = await verify(
            exportOf({ "aws.us-east-1": roleless, "gcp.us-east1": "NOSUCHKEY0000000:x" }),
        );
        expect(keys.map(({ readiness, reason }) => `${readiness} ${reason.slice(0, 3)}`)).toEqual([
            "refused 403",
            "refused 401",
        ]);
        expect(failure).toMatchObject({ exitCode: 3, message: "2 of 2 keys refused" });
    });

    it("says of a pending key that the last run did not finish", async () => {
        const state = exportOf({ "aws.us-east-2": "NOSUCHKEY:x" }) as {
            deployment: { resources: { outputs: Record<string, unknown> }[] };
        };
        for (const { outputs } of state.deployment.resources) if (outputs.apiKey) outputs.status = "pending";
        const { keys } = await verify(state);
        expect(keys[0]?.reason).toContain("It is pending: the last pulumi up did not finish");
        expect(keys[0]?.reason).not.toContain("deleted");
    });

    it("ends with exit code 4 if there is no answer, and shows the endpoint", async () => {
        const pair = await usableKey();
        const { keys, failure } = await verify(exportOf({ "aws.us-east-1": pair }), {
            endpoint: "http://127.0.0.1:9",
        });
        expect(keys[0]?.readiness).toBe("unverified");
        expect(keys[0]?.reason).toContain("http://127.0.0.1:9/sql/v1/");
        expect(failure).toMatchObject({
            exitCode: 4,
            message: "1 of 1 keys could not be verified from here",
        });
    });

    it("does not hang if the endpoint never answers", async () => {
        const server: Server = createServer(() => undefined).listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        try {
            const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
            const { keys } = await verify(exportOf({ "aws.us-east-1": "AK:x" }), {
                endpoint,
                timeout: "50ms",
            });
            expect(keys[0]?.readiness).toBe("unverified");
        } finally {
            server.closeAllConnections();
            server.close();
        }
    });

    it("verifies only the given regions or scopes", async () => {
        const pair = await usableKey();
        const state = exportOf({ "aws.us-east-1": pair, "gcp.us-east1": "NOSUCHKEY0000000:x" });
        for (const region of ["AWS.us-east-1", "env-abc123.aws.us-east-1"]) {
            const { keys, failure } = await verify(state, { region: [region] });
            expect(keys).toHaveLength(1);
            expect(failure).toBeUndefined();
        }
        expect((await verify(state, { region: ["azure.eastus"] })).failure).toMatchObject({ exitCode: 2 });
    });

    it("ignores replaced keys that are about to be deleted", async () => {
        const pair = await usableKey();
        const state = exportOf({ "aws.us-east-1": pair }) as {
            deployment: { resources: { delete?: boolean; outputs: object }[] };
        };
        const old = {
            ...(state.deployment.resources[1] as { outputs: object }),
            delete: true,
            outputs: { ...state.deployment.resources[1]?.outputs, apiKey: "GONE" },
        };
        state.deployment.resources.push(old);
        expect((await verify(state)).keys.map(({ apiKey }) => apiKey)).toEqual([pair.split(":")[0]]);
    });

    it("reads an export from a file, and needs its secrets in plain text", async () => {
        const folder = mkdtempSync(join(tmpdir(), "confluent-flink-verify-"));
        try {
            const file = join(folder, "state.json");
            const fromFile = { stack: undefined, state: file } as unknown as Partial<VerifyOptions>;
            writeFileSync(file, JSON.stringify(exportOf({ "aws.us-east-1": await usableKey() })));
            expect((await verify({}, fromFile)).failure).toBeUndefined();
            writeFileSync(file, JSON.stringify(exportOf({ "aws.us-east-1": "AK" })));
            expect((await verify({}, fromFile)).failure?.message).toContain(
                "the secret of AK is encrypted; export it with pulumi stack export --show-secrets",
            );
            writeFileSync(file, "cfltSENTINEL");
            expect((await verify({}, fromFile)).failure?.message).toBe(
                `--state: got ${file}, expected an exported stack (pulumi stack export --show-secrets); it is not JSON`,
            );
            rmSync(file);
            expect((await verify({}, fromFile)).failure).toMatchObject({
                exitCode: 2,
                message: `--state: got ${file}, expected an exported stack (pulumi stack export --show-secrets) (ENOENT)`,
            });
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("finds the organization in the state of the key", async () => {
        const state = exportOf({ "aws.us-east-1": await usableKey() }) as {
            deployment: { resources: { outputs: object }[] };
        };
        state.deployment.resources.shift();
        Object.assign(state.deployment.resources[0]?.outputs ?? {}, {
            organizationId: emulator.organizationId,
        });
        expect((await verify(state)).failure).toBeUndefined();
    });

    it("finds the organization in the variables of the outputs, or requires it", async () => {
        const pair = await usableKey();
        const state = exportOf({ "aws.us-east-1": pair }) as { deployment: { resources: object[] } };
        state.deployment.resources.shift();
        expect((await verify(state)).failure?.message).toContain("--organization: got nothing");
        expect((await verify(state, { organization: emulator.organizationId })).failure).toBeUndefined();
        const secret = JSON.stringify({ CONFLUENT_ORGANIZATION_ID: emulator.organizationId });
        state.deployment.resources.push({
            urn: "urn::s",
            type: "pulumi:pulumi:Stack",
            outputs: { environment: { ...marker, plaintext: secret } },
        });
        expect((await verify(state)).failure).toBeUndefined();
    });
});
