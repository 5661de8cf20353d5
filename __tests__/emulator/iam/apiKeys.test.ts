import { crc32 } from "node:zlib";
import { startEmulator } from "../../../emulator";
import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

const PATH = "/iam/v2/api-keys";
const FLINK = { id: "aws.us-east-1", environment: "env-abc123" };

describe("API keys", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    let ownerId: string;

    beforeEach(async () => {
        ownerId = await client.makeAccount();
    });

    it("returns 202 and the secret for a POST, and the secret never again", async () => {
        const created = await client.createKey(ownerId);
        expect(created.status).toBe(202);
        expect(created.headers.get("location")).toBe(`${client.emulator.url}${PATH}/${created.body.id}`);
        expect(created.body.id).toMatch(/^[A-Z0-9]{16}$/);
        expect(created.body.spec.secret).toMatch(/^cflt[A-Za-z0-9+/]{60}$/);
        const read = await client.send("GET", `${PATH}/${created.body.id}`);
        const listed = await client.send("GET", `${PATH}?spec.owner=${ownerId}`);
        const expected = { ...created.body, spec: { ...created.body.spec, secret: "" } };
        expect(read.body).toEqual(expected);
        expect(listed.body.data).toEqual([expected]);
    });

    it("makes secrets that end with the checksum of the 54 letters before it, as secret scanners verify", async () => {
        for (let count = 0; count < 5; count += 1) {
            const { secret } = (await client.createKey(ownerId)).body.spec;
            const sum = Buffer.alloc(4);
            sum.writeUInt32LE(crc32(secret.slice(4, 58)));
            expect(secret).toHaveLength(64);
            expect(secret.slice(58)).toBe(sum.toString("base64").replace("==", ""));
        }
        expect(client.emulator.cloudApiSecret).toMatch(/^cflt[A-Za-z0-9+/]{60}$/);
    });

    it("answers for a deleted Global key as for no other: the body says 404 and names the key", async () => {
        const { id } = (await client.createKey(ownerId, { id: "global" })).body;
        await client.send("DELETE", `${PATH}/${id}`);
        const reply = await client.send("GET", `${PATH}/${id}`);
        expect([reply.status, reply.body.errors]).toEqual([
            403,
            [
                expect.objectContaining({
                    status: "404",
                    code: "api_key_not_found",
                    detail: expect.stringContaining(id),
                }),
            ],
        ]);
    });

    it("accepts both forms of a Flink resource and returns the form of the POST, in lower case", async () => {
        const separate = await client.createKey(ownerId, { id: "AWS.us-east-1", environment: "env-abc123" });
        expect(separate.body.spec.resource).toMatchObject({
            ...FLINK,
            kind: "Region",
            api_version: "fcpm/v2",
        });
        const joined = await client.createKey(ownerId, { id: "env-abc123.AWS.US-EAST-1" });
        expect(joined.body.spec.resource).toMatchObject({ id: "env-abc123.aws.us-east-1", kind: "Region" });
        expect(joined.body.spec.resource.environment).toBeUndefined();
    });

    it("creates a Cloud key without a resource or with the id cloud, and a global key with the id global", async () => {
        for (const [resource, kind] of [
            [undefined, "Cloud"],
            [{ id: "CLOUD" }, "Cloud"],
            [{ id: "global" }, "Global"],
        ]) {
            const reply = await client.send("POST", PATH, {
                body: { spec: { owner: { id: ownerId }, resource } },
            });
            expect([reply.status, reply.body.spec.resource.kind]).toEqual([202, kind]);
        }
    });

    it("creates two keys when the same POST is sent twice", async () => {
        const [one, two] = [await client.createKey(ownerId), await client.createKey(ownerId)];
        expect(one.body.id).not.toBe(two.body.id);
    });

    it("creates keys for clusters, Schema Registries and Tableflow, which no endpoint of the emulator accepts", async () => {
        for (const [id, kind] of [
            ["lkc-abc123", "kafka"],
            ["lsrc-def456", "schema-registry"],
            ["tableflow", "tableflow"],
        ] as const) {
            const { status, body } = await client.createKey("sa-000aaa", { id });
            expect([status, body.spec.resource.id]).toEqual([202, id]);
            const as = `${body.id}:${body.spec.secret}`;
            expect((await client.send("GET", "/org/v2/environments", { as })).status).toBe(401);
            expect(await client.probe(as)).toBe(401);
            expect(client.emulator.state().apiKeys.at(-1)).toMatchObject({ kind, propagated: true });
            const listed = await client.send("GET", `/iam/v2/api-keys?spec.resource=${id}`);
            expect(listed.body.data.map((key: { id: string }) => key.id)).toEqual([body.id]);
        }
        expect((await client.createKey("sa-000aaa", { id: "lkc-nope00" })).status).toBe(400);
    });

    it("returns 400 with a pointer to the owner when the owner does not exist", async () => {
        const reply = await client.createKey("sa-none");
        expect([reply.status, reply.body.errors[0].source]).toEqual([400, { pointer: "/spec/owner" }]);
    });

    it.each([
        ["/spec/resource/environment", { id: "aws.us-east-1", environment: "env-none" }],
        ["/spec/resource/environment", { id: "aws.us-east-1" }],
        ["/spec/resource/id", { id: "aws.nowhere", environment: "env-abc123" }],
        ["/spec/resource/id", { id: "env-none.aws.us-east-1" }],
        ["/spec/resource/id", { id: "lkc-nope00" }],
    ])("returns 400 with the pointer %s for the resource %j", async (pointer, resource) => {
        const reply = await client.createKey(ownerId, resource);
        expect([reply.status, reply.body.errors[0].source]).toEqual([400, { pointer }]);
    });

    it("returns 403 for a deleted key", async () => {
        const { body } = await client.createKey(ownerId);
        expect((await client.send("DELETE", `${PATH}/${body.id}`)).status).toBe(204);
        for (const method of ["GET", "DELETE"]) {
            const reply = await client.send(method, `${PATH}/${body.id}`);
            expect([reply.status, reply.body.errors[0].code]).toEqual([403, "forbidden_access"]);
        }
        expect((await client.send("PATCH", `${PATH}/${body.id}`, { body: { spec: {} } })).status).toBe(403);
    });

    it("changes display name and description, also to an empty text", async () => {
        const { body } = await client.createKey(ownerId);
        client.emulator.clock.advance(1000);
        const spec = { display_name: "new", description: "" };
        const reply = await client.send("PATCH", `${PATH}/${body.id}`, { body: { spec } });
        expect(reply.status).toBe(200);
        expect(reply.body.spec).toMatchObject({ ...spec, secret: "" });
        expect(reply.body.metadata).toMatchObject({
            created_at: "2026-08-01T00:00:00.000Z",
            updated_at: "2026-08-01T00:00:01.000Z",
        });
    });

    it.each([
        ["/spec/owner", { owner: { id: "u-111aaa" } }],
        ["/spec/resource", { resource: { id: "gcp.us-east1", environment: "env-abc123" } }],
        ["/spec/resource/environment", { resource: { id: "aws.us-east-1", environment: "env-def456" } }],
        ["/spec/secret", { secret: "mine" }],
    ])("returns 422 with the pointer %s for a change of that property", async (pointer, spec) => {
        const { body } = await client.createKey(ownerId);
        const reply = await client.send("PATCH", `${PATH}/${body.id}`, { body: { spec } });
        expect([reply.status, reply.body.errors[0].source]).toEqual([422, { pointer }]);
    });

    it("lists by owner and by resource in either form, ignoring case", async () => {
        await client.createKey(ownerId);
        await client.createKey(ownerId, { id: "gcp.us-east1", environment: "env-abc123" });
        await client.createKey("sa-000aaa", { id: "env-def456.aws.us-east-1" });
        await client.createKey(ownerId, { id: "cloud" });
        const count = async (query: string): Promise<number> =>
            (await client.send("GET", `${PATH}?${query}`)).body.data.length;
        expect(await count(`spec.owner=${ownerId}`)).toBe(3);
        expect(await count(`spec.owner=${ownerId}&spec.resource=`)).toBe(3);
        expect(await count("spec.resource=AWS.us-east-1")).toBe(2);
        expect(await count("spec.resource=env-DEF456.aws.us-east-1")).toBe(1);
        expect(await count(`spec.owner=${ownerId}&spec.resource=cloud`)).toBe(1);
        expect(await count("spec.owner=sa-none")).toBe(0);
    });

    it("takes secrets from makeSecret, except that of the bootstrap key", async () => {
        await client.emulator.close();
        client.emulator = await startEmulator({ makeSecret: () => "recognisable-secret" });
        const { body } = await client.createKey("sa-000aaa");
        expect(body.spec.secret).toBe("recognisable-secret");
        expect(client.emulator.cloudApiSecret).toMatch(/^cflt/);
    });

    it("creates the same ids and secrets with the same seed, and others with another seed", async () => {
        const firstKey = async (seed: number): Promise<unknown> => {
            const other = await startEmulator({ seed, clock: STOPPED_CLOCK });
            const { body } = await new EmulatorClient(other).createKey("sa-000aaa");
            await other.close();
            return [body.id, body.spec.secret, other.cloudApiKey, other.cloudApiSecret];
        };
        expect(await firstKey(7)).toEqual(await firstKey(7));
        expect(await firstKey(7)).not.toEqual(await firstKey(8));
    });
});
