import { EmulatorClient } from "../emulatorClient";

describe("compute pool config", () => {
    const client = EmulatorClient.forEach();

    it("stores the settings for default compute pools, which only OrganizationAdmin may change", async () => {
        const path = "/fcpm/v2/compute-pool-config";
        expect((await client.send("GET", path)).body.spec).toEqual({
            default_pool_enabled: true,
            default_pool_max_cfu: 50,
        });
        const spec = { default_pool_max_cfu: 20 };
        expect((await client.send("PATCH", path, { body: { spec } })).body.spec).toEqual({
            default_pool_enabled: true,
            default_pool_max_cfu: 20,
        });
        const as = await client.makeKey(await client.makeAccount(), { id: "cloud" });
        expect((await client.send("PATCH", path, { as, body: { spec } })).status).toBe(403);
    });
});
