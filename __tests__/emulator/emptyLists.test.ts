import { EmulatorClient } from "./emulatorClient";

describe("lists of resources that the emulator does not have", () => {
    const client = EmulatorClient.forEach();

    it("are empty, not 501", async () => {
        for (const path of [
            "/networking/v1/private-link-attachments?environment=env-abc123",
            "/networking/v1/networks?environment=env-abc123",
            "/iam/v2/sso/group-mappings",
            "/iam/v2/invitations",
            "/iam/v2/certificate-authorities",
            "/byok/v1/keys",
        ])
            expect(await client.send("GET", path)).toMatchObject({ status: 200, body: { data: [] } });
    });
});
