import { connect } from "node:net";
import { type Emulator, type EmulatorOptions, type Exchange, startEmulator } from "../../emulator";
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

describe("the server", () => {
    let emulator: Emulator;
    let client: EmulatorClient;

    async function start(options: EmulatorOptions = {}): Promise<void> {
        emulator = await startEmulator({ clock: STOPPED_CLOCK, ...options });
        client = new EmulatorClient(emulator);
    }
    afterEach(() => emulator?.close());

    it("sends the date of the emulator's clock and a request id with every response", async () => {
        await start();
        emulator.clock.advance(90 * 86_400_000);
        for (const path of ["/org/v2/environments", "/nowhere"]) {
            const { headers } = await client.send("GET", path);
            expect(headers.get("date")).toBe("Fri, 30 Oct 2026 00:00:00 GMT");
            expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
        }
    });

    it("returns 501 for an unknown path or method, so that no client takes a resource for deleted", async () => {
        await start();
        expect((await client.send("GET", "/iam/v9/things")).status).toBe(501);
        expect((await client.send("PUT", "/org/v2/environments")).status).toBe(501);
        // The Confluent CLI repeats every 5xx for 15 seconds, and then shows no text.
        const headers = {
            "user-agent": "Confluent-CLI/v4.73.0 (https://confluent.io; support@confluent.io)",
        };
        const reply = await client.send("GET", "/iam/v9/things", { headers });
        expect([reply.status, reply.body.errors[0].detail]).toEqual([
            400,
            "There is no GET /iam/v9/things in the emulator.",
        ]);
    });

    it.each([
        ["{", {}],
        ["[]", {}],
        ["hello", { "content-type": "text/plain" }],
        ["a=b", { "content-type": "application/json" }],
    ])("returns 400 in Confluent's error shape for the body %s", async (body, headers) => {
        await start();
        const reply = await client.send("POST", "/iam/v2/service-accounts", { body, headers });
        expect([reply.status, reply.body.errors[0].status]).toEqual([400, "400"]);
    });

    it("returns 400 in Confluent's error shape for a path that cannot be decoded", async () => {
        await start();
        const reply = await client.send("GET", "/iam/v2/api-keys/%zz");
        expect([reply.status, reply.body.errors[0].status]).toEqual([400, "400"]);
        expect(emulator.journal.entries()).toMatchObject([{ path: "/iam/v2/api-keys/%zz", status: 400 }]);
    });

    it("returns 413 for a body of more than 1 MiB", async () => {
        await start();
        const body = { display_name: "x".repeat(1024 * 1024) };
        expect((await client.send("POST", "/iam/v2/service-accounts", { body })).status).toBe(413);
    });

    it("returns pages with an opaque token, repeats the filters in next, and omits next on the last page", async () => {
        await start();
        for (const name of ["a", "b", "c"]) {
            await client.makeAccount(name);
        }
        const names = "display_name=a&display_name=b&display_name=c";
        const first = await client.send("GET", `/iam/v2/service-accounts?${names}&page_size=2`);
        expect(first.body.data).toHaveLength(2);
        const id = first.body.data[1].id;
        await client.send("DELETE", `/iam/v2/service-accounts/${id}`);
        const second = await client.send("GET", first.body.metadata.next);
        expect(second.body.data.map((account: { display_name: string }) => account.display_name)).toEqual([
            "c",
        ]);
        expect(second.body.metadata).not.toHaveProperty("next");
    });

    it("returns ten items per page by default", async () => {
        await start();
        const { body } = await client.send("GET", "/fcpm/v2/regions");
        expect([body.data.length, typeof body.metadata.next]).toEqual([10, "string"]);
    });

    it.each(["page_size=0", "page_size=101", "page_size=ten", "page_size=-1"])(
        "returns 400 for %s",
        async (query) => {
            await start();
            const reply = await client.send("GET", `/fcpm/v2/regions?${query}`);
            expect([reply.status, reply.body.errors[0].source]).toEqual([400, { parameter: "page_size" }]);
        },
    );

    it("returns 400 for an unknown page token", async () => {
        await start();
        const reply = await client.send("GET", "/fcpm/v2/regions?page_token=mine");
        expect([reply.status, reply.body.errors[0].source]).toEqual([400, { parameter: "page_token" }]);
    });

    it("sends an empty next on the last page with lastPage empty", async () => {
        await emulator.close();
        emulator = await startEmulator({ lastPage: "empty" });
        client = new EmulatorClient(emulator);
        const { body } = await client.send("GET", "/org/v2/environments");
        expect(body.metadata).toEqual({ next: "" });
    });

    it("returns 429 over the rate limit, with Retry-After and no body, until the next second", async () => {
        await start({ rateLimit: { requestsPerSecond: 2 } });
        const replies = [];
        for (let index = 0; index < 3; index += 1) {
            replies.push(await client.send("GET", "/org/v2/environments"));
        }
        expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
        expect(replies.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["1", "0", "0"]);
        expect([replies[2]?.headers.get("retry-after"), replies[2]?.text]).toEqual(["1", ""]);
        emulator.clock.advance(1000);
        expect((await client.send("GET", "/org/v2/environments")).status).toBe(200);
    });

    it("passes every exchange, credentials included, to onExchange", async () => {
        const exchanges: Exchange[] = [];
        await start({ onExchange: (exchange) => exchanges.push(exchange) });
        const { body } = await client.createKey("sa-000aaa");
        expect(exchanges).toHaveLength(1);
        expect(exchanges[0]).toMatchObject({
            method: "POST",
            path: "/iam/v2/api-keys",
            status: 202,
            responseBody: { spec: { secret: body.spec.secret } },
            requestHeaders: { authorization: expect.stringMatching(/^Basic /) },
            responseHeaders: { location: expect.stringContaining(body.id) },
        });
    });

    it.each(["0.0.0.0", "192.168.1.1", "example.com", "::", "127.0.0.1.example.com"])(
        "refuses to listen on %s",
        async (host) => {
            await expect(startEmulator({ host })).rejects.toThrow("loopback only");
        },
    );

    it("listens on localhost and on ::1", async () => {
        for (const host of ["localhost", "::1"]) {
            const other = await startEmulator({ host });
            expect((await new EmulatorClient(other).send("GET", "/org/v2/environments")).status).toBe(200);
            await other.close();
        }
    });

    it("rejects an organization or environment id in another format", async () => {
        await expect(startEmulator({ organizationId: "org" })).rejects.toThrow("UUID");
        await expect(startEmulator({ environmentIds: ["prod"] })).rejects.toThrow("env-abc123");
    });

    it("closes even while a client keeps its connection open", async () => {
        await start();
        const socket = connect(Number(new URL(emulator.url).port), "127.0.0.1");
        await new Promise((resolve) => socket.once("connect", resolve));
        const closed = new Promise((resolve) => socket.once("close", resolve));
        await emulator.close();
        await closed;
    });
});
