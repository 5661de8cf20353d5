// The client with a real HTTP server on loopback. The clock is fake, except for the time limit of a request. Not proven
// here: Confluent's own responses (__tests__/contract), TLS with a real certificate authority, proxies.
import { inspect } from "node:util";
import { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials } from "../../confluent/credentials";
import { patientPolicy, singleAttempt } from "../../confluent/retry";
import { Secret } from "../../confluent/secret";
import { renderingsOf } from "../provider/sentinel";
import { type Answer, answer, drop, hang, secret, TestServer } from "./testServer";

let server: TestServer;

async function start(...answers: Answer[]): Promise<TestServer> {
    server = await TestServer.start(...answers);
    return server;
}

afterEach(() => server.close());

const get = { method: "GET", path: "/thing", purpose: "reading the thing" } as const;
const post = { method: "POST", path: "/thing", purpose: "making the thing", body: { a: 1 } } as const;
const remove = { method: "DELETE", path: "/thing", purpose: "deleting the thing" } as const;

async function failureOf(run: Promise<unknown>): Promise<ConfluentError> {
    const error = await run.catch((thrown: unknown) => thrown);
    if (!(error instanceof ConfluentError))
        throw new Error(`expected a ConfluentError, got ${inspect(error)}`);
    expect(renderingsOf(error)).not.toContain(secret);
    expect(renderingsOf(error)).not.toContain(Buffer.from(`CLOUDKEY:${secret}`).toString("base64"));
    return error;
}

