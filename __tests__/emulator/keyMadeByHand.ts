import type { Emulator } from "../../emulator";
import { EmulatorClient } from "./emulatorClient";

export interface KeyMadeByHand {
    readonly apiKey: string;
    readonly apiSecret: string;
    /** ISO 8601 */
    readonly createdAt: string;
}

/** Creates a key that no state contains, as the Confluent CLI does. Default: of sa-000aaa, in env-abc123 and aws.us-east-2. */
export async function makeKeyByHand(emulator: Emulator, spec: object = {}): Promise<KeyMadeByHand> {
    const { body } = await new EmulatorClient(emulator).send("POST", "/iam/v2/api-keys", {
        body: {
            spec: {
                display_name: "made by hand",
                description: "from the CLI",
                owner: { id: "sa-000aaa" },
                resource: { id: "aws.us-east-2", environment: "env-abc123" },
                ...spec,
            },
        },
    });
    return { apiKey: body.id, apiSecret: body.spec.secret, createdAt: body.metadata.created_at };
}
