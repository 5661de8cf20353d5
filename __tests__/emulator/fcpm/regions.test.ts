import { type Emulator, startEmulator } from "../../../emulator";
import { EmulatorClient } from "../emulatorClient";

describe("Flink regions and their endpoints", () => {
    let emulator: Emulator;
    let client: EmulatorClient;

    beforeEach(async () => {
        emulator = await startEmulator();
        client = new EmulatorClient(emulator);
    });
    afterEach(() => emulator.close());

    it.each([
        ["cloud=AWS&region_name=us-east-1", ["aws.us-east-1"]],
        ["cloud=gcp&region_name=US-EAST1", ["gcp.us-east1"]],
        ["region_name=westeurope", ["azure.westeurope"]],
        ["cloud=AWS&region_name=westeurope", []],
    ])("finds exactly %s, ignoring case", async (query, ids) => {
        const { body } = await client.send("GET", `/fcpm/v2/regions?${query}`);
        expect(body.data.map(({ id }: { id: string }) => id)).toEqual(ids);
    });

    it("returns the emulator's address as the endpoint of every region", async () => {
        const { body } = await client.send("GET", "/fcpm/v2/regions?page_size=100");
        expect(new Set(body.data.map((region: { http_endpoint: string }) => region.http_endpoint))).toEqual(
            new Set([emulator.url]),
        );
        const endpoints = await client.send(
            "GET",
            "/endpoint/v1/endpoints?service=FLINK&environment=env-abc123&cloud=AWS&region=us-east-1",
        );
        expect(endpoints.body.data).toHaveLength(1);
        expect(endpoints.body.data[0]).toMatchObject({ endpoint: emulator.url, is_private: false });
    });

    it("lists no endpoints of other services, and requires the service", async () => {
        const kafka = await client.send("GET", "/endpoint/v1/endpoints?service=KAFKA&environment=env-abc123");
        expect(kafka.body.data).toEqual([]);
        expect((await client.send("GET", "/endpoint/v1/endpoints?environment=env-abc123")).status).toBe(400);
    });
});
