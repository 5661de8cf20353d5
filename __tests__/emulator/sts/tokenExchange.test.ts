import { EmulatorClient, type Reply } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("STS tokens", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    let externalToken: string;

    beforeEach(async () => {
        externalToken = (await identify()).body.access_token;
    });

    function identify(change: Record<string, string> = {}): Promise<Reply> {
        const form = { grant_type: "client_credentials", client_id: "pipeline", client_secret: "idp-secret" };
        return client.sendForm("/_emulator/idp/token", { ...form, ...change });
    }

    function exchange(change: Record<string, string> = {}): Promise<Reply> {
        return client.sendForm("/sts/v1/oauth2/token", {
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token: externalToken,
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            identity_pool_id: "pool-111aaa",
            requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
            ...change,
        });
    }

    async function control(token: string): Promise<Reply> {
        const headers = { authorization: `Bearer ${token}` };
        return client.send("GET", "/iam/v2/service-accounts", { as: null, headers });
    }

    async function data(token: string, pool?: string): Promise<number> {
        const headers = {
            authorization: `Bearer ${token}`,
            ...(pool === undefined ? {} : { "confluent-identity-pool-id": pool }),
        };
        return (await client.send("GET", client.statementsPath(), { as: null, headers })).status;
    }

    it("gives access to the control plane for the requested lifetime", async () => {
        const { status, body } = await exchange({ expires_in: "60" });
        expect([status, body.expires_in, body.token_type]).toEqual([200, 60, "Bearer"]);
        expect((await control(body.access_token)).status).toBe(200);
        client.emulator.clock.advance(60_000);
        const late = await control(body.access_token);
        expect([late.status, late.headers.get("www-authenticate")]).toEqual([
            401,
            expect.stringContaining("Bearer error="),
        ]);
    });

    it("expires after 900 seconds by default, and never later", async () => {
        expect((await exchange()).body.expires_in).toBe(900);
        expect((await exchange({ expires_in: "901" })).status).toBe(400);
    });

    it.each([
        "grant_type",
        "subject_token",
        "subject_token_type",
        "identity_pool_id",
        "requested_token_type",
    ])("returns 400 naming %s when it is invalid", async (parameter) => {
        const reply = await exchange({ [parameter]: "wrong" });
        expect([reply.status, reply.body.errors[0].source]).toEqual([400, { parameter }]);
    });

    it("rejects an expired external token", async () => {
        client.emulator.clock.advance(3_600_000);
        expect((await exchange()).status).toBe(400);
        expect(await data(externalToken, "pool-111aaa")).toBe(401);
    });

    it("gives no access to the data plane, where an external token with a pool is accepted", async () => {
        const { body } = await exchange();
        expect(await data(body.access_token, "pool-111aaa")).toBe(401);
        expect(await data(externalToken, "pool-111aaa")).toBe(200);
        expect(await data(externalToken, "pool-222bbb")).toBe(403);
        expect(await data(externalToken, "pool-none")).toBe(401);
        expect(await data(externalToken)).toBe(401);
        expect((await control(externalToken)).status).toBe(401);
    });

    it("is exchanged for an external token, a JWT with an expiry", async () => {
        const [, claims = ""] = externalToken.split(".");
        expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
            sub: "pipeline",
            exp: STOPPED_CLOCK.now() / 1000 + 3600,
        });
        expect((await identify({ client_secret: "" })).status).toBe(401);
        expect((await identify({ grant_type: "password" })).status).toBe(400);
    });

    it("leaves no token and no client secret in the journal", async () => {
        const { body } = await exchange();
        await control(body.access_token);
        const journal = JSON.stringify(client.emulator.journal.entries());
        for (const secret of ["idp-secret", externalToken, body.access_token]) {
            expect(journal).not.toContain(secret);
        }
        expect(client.emulator.journal.entries().map(({ authorization }) => authorization)).toEqual([
            null,
            null,
            "Bearer ***",
        ]);
    });
});
