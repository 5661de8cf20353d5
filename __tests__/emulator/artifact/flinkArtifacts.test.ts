import { EmulatorClient } from "../emulatorClient";
import { STOPPED_CLOCK } from "../stoppedClock";

const PATH = "/artifact/v1/flink-artifacts";
const PLACE = "cloud=AWS&region=us-east-2&environment=env-abc123";

describe("Flink artifacts", () => {
    const client = EmulatorClient.forEach({ clock: STOPPED_CLOCK });

    async function newUpload(): Promise<{ upload_id: string; upload_url: string; upload_form_data: object }> {
        const body = { content_format: "JAR", cloud: "AWS", region: "us-east-2", environment: "env-abc123" };
        const reply = await client.send("POST", "/artifact/v1/presigned-upload-url", { body });
        expect(reply.status).toBe(200);
        return reply.body;
    }

    function create(uploadId: string, displayName = "udfs", as?: string) {
        return client.send("POST", `${PATH}?cloud=AWS&region=us-east-2`, {
            ...(as === undefined ? {} : { as }),
            body: {
                display_name: displayName,
                cloud: "AWS",
                region: "us-east-2",
                environment: "env-abc123",
                class: "io.example.Sum",
                upload_source: { location: "PRESIGNED_URL_LOCATION", upload_id: uploadId },
            },
        });
    }

    /** As the official clients do for AWS: a form with the fields of the answer and the file. */
    async function upload(url: string, fields: object, bytes: number): Promise<number> {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.append(name, value);
        form.append("file", new Blob([new Uint8Array(bytes)]), "udfs.jar");
        return (await fetch(url, { method: "POST", body: form })).status;
    }

    it("are created from a file of any size that was sent to the upload URL, read, listed, changed and deleted", async () => {
        const { upload_id, upload_url, upload_form_data } = await newUpload();
        expect(await upload(upload_url, upload_form_data, 3 * 1024 * 1024)).toBe(200);
        const made = await create(upload_id);
        expect([made.status, made.body]).toEqual([
            201,
            expect.objectContaining({
                id: expect.stringMatching(/^cfa-/),
                content_format: "JAR",
                runtime_language: "JAVA",
                versions: [expect.objectContaining({ version: expect.any(String) })],
            }),
        ]);
        const one = `${PATH}/${made.body.id}?${PLACE}`;
        expect((await client.send("GET", one)).body).toEqual(made.body);
        const changed = await client.send("PATCH", one, { body: { description: "sums" } });
        expect(changed.body.description).toBe("sums");
        expect((await client.send("GET", `${PATH}?${PLACE}`)).body.data).toHaveLength(1);
        expect(
            (await client.send("GET", `${PATH}?${PLACE.replace("us-east-2", "us-east-1")}`)).body.data,
        ).toEqual([]);
        expect((await client.send("DELETE", one)).status).toBe(204);
        expect((await client.send("GET", one)).status).toBe(404);
    });

    it("need a file that has arrived, once, within the hour of its URL", async () => {
        const first = await newUpload();
        const early = await create(first.upload_id);
        expect([early.status, early.body.errors[0].detail]).toEqual([
            400,
            expect.stringContaining("No file has been uploaded"),
        ]);
        const put = await fetch(first.upload_url, {
            method: "PUT",
            headers: { "content-type": "application/java-archive" },
            body: "PK",
        });
        expect(put.status).toBe(200);
        expect((await create(first.upload_id)).status).toBe(201);
        expect((await create(first.upload_id, "again")).status).toBe(400);
        const late = await newUpload();
        client.emulator.clock.advance(3_600_000);
        expect(await upload(late.upload_url, {}, 1)).toBe(403);
    });

    it("have a name of their own in their environment and region, and need a role there", async () => {
        const uploaded = async () => {
            const { upload_id, upload_url } = await newUpload();
            await upload(upload_url, {}, 1);
            return upload_id;
        };
        expect((await create(await uploaded())).status).toBe(201);
        expect((await create(await uploaded())).status).toBe(409);
        const as = await client.makeKey(await client.makeAccount(), { id: "cloud" });
        expect((await create(await uploaded(), "other", as)).status).toBe(403);
        expect((await client.send("GET", `${PATH}?cloud=AWS&region=us-east-2`)).status).toBe(400);
    });
});
