import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { EmulatorClient } from "./emulatorClient";
import { STOPPED_CLOCK } from "./stoppedClock";

const SECRET = "cfltRECOGNISABLE/secret+0123456789";

describe("the journal", () => {
    let emulator: Emulator;
    let client: EmulatorClient;
    let folder: string;
    let file: string;

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "emulator-journal-"));
        file = join(folder, "journal.jsonl");
        emulator = await startEmulator({ clock: STOPPED_CLOCK, journalFile: file, makeSecret: () => SECRET });
        client = new EmulatorClient(emulator);
    });
    afterEach(async () => {
        await emulator.close();
        rmSync(folder, { recursive: true });
    });

    it("records the caller, the request and the status", async () => {
        await client.send("POST", "/iam/v2/service-accounts?assigned_resource_owner=u-111aaa", {
            body: { display_name: "app" },
        });
        expect(emulator.journal.entries()).toEqual([
            {
                at: "2026-08-01T00:00:00.000Z",
                method: "POST",
                path: "/iam/v2/service-accounts",
                query: { assigned_resource_owner: "u-111aaa" },
                status: 201,
                principal: "sa-000aaa",
                authorization: `Basic ${emulator.cloudApiKey}:***`,
                body: { display_name: "app" },
                durationMs: expect.any(Number),
            },
        ]);
    });

    it("writes the same entries to the file as JSON lines, and clear() only clears the memory", async () => {
        await client.send("GET", "/org/v2/environments");
        await client.send("GET", "/org/v2/organizations");
        const lines = readFileSync(file, "utf8").trimEnd().split("\n");
        expect(lines.map((line) => JSON.parse(line))).toEqual(emulator.journal.entries());
        emulator.journal.clear();
        expect(emulator.journal.entries()).toEqual([]);
        expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
    });

    it("has no credentials, wherever and in whatever encoding a client sends them", async () => {
        const { body } = await client.createKey("sa-000aaa");
        const pair = `${body.id}:${SECRET}`;
        expect(JSON.stringify(emulator.state())).not.toContain(SECRET);
        await client.probe(pair);
        await client.probe(`${body.id}:${SECRET}x`);
        const base64 = Buffer.from(pair).toString("base64");
        await client.send(
            "GET",
            `/nowhere/${encodeURIComponent(SECRET)}?secret=${SECRET.slice(4)}&q=${base64}`,
        );
        await client.send("POST", "/iam/v2/service-accounts", {
            body: {
                display_name: SECRET,
                description: `Basic ${base64}`,
                client_secret: "other",
                [SECRET]: 1,
            },
        });
        await client.send("POST", "/iam/v2/service-accounts", { body: `not JSON ${SECRET}` });
        await client.send("GET", "/org/v2/environments", { as: null, headers: { authorization: SECRET } });
        await client.send("GET", "/org/v2/environments", {
            as: null,
            headers: { authorization: `Token ${SECRET}` },
        });
        const memory = JSON.stringify(emulator.journal.entries());
        for (const text of [memory, readFileSync(file, "utf8")]) {
            for (const trace of [
                SECRET,
                SECRET.slice(4),
                encodeURIComponent(SECRET),
                base64,
                emulator.cloudApiSecret,
            ]) {
                expect(text).not.toContain(trace);
            }
        }
        expect(memory).not.toContain("other");
        expect(emulator.journal.entries()).toHaveLength(8);
        expect(emulator.journal.entries()[1]?.authorization).toBe(`Basic ${body.id}:***`);
    });

    it("rejects a file that cannot be written, when the emulator starts", async () => {
        await expect(startEmulator({ journalFile: join(folder, "none", "journal.jsonl") })).rejects.toThrow(
            "ENOENT",
        );
    });

    it("has no principal for a caller whose credentials were not accepted", async () => {
        await client.send("GET", "/org/v2/environments", { as: "AKNONE:wrong" });
        expect(emulator.journal.entries()).toMatchObject([
            { status: 401, principal: null, authorization: "Basic AKNONE:***" },
        ]);
    });
});
