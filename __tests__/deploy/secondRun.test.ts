// What a stack goes through in life, each command from a clone of its own on a machine of its own, keyless, its secrets
// encrypted by a key service (Vault's transit engine, a stand-in). Not proven here: GitHub's scheduling and the cloud logins.
import { describeWithPipelines, missing, PipelineWorld, succeed } from "./pipelineWorld";

jest.setTimeout(300_000);

const stack = "prod";
const file = `  confluent-flink:environmentId: env-abc123
  confluent-flink:regions: [aws.us-east-2]
  confluent-flink:roles: [FlinkDeveloper]
  confluent-flink:rotation: { every: 90d, overlap: 7d }
`;

let world: PipelineWorld;

beforeAll(async () => {
    if (missing) return;
    world = await PipelineWorld.start({
        stacks: { [stack]: file },
        emulator: {
            keyPropagation: { minMs: 200, maxMs: 200 },
            rolePropagation: { minMs: 200, maxMs: 200 },
        },
    });
});

afterAll(() => world?.close());

describeWithPipelines("a stack whose secrets a key service encrypts", () => {
    it("goes up", async () => {
        for (const i of [1, 2, 3]) {
            const t = Date.now();
            const r = await world.onStack(stack, "up");
            console.log(i, Date.now() - t, r.exitCode, r.log);
        }
        console.log((await world.onStack(stack, "drift")).log);
        console.log((await world.onStack(stack, "unlock")).log);
        console.log((await world.onStack(stack, "preview")).log);
    });
    it("env gone", async () => {
        const gone = await world.client.send("DELETE", "/org/v2/environments/env-abc123");
        console.log(JSON.stringify(gone));
        console.log((await world.onStack(stack, "destroy")).log);
        console.log(world.keysOf(stack));
    });
});
void succeed;
