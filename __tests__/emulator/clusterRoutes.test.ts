import { EmulatorClient } from "./emulatorClient";

describe("Kafka clusters and Schema Registries", () => {
    const client = EmulatorClient.forEach();

    it.each([
        [
            "/cmk/v2/clusters",
            "lkc-abc123",
            `/environment=env-abc123/cloud-cluster=lkc-abc123/kafka=lkc-abc123`,
        ],
        ["/srcm/v3/clusters", "lsrc-abc123", `/environment=env-abc123/schema-registry=lsrc-abc123`],
    ])(
        "%s has the seeded cluster of each environment, for callers with a role in it",
        async (path, id, crn) => {
            const list = await client.send("GET", `${path}?environment=env-abc123`);
            expect(list.body.data.map((one: { id: string }) => one.id)).toEqual([id]);
            const one = await client.send("GET", `${path}/${id}?environment=env-abc123`);
            expect(one.body).toEqual(list.body.data[0]);
            expect(one.body.metadata.resource_name).toBe(client.crn(crn));
            // Every URL leads to this machine.
            expect(JSON.stringify(one.body)).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
            expect((await client.send("GET", path)).status).toBe(400);
            expect((await client.send("GET", `${path}/${id}?environment=env-def456`)).status).toBe(403);
            const as = await client.makeKey(await client.makeAccount(), { id: "cloud" });
            expect((await client.send("GET", `${path}?environment=env-abc123`, { as })).body.data).toEqual(
                [],
            );
            expect((await client.send("GET", `${path}/${id}?environment=env-abc123`, { as })).status).toBe(
                403,
            );
        },
    );
});
