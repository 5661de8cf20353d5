import { EmulatorClient } from "../emulatorClient";

const PATH = "/iam/v2/service-accounts";

describe("service accounts", () => {
    const client = EmulatorClient.forEach();

    it("returns 201, the account and its location for a POST", async () => {
        const reply = await client.send("POST", PATH, {
            body: { display_name: "app", description: "runs it" },
        });
        expect(reply.status).toBe(201);
        expect(reply.body).toMatchObject({
            kind: "ServiceAccount",
            display_name: "app",
            description: "runs it",
        });
        expect(reply.headers.get("location")).toBe(`${client.emulator.url}${PATH}/${reply.body.id}`);
    });

    it("returns 409 with the location of the account that already has the name", async () => {
        const id = await client.makeAccount("app");
        const reply = await client.send("POST", PATH, { body: { display_name: "app" } });
        expect(reply.status).toBe(409);
        expect(reply.body.errors[0].code).toBe("resource_already_exists");
        expect(reply.headers.get("location")).toBe(`${client.emulator.url}${PATH}/${id}`);
    });

    it("returns 422 with a pointer when the name is missing, empty, too long or not a string", async () => {
        for (const body of [
            {},
            { display_name: "" },
            { display_name: "x".repeat(65) },
            { display_name: 1 },
        ]) {
            const reply = await client.send("POST", PATH, { body });
            expect([reply.status, reply.body.errors[0].source]).toEqual([422, { pointer: "/display_name" }]);
        }
    });

    it("returns 403, not 404, for an account that does not exist", async () => {
        for (const method of ["GET", "PATCH", "DELETE"]) {
            const body = method === "PATCH" ? { body: {} } : {};
            expect((await client.send(method, `${PATH}/sa-none`, body)).status).toBe(403);
        }
    });

    it("changes only the properties of the PATCH", async () => {
        const id = await client.makeAccount("app");
        await client.send("PATCH", `${PATH}/${id}`, { body: { description: "new" } });
        const { body } = await client.send("PATCH", `${PATH}/${id}`, { body: { display_name: "app2" } });
        expect(body).toMatchObject({ display_name: "app2", description: "new" });
    });

    it("lists by any of several display names", async () => {
        for (const name of ["a", "b", "c"]) {
            await client.makeAccount(name);
        }
        const { body } = await client.send("GET", `${PATH}?display_name=a&display_name=c&display_name=none`);
        expect(body.data.map((account: { display_name: string }) => account.display_name)).toEqual([
            "a",
            "c",
        ]);
    });

    it("deletes the account's API keys and role bindings, too", async () => {
        const id = await client.makeAccount();
        await client.grant(id, "OrganizationAdmin");
        await client.grant("u-111aaa", "Assigner", `/service-account=${id}`);
        const key = await client.makeKey(id);
        expect(await client.probe(key)).toBe(200);
        expect((await client.send("DELETE", `${PATH}/${id}`)).status).toBe(204);
        const state = client.emulator.state();
        expect([state.apiKeys, state.roleBindings].map((all) => all.filter(({ seeded }) => !seeded))).toEqual(
            [[], []],
        );
        expect(await client.probe(key)).toBe(401);
    });

    it("binds the role ResourceOwner of the account to the assigned resource owner", async () => {
        const { body } = await client.send("POST", `${PATH}?assigned_resource_owner=u-111aaa`, {
            body: { display_name: "app" },
        });
        expect(client.emulator.state().roleBindings.at(-1)).toMatchObject({
            principal: "User:u-111aaa",
            roleName: "ResourceOwner",
            crnPattern: client.crn(`/service-account=${body.id}`),
        });
    });
});
