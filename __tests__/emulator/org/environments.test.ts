import { startEmulator } from "../../../emulator";
import { EmulatorClient } from "../emulatorClient";

const PATH = "/org/v2/environments";

describe("environments", () => {
    const client = EmulatorClient.forEach({ environmentIds: ["env-one111"] });

    it("has the organization in the resource name, where the official providers read it", async () => {
        const { body } = await client.send("GET", PATH);
        expect(body.data[0]).toMatchObject({
            id: "env-one111",
            display_name: "environment-one111",
            metadata: { resource_name: client.crn("/environment=env-one111") },
        });
    });

    it("returns 201 for a POST, 409 for a name in use, and 404 after the deletion", async () => {
        const body = { display_name: "new" };
        const created = await client.send("POST", PATH, { body });
        expect([created.status, (await client.send("POST", PATH, { body })).status]).toEqual([201, 409]);
        const path = `${PATH}/${created.body.id}`;
        expect(
            (await client.send("PATCH", path, { body: { display_name: "newer" } })).body.display_name,
        ).toBe("newer");
        expect((await client.send("DELETE", path)).status).toBe(204);
        expect((await client.send("GET", path)).status).toBe(404);
    });

    it("deletes its pools, statements and role bindings with it", async () => {
        await client.grant("u-111aaa", "FlinkAdmin", "/environment=env-one111");
        await client.send("POST", "/fcpm/v2/compute-pools", {
            body: {
                spec: {
                    display_name: "pool",
                    cloud: "AWS",
                    region: "us-east-1",
                    max_cfu: 5,
                    environment: { id: "env-one111" },
                },
            },
        });
        expect(client.emulator.state().computePools).toHaveLength(1);
        await client.send("DELETE", `${PATH}/env-one111`);
        const state = client.emulator.state();
        expect([state.computePools, state.roleBindings.filter(({ seeded }) => !seeded)]).toEqual([[], []]);
    });

    it("lists an environment for callers with a role in it", async () => {
        await client.send("POST", PATH, { body: { display_name: "other" } });
        const id = await client.makeAccount();
        await client.grant(id, "FlinkDeveloper", "/environment=env-one111/flink-region=aws.us-east-1");
        const as = await client.makeKey(id, { id: "cloud" });
        const { body } = await client.send("GET", PATH, { as });
        expect(body.data.map((environment: { id: string }) => environment.id)).toEqual(["env-one111"]);
    });
});

describe("organizations", () => {
    it("returns 404 for the id of another organization", async () => {
        const emulator = await startEmulator({ organizationId: "2222aaaa-11aa-11aa-11aa-111111aaaaaa" });
        const client = new EmulatorClient(emulator);
        const path = "/org/v2/organizations";
        const list = await client.send("GET", path);
        expect(list.body.data.map(({ id }: { id: string }) => id)).toEqual([emulator.organizationId]);
        expect((await client.send("GET", `${path}/${emulator.organizationId}`)).status).toBe(200);
        expect((await client.send("GET", `${path}/1111aaaa-11aa-11aa-11aa-111111aaaaaa`)).status).toBe(404);
        await emulator.close();
    });
});
