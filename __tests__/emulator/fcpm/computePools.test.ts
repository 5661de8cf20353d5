import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

const PATH = "/fcpm/v2/compute-pools";
const SPEC = { display_name: "pool", cloud: "AWS", region: "us-east-1", environment: { id: "env-abc123" } };

describe("compute pools", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });

    it("is PROVISIONING for a second, then PROVISIONED", async () => {
        const created = await client.send("POST", PATH, { body: { spec: SPEC } });
        expect([created.status, created.body.status.phase]).toEqual([202, "PROVISIONING"]);
        client.emulator.clock.advance(1000);
        const read = await client.send("GET", `${PATH}/${created.body.id}?environment=env-abc123`);
        expect(read.body.status.phase).toBe("PROVISIONED");
    });

    it("uses the default for max_cfu 0, which Terraform sends for an unset value", async () => {
        const { body } = await client.send("POST", PATH, { body: { spec: { ...SPEC, max_cfu: 0 } } });
        expect(body.spec.max_cfu).toBe(5);
    });

    it("is found in its own environment only, and GET requires the environment", async () => {
        const id = await client.makePool();
        expect((await client.send("GET", `${PATH}/${id}?environment=env-def456`)).status).toBe(404);
        expect((await client.send("GET", `${PATH}/${id}`)).status).toBe(400);
        expect((await client.send("GET", PATH)).status).toBe(400);
        expect((await client.send("GET", `${PATH}?environment=env-abc123`)).body.data).toHaveLength(1);
        expect((await client.send("GET", `${PATH}?environment=env-def456`)).body.data).toHaveLength(0);
    });

    it.each([
        ["/spec/display_name", { ...SPEC, display_name: "no spaces" }],
        ["/spec/environment", { ...SPEC, environment: { id: "env-none" } }],
        ["/spec/region", { ...SPEC, region: "nowhere" }],
        ["/spec/max_cfu", { ...SPEC, max_cfu: 3 }],
    ])("returns 422 with the pointer %s", async (pointer, spec) => {
        const reply = await client.send("POST", PATH, { body: { spec } });
        expect([reply.status, reply.body.errors[0].source]).toEqual([422, { pointer }]);
    });

    it("is changed by PATCH and gone after DELETE", async () => {
        const id = await client.makePool();
        const patched = await client.send("PATCH", `${PATH}/${id}`, {
            body: { spec: { max_cfu: 10, environment: { id: "env-abc123" } } },
        });
        expect([patched.status, patched.body.spec.max_cfu, patched.body.spec.display_name]).toEqual([
            200,
            10,
            "pool",
        ]);
        expect((await client.send("DELETE", `${PATH}/${id}?environment=env-abc123`)).status).toBe(204);
        expect((await client.send("GET", `${PATH}/${id}?environment=env-abc123`)).status).toBe(404);
    });
});
