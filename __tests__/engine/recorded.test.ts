// Holds the simulated engine against recordings of a real one (`npm run record:engine`), call by call, and where there
// is a `pulumi`, some of the recordings against it: a newer engine that does something else is noticed. Not proven
// here: what our own provider answers to these calls.
import { execFileSync } from "node:child_process";
import type { EngineOperation, StepOutcome } from "./recorded/engineOperation";
import { engineOperations } from "./recorded/engineOperations";
import { Recorder } from "./recorded/recorder";
import { readRecording } from "./recorded/recordings";
import { replay } from "./recorded/replay";

describe("SimulatedEngine", () => {
    it.each(engineOperations.map((operation) => [operation.name, operation] as const))(
        "does what the recorded engine does: %s",
        async (_name, operation) => {
            const recorded = readRecording(operation.name);
            expect(recorded.steps.map(({ succeeded, calls, state, pending, ...step }) => step)).toEqual(
                operation.steps,
            );
            expect(rendered(operation, await replay(operation))).toEqual(rendered(operation, recorded.steps));
        },
    );
});

/** Cheap ones, and those that keys were lost in. */
const repeated = [
    "--replace",
    "replacement by input",
    "create fails half way, and up --refresh",
    "create fails half way, with a hook that retries",
    "update fails half way, and up",
];

describe("the engine on the PATH", () => {
    const missing = hasEngine() ? undefined : "needs a pulumi command on the PATH";
    if (missing !== undefined) {
        process.stderr.write(`Skipped: the recordings against a real engine: ${missing}\n`);
        it.skip(missing, () => undefined);
        return;
    }
    let recorder: Recorder;
    beforeAll(() => {
        recorder = new Recorder();
    });
    afterAll(() => recorder.close());

    it.each(repeated)(
        "does what it did when it was recorded, or `npm run record:engine` is due: %s",
        async (name) => {
            const operation = engineOperations.find((one) => one.name === name) as EngineOperation;
            const { steps } = await recorder.record(operation);
            expect(rendered(operation, steps)).toEqual(rendered(operation, readRecording(name).steps));
        },
        120_000,
    );
});

function hasEngine(): boolean {
    try {
        execFileSync("pulumi", ["version"], {
            env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
            stdio: "ignore",
        });
        return true;
    } catch {
        return false;
    }
}

/** A line for each call and each stored resource, so that a difference is one line. */
function rendered(operation: EngineOperation, outcomes: readonly StepOutcome[]): string[] {
    return outcomes.flatMap(({ succeeded, calls, state, pending }, index) => [
        `# ${JSON.stringify(operation.steps[index]?.command)}`,
        ...calls.map(
            ({ process, method, reply, ...asked }) =>
                `process ${process}: ${method} ${inOrder(asked)} → ${inOrder(reply)}`,
        ),
        `ended ${succeeded ? "well" : "with an error"}`,
        ...state.map((resource) => `state: ${inOrder(resource)}`).sort(),
        ...pending.map((one) => `pending: ${one}`),
    ]);
}

function inOrder(value: unknown): string {
    return JSON.stringify(value, (_key, part) =>
        typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
            : part,
    );
}
