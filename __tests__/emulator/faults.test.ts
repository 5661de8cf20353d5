import type { FaultAction, FaultRule } from "../../emulator";
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

const ACCOUNTS = "/iam/v2/service-accounts";

describe("fault rules", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });

    function onCreate(action: FaultAction): void {
        client.emulator.faults.add({ method: "POST", path: ACCOUNTS, action });
    }

    function create(): Promise<{ status: number; text: string; headers: Headers }> {
        return client.send("POST", ACCOUNTS, { body: { display_name: "app" } });
    }

    /** How many service accounts were created. */
    function created(): number {
        return client.emulator.state().serviceAccounts.filter(({ seeded }) => !seeded).length;
    }

    it("responds with a status, Retry-After and headers, without the request's effect", async () => {
        onCreate({ status: 503, retryAfter: 2, headers: { "x-proxy": "yes" } });
        const reply = await create();
        expect([reply.status, reply.headers.get("retry-after"), reply.headers.get("x-proxy")]).toEqual([
            503,
            "2",
            "yes",
        ]);
        expect(reply.headers.get("x-request-id")).not.toBeNull();
        expect(JSON.parse(reply.text).errors[0].status).toBe("503");
        expect(created()).toBe(0);
    });

    it("responds with a status and body after the request's effect", async () => {
        onCreate({ status: 500, after: true, body: { message: "lost" } });
        expect(JSON.parse((await create()).text)).toEqual({ message: "lost" });
        expect(created()).toBe(1);
    });

    it.each([
        ["before", 0],
        ["after", 1],
    ] as const)("drops the connection %s the request has its effect", async (drop, count) => {
        onCreate({ drop });
        await expect(create()).rejects.toThrow();
        expect(created()).toBe(count);
        expect(client.emulator.journal.entries()).toMatchObject([
            { method: "POST", status: null, fault: "fault-1" },
        ]);
    });

    it("delays the response until the clock is moved forward, after the effect", async () => {
        onCreate({ delayMs: 60_000 });
        const reply = create();
        await waitFor(() => created() === 1);
        client.emulator.clock.advance(60_000);
        expect((await reply).status).toBe(201);
    });

    it("delays the effect, too, with effect last", async () => {
        const arrived = new Promise<void>((resolve) => {
            client.emulator.faults.add({
                method: "POST",
                path: ACCOUNTS,
                action: { delayMs: 60_000, effect: "last" },
            });
            void waitFor(() => client.emulator.faults.list()[0]?.matched === 1).then(resolve);
        });
        const reply = create();
        await arrived;
        expect(created()).toBe(0);
        client.emulator.clock.advance(60_000);
        expect((await reply).status).toBe(201);
        expect(created()).toBe(1);
    });

    it("leaves a request without a response until the emulator is closed, after the effect", async () => {
        onCreate({ hang: true });
        const reply = create();
        const failed = expect(reply).rejects.toThrow();
        await waitFor(() => created() === 1);
        await client.emulator.close();
        await failed;
    });

    it("breaks the connection in the middle of the body, after the effect", async () => {
        onCreate({ reset: "mid-body" });
        await expect(create()).rejects.toThrow();
        expect(created()).toBe(1);
        expect(client.emulator.journal.entries()).toMatchObject([{ status: 201, fault: "fault-1" }]);
    });

    it("truncates the body of a successful response, after the effect", async () => {
        onCreate({ garble: true });
        const reply = await create();
        expect(reply.status).toBe(201);
        expect(() => JSON.parse(reply.text)).toThrow(SyntaxError);
        expect(created()).toBe(1);
    });

    it("applies to the Flink endpoint of one region", async () => {
        const as = await client.makeKey("sa-000aaa", { id: "global" });
        client.emulator.faults.add({
            region: "aws.us-east-2",
            path: "/sql/**",
            times: 0,
            action: { status: 503 },
        });
        const status = async (prefix: string) =>
            (await client.send("GET", `${prefix}${client.statementsPath()}`, { as })).status;
        expect(await status("/flink/aws.us-east-1")).toBe(200);
        expect(await status("/flink/aws.us-east-2")).toBe(503);
        expect(await status("")).toBe(200);
        expect(() => client.emulator.faults.add({ region: "", action: { hang: true } })).toThrow("region");
    });

    it("responds with a page that is not Confluent's", async () => {
        onCreate({ contentType: "text/html", status: 502 });
        const reply = await create();
        expect([reply.status, reply.headers.get("content-type")]).toEqual([502, "text/html"]);
        expect(reply.text).toContain("<html>");
        expect(created()).toBe(0);
    });

    it.each([401, 403, 404])(
        "responds with %d as a proxy in front of a Flink endpoint would, not in Confluent's shape",
        async (status) => {
            const key = await client.makeKey(await client.makeAccount());
            const action = { contentType: "text/plain", status, body: "Blocked by policy" };
            client.emulator.faults.add({ path: "/sql/**", times: 0, action });
            const reply = await client.send("GET", client.statementsPath(), { as: key });
            expect([reply.status, reply.headers.get("content-type"), reply.text]).toEqual([
                status,
                "text/plain",
                "Blocked by policy",
            ]);
            expect((await client.send("GET", "/org/v2/environments")).status).toBe(200);
        },
    );

    async function statuses(count: number, path = "/org/v2/environments"): Promise<number[]> {
        const seen: number[] = [];
        for (let index = 0; index < count; index += 1) {
            seen.push((await client.send("GET", path)).status);
        }
        return seen;
    }

    it.each([
        [{}, [418, 200, 200, 200]],
        [{ nth: 2 }, [200, 418, 200, 200]],
        [{ times: 2 }, [418, 418, 200, 200]],
        [{ nth: 2, times: 2 }, [200, 418, 418, 200]],
        [{ times: 0 }, [418, 418, 418, 418]],
        [{ nth: 3, times: 0 }, [200, 200, 418, 418]],
    ])("with %j applies to exactly those requests", async (when, expected) => {
        client.emulator.faults.add({ path: "/org/v2/environments", ...when, action: { status: 418 } });
        expect(await statuses(4)).toEqual(expected);
    });

    it.each<[Omit<FaultRule, "action">, boolean]>([
        [{}, true],
        [{ method: "get" }, true],
        [{ method: "POST" }, false],
        [{ path: "/org/v2/environments/env-abc123" }, true],
        [{ path: "/org/v2/environments" }, false],
        [{ path: "/org/v2/environments/*" }, true],
        [{ path: "/org/*" }, false],
        [{ path: "/org/**" }, true],
        [{ path: "^/org/v[12]/" }, true],
        [{ query: { a: "1" } }, true],
        [{ query: { b: "3" } }, true],
        [{ query: { a: "2" } }, false],
    ])("matching %j is %s", async (match, matches) => {
        client.emulator.faults.add({ ...match, action: { status: 418 } });
        expect(await statuses(1, "/org/v2/environments/env-abc123?a=1&b=2&b=3")).toEqual([
            matches ? 418 : 200,
        ]);
    });

    it("applies the first rule that is due, and counts the request for the others", async () => {
        client.emulator.faults.add({ action: { status: 418 } });
        client.emulator.faults.add({ nth: 2, action: { status: 503 } });
        expect(await statuses(3)).toEqual([418, 503, 200]);
    });

    it("does not apply removed rules", async () => {
        const id = client.emulator.faults.add({ times: 0, action: { status: 418 } });
        client.emulator.faults.add({ id: "mine", times: 0, action: { status: 503 } });
        expect([client.emulator.faults.remove(id), client.emulator.faults.remove("none")]).toEqual([
            true,
            false,
        ]);
        expect(client.emulator.faults.list()).toMatchObject([{ id: "mine" }]);
        client.emulator.faults.clear();
        expect(await statuses(1)).toEqual([200]);
    });

    it.each([
        [{}, "action"],
        [{ action: {} }, "action"],
        [{ action: { status: 99 } }, "action"],
        [{ action: { drop: "sometimes" } }, "action"],
        [{ nth: 0, action: { hang: true } }, "nth"],
        [{ times: -1, action: { hang: true } }, "times"],
        [{ path: "", action: { hang: true } }, "path"],
        [{ path: "^(", action: { hang: true } }, "regular expression"],
        [{ query: { a: 1 }, action: { hang: true } }, "query"],
        [null, "object"],
    ])("rejects %j, naming the %s", (rule, word) => {
        expect(() => client.emulator.faults.add(rule as unknown as FaultRule)).toThrow(word);
        expect(client.emulator.faults.list()).toEqual([]);
    });

    it("rejects a second rule with the same id", () => {
        client.emulator.faults.add({ id: "mine", action: { hang: true } });
        expect(() => client.emulator.faults.add({ id: "mine", action: { hang: true } })).toThrow("'mine'");
    });

    /** Yields to the event loop until `holds` returns true. */
    async function waitFor(holds: () => boolean): Promise<void> {
        while (!holds()) {
            await new Promise((resolve) => setImmediate(resolve));
        }
    }
});
