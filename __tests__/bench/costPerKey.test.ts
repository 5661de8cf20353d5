// The short form of the benchmark: counts and sizes of the provider in the SDK's own process. Not proven here: times,
// memory, and what an engine makes of the state (npm run bench -- cost-per-key).

import { makeKeys } from "../../bench/keyLoad";
import { measureLoad } from "../../bench/scenarios/costPerKey";
import { providerLine } from "../../components/flinkApiKey";
import { startEmulator } from "../../emulator";

it("a run of 40 keys over 10 owners takes one POST and one PATCH a key, one list an owner and two shared look-ups", async () => {
    const { kinds, besideProbe, probes, toRead, toDelete } = await measureLoad(40);
    expect(kinds).toEqual({
        "POST /iam/v2/api-keys": 40,
        "PATCH /iam/v2/api-keys/{id}": 40,
        "GET /iam/v2/api-keys": 10,
        "GET /org/v2/environments/{id}": 1,
        "GET /fcpm/v2/regions": 1,
        "GET statements (the probe)": 80,
    });
    // 2.3 a key here; with a thousand keys of ten owners 2.012.
    expect(besideProbe).toBe(2 * 40 + 12);
    // Reading takes a list an owner; deleting takes that and a DELETE a key.
    expect({ probes, toRead, toDelete }).toEqual({ probes: 80, toRead: 10, toDelete: 50 });
}, 60_000);

it("a key's inputs and outputs take at most 1,200 bytes, the provider line in both and the secret encrypted", async () => {
    const emulator = await startEmulator();
    try {
        const { provider, made } = await makeKeys({ emulator, keys: 1 });
        await provider.close();
        const [{ inputs, outputs }] = made as [(typeof made)[number]];
        const stored = [inputs, outputs].map((part) => JSON.stringify({ ...part, __provider: providerLine }));
        // What the engine's mark, nonce and base64 add to a secret.
        const encryptionBytes = 200;
        expect(Buffer.byteLength(stored.join("")) + encryptionBytes).toBeLessThanOrEqual(1200);
    } finally {
        await emulator.close();
    }
}, 60_000);
