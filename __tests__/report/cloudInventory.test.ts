// Which callers count as seeing every key, against both editions of Confluent's page. Not proven here: what a report concludes from
// it (buildReport.test.ts).
import { readCloudInventory } from "../../cli/report/cloudInventory";
import { ConfluentApi } from "../../confluent/confluentApi";
import { apiKeyCredentials } from "../../confluent/credentials";
import { Secret } from "../../confluent/secret";
import { startEmulator } from "../../emulator";
import { EmulatorClient } from "../emulator/emulatorClient";

describe("readCloudInventory", () => {
    it.each([
        ["OrganizationAdmin", "2026", true],
        ["OrganizationAdmin", "2025", true],
        ["ResourceKeyAdmin", "2026", false],
        // It does see it, but nothing says that the organization follows this edition.
        ["ResourceKeyAdmin", "2025", false],
    ] as const)(
        "says of %s, by the edition of %s, that it sees every key: %s",
        async (role, keyRoles, wanted) => {
            const emulator = await startEmulator({ keyRoles });
            try {
                const client = new EmulatorClient(emulator);
                const key = await client.makeKey(await client.makeAccount("owner"));
                const callerId = await client.makeAccount("caller");
                await client.grant(callerId, role);
                const [id, secret] = (await client.makeKey(callerId, { id: "cloud" })).split(":") as [
                    string,
                    string,
                ];
                const credentials = apiKeyCredentials(id, new Secret(secret));
                const api = new ConfluentApi({ endpoint: emulator.url, credentials });
                const { caller, keys } = await readCloudInventory({ api, credentials, identity: id });
                expect(caller.seesEverything).toBe(wanted);
                const isListed = keys.some((one) => one.id === key.split(":")[0]);
                // What counts as seen is seen.
                expect(isListed || !caller.seesEverything).toBe(true);
                expect(isListed).toBe(role === "OrganizationAdmin" || keyRoles === "2025");
            } finally {
                await emulator.close();
            }
        },
    );
});
