// Which Flink endpoint a key is proven at, with loopback addresses for networks: 127.0.0.1 has the control plane,
// 127.0.0.2 stands for the private network. Not proven here: what a real organization's list of endpoints holds.
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../confluent/clock";
import { World } from "./world";

let world: World;
let privateServer: Server;
let privateUrl: string;
/** Paths that came by the private network. */
let privatePaths: string[];

beforeEach(async () => {
    world = await World.start();
    privatePaths = [];
    privateServer = createServer((asked, answer) => {
        privatePaths.push(String(asked.url));
        const { host, ...headers } = asked.headers;
        asked.pipe(
            request(`${world.emulator.url}${asked.url}`, { method: asked.method, headers }, (got) => {
                answer.writeHead(got.statusCode ?? 500, got.headers);
                got.pipe(answer);
            }),
        );
    });
    await new Promise<void>((resolve) => privateServer.listen(0, "127.0.0.2", resolve));
    privateUrl = `http://127.0.0.2:${(privateServer.address() as AddressInfo).port}`;
    // From here the region's public endpoint is out of reach: nothing listens at port 9.
    const region = { cloud: "AWS", region_name: "us-east-1", http_endpoint: "http://127.0.0.3:9" };
    world.emulator.faults.add({
        path: "/fcpm/v2/regions",
        times: 99,
        action: { status: 200, body: { data: [region], metadata: {} } },
    });
});

afterEach(async () => {
    privateServer.closeAllConnections();
    privateServer.close();
    await world.close();
});

function listEndpoints(...endpoints: object[]): void {
    world.emulator.faults.add({
        path: "/endpoint/v1/endpoints",
        times: 99,
        action: { status: 200, body: { data: endpoints, metadata: {} } },
    });
}

const endpointRow = (endpoint: string, more: object = {}): object => ({
    id: "e-1",
    endpoint,
    is_private: true,
    endpoint_type: "REST",
    ...more,
});

function outputs(): Record<string, unknown> {
    return world.engine.current?.outputs ?? {};
}

