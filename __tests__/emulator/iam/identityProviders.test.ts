/** Identity providers and pools: a set-up without API keys, from its first request to an accepted token. */
import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

describe("/iam/v2/identity-providers", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    const path = "/iam/v2/identity-providers";
    const issuer = "https://tokens.example.com";

    async function makeProvider(displayName = "pipelines"): Promise<string> {
        const { status, body } = await client.send("POST", path, {
            body: { display_name: displayName, description: "", issuer, jwks_uri: `${issuer}/keys` },
        });
        expect(status).toBe(201);
        return body.id;
    }

    async function makePool(providerId: string): Promise<string> {
        const { status, body } = await client.send("POST", `${path}/${providerId}/identity-pools`, {
            body: {
                display_name: "deployers",
                description: "",
                identity_claim: "claims.sub",
                filter: 'claims.sub=="deploy"',
            },
        });
        expect(status).toBe(201);
        return body.id;
    }

    async function externalToken(of?: string): Promise<string> {
        const form = { grant_type: "client_credentials", client_id: "c", client_secret: "s" };
        return (
            await client.sendForm("/_emulator/idp/token", of === undefined ? form : { ...form, issuer: of })
        ).body.access_token;
    }

    async function exchange(token: string, poolId: string) {
        return client.sendForm("/sts/v1/oauth2/token", {
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
            subject_token: token,
            identity_pool_id: poolId,
        });
    }

    it("accepts an STS token for a created pool, with the roles of the pool", async () => {
        const poolId = await makePool(await makeProvider());
        await client.grant(poolId, "OrganizationAdmin");
        const { body } = await exchange(await externalToken(issuer), poolId);
        const headers = { authorization: `Bearer ${body.access_token}` };
        expect((await client.send("GET", "/iam/v2/users", { as: null, headers })).status).toBe(200);
    });

    it("rejects a token of a provider other than the pool's, on the control plane and on the data plane", async () => {
        const poolId = await makePool(await makeProvider());
        await client.grant(poolId, "OrganizationAdmin");
        const foreign = await externalToken();
        expect((await exchange(foreign, poolId)).status).toBe(400);
        const get = async (token: string) =>
            (
                await client.send("GET", client.statementsPath(), {
                    as: null,
                    headers: { authorization: `Bearer ${token}`, "confluent-identity-pool-id": poolId },
                })
            ).status;
        expect(await get(foreign)).toBe(401);
        expect(await get(await externalToken(issuer))).toBe(200);
    });

    it("lists, reads, changes and deletes both; with a provider its pools are deleted, with a pool its role bindings and tokens", async () => {
        const id = await makeProvider();
        const poolId = await makePool(id);
        await client.grant(poolId, "OrganizationAdmin");
        const { body } = await exchange(await externalToken(issuer), poolId);
        const pools = `${path}/${id}/identity-pools`;
        const ids = async (of: string) =>
            (await client.send("GET", of)).body.data.map((one: { id: string }) => one.id);
        expect(await ids(path)).toEqual(["op-111aaa", id]);
        expect(await ids(pools)).toEqual([poolId]);
        expect(await ids(`${path}/op-111aaa/identity-pools`)).toEqual(["pool-111aaa", "pool-222bbb"]);
        expect(
            (await client.send("PATCH", `${path}/${id}`, { body: { description: "new" } })).body,
        ).toMatchObject({
            description: "new",
            issuer,
        });
        expect(
            (await client.send("PATCH", `${pools}/${poolId}`, { body: { filter: "true" } })).body,
        ).toMatchObject({ filter: "true", identity_claim: "claims.sub" });
        expect((await client.send("GET", `${path}/op-111aaa/identity-pools/${poolId}`)).status).toBe(404);
        expect((await client.send("DELETE", `${path}/${id}`)).status).toBe(204);
        const gone = await client.send("GET", `${path}/${id}`);
        expect([gone.status, gone.body]).toEqual([
            404,
            {
                error_code: 404,
                message: expect.stringContaining(`Identity Provider ${id} not found or disabled`),
            },
        ]);
        expect(client.emulator.state().identityPools.map((pool) => pool.id)).toEqual([
            "pool-111aaa",
            "pool-222bbb",
        ]);
        expect(
            client.emulator.state().roleBindings.filter((one) => one.principal === `User:${poolId}`),
        ).toEqual([]);
        const headers = { authorization: `Bearer ${body.access_token}` };
        expect((await client.send("GET", "/iam/v2/users", { as: null, headers })).status).toBe(401);
    });

    it("rejects a name in use, a missing issuer, and a caller without a role", async () => {
        await makeProvider();
        const again = { display_name: "pipelines", description: "", issuer, jwks_uri: issuer };
        expect((await client.send("POST", path, { body: again })).status).toBe(409);
        expect(
            (await client.send("POST", path, { body: { display_name: "x", jwks_uri: issuer } })).status,
        ).toBe(422);
        const as = await client.makeKey(await client.makeAccount(), { id: "cloud" });
        expect((await client.send("GET", path, { as })).status).toBe(403);
        expect((await client.send("POST", path, { as, body: { ...again, display_name: "y" } })).status).toBe(
            403,
        );
    });
});
