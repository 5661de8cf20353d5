// Jobs that are cancelled in the middle, killed, or that meet. The signals come when the run is known to wait for its key.
// GitHub's time between them (7.5 s, 2.5 s) is scaled to nothing: the next one comes as soon as Pulumi has said that it
// heard the one before. Not proven here: that GitHub sends them.
import { readFileSync, writeFileSync } from "node:fs";
import { describeWithPipelines, missing, PipelineWorld, succeed } from "./pipelineWorld";
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
        // Until a test moves the clock no new key is known.
        emulator: { keyPropagation: { minMs: 3_600_000, maxMs: 3_600_000 } },
    });
});

afterAll(() => world?.close());

/** Lets every key that is there become known. */
function propagate(): void {
    world.emulator.clock.advance(2 * 3_600_000);
}

/** Does one thing after the other, each when its text is in the log for the first time. */
function steps(...all: [text: string, act: (send: (signal: NodeJS.Signals) => void) => void][]): OnLog {
    const waiting = [...all];
    return (log, send) => {
        while (waiting[0] && log.includes(waiting[0][0])) waiting.shift()?.[1](send);
    };
}

const isAwaited = "the region does not know the key yet";

describeWithPipelines("a job that is cancelled", () => {
    // GitHub sends the one first, GitLab and Kubernetes the other.
    it.each([
        ["SIGINT", "interrupted"],
        ["SIGTERM", "stopped"],
    ] as const)(
        "by %s lets the key under way arrive, stores it and frees its lock",
        async (signal, stack) => {
            const onLog = steps([isAwaited, (send) => send(signal)], ["cancelling", propagate]);
            const { exitCode, log } = await world.onStack(stack, "up", { onLog });
            expect(exitCode).not.toBe(0);
            expect(log).toContain("cancelling");
            expect(world.locks(stack)).toEqual([]);
            const [key, ...others] = world.keysOf(stack);
            expect(others).toEqual([]);
            expect(world.state(stack)).toContain(key?.id);
        },
    );

    it("by SIGINT and then SIGTERM ends at once with its lock free, and the next run leaves one usable key", async () => {
        const onLog = steps([isAwaited, (send) => send("SIGINT")], ["cancelling", (send) => send("SIGTERM")]);
        const { exitCode, log } = await world.onStack("terminated", "up", { onLog });
        expect(exitCode).not.toBe(0);
        expect(log).toContain("terminating");
        expect(world.locks("terminated")).toEqual([]);
        await succeed(world.onStack("terminated", "up", { onLog: steps([isAwaited, propagate]) }));
        expect(world.keysOf("terminated")).toMatchObject([{ usable: true }]);
    });
});

describeWithPipelines("two jobs of one stack, and one that is killed", () => {
    it("meet: the second changes nothing and says who runs; killed, the first leaves its lock, which unlock takes away", async () => {
        let second: Promise<unknown> | undefined;
        const onLog = steps([
            isAwaited,
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
        await succeed(world.onStack("killed", "up", { onLog: steps([isAwaited, propagate]) }));
        expect(world.keysOf("killed")).toMatchObject([{ usable: true }]);
    });
});

(process.env.TEST_LONG === "1" ? describeWithPipelines : describe.skip)(
    "a job that is killed in long runs",
    () => {
        it("right after it made its stack, before anything was deployed, leaves one that the next run goes on with", async () => {
            const onLog = steps(["Created stack", (send) => send("SIGKILL")]);
            expect((await world.onStack("made", "up", { onLog })).exitCode).not.toBe(0);
            expect(world.keysOf("made")).toEqual([]);
            await succeed(world.onStack("made", "up", { onLog: steps([isAwaited, propagate]) }));
            expect(world.keysOf("made")).toMatchObject([{ usable: true }]);
            expect(world.state("made")).toContain("hashivault://flink");
        });
    },
);