describe("the endpoint that a key is proven at", () => {
    it("is the private one that Confluent Cloud lists, with readiness.network private", async () => {
        listEndpoints(
            endpointRow("http://127.0.0.4:9", { is_private: false, id: "e-0" }),
            endpointRow("http://127.0.0.4:9", { endpoint_type: "LANGUAGE_SERVICE", id: "e-0" }),
            endpointRow(`${privateUrl}/`),
        );
        await world.up({ readiness: { network: "private" } });
        expect(outputs()).toMatchObject({ status: "ready", restEndpoint: privateUrl });
        expect(privatePaths).toHaveLength(2);
        const [asked] = world.emulator.journal.entries().filter(({ path }) => path.startsWith("/endpoint/"));
        expect(asked?.query).toMatchObject({
            service: "FLINK",
            environment: "env-abc123",
            cloud: "AWS",
            region: "us-east-1",
        });
    });

    it("is the one that is named, whatever Confluent Cloud lists", async () => {
        listEndpoints(endpointRow("http://127.0.0.4:9"));
        await world.up({ readiness: { network: "private", restEndpoint: `${privateUrl}/` } });
        expect(outputs()).toMatchObject({ status: "ready", restEndpoint: privateUrl });
        expect(world.count("GET /endpoint/v1/endpoints")).toBe(0);
    });

    it("is the region's public one by default", async () => {
        await world.up();
        expect(outputs()).toMatchObject({ status: "unverified", restEndpoint: "http://127.0.0.3:9" });
        expect(world.count("GET /endpoint/v1/endpoints")).toBe(0);
    });

    it("is in the warning if it cannot be reached, with what to do", async () => {
        listEndpoints(endpointRow("http://127.0.0.4:9"));
        const startMs = world.clock.now();
        await world.up({ readiness: { network: "private" } });
        expect(outputs()).toMatchObject({ status: "unverified", restEndpoint: "http://127.0.0.4:9" });
        expect(world.warnings()).toEqual([
            expect.stringMatching(
                /could not be reached from here within 20 s.*GET http:\/\/127\.0\.0\.4:9\/sql\/.*connection refused.*Tried the region's private endpoint \(readiness\.network\); npm run --silent flink -- verify can verify the key later.*The key is kept, unverified/,
            ),
        ]);
        expect(world.clock.now() - startMs).toBeLessThan(25_000);
        expect(world.keys()).toHaveLength(1);
        expect(world.leaks()).toEqual([]);
    });

    it("is required before a key is created, if Confluent Cloud lists no private one", async () => {
        listEndpoints(endpointRow("http://127.0.0.4:9", { is_private: false }));
        const failure = await world.failureOf(world.up({ readiness: { network: "private" } }));
        expect(failure.message).toContain(
            'readiness.network: got "private", expected a private Flink endpoint of env-abc123.aws.us-east-1, and Confluent Cloud lists none',
        );
        expect(world.keys()).toHaveLength(0);
    });

    it("can change, and the same key is verified there", async () => {
        await world.up();
        const { apiKey } = outputs();
        await world.up({ readiness: { restEndpoint: privateUrl } });
        expect(outputs()).toMatchObject({ apiKey, status: "ready", restEndpoint: privateUrl });
        privatePaths = [];
        await world.up({ readiness: { restEndpoint: `${privateUrl}/` } });
        expect(privatePaths).toEqual([]);
    });

    it("is the region's public one again when the named one is removed", async () => {
        await world.up({ readiness: { restEndpoint: privateUrl } });
        expect(await world.up()).toBe("updated");
        expect(outputs()).toMatchObject({ status: "unverified", restEndpoint: "http://127.0.0.3:9" });
        expect(await world.up()).toBe("same");
    });

    it("follows readiness.network when that changes later", async () => {
        listEndpoints(endpointRow(privateUrl));
        await world.up();
        const { apiKey } = outputs();
        expect(await world.up({ readiness: { network: "private" } })).toBe("updated");
        expect(outputs()).toMatchObject({ apiKey, status: "ready", restEndpoint: privateUrl });
        expect(await world.up({ readiness: { network: "private" } })).toBe("same");
    });

    it("stays as it was, with its readiness, until the other one has accepted the key", async () => {
        await world.up({ readiness: { restEndpoint: privateUrl } });
        const refusing = createServer((_request, response) => {
            response.writeHead(401, { "content-type": "application/json" });
            response.end(JSON.stringify({ errors: [{ status: "401" }] }));
        });
        await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.2", resolve));
        try {
            const restEndpoint = `http://127.0.0.2:${(refusing.address() as AddressInfo).port}`;
            const move = { readiness: { restEndpoint, timeout: "2s" } };
            for (let run = 0; run < 2; run++) {
                await world.failureOf(world.up(move));
                expect(outputs()).toMatchObject({ status: "ready", restEndpoint: privateUrl });
                await world.engine.refresh(world.open());
            }
        } finally {
            refusing.close();
        }
    });

    it("is asked in each run about a key that it has not accepted yet, until a run inside the network verifies it", async () => {
        // The region's public endpoint is out of reach here, until something listens there.
        await world.up({ readiness: { restEndpoint: "http://127.0.0.2:9" } });
        expect(outputs().status).toBe("unverified");
        expect(await world.up({ readiness: { restEndpoint: "http://127.0.0.2:9" } })).toBe("same");
        outputs().restEndpoint = privateUrl;
        outputs().endpointSetting = privateUrl;
        expect(await world.up({ readiness: { restEndpoint: privateUrl } })).toBe("updated");
        expect(outputs()).toMatchObject({ status: "ready", restEndpoint: privateUrl });
    });

    it.each([
        "http://flink.example.com",
        "https://user:pass@flink.example.com",
        "flink.example.com",
        "https://flink.example.com?x=1",
    ])("is refused as %s", async (restEndpoint) => {
        const { failures } = await world.open().check({}, world.inputs({ readiness: { restEndpoint } }));
        expect(failures.map(({ reason }) => reason)).toEqual([
            expect.stringContaining("readiness.restEndpoint: got "),
        ]);
    });

    it("delays a deployment no longer than the limit if it never answers", async () => {
        const silent = createServer(() => undefined);
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.2", resolve));
        try {
            const restEndpoint = `http://127.0.0.2:${(silent.address() as AddressInfo).port}`;
            const inputs = world.inputs({ readiness: { restEndpoint, timeout: "200ms" } });
            const startMs = performance.now();
            const { outputs: made } = await world.open({ clock: systemClock }).create(inputs);
            expect(made.status).toBe("unverified");
            // One probe gets two seconds, however short the limit.
            expect(performance.now() - startMs).toBeLessThan(5_000);
        } finally {
            silent.closeAllConnections();
            silent.close();
        }
    });
});