describe("send", () => {
    it("sends credentials, body and query, and returns status, body and the server's time", async () => {
        await start(answer(202, { id: "x" }, { date: "Sat, 01 Aug 2026 12:00:30 GMT" }));
        expect(await server.api().send({ ...post, query: { page_size: 1 } })).toEqual({
            status: 202,
            json: { id: "x" },
            dateMs: Date.UTC(2026, 7, 1, 12, 0, 30),
        });
        expect(server.received).toMatchObject([
            {
                method: "POST",
                url: "/thing?page_size=1",
                body: '{"a":1}',
                headers: {
                    authorization: `Basic ${Buffer.from(`CLOUDKEY:${secret}`).toString("base64")}`,
                    "content-type": "application/json",
                    accept: "application/json",
                    "user-agent": "pulumi-confluent-flink",
                },
            },
        ]);
    });

    it.each([
        ["500", answer(500)],
        ["429", answer(429)],
        ["a broken connection", drop],
        ["an answer that is no JSON", answer(200, "<html>")],
        ["an answer cut short", answer(200, '{"a":')],
    ])("repeats GET after %s", async (_what, fault) => {
        await start(fault, fault, answer(200, { ok: true }));
        expect((await server.api().send(get)).json).toEqual({ ok: true });
        expect(server.received).toHaveLength(3);
    });

    it.each([
        ["500", answer(500), "server"],
        ["a broken connection", drop, "reset"],
        ["an answer that is no JSON", answer(200, "<html>"), "malformed"],
    ])("does not repeat POST after %s", async (_what, fault, kind) => {
        await start(fault, answer(202, { id: "second" }));
        expect((await failureOf(server.api().send(post))).kind).toBe(kind);
        expect(server.received).toHaveLength(1);
    });

    it("repeats POST after 429", async () => {
        await start(answer(429, "", { "retry-after": "3" }), answer(202, { id: "x" }));
        const startMs = server.clock.now();
        await server.api().send(post);
        expect(server.received).toHaveLength(2);
        expect(server.clock.now() - startMs).toBe(3_000);
    });

    it("reads Retry-After as a date by the server's clock", async () => {
        const headers = {
            date: "Sat, 01 Aug 2020 12:00:00 GMT",
            "retry-after": "Sat, 01 Aug 2020 12:00:09 GMT",
        };
        await start(answer(429, "", headers), answer(200));
        const startMs = server.clock.now();
        await server.api().send(get);
        expect(server.clock.now() - startMs).toBe(9_000);
    });

    it("delays all requests of the client when one gets 429", async () => {
        await start(answer(429, "", { "retry-after": "60" }), answer(200));
        const api = server.api();
        const startMs = server.clock.now();
        await api.send(get);
        await api.send(get);
        expect(server.clock.now() - startMs).toBe(60_000);
    });

    it("lets no control characters, escape sequences or marks of direction of an answer into the message", async () => {
        const detail = "a\u001b[2Jb\u202ec\u0007";
        await start(answer(403, { errors: [{ id: "7f\u001b]0;x\u00073c", status: "403", detail }] }));
        const { message } = await failureOf(server.api().send(get));
        expect(message).toContain("403: a\ufffd[2Jb\ufffdc\ufffd [error id 7f");
        expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u);
    });

    it("shows of an endpoint scheme, host and port only", async () => {
        await start(answer(503));
        const endpoint = `${server.url}/hunter2`;
        const { message } = await failureOf(server.api({ endpoint, policy: singleAttempt }).send(get));
        expect(message).toContain(`GET ${server.url}/thing: 503`);
    });

    it("waits for the next window when no requests remain in this one", async () => {
        await start(answer(200, {}, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4" }), answer(200));
        const api = server.api();
        const startMs = server.clock.now();
        await api.send(get);
        expect(server.clock.now() - startMs).toBe(0);
        await api.send(get);
        expect(server.clock.now() - startMs).toBe(4_000);
    });

    it.each([0.3, 0.5, 0.999])("survives an outage of 59 s, with jitter %d", async (random) => {
        const backMs = 59_000;
        await start((response, request) =>
            (server.clock.now() - startMs < backMs ? answer(503) : answer(200, { ok: true }))(
                response,
                request,
            ),
        );
        const startMs = server.clock.now();
        const api = server.api({ random: () => random });
        expect((await api.send(get)).json).toEqual({ ok: true });
        expect(server.clock.now() - startMs).toBeLessThanOrEqual(60_000);
    });

    it("gives up after a minute, and its last attempt is at the end of it", async () => {
        const sentMs: number[] = [];
        await start((response, request) => {
            sentMs.push(server.clock.now() - startMs);
            answer(503)(response, request);
        });
        const startMs = server.clock.now();
        await failureOf(server.api().send(get));
        expect(sentMs.at(-1)).toBe(60_000);
        expect(sentMs.length).toBeGreaterThan(20);
    });

    it("does not count the time that a request waits in the queue", async () => {
        const noneRemains = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "100" };
        await start(answer(200, { n: 1 }, noneRemains), answer(503), answer(200, { n: 2 }));
        const api = server.api();
        await api.send(get);
        expect((await api.send(get)).json).toEqual({ n: 2 });
    });

    it("fails after the time limit without a response", async () => {
        await start(hang);
        const error = await failureOf(server.api({ timeoutMs: 40, policy: singleAttempt }).send(get));
        expect(error.kind).toBe("timeout");
        expect(error.message).toBe(
            `reading the thing: GET ${server.url}/thing: no answer in time. Check the network, then run again.`,
        );
    });

    it("fails after the time limit if a response does not end", async () => {
        await start((response) => {
            response.writeHead(200, { "content-type": "application/json" });
            response.write('{"a":');
        });
        expect((await failureOf(server.api({ timeoutMs: 60, policy: singleAttempt }).send(get))).kind).toBe(
            "timeout",
        );
    });

    it("recognizes a connection that breaks within the response", async () => {
        await start((response) => {
            response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
            response.write('{"a":', () => response.socket?.destroy());
        });
        expect((await failureOf(server.api({ policy: singleAttempt }).send(get))).kind).toBe("reset");
    });

    it("recognizes a refused connection", async () => {
        await start(answer(200));
        const api = server.api({ policy: patientPolicy });
        await server.close();
        const error = await failureOf(api.send(post));
        expect(error.kind).toBe("refused");
        expect(error.wasNeverSent).toBe(true);
        server = await TestServer.start(answer(200));
    });

    it("recognizes a host name that does not exist", async () => {
        await start(answer(200));
        const error = await failureOf(
            server.api({ endpoint: "https://confluent.invalid", policy: singleAttempt }).send(get),
        );
        // Where there is no resolver at all, asking it is what fails.
        expect(["dns", "refused"]).toContain(error.kind);
    });

    it("recognizes a server that does not use TLS", async () => {
        await start(answer(200));
        const endpoint = server.url.replace("http:", "https:");
        expect((await failureOf(server.api({ endpoint, policy: patientPolicy }).send(get))).kind).toBe("tls");
    });

    it("accepts 204 and an empty 200 as success of DELETE", async () => {
        await start(answer(204, ""), answer(200, ""), answer(200, { id: "x" }));
        for (let n = 0; n < 3; n++) await server.api().send(remove);
        expect(server.received).toHaveLength(3);
    });

    it("does not accept a proxy's page as success of DELETE", async () => {
        await start(answer(200, "<html>", { "content-type": "text/html" }), answer(204, ""));
        await server.api().send(remove);
        expect(server.received).toHaveLength(2);
    });

    it.each([200, 204])("does not accept an empty %d as a response to GET", async (status) => {
        await start(answer(status, ""));
        const run = server.api({ policy: singleAttempt }).send(get);
        expect((await failureOf(run)).kind).toBe("malformed");
    });

    it("rejects a response of more than 16 MB", async () => {
        await start(answer(200, `"${"x".repeat(17 * 1024 * 1024)}"`));
        expect((await failureOf(server.api({ policy: singleAttempt }).send(get))).kind).toBe("malformed");
    });
});

