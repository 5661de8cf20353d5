// A key in use is never deleted, and none is left behind: one FlinkApiKey under a real Pulumi engine, in the ways in which
// keys were lost once. Each test has an organization of its own and ends with what lives, what the state says, and next
// runs that have nothing to do. Not proven here: every operation with every fault (the simulated engine, which recordings
// hold to this one).
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KeyStack } from "./keyStack";
import { describeWithEngine } from "./pulumiProject";

jest.setTimeout(180_000);

describeWithEngine("a key in use", () => {
    const keys = KeyStack.forEach();

    it.each(["--replace", "--target-replace"])(
        "G6: is replaced for %s: one key is left, the one in the state",
        async (flag) => {
            await keys.deploy({ orders: {} });
            const before = keys.apiKey();
            expect(await keys.up(flag, keys.urn())).toMatchObject({ code: 0 });
            expect(keys.apiKey()).not.toBe(before);
            await keys.expectAtRest();
        },
    );

    it("G6: is replaced after pulumi state taint, and again for another replacementTrigger", async () => {
        await keys.deploy({ orders: { options: { replacementTrigger: "once" } } });
        const before = keys.apiKey();
        await keys.pulumi(["state", "taint", keys.urn(), "--yes"]);
        expect(await keys.up()).toMatchObject({ code: 0 });
        const tainted = keys.apiKey();
        expect(tainted).not.toBe(before);
        await keys.deploy({ orders: { options: { replacementTrigger: "again" } } });
        expect(keys.apiKey()).not.toBe(tainted);
        await keys.expectAtRest();
    });

    it("G19: stays after a change of region until the new one is verified", async () => {
        await keys.deploy({ orders: {} });
        const old = keys.apiKey();
        const arrives = keys.slowRegions();
        keys.declare({ orders: { region: "us-east-1" } });
        for (const args of [[], ["--refresh"], []]) {
            expect((await keys.up(...args)).code).not.toBe(0);
            expect(keys.live()).toContain(old);
        }
        arrives();
        expect(await keys.up("--refresh")).toMatchObject({ code: 0 });
        expect(keys.live()).not.toContain(old);
        await keys.expectAtRest();
    });

    it("G29: stays ready at its endpoint when a move to another one fails, run after run", async () => {
        await keys.deploy({ orders: {} });
        const refusing = createServer((_request, response) => {
            response.writeHead(401, { "content-type": "application/json" });
            response.end(JSON.stringify({ errors: [{ status: "401" }] }));
        });
        try {
            keys.declare({
                orders: { readiness: { timeout: "1s", restEndpoint: await listening(refusing) } },
            });
            for (const args of [[], ["--refresh"], []]) {
                expect((await keys.up(...args)).code).not.toBe(0);
                expect(keys.stored()?.outputs).toMatchObject({
                    status: "ready",
                    restEndpoint: `${keys.emulator.url}/flink/aws.us-east-2`,
                });
            }
        } finally {
            refusing.close();
        }
        keys.declare({ orders: {} });
        await keys.expectAtRest();
    });

    it("G30: is unverified behind a proxy that refuses CONNECT with 403, without advice to grant a role", async () => {
        const page = "<html>Access denied</html>";
        const proxy = createServer((_request, response) => {
            response.writeHead(403, { "content-type": "text/html" });
            response.end(page);
        });
        let tunnels = 0;
        proxy.on("connect", (_request, socket) => {
            tunnels++;
            socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\n\r\n${page}`);
        });
        try {
            const restEndpoint = "https://flink.us-east-2.aws.example.com";
            keys.declare({ orders: { readiness: { timeout: "1s", restEndpoint } } });
            const run = await keys.pulumi(["up", "--yes", "--skip-preview"], {
                HTTPS_PROXY: await listening(proxy),
                NO_PROXY: "127.0.0.1,localhost",
            });
            expect(tunnels).toBeGreaterThan(0);
            expect(run.text).toContain("The key is kept, unverified");
            expect(run.text).not.toContain("FlinkDeveloper");
            expect(run.code).toBe(0);
            expect(keys.stored()?.outputs).toMatchObject({ status: "unverified" });
        } finally {
            proxy.close();
        }
        await keys.deploy({ orders: {} });
        await keys.expectAtRest();
    });

    it("G66: is not dropped by the refresh of a caller who may not list keys, in a slow region", async () => {
        const arrives = keys.slowRegions();
        keys.declare({ orders: {} });
        expect((await keys.up()).code).not.toBe(0);
        const key = keys.apiKey();
        keys.emulator.clock.advance(600_000);
        const { faults } = keys.emulator;
        const blind = [
            faults.add({
                path: "/iam/v2/api-keys",
                method: "GET",
                times: 0,
                action: { status: 200, body: { data: [], metadata: {} } },
            }),
            faults.add({ path: `/iam/v2/api-keys/${key}`, times: 0, action: { status: 403 } }),
        ];
        expect(await keys.refresh()).toMatchObject({ code: 0 });
        expect(keys.apiKey()).toBe(key);
        for (const id of blind) faults.remove(id);
        arrives();
        expect(await keys.up()).toMatchObject({ code: 0 });
        expect(keys.apiKey()).toBe(key);
        await keys.expectAtRest();
    });
});

/** Its address. */
async function listening(server: Server): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
