import { EmulatorClient } from "../emulatorClient";

describe("the role catalog", () => {
    const client = EmulatorClient.forEach();

    it("lists the roles and where each can be bound, for a logged-in user", async () => {
        const { body } = await client.send("POST", "/api/sessions", {
            as: null,
            body: { email: "admin@example.com", password: "x" },
        });
        const headers = { authorization: `Bearer ${body.token}` };
        const get = (path: string) =>
            client.send("GET", `/api/metadata/security/v2alpha1${path}`, { as: null, headers });
        const names = (await get("/roleNames")).body;
        expect(names).toEqual(expect.arrayContaining(["OrganizationAdmin", "FlinkDeveloper"]));
        expect((await get("/roles")).body.map((role: { name: string }) => role.name)).toEqual(names);
        // The CLI asks for the roles of this namespace too, and shows both answers together.
        expect((await get("/roles?namespace=usm")).body).toEqual([]);
        expect((await get("/roles/EnvironmentAdmin")).body).toMatchObject({
            name: "EnvironmentAdmin",
            policies: [{ bindingScope: "environment" }],
        });
        expect((await get("/roles/Nobody")).status).toBe(404);
    });
});
