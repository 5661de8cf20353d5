import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../emulator";

/** Environment of the benchmarks' keys. It exists in a new emulator. */
export const environmentId = "env-abc123";

/** Regions that exist in the emulator. */
export const regions: readonly (readonly [cloud: string, region: string])[] = [
    ["aws", "us-east-1"],
    ["aws", "us-east-2"],
    ["gcp", "us-east1"],
];

/** Creates service accounts with FlinkDeveloper on the environment, and returns their ids. */
export async function createOwners(emulator: Emulator, count: number): Promise<string[]> {
    const owners: string[] = [];
    for (let i = 0; i < count; i++) {
        const { id } = await post(emulator, "/iam/v2/service-accounts", { display_name: `bench-${i}` });
        await post(emulator, "/iam/v2/role-bindings", {
            principal: `User:${id}`,
            role_name: "FlinkDeveloper",
            crn_pattern: `crn://confluent.cloud/organization=${emulator.organizationId}/environment=${environmentId}`,
        });
        owners.push(id);
    }
    return owners;
}

async function post(emulator: Emulator, path: string, body: unknown): Promise<{ id: string }> {
    const credentials = Buffer.from(`${emulator.cloudApiKey}:${emulator.cloudApiSecret}`).toString("base64");
    const response = await fetch(`${emulator.url}${path}`, {
        method: "POST",
        headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
        body: JSON.stringify(body),
    });
    if (response.status === 429) {
        await sleep(Number(response.headers.get("retry-after")) * 1000);
        return post(emulator, path, body);
    }
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string };
}
