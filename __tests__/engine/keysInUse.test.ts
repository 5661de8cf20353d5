// A key in use is never deleted, and none is left behind: one FlinkApiKey under a real Pulumi engine, in the ways in which
// keys were lost once. Each test ends with what lives, what the state says, and a next run that has nothing to do. Not
// proven here: every operation with every fault (the simulated engine, which recordings hold to this one).
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Emulator, startEmulator } from "../../emulator";
import { describeWithEngine, PulumiProject, type PulumiRun, type StoredResource } from "./pulumiProject";

jest.setTimeout(180_000);

const stack = "prod";
const urn = `urn:pulumi:${stack}::confluent-flink::pulumi-nodejs:dynamic/confluent-flink:FlinkApiKey::orders`;

const program = `
const pulumi = require("@pulumi/pulumi");
const { FlinkApiKey } = require("pulumi-confluent-flink");
const { options = {}, retries = 0, ...args } = new pulumi.Config().requireObject("key");
let left = retries;
const hooks = retries > 0 && { hooks: { onError: [new pulumi.ErrorHook("again", async () => left-- > 0)] } };
new FlinkApiKey("orders", args, { ...options, ...hooks });
`;

/** Owned by the account that the emulator starts with, which is OrganizationAdmin. */
const declared = {
    owner: "sa-000aaa",
    environmentId: "env-abc123",
    cloud: "aws",
    region: "us-east-2",
    readiness: { timeout: "1s" },
};

