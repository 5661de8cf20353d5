import { type Emulator, type FaultAction, type FaultRule, startEmulator } from "../../emulator";
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

const ACCOUNTS = "/iam/v2/service-accounts";

describe("fault rules", () => {
    let emulator: Emulator;
    let client: EmulatorClient;

    beforeEach(async () => {
        emulator = await startEmulator({ clock: STOPPED_CLOCK });
        client = new EmulatorClient(emulator);
    });
    afterEach(() => emulator.close());

    function onCreate(action: FaultAction): void {
        emulator.faults.add({ method: "POST", path: ACCOUNTS, action });
    }

    function create(): Promise<{ status: number; text: string; headers: Headers }> {
        return client.send("POST", ACCOUNTS, { body: { display_name: "app" } });
    }

    /** How many service accounts were made. */
    function made(): number {
        return emulator.state().serviceAccounts.filter(({ seeded }) => !seeded).length;
    }

    it("answers a status instead of the effect, with Retry-After and headers", async () => {
        onCreate({ status: 503, retryAfter: 2, headers: { "x-proxy": "yes" } });
        const reply = await create();
        expect([reply.status, reply.headers.get("retry-after"), reply.headers.get("x-proxy")]).toEqual([
            503,
            "2",
            "yes",
        ]);
        expect(reply.headers.get("x-request-id")).not.toBeNull();
        expect(JSON.parse(reply.text).errors[0].status).toBe("503");
        expect(made()).toBe(0);
    });

    it("answers a status after the effect, with the body it is given", async () => {
        onCreate({ status: 500, after: true, body: { message: "lost" } });
        expect(JSON.parse((await create()).text)).toEqual({ message: "lost" });
        expect(made()).toBe(1);
    });

    it.each([
        ["before", 0],
        ["after", 1],
    ] as const)("drops the connection %s the effect", async (drop, count) => {
        onCreate({ drop });
        await expect(create()).rejects.toThrow();
        expect(made()).toBe(count);
        expect(emulator.journal.entries()).toMatchObject([
            { method: "POST", status: null, fault: "fault-1" },
        ]);
    });

    it("delays the answer until the clock is moved, the effect first", async () => {
        onCreate({ delayMs: 60_000 });
        const reply = create();
        await waitFor(() => made() === 1);
        emulator.clock.advance(60_000);
        expect((await reply).status).toBe(201);
    });

    it("delays the effect as well when it is to come last", async () => {
        const arrived = new Promise<void>((resolve) => {
            emulator.faults.add({
                method: "POST",
                path: ACCOUNTS,
                action: { delayMs: 60_000, effect: "last" },
            });
            void waitFor(() => emulator.faults.list()[0]?.matched === 1).then(resolve);
        });
        const reply = create();
        await arrived;
        expect(made()).toBe(0);
        emulator.clock.advance(60_000);
        expect((await reply).status).toBe(201);
        expect(made()).toBe(1);
    });

    it("lets a request hang after its effect until the emulator is closed", async () => {
        onCreate({ hang: true });
        const reply = create();
        const failed = expect(reply).rejects.toThrow();
        await waitFor(() => made() === 1);
        await emulator.close();
        await failed;
    });

    it("breaks the connection in the middle of the body, after the effect", async () => {
        onCreate({ reset: "mid-body" });
        await expect(create()).rejects.toThrow();
        expect(made()).toBe(1);
        expect(emulator.journal.entries()).toMatchObject([{ status: 201, fault: "fault-1" }]);
    });

    it("garbles the body of a good answer, after the effect", async () => {
        onCreate({ garble: true });
        const reply = await create();
        expect(reply.status).toBe(201);
        expect(() => JSON.parse(reply.text)).toThrow(SyntaxError);
        expect(made()).toBe(1);
    });

    it("answers a page that is not Confluent's", async () => {
        onCreate({ contentType: "text/html", status: 502 });
        const reply = await create();
        expect([reply.status, reply.headers.get("content-type")]).toEqual([502, "text/html"]);
        expect(reply.text).toContain("<html>");
        expect(made()).toBe(0);
    });

    it.each([401, 403, 404])(
        "answers %d as a proxy before a region's endpoint would, not as Confluent does",
        async (status) => {
            const key = await client.makeKey(await client.makeAccount());
            const action = { contentType: "text/plain", status, body: "Blocked by policy" };
            emulator.faults.add({ path: "/sql/**", times: 0, action });
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
    ])("with %j acts on exactly those matches", async (when, expected) => {
        emulator.faults.add({ path: "/org/v2/environments", ...when, action: { status: 418 } });
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
        emulator.faults.add({ ...match, action: { status: 418 } });
        expect(await statuses(1, "/org/v2/environments/env-abc123?a=1&b=2&b=3")).toEqual([
            matches ? 418 : 200,
        ]);
    });

    it("lets the first rule that is due act, and counts for the others", async () => {
        emulator.faults.add({ action: { status: 418 } });
        emulator.faults.add({ nth: 2, action: { status: 503 } });
        expect(await statuses(3)).toEqual([418, 503, 200]);
    });

    it("forgets rules that are removed", async () => {
        const id = emulator.faults.add({ times: 0, action: { status: 418 } });
        emulator.faults.add({ id: "mine", times: 0, action: { status: 503 } });
        expect([emulator.faults.remove(id), emulator.faults.remove("none")]).toEqual([true, false]);
        expect(emulator.faults.list()).toMatchObject([{ id: "mine" }]);
        emulator.faults.clear();
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
    ])("refuses %j, naming the %s", (rule, word) => {
        expect(() => emulator.faults.add(rule as unknown as FaultRule)).toThrow(word);
        expect(emulator.faults.list()).toEqual([]);
    });

    it("refuses a second rule with the same id", () => {
        emulator.faults.add({ id: "mine", action: { hang: true } });
        expect(() => emulator.faults.add({ id: "mine", action: { hang: true } })).toThrow("'mine'");
    });

    /** Lets the event loop turn until something holds. */
    async function waitFor(holds: () => boolean): Promise<void> {
        while (!holds()) {
            await new Promise((resolve) => setImmediate(resolve));
        }
    }
});
