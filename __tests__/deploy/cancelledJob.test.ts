// Jobs that are cancelled or killed while they run, and two jobs of one stack at the same time. A signal is sent when the log shows
// that the run waits for its key. There is no pause between two signals as on GitHub (7.5 s, 2.5 s): the next one is sent as
// soon as Pulumi's log acknowledges the previous one. Not proven here: that GitHub sends them.
import { readFileSync, writeFileSync } from "node:fs";
import { describeWithPipelines, missing } from "./pipelineTools";
import { PipelineWorld, succeed } from "./pipelineWorld";
import type { OnLog } from "./workflowRunner";

jest.setTimeout(180_000);

const stackFile = (region: string): string => `  confluent-flink:environmentId: env-abc123
  confluent-flink:regions: [${region}]
  confluent-flink:roles: [FlinkDeveloper]
`;

let world: PipelineWorld;

beforeAll(async () => {
    if (missing) return;
    world = await PipelineWorld.start({
        stacks: {
            interrupted: stackFile("aws.us-east-2"),
            stopped: stackFile("aws.us-east-2"),
            terminated: stackFile("aws.us-east-2"),
            made: stackFile("aws.us-east-2"),
            killed: stackFile("gcp.us-east1"),
        },
        // No region knows a new key until a test moves the clock.
        emulator: { keyPropagation: { minMs: 3_600_000, maxMs: 3_600_000 } },
    });
});

afterAll(() => world?.close());

/** Moves the clock, so that the regions know every key that exists. */
function propagate(): void {
    world.emulator.clock.advance(2 * 3_600_000);
}

/** Takes steps in their order, each as soon as its text appears in the log. */
function steps(...all: [text: string, act: (send: (signal: NodeJS.Signals) => void) => void][]): OnLog {
    const waiting = [...all];
    return (log, send) => {
        while (waiting[0] && log.includes(waiting[0][0])) waiting.shift()?.[1](send);
    };
}

const waitsForKey = "the region does not know the key yet";

describeWithPipelines("a job that is cancelled", () => {
    // GitHub sends SIGINT first, GitLab and Kubernetes send SIGTERM.
    it.each([
        ["SIGINT", "interrupted"],
        ["SIGTERM", "stopped"],
    ] as const)("by %s stores the key for which it waits, and releases its lock", async (signal, stack) => {
        const onLog = steps([waitsForKey, (send) => send(signal)], ["cancelling", propagate]);
        const { exitCode, log } = await world.onStack(stack, "up", { onLog });
        expect(exitCode).not.toBe(0);
        expect(log).toContain("cancelling");
        expect(world.locks(stack)).toEqual([]);
        const [key, ...others] = world.keysOf(stack);
        expect(others).toEqual([]);
        expect(world.state(stack)).toContain(key?.id);
    });

    it("by SIGINT and then SIGTERM ends at once and releases its lock, and the next run ends with one usable key", async () => {
        const onLog = steps(
            [waitsForKey, (send) => send("SIGINT")],
            ["cancelling", (send) => send("SIGTERM")],
        );
        const { exitCode, log } = await world.onStack("terminated", "up", { onLog });
        expect(exitCode).not.toBe(0);
        expect(log).toContain("terminating");
        expect(world.locks("terminated")).toEqual([]);
        await succeed(world.onStack("terminated", "up", { onLog: steps([waitsForKey, propagate]) }));
        expect(world.keysOf("terminated")).toMatchObject([{ usable: true }]);
    });
});

describeWithPipelines("two jobs of one stack", () => {
    it("do not run at the same time: the second changes nothing and names the first; if the first is killed, unlock removes its lock", async () => {
        let second: Promise<unknown> | undefined;
        const onLog = steps([
            waitsForKey,
            (send) => {
                second = world.onStack("killed", "up").then(({ exitCode, log }) => {
                    send("SIGKILL");
                    expect(exitCode).not.toBe(0);
                    expect(log).toContain("is currently locked by 1 lock");
                    expect(log).toContain('the job or workflow "unlock"');
                });
            },
        ]);
        expect((await world.onStack("killed", "up", { onLog })).exitCode).not.toBe(0);
        await second;
        expect(world.locks("killed")).toHaveLength(1);
        expect(world.keysOf("killed")).toHaveLength(1);

        const [lock] = world.locks("killed") as [string];
        const text = readFileSync(lock, "utf8");
        const rewrite = (change: object): void =>
            writeFileSync(lock, JSON.stringify({ ...JSON.parse(text), ...change }));
        rewrite({ username: "somebody" });
        const foreign = await world.onStack("killed", "unlock");
        expect(foreign.exitCode).toBe(1);
        expect(foreign.log).toMatch(
            /was made by somebody@\S+ at \S+, expected a lock of this pipeline .* Nothing was unlocked/,
        );
        rewrite({ timestamp: new Date(Date.now() + 60_000).toISOString() });
        const young = await world.onStack("killed", "unlock");
        expect(young.exitCode).toBe(1);
        expect(young.log).toMatch(/after this job began, so a run is in progress\. Nothing was unlocked/);
        expect(world.locks("killed")).toHaveLength(1);

        rewrite({});
        expect((await succeed(world.onStack("killed", "unlock"))).log).toContain(
            "killed is unlocked. The lock was",
        );
        expect(world.locks("killed")).toEqual([]);
        expect((await succeed(world.onStack("killed", "unlock"))).log).toContain("killed is not locked.");
        await succeed(world.onStack("killed", "up", { onLog: steps([waitsForKey, propagate]) }));
        expect(world.keysOf("killed")).toMatchObject([{ usable: true }]);
    });
});

(process.env.TEST_LONG === "1" ? describeWithPipelines : describe.skip)("a killed job (long runs)", () => {
    it("leaves a stack that the next run can deploy, if it was killed right after it created the stack", async () => {
        const onLog = steps(["Created stack", (send) => send("SIGKILL")]);
        expect((await world.onStack("made", "up", { onLog })).exitCode).not.toBe(0);
        expect(world.keysOf("made")).toEqual([]);
        await succeed(world.onStack("made", "up", { onLog: steps([waitsForKey, propagate]) }));
        expect(world.keysOf("made")).toMatchObject([{ usable: true }]);
        expect(world.state("made")).toContain("hashivault://flink");
    });
});
