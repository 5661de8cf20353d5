// The short form of the benchmark: requests and sizes, with the provider in the SDK's own process. Not proven here: times,
// memory, and the size of the state of an engine (npm run bench -- cost-per-key).
import { createKeys } from "../../bench/createKeys";
import { measureLoad } from "../../bench/scenarios/costPerKey";
import { providerLine } from "../../components/flinkApiKey";
import { startEmulator } from "../../emulator";

it("a run with 40 keys of 10 owners sends one POST and one PATCH for each key, one list for each owner, and two look-ups", async () => {
    const { kinds, besideProbe, probes, toRead, toDelete } = await measureLoad(40);
    expect(kinds).toEqual({
        "POST /iam/v2/api-keys": 40,
        "PATCH /iam/v2/api-keys/{id}": 40,
        "GET /iam/v2/api-keys": 10,
        "GET /org/v2/environments/{id}": 1,
        "GET /fcpm/v2/regions": 1,
        "GET statements (the probe)": 80,
    });
    // 2.3 for each key; 2.012 with a thousand keys of ten owners.
    expect(besideProbe).toBe(2 * 40 + 12);
    // A refresh lists the keys of each owner. A destroy does the same, and reads and deletes each key.
    expect({ probes, toRead, toDelete }).toEqual({ probes: 80, toRead: 10, toDelete: 90 });
}, 60_000);

it("a key's inputs and outputs take at most 1,300 bytes, including both provider lines and the encrypted secret", async () => {
    const emulator = await startEmulator();
    try {
        const { provider, created } = await createKeys({ emulator, keys: 1 });
        await provider.close();
        const [{ inputs, outputs }] = created as [(typeof created)[number]];
        const stored = [inputs, outputs].map((part) => JSON.stringify({ ...part, __provider: providerLine }));
        // Encryption adds the engine's marker and a nonce, and base64 is longer.
        const encryptionBytes = 200;
        expect(Buffer.byteLength(stored.join("")) + encryptionBytes).toBeLessThanOrEqual(1300);
    } finally {
        await emulator.close();
    }
}, 60_000);
