import { EmulatorClient } from "../emulatorClient";

describe("Flink regions and their endpoints", () => {
    const client = EmulatorClient.forEach();

    it.each([
        ["cloud=AWS&region_name=us-east-1", ["aws.us-east-1"]],
        ["cloud=gcp&region_name=US-EAST1", ["gcp.us-east1"]],
        ["region_name=westeurope", ["azure.westeurope"]],
        ["cloud=AWS&region_name=westeurope", []],
    ])("finds exactly %s, ignoring case", async (query, ids) => {
        const { body } = await client.send("GET", `/fcpm/v2/regions?${query}`);
        expect(body.data.map(({ id }: { id: string }) => id)).toEqual(ids);
    });

    it("gives every region an endpoint of its own, below the emulator's address", async () => {
        const { body } = await client.send("GET", "/fcpm/v2/regions?page_size=100");
        for (const { id, http_endpoint } of body.data)
            expect(http_endpoint).toBe(`${client.emulator.url}/flink/${id}`);
        const endpoints = await client.send(
            "GET",
            "/endpoint/v1/endpoints?service=FLINK&environment=env-abc123&cloud=AWS&region=us-east-1",
        );
        // Clients must leave out the language service.
        expect(endpoints.body.data).toMatchObject([
            {
                endpoint: `${client.emulator.url}/flink/aws.us-east-1`,
                endpoint_type: "REST",
                is_private: false,
            },
            { endpoint_type: "LANGUAGE_SERVICE" },
        ]);
    });

    it("lists no endpoints of other services, and requires the service", async () => {
        const kafka = await client.send("GET", "/endpoint/v1/endpoints?service=KAFKA&environment=env-abc123");
        expect(kafka.body.data).toEqual([]);
        expect((await client.send("GET", "/endpoint/v1/endpoints?environment=env-abc123")).status).toBe(400);
    });
});
