import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

const SECRET = "RECOGNISABLE-secret-of-the-model-provider";

describe("Flink connections", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });
    let as: string;
    let path: string;

    beforeEach(async () => {
        as = await client.makeKey("sa-000aaa");
        path = client.statementsPath().replace(/statements$/, "connections");
    });

    const connection = (name: string, data = SECRET) => ({
        name,
        spec: {
            connection_type: "OPENAI",
            endpoint: "https://api.example.com/v1",
            auth_data: { kind: "PlaintextProvider", data },
        },
    });

    async function run(name: string, statement: string): Promise<string> {
        const body = { name, spec: { statement } };
        expect((await client.send("POST", client.statementsPath(), { as, body })).status).toBe(201);
        client.emulator.clock.advance(500);
        const reply = await client.send("GET", `${client.statementsPath()}/${name}`, { as });
        return `${reply.body.status.phase} ${reply.body.status.detail}`.trim();
    }

    it("are made, read, listed by type, changed and deleted", async () => {
        const made = await client.send("POST", path, { as, body: connection("one") });
        expect([made.status, made.body]).toEqual([
            201,
            expect.objectContaining({ name: "one", status: { phase: "READY", detail: "" } }),
        ]);
        expect(made.headers.get("location")).toBe(made.body.metadata.self);
        expect((await client.send("GET", `${path}/one`, { as })).body).toEqual(made.body);
        expect((await client.send("POST", path, { as, body: connection("one") })).status).toBe(409);
        const names = async (query: string) =>
            (await client.send("GET", `${path}?${query}`, { as })).body.data.map(
                ({ name }: { name: string }) => name,
            );
        expect([
            await names("spec.connection_type=openai"),
            await names("spec.connection_type=BEDROCK"),
        ]).toEqual([["one"], []]);
        const replaced = await client.send("PUT", `${path}/one`, { as, body: connection("one", "other") });
        expect([replaced.status, replaced.text]).toEqual([200, ""]);
        const moved = {
            ...connection("one"),
            spec: { ...connection("one").spec, endpoint: "https://other" },
        };
        expect((await client.send("PUT", `${path}/one`, { as, body: moved })).status).toBe(400);
        expect((await client.send("DELETE", `${path}/one`, { as })).status).toBe(200);
        expect((await client.send("GET", `${path}/one`, { as })).status).toBe(404);
    });

    it("are the same in SQL and in the API", async () => {
        const options = `'type' = 'openai', 'endpoint' = 'https://api.example.com/v1', 'api-key' = '${SECRET}'`;
        const create = `CREATE CONNECTION \`two\` WITH (${options})`;
        expect(await run("a", create)).toBe("COMPLETED");
        expect(await run("b", create)).toBe("FAILED Connection 'two' already exists.");
        expect(await run("c", create.replace("CONNECTION", "CONNECTION IF NOT EXISTS"))).toBe("COMPLETED");
        expect(await run("d", "CREATE CONNECTION x WITH ('type' = 'openai')")).toContain(
            "FAILED The option 'endpoint'",
        );
        const found = await client.send("GET", `${path}/two`, { as });
        expect(found.body.spec).toMatchObject({
            connection_type: "OPENAI",
            endpoint: "https://api.example.com/v1",
        });
        await client.send("POST", path, { as, body: connection("three") });
        expect(await run("show", "SHOW CONNECTIONS")).toBe("COMPLETED");
        const shown = await client.send("GET", `${client.statementsPath()}/show/results`, { as });
        expect(shown.body.results.data.map(({ row }: { row: string[] }) => row)).toEqual([
            ["two"],
            ["three"],
        ]);
        expect(await run("e", "ALTER CONNECTION three SET ('api-key' = 'new')")).toBe("COMPLETED");
        expect(await run("f", "DROP CONNECTION three")).toBe("COMPLETED");
        expect(await run("g", "DROP CONNECTION three")).toBe("FAILED Connection 'three' does not exist.");
        expect((await client.send("GET", `${path}/three`, { as })).status).toBe(404);
    });

    it("belong to a region, and leave no secret in responses and journal", async () => {
        await client.send("POST", path, { as, body: connection("one") });
        const other = await client.makeKey("sa-000aaa", { id: "aws.us-east-2", environment: "env-abc123" });
        expect((await client.send("GET", `${path}/one`, { as: other })).status).toBe(404);
        await run(
            "sql",
            `CREATE CONNECTION two WITH ('type' = 'x', 'endpoint' = 'y', 'api-key' = '${SECRET}')`,
        );
        const { text } = await client.send("GET", path, { as });
        expect(text).not.toContain(SECRET);
        expect(JSON.stringify(client.emulator.journal.entries())).not.toContain(SECRET);
    });
});