describe("redirects", () => {
    it.each([301, 307, 308])("follows %d of GET within the host, with credentials", async (status) => {
        await start(answer(status, "", { location: "/elsewhere" }), answer(200, { ok: true }));
        expect((await server.api().send(get)).json).toEqual({ ok: true });
        expect(server.received[1]).toMatchObject({
            url: "/elsewhere",
            headers: { authorization: expect.stringMatching(/^Basic /) },
        });
    });

    it("does not follow to another host, and sends nothing there", async () => {
        const other = await TestServer.start(answer(200, { ok: true }));
        await start(answer(302, "", { location: `${other.url}/thing` }));
        const error = await failureOf(server.api().send(get));
        expect(error.message).toBe(
            `reading the thing: GET ${server.url}/thing: 302: redirected to ${other.url}, which is not followed. This answer is not from Confluent Cloud: check confluentcloud:endpoint and any proxy between this machine and Confluent Cloud.`,
        );
        expect(other.received).toEqual([]);
        await other.close();
    });

    it("does not follow a redirect that turns POST into GET", async () => {
        await start(answer(302, "", { location: "/elsewhere" }), answer(200, { id: "listed" }));
        expect((await failureOf(server.api().send(post))).kind).toBe("unexpected");
        expect(server.received).toHaveLength(1);
    });

    it("stops a redirect loop", async () => {
        await start(answer(301, "", { location: "/thing" }));
        await failureOf(server.api({ policy: singleAttempt }).send(get));
        expect(server.received.length).toBeLessThanOrEqual(4);
    });
});

describe("list", () => {
    const list = (api: ConfluentApi) => api.list("/things", { owner: "sa-1" }, "listing the things");
    const page = (data: unknown, next?: unknown) => answer(200, { data, metadata: { next } });

    it("returns the rows of all pages, with 100 rows on each", async () => {
        await start(
            (response, request) =>
                page([1, 2], `http://${request.headers.host}/things?page_token=a%2Bb`)(response, request),
            page([3]),
        );
        expect((await list(server.api())).rows).toEqual([1, 2, 3]);
        expect(server.received.map(({ url }) => url)).toEqual([
            "/things?owner=sa-1&page_size=100",
            "/things?owner=sa-1&page_size=100&page_token=a%2Bb",
        ]);
    });

    it.each([null, "", undefined])("treats next %j as the last page", async (next) => {
        await start(page([1], next));
        expect((await list(server.api())).rows).toEqual([1]);
    });

    it("requests a next page on another host from its own host", async () => {
        await start(page([1], "https://evil.example.com/things?page_token=t"), page([2]));
        expect((await list(server.api())).rows).toEqual([1, 2]);
    });

    it("accepts a next page without a host", async () => {
        await start(page([1], "/things?page_token=t"), page([2]));
        expect((await list(server.api())).rows).toEqual([1, 2]);
    });

    it.each(["https://api.confluent.cloud/things", "/things?page_token=", 7])(
        "gives no part of a list for the whole: next %j",
        async (next) => {
            await start(page([1], next));
            expect((await failureOf(list(server.api()))).kind).toBe("malformed");
        },
    );

    it("stops if a page token repeats", async () => {
        await start(page([1], "/things?page_token=t"));
        expect((await failureOf(list(server.api()))).kind).toBe("malformed");
        expect(server.received).toHaveLength(2);
    });

    it("stops an endless list", async () => {
        let n = 0;
        await start((response, request) => page([1], `/things?page_token=${n++}`)(response, request));
        expect((await failureOf(list(server.api()))).kind).toBe("malformed");
        expect(server.received).toHaveLength(1_000);
        // A thousand pages over HTTP: more than five seconds on a machine that is busy.
    }, 30_000);

    it.each([{ metadata: {} }, { data: {}, metadata: {} }, []])(
        "refuses %j, which is no page",
        async (body) => {
            await start(answer(200, body));
            expect((await failureOf(list(server.api()))).kind).toBe("malformed");
        },
    );
});

