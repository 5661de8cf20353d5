import { EmulatorClient } from "../__tests__/emulator/emulatorClient";
import type { Emulator } from "../emulator";

/** Environment of the benchmarks' keys. It exists in a new emulator. */
export const environmentId = "env-abc123";

/** Regions that exist in the emulator. */
export const regions = [
    ["aws", "us-east-1"],
    ["aws", "us-east-2"],
    ["gcp", "us-east1"],
] as const;

/** Creates service accounts with FlinkDeveloper on the environment, and returns their ids. */
export async function createOwners(emulator: Emulator, count: number): Promise<string[]> {
    const client = new EmulatorClient(emulator);
    const owners: string[] = [];
    for (let i = 0; i < count; i++) {
        const id = await client.makeAccount(`bench-${i}`);
        const { status } = await client.grant(id, "FlinkDeveloper", `/environment=${environmentId}`);
        if (status !== 201) throw new Error(`role binding of ${id}: ${status}`);
        owners.push(id);
    }
    return owners;
}
