// Lists that lag behind, as a client sees them over HTTP.
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

const lagMs = 5_000;

const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK, listLagMs: lagMs, revocationMs: 3_000 });

const post = async (description = "one") => {
    const spec = {
        display_name: "k",
        description,
        owner: { id: "sa-000aaa" },
        resource: { id: "aws.us-east-1", environment: "env-abc123" },
    };
    const { body } = await client.send("POST", "/iam/v2/api-keys", { body: { spec } });
    return { id: String(body.id), secret: String(body.spec.secret) };
};
const listed = async (): Promise<Record<string, string>> => {
    const { body } = await client.send("GET", "/iam/v2/api-keys?spec.owner=sa-000aaa&page_size=100");
    const rows = body.data as { id: string; spec: { description: string; resource: { kind: string } } }[];
    const flink = rows.filter(({ spec }) => spec.resource.kind === "Region");
    return Object.fromEntries(flink.map(({ id, spec }) => [id, spec.description]));
};

describe("a list of API keys that lags", () => {
    it("shows a new key, a changed key, and the deletion of a key only after the lag", async () => {
        const { id } = await post();
        expect(await listed()).toEqual({});
        expect((await client.send("GET", `/iam/v2/api-keys/${id}`)).status).toBe(200);
        client.emulator.clock.advance(lagMs);
        expect(await listed()).toEqual({ [id]: "one" });

        await client.send("PATCH", `/iam/v2/api-keys/${id}`, { body: { spec: { description: "two" } } });
        expect(await listed()).toEqual({ [id]: "one" });
        client.emulator.clock.advance(lagMs);
        expect(await listed()).toEqual({ [id]: "two" });

        await client.send("DELETE", `/iam/v2/api-keys/${id}`);
        expect(await listed()).toEqual({ [id]: "two" });
        expect((await client.send("GET", `/iam/v2/api-keys/${id}`)).status).toBe(403);
        client.emulator.clock.advance(lagMs);
        expect(await listed()).toEqual({});
    });

    it("shows the current state again as soon as the lag is set to 0", async () => {
        const { id } = await post();
        client.emulator.setLags({ listLagMs: 0 });
        expect(await listed()).toEqual({ [id]: "one" });
    });
});

describe("a Flink endpoint", () => {
    it("still accepts a deleted key for the revocation time", async () => {
        const { id, secret } = await post();
        await client.send("DELETE", `/iam/v2/api-keys/${id}`);
        expect(await client.probe(`${id}:${secret}`)).toBe(200);
        client.emulator.clock.advance(3_000);
        expect(await client.probe(`${id}:${secret}`)).toBe(401);
    });
});
