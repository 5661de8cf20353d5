/** The requests of `confluent login` and of the commands after it. Not proven here: that the CLI itself works. */
import { EmulatorClient, type Reply } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("login", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });

    function logIn(body: object): Promise<Reply> {
        return client.send("POST", "/api/sessions", { as: null, body });
    }

    const admin = { email: "admin@example.com", password: "correct horse" };

    async function bearer(body: object = admin): Promise<{ authorization: string }> {
        return { authorization: `Bearer ${(await logIn(body)).body.token}` };
    }

    it("gives access to the control plane with the user's roles, also below /api", async () => {
        const headers = await bearer();
        for (const path of [
            "/iam/v2/service-accounts",
            "/api/iam/v2/service-accounts",
            "/api/org/v2/environments",
        ]) {
            expect((await client.send("GET", path, { as: null, headers })).status).toBe(200);
        }
        const nobody = await bearer({ email: "marty.mcfly@example.com", password: "x" });
        expect((await client.send("GET", "/api/iam/v2/users", { as: null, headers: nobody })).status).toBe(
            403,
        );
    });

    it("returns the logged-in user, the environments and the organization", async () => {
        const { status, body } = await client.send("GET", "/api/me", { as: null, headers: await bearer() });
        expect(status).toBe(200);
        expect(body).toMatchObject({
            user: { resource_id: "u-000aaa", email: "admin@example.com" },
            accounts: [{ id: "env-abc123" }, { id: "env-def456" }],
            organization: { resource_id: client.emulator.organizationId },
        });
    });

    it("rejects an unknown email address, an empty password and another organization", async () => {
        for (const wrong of [
            { ...admin, email: "nobody@example.com" },
            { ...admin, password: "" },
            { ...admin, org_resource_id: "2222bbbb-22bb-22bb-22bb-222222bbbbbb" },
        ]) {
            expect(await logIn(wrong)).toMatchObject({ status: 403, body: { error: { code: 403 } } });
        }
        expect((await logIn({ ...admin, org_resource_id: client.emulator.organizationId })).status).toBe(200);
    });

    it("issues a data-plane token; neither plane accepts the token of the other", async () => {
        const headers = await bearer();
        // The CLI keeps `confluent.cloud` in this path.
        const { body } = await client.send("POST", "/confluent.cloud/api/access_tokens", {
            as: null,
            headers,
            body: {},
        });
        const data = { authorization: `Bearer ${body.token}` };
        const get = async (path: string, with_: { authorization: string }) =>
            (await client.send("GET", path, { as: null, headers: with_ })).status;
        expect(await get(client.statementsPath(), data)).toBe(200);
        expect(await get(client.statementsPath(), headers)).toBe(401);
        expect(await get("/org/v2/environments", data)).toBe(401);
        client.emulator.clock.advance(10 * 60_000);
        expect(await get(client.statementsPath(), data)).toBe(401);
    });

    it("ends after a day or with the logout, and the refresh token starts another session", async () => {
        const first = (await logIn(admin)).body;
        const headers = { authorization: `Bearer ${first.token}` };
        expect((await client.send("DELETE", "/api/sessions", { as: null, headers })).status).toBe(200);
        expect((await client.send("GET", "/api/me", { as: null, headers })).status).toBe(401);
        // The Confluent CLI recognises a token that it has not encrypted by this prefix.
        expect(first.refresh_token).toMatch(/^v1\./);
        const renewed = await logIn({ refresh_token: first.refresh_token });
        const again = { authorization: `Bearer ${renewed.body.token}` };
        expect((await client.send("GET", "/api/me", { as: null, headers: again })).status).toBe(200);
        client.emulator.clock.advance(24 * 3600_000);
        expect((await client.send("GET", "/api/me", { as: null, headers: again })).status).toBe(401);
        expect((await logIn({ refresh_token: first.refresh_token })).status).toBe(403);
    });

    it("lists users and service accounts in the shape of the unversioned API, for callers with a role", async () => {
        const id = await client.makeAccount("analytics");
        const headers = await bearer();
        const users = await client.send("GET", "/api/users", { as: null, headers });
        expect(users.body.users.map((one: { resource_id: string }) => one.resource_id)).toEqual([
            "u-111aaa",
            "u-222bbb",
            "u-000aaa",
        ]);
        const accounts = await client.send("GET", "/api/service_accounts", { as: null, headers });
        expect(accounts.body.users.at(-1)).toMatchObject({ resource_id: id, service_name: "analytics" });
        const numbers = [...users.body.users, ...accounts.body.users].map((one) => one.id);
        expect(new Set(numbers).size).toBe(numbers.length);
        const nobody = await bearer({ email: "emmett.brown@example.com", password: "x" });
        for (const path of ["/api/users", "/api/service_accounts"])
            expect((await client.send("GET", path, { as: null, headers: nobody })).status).toBe(403);
    });

    it("leaves neither password nor token in the journal", async () => {
        const { body } = await logIn(admin);
        await client.send("GET", "/api/me", { as: null, headers: { authorization: `Bearer ${body.token}` } });
        const journal = JSON.stringify(client.emulator.journal.entries());
        for (const secret of [admin.password, body.token, body.refresh_token])
            expect(journal).not.toContain(secret);
        expect(client.emulator.journal.entries().at(-1)).toMatchObject({ principal: "u-000aaa" });
    });
});
