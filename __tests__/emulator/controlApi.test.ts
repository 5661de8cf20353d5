import { request } from "node:http";
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

describe("the control API", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });

    it("returns state and journal, and is not recorded in the journal", async () => {
        await client.makeAccount();
        expect((await client.send("GET", "/_emulator/state", { as: null })).body).toEqual(
            client.emulator.state(),
        );
        expect((await client.send("GET", "/_emulator/journal", { as: null })).body).toEqual(
            client.emulator.journal.entries(),
        );
        expect(client.emulator.journal.entries()).toHaveLength(1);
        expect((await client.send("DELETE", "/_emulator/journal", { as: null })).status).toBe(204);
        expect(client.emulator.journal.entries()).toEqual([]);
    });

    it("adds, lists and removes fault rules", async () => {
        const send = (method: string, path = "", body?: unknown) =>
            client.send(method, `/_emulator/faults${path}`, {
                as: null,
                ...(body === undefined ? {} : { body }),
            });
        const added = await send("POST", "", { path: "/org/**", action: { status: 503 } });
        expect([added.status, added.body]).toEqual([201, { id: "fault-1" }]);
        expect((await send("GET")).body).toMatchObject([{ id: "fault-1", matched: 0 }]);
        expect((await client.send("GET", "/org/v2/environments")).status).toBe(503);
        expect((await send("POST", "", { action: {} })).status).toBe(400);
        expect([
            (await send("DELETE", "/fault-1")).status,
            (await send("DELETE", "/fault-1")).status,
        ]).toEqual([204, 404]);
        await send("POST", "", { action: { status: 503 } });
        expect([(await send("DELETE")).status, client.emulator.faults.list()]).toEqual([204, []]);
    });

    it("moves the clock forward by a duration or by milliseconds", async () => {
        const post = (body: unknown) => client.send("POST", "/_emulator/clock", { as: null, body });
        expect((await post({ advance: "90d" })).body.now).toBe("2026-10-30T00:00:00.000Z");
        expect((await post({ advanceMs: 1000 })).body.now).toBe("2026-10-30T00:00:01.000Z");
        expect((await client.send("GET", "/_emulator/clock", { as: null })).body.nowMs).toBe(
            client.emulator.clock.now(),
        );
        for (const body of [{ advanceMs: -1 }, { advance: "soon" }, {}, [], "x"]) {
            expect((await post(body)).status).toBe(400);
        }
    });

    it("sets the phase of a running statement to DEGRADED, and back", async () => {
        const as = await client.makeKey("sa-000aaa");
        const path = client.statementsPath();
        const phase = async () => (await client.send("GET", `${path}/endless`, { as })).body.status.phase;
        const post = async (body: unknown) =>
            (await client.send("POST", "/_emulator/statements", { as: null, body })).status;
        const spec = { statement: "SELECT * FROM orders" };
        await client.send("POST", path, { as, body: { name: "endless", spec } });
        expect(await post({ name: "endless", degraded: true })).toBe(400);
        client.emulator.clock.advance(300);
        expect([await post({ name: "endless", degraded: true }), await phase()]).toEqual([204, "DEGRADED"]);
        client.emulator.degradeStatement("endless", false);
        expect(await phase()).toBe("RUNNING");
        expect([await post({ name: "other", degraded: true }), await post({ name: "endless" })]).toEqual([
            400, 400,
        ]);
    });

    it("sets the list lag and the revocation time, each separately", async () => {
        const lags = (body?: unknown) =>
            client.send(body === undefined ? "GET" : "POST", "/_emulator/lags", {
                as: null,
                ...(body === undefined ? {} : { body }),
            });
        expect((await lags()).body).toEqual({ listLagMs: 0, revocationMs: 0 });
        expect((await lags({ listLagMs: 5000 })).body).toEqual({ listLagMs: 5000, revocationMs: 0 });
        expect((await lags({ revocationMs: 9 })).body).toEqual({ listLagMs: 5000, revocationMs: 9 });
        const { body: key } = await client.createKey(await client.makeAccount());
        const listed = async (): Promise<number> =>
            (await client.send("GET", `/iam/v2/api-keys?spec.owner=${key.spec.owner.id}`)).body.data.length;
        expect(await listed()).toBe(0);
        client.emulator.clock.advance(5000);
        expect(await listed()).toBe(1);
        for (const body of [{}, [], "x", { listLagMs: -1 }, { listLagMs: "5s" }, { lag: 1 }]) {
            expect((await lags(body)).status).toBe(400);
        }
    });

    it("accepts loopback host names only", async () => {
        const status = (host: string): Promise<number | undefined> =>
            new Promise((resolve, reject) => {
                request(`${client.emulator.url}/_emulator/state`, { headers: { host } }, (response) => {
                    response.resume();
                    resolve(response.statusCode);
                })
                    .on("error", reject)
                    .end();
            });
        expect([await status("localhost:1234"), await status("127.0.0.1"), await status("[::1]:1")]).toEqual([
            200, 200, 200,
        ]);
        expect([await status("attacker.example:1234"), await status("127.0.0.1.example")]).toEqual([
            403, 403,
        ]);
    });
});
