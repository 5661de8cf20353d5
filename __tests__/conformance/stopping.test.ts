// `conformance` as a process that is stopped or killed while a request hangs: it leaves nothing, or the next run finds it. Not
// proven here: what a run checks (runConformance.test.ts).
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { exitCodes } from "../../cli/exitCodes";
import { type Emulator, startEmulator } from "../../emulator/emulator";
import { VirtualClock } from "../provider/virtualClock";
import { sampleOf } from "../sample";
import { leftIn, runCommand } from "./runAgainst";

jest.setTimeout(60_000);

const cli = join(__dirname, "..", "..", "dist", "cli");
const args = ["conformance", "--environment", "env-abc123", "--region", "aws.us-east-2", "--yes", "--json"];

/** The command itself. */
const mainProgram = [join(cli, "main.js")];

/** The same with a clock that moves on in a sleep, with time limits of a fiftieth, and with one sample of each duration. */
const quickProgram = [
    "-e",
    `let nowMs = Date.now();
    const clock = { now: () => nowMs, sleep: async (ms) => { nowMs += ms; } };
    const timer = setTimeout;
    globalThis.setTimeout = (act, ms, ...args) => timer(act, ms / 50, ...args);
    const options = { environment: "env-abc123", region: "aws.us-east-2", role: "FlinkDeveloper", budget: "60m", yes: true, json: true };
    require(${JSON.stringify(join(cli, "conformance", "runConformance.js"))})
        .runConformance(options, { clock, samples: 1 })
        .catch((error) => {
            console.error(error.message);
            process.exitCode = error.exitCode ?? 99;
        });`,
    "--",
];

interface Moment {
    readonly what: string;
    readonly method: string;
    readonly path: RegExp;
    /** Which of the matching requests hangs. */
    readonly nth: number;
}

const moments: readonly Moment[] = [
    { what: "the service account is created", method: "POST", path: /^\/iam\/v2\/service-accounts$/, nth: 1 },
    { what: "a key is created", method: "POST", path: /^\/iam\/v2\/api-keys$/, nth: 1 },
    { what: "another key is created", method: "POST", path: /^\/iam\/v2\/api-keys$/, nth: 4 },
    { what: "a role binding is created", method: "POST", path: /^\/iam\/v2\/role-bindings$/, nth: 1 },
    { what: "a key is changed", method: "PATCH", path: /^\/iam\/v2\/api-keys\/.*$/, nth: 2 },
    { what: "a key is deleted", method: "DELETE", path: /^\/iam\/v2\/api-keys\/.*$/, nth: 1 },
    { what: "the region is probed", method: "GET", path: /^\/sql\/.*$/, nth: 3 },
    {
        what: "the service account is deleted",
        method: "DELETE",
        path: /^\/iam\/v2\/service-accounts\/.*$/,
        nth: 1,
    },
];

interface Ended {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly out: string;
    readonly err: string;
}

/** Runs until the request of `moment`, which takes effect but is never answered, and then calls `act`. */
async function runUntil(
    moment: Moment,
    act: (run: ChildProcess, emulator: Emulator) => void,
    program = quickProgram,
): Promise<{ emulator: Emulator; ended: Ended }> {
    let reached = (): void => undefined;
    const isReached = new Promise<void>((resolve) => {
        reached = resolve;
    });
    let hung = false;
    const emulator = await startEmulator({
        onExchange: ({ fault }) => {
            if (fault === undefined || hung) return;
            hung = true;
            reached();
        },
    });
    emulator.faults.add({
        method: moment.method,
        path: moment.path.source,
        nth: moment.nth,
        action: { hang: true },
    });
    const run = spawn(process.execPath, [...program, ...args], {
        env: {
            PATH: process.env.PATH ?? "",
            CONFLUENT_CLOUD_ENDPOINT: emulator.url,
            CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
            CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
        },
    });
    let [out, err] = ["", ""];
    run.stdout.on("data", (text) => (out += String(text)));
    run.stderr.on("data", (text) => (err += String(text)));
    const end = once(run, "close");
    await Promise.race([isReached, end]);
    act(run, emulator);
    const [code, signal] = await end;
    return { emulator, ended: { code, signal, out, err } };
}

function expectNothingLeft(emulator: Emulator, ended: Ended, signal: NodeJS.Signals): void {
    expect([leftIn(emulator), ended.code]).toEqual([[], exitCodes.unverified]);
    expect(ended.err).toContain(`${signal}: deleting what was created.`);
    expect(JSON.parse(ended.out)).toMatchObject({ ended: `it was stopped by ${signal}`, left: [] });
    expect(ended.out).not.toContain(emulator.cloudApiSecret);
}

describe("pulumi-confluent-flink conformance", () => {
    it.each(
        sampleOf(
            moments.map((moment, index) => ({
                ...moment,
                signal: index % 2 === 0 ? ("SIGINT" as const) : ("SIGTERM" as const),
            })),
            3,
        ),
    )("leaves nothing when $signal comes while $what", async (moment) => {
        const { emulator, ended } = await runUntil(moment, (run) => run.kill(moment.signal));
        try {
            expectNothingLeft(emulator, ended, moment.signal);
        } finally {
            await emulator.close();
        }
    });

    it.each(["SIGINT", "SIGTERM"] as const)("leaves nothing at %s, with the real clock", async (signal) => {
        const moment = moments.find(({ method }) => method === "PATCH") as Moment;
        const { emulator, ended } = await runUntil(moment, (run) => run.kill(signal), mainProgram);
        try {
            expectNothingLeft(emulator, ended, signal);
        } finally {
            await emulator.close();
        }
    });

    it.each(sampleOf(moments.slice(0, -1), 3))(
        "is killed while $what: the next run shows what is left, and --clean deletes it",
        async (moment) => {
            const { emulator, ended } = await runUntil(moment, (run) => run.kill("SIGKILL"));
            try {
                expect(ended.signal).toBe("SIGKILL");
                const [account] = emulator.state().serviceAccounts.filter(({ seeded }) => !seeded);
                expect(account?.displayName).toMatch(/^pcf-conformance-[0-9a-f]{6}-/);
                // The account's description contains the real time until when it may be needed.
                const clock = new VirtualClock();
                clock.advance(Date.now() - clock.now());
                const next = await runCommand(emulator, emulator.url, clock);
                expect(next.err).toContain(`${account?.id} (${account?.displayName}) belongs to another run`);
                expect(leftIn(emulator)).toContain(account?.id);
                await runCommand(emulator, emulator.url, clock, { clean: true });
                expect(leftIn(emulator)).toEqual([]);
            } finally {
                await emulator.close();
            }
        },
    );

    it("ends at once at the second signal, and shows what it leaves", async () => {
        const moment = { what: "", method: "DELETE", path: /^\/iam\/v2\/api-keys\/.*$/, nth: 1 };
        const { emulator, ended } = await runUntil(moment, (run, emulator) => {
            // The deletions hang too.
            emulator.faults.add({ method: "DELETE", times: 0, action: { hang: true } });
            run.kill("SIGINT");
            run.stderr?.on("data", (text) => {
                if (String(text).includes("A second signal")) run.kill("SIGINT");
            });
        });
        try {
            expect(ended.signal).toBe("SIGINT");
            const [account] = emulator.state().serviceAccounts.filter(({ seeded }) => !seeded);
            expect(ended.err).toContain(
                `Left: service account ${account?.id}. confluent iam service-account delete ${account?.id} --force`,
            );
        } finally {
            await emulator.close();
        }
    });
});