describe("errors", () => {
    it("show the request, the status, Confluent's code, message and ids, and what to do", async () => {
        const body = {
            errors: [
                {
                    id: "e-1",
                    status: "402",
                    code: "quota_exceeded",
                    title: "Quota",
                    detail: "Too many\n  keys.",
                    source: { pointer: "/spec/owner" },
                },
            ],
        };
        await start(answer(402, body, { "x-request-id": "r-1" }));
        const error = await failureOf(server.api().send(post));
        expect(error.message).toBe(
            `making the thing: POST ${server.url}/thing: 402 quota_exceeded: Too many keys (at /spec/owner) [error id e-1, request id r-1]. Delete API keys that are no longer used, or ask Confluent to raise the limit.`,
        );
        expect(error).toMatchObject({ kind: "quota", status: 402, errorId: "e-1", requestId: "r-1" });
    });

    it.each([
        [{ error_code: 40301, message: "Either unauthorized or gone" }, "Either unauthorized or gone"],
        [{ errors: [{ title: "Only a title" }] }, "Only a title"],
        [{ errors: [{}] }, ""],
    ])("read %j, one of Confluent's own formats", async (body, detail) => {
        await start(answer(403, body));
        const error = await failureOf(server.api().send(get));
        expect(error).toMatchObject({ kind: "forbidden", isFromElsewhere: false });
        expect(error.message).toContain(
            `/thing: 403${detail ? `: ${detail}` : ""}. The owner of the Cloud API key needs`,
        );
    });

    const otherShapes = [
        { errors: [] },
        { errors: "?" },
        { errors: ["Forbidden"] },
        { message: "Forbidden" },
        { error: "forbidden" },
        { error_code: 403 },
        "<html>Forbidden</html>",
        "",
    ];
    it.each([401, 403, 404].flatMap((status) => otherShapes.map((body) => [status, body] as const)))(
        "take %d with %j for a proxy's: it says nothing of keys and rights",
        async (status, body) => {
            await start(answer(status, body));
            const error = await failureOf(server.api().send(get));
            expect(error).toMatchObject({ kind: "unexpected", status, isFromElsewhere: true });
            expect(error.message).toContain("any proxy between this machine and Confluent Cloud");
        },
    );

    it("treat a 401 without a body as Confluent's if its challenge names an invalid key", async () => {
        const challenge = 'Basic error="invalid_key", error_description="The API Key is invalid"';
        await start(answer(401, "", { "www-authenticate": challenge }));
        expect(await failureOf(server.api().send(get))).toMatchObject({ kind: "unauthenticated" });
        await server.close();
        await start(answer(401, "", { "www-authenticate": 'Basic realm="proxy"' }));
        expect(await failureOf(server.api().send(get))).toMatchObject({ kind: "unexpected" });
    });

    it("never contain a credential that the server echoes", async () => {
        const pair = Buffer.from(`CLOUDKEY:${secret}`).toString("base64");
        const body = {
            errors: [{ id: secret, code: pair, detail: `got ${secret}`, source: { pointer: `/${secret}` } }],
        };
        await start(answer(400, body, { "x-request-id": pair }));
        const { message } = await failureOf(server.api().send(get));
        expect(message).toContain("got [secret] (at /[secret])");
    });

    it("cut long texts", async () => {
        await start(answer(400, { errors: [{ detail: "x".repeat(1_000) }] }));
        expect((await failureOf(server.api().send(get))).message.length).toBeLessThan(500);
    });

    it("contain neither the request nor the response of the HTTP library", async () => {
        await start(drop);
        const error = await failureOf(server.api({ policy: singleAttempt }).send(get));
        const own = [
            "code",
            "detail",
            "errorId",
            "kind",
            "name",
            "pointer",
            "requestId",
            "retryAfterMs",
            "status",
        ];
        expect(Object.keys(error).filter((field) => !own.includes(field))).toEqual([]);
        expect(error.cause).toBeUndefined();
    });

    it("do not show a user name or password in the endpoint", async () => {
        await start(answer(400));
        const endpoint = server.url.replace("//", "//user:password@");
        const { message } = await failureOf(server.api({ endpoint }).send(get));
        expect(message).not.toContain("password");
    });
});

describe("ConfluentApi", () => {
    it("shows no credential when it is printed", async () => {
        await start(answer(200));
        const api = new ConfluentApi({ credentials: apiKeyCredentials("CLOUDKEY", new Secret(secret)) });
        expect(renderingsOf(api)).not.toContain(secret);
        expect(api.endpoint).toBe("https://api.confluent.cloud");
    });
});