describeWithEngine("a key in use", () => {
    let emulator: Emulator;
    let project: PulumiProject;

    beforeEach(async () => {
        emulator = await startEmulator();
        project = new PulumiProject(emulator, program);
        await project.init(stack);
        declare();
    });

    afterEach(async () => {
        project.remove();
        await emulator.close();
    });

    function declare(changes: Record<string, unknown> = {}, where = project): void {
        where.configure(stack, { "confluent-flink:key": { ...declared, ...changes } });
    }

    const up = (...args: string[]): Promise<PulumiRun> =>
        project.run(stack, ["up", "--yes", "--skip-preview", ...args]);
    const stored = (where = project): StoredResource | undefined =>
        where.stored(stack, "FlinkApiKey").find((one) => !(one as { delete?: boolean }).delete);
    const current = (where = project): string => String(stored(where)?.outputs?.apiKey);
    const live = (): string[] =>
        emulator
            .state()
            .apiKeys.filter(({ seeded }) => !seeded)
            .map(({ id }) => id);
    const posts = (): number =>
        emulator.journal.entries().filter(({ method, status }) => method === "POST" && status === 202).length;
    const slow = (): string => emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });

    async function expectAtRest(): Promise<void> {
        expect(live()).toEqual([current()]);
        expect(stored()?.outputs).toMatchObject({ readiness: "ready" });
        expect(stored()?.outputs?.description).toMatch(/\[pcf-[0-9a-f]{16}\]$/);
        expect((await up("--expect-no-changes")).code).toBe(0);
        expect(live()).toEqual([current()]);
    }

    it.each([
        ["--replace", ["--replace", urn]],
        ["--target-replace", ["--target-replace", urn]],
    ])("is replaced by %s: the new key lives afterwards, and it is the state's", async (_how, args) => {
        await project.do(stack, "up");
        const before = current();
        expect((await up(...args)).code).toBe(0);
        expect(current()).not.toBe(before);
        await expectAtRest();
    });

    it("is replaced after pulumi state taint, and once more for another replacementTrigger", async () => {
        declare({ options: { replacementTrigger: "once" } });
        await project.do(stack, "up");
        const before = current();
        await project.run(stack, ["state", "taint", urn, "--yes"]);
        expect((await up()).code).toBe(0);
        expect(current()).not.toBe(before);
        declare({ options: { replacementTrigger: "again" } });
        const tainted = current();
        expect((await up()).code).toBe(0);
        expect(current()).not.toBe(tainted);
        await expectAtRest();
    });

    it("that was not usable in time is pending, which a refresh does not hide: up --refresh finishes it", async () => {
        const fault = slow();
        expect((await up()).code).not.toBe(0);
        const key = current();
        expect(stored()?.outputs).toMatchObject({ readiness: "pending" });
        const second = await up("--refresh");
        expect(second.code).not.toBe(0);
        expect(second.text).toContain("was not usable after 1.");
        expect(stored()?.outputs).toMatchObject({ readiness: "pending" });
        emulator.faults.remove(fault);
        expect((await up("--refresh")).code).toBe(0);
        expect(current()).toBe(key);
        await expectAtRest();
    });

    it("lives on after a change of region until the new one is proven, refresh or not", async () => {
        await project.do(stack, "up");
        const old = current();
        const fault = slow();
        declare({ region: "us-east-1" });
        for (const args of [[], ["--refresh"], []]) {
            expect((await up(...args)).code).not.toBe(0);
            expect(live()).toContain(old);
        }
        emulator.faults.remove(fault);
        expect((await up("--refresh")).code).toBe(0);
        expect(live()).not.toContain(old);
        await expectAtRest();
    });

    it("is made once, however often an onError hook has the creation repeated", async () => {
        const fault = emulator.faults.add({ path: "/sql/**", action: { status: 401 }, times: 0 });
        declare({ retries: 2 });
        expect((await up()).code).not.toBe(0);
        expect(posts()).toBe(1);
        expect(live()).toEqual([current()]);
        emulator.faults.remove(fault);
        declare();
        expect((await up()).code).toBe(0);
        await expectAtRest();
    });

    it("is not touched by another state that shares project, stack, name and owner", async () => {
        await project.do(stack, "up");
        const first = current();
        const other = new PulumiProject(emulator, program);
        try {
            await other.init(stack);
            declare({}, other);
            const run = await other.run(stack, ["up", "--yes", "--skip-preview"]);
            expect(run.code).toBe(0);
            expect(run.text).toContain(`Flink API key ${first} of sa-000aaa`);
            expect(live().sort()).toEqual([first, current(other)].sort());
            await other.do(stack, "destroy");
        } finally {
            other.remove();
        }
        await expectAtRest();
        expect(current()).toBe(first);
    });

    it("stays ready at the endpoint that accepted it when a move to another one fails, run after run", async () => {
        await project.do(stack, "up");
        const refusing = createServer((_request, response) => {
            response.writeHead(401, { "content-type": "application/json" });
            response.end(JSON.stringify({ errors: [{ status: "401" }] }));
        });
        await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
        const restEndpoint = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
        try {
            declare({ readiness: { timeout: "1s", restEndpoint } });
            for (const args of [[], ["--refresh"], []]) {
                expect((await up(...args)).code).not.toBe(0);
                expect(stored()?.outputs).toMatchObject({ readiness: "ready", restEndpoint: emulator.url });
            }
        } finally {
            refusing.close();
        }
        declare();
        await expectAtRest();
    });

    it("is unverified behind a proxy that refuses CONNECT with 403, and nobody is advised to grant a role", async () => {
        const proxy = createServer((_request, response) => {
            response.writeHead(403, { "content-type": "text/html" });
            response.end("<html>Access denied</html>");
        });
        proxy.on("connect", (_request, socket) => {
            socket.end("HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\n\r\n<html>Access denied</html>");
        });
        await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
        try {
            declare({
                readiness: { timeout: "1s", restEndpoint: "https://flink.us-east-2.aws.example.com" },
            });
            const run = await project.run(stack, ["up", "--yes", "--skip-preview"], {
                CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
                CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
                HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
                NO_PROXY: "127.0.0.1,localhost",
            });
            expect(run.text).toContain("The key is kept, unverified");
            expect(run.text).not.toContain("FlinkDeveloper");
            expect(run.code).toBe(0);
            expect(stored()?.outputs).toMatchObject({ readiness: "unverified" });
        } finally {
            proxy.close();
        }
        declare();
        expect((await up()).code).toBe(0);
        await expectAtRest();
    });

    it("is not dropped by a refresh of a caller who may not list keys, in a region that is slow", async () => {
        const fault = slow();
        expect((await up()).code).not.toBe(0);
        const key = current();
        emulator.clock.advance(600_000);
        const blind = [
            emulator.faults.add({
                path: "/iam/v2/api-keys",
                method: "GET",
                times: 0,
                action: { status: 200, body: { data: [], metadata: {} } },
            }),
            emulator.faults.add({ path: `/iam/v2/api-keys/${key}`, times: 0, action: { status: 403 } }),
        ];
        expect((await project.run(stack, ["refresh", "--yes", "--skip-preview"])).code).toBe(0);
        expect(current()).toBe(key);
        for (const id of [...blind, fault]) emulator.faults.remove(id);
        expect((await up()).code).toBe(0);
        expect(current()).toBe(key);
        await expectAtRest();
    });

    it("that the state has forgotten is kept and named", async () => {
        await project.do(stack, "up");
        const forgotten = current();
        await project.run(stack, ["state", "delete", urn, "--yes"]);
        const run = await up();
        expect(run.code).toBe(0);
        expect(run.text).toContain(`Flink API key ${forgotten} of sa-000aaa`);
        expect(live().sort()).toEqual([forgotten, current()].sort());
    });
});
