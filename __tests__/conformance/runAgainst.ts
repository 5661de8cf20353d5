import type { ConformanceOptions } from "../../cli/conformance/conformanceOptions";
import type { ConformanceReport } from "../../cli/conformance/conformanceReport";
import type { Verdict } from "../../cli/conformance/findings";
import { runConformance } from "../../cli/conformance/runConformance";
import { CommandFailure, exitCodes } from "../../cli/exitCodes";
import type { Prompt } from "../../cli/terminalPrompt";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/emulator";
import { captureOutput } from "../cli/capturedOutput";
import { VirtualClock } from "../provider/virtualClock";
import { type Deviation, startDeviatingService } from "./deviatingService";

export interface Outcome {
    readonly exitCode: number;
    readonly report: ConformanceReport;
    readonly out: string;
    readonly err: string;
    /** The ids of the assumptions with this verdict. */
    with(verdict: Verdict): string[];
}

export interface Setting {
    readonly emulator?: EmulatorOptions;
    /** How the service differs from the emulator. */
    readonly deviation?: Deviation;
    readonly options?: Partial<ConformanceOptions>;
    /** Default 1. */
    readonly samples?: number;
    /** Default: there is no terminal. */
    readonly prompt?: Prompt;
    /** Duration of each request. Default 0. */
    readonly latencyMs?: number;
    /** How far the emulator's clock is ahead of this machine's. */
    readonly aheadMs?: number;
    /** Called before and after the run. */
    readonly before?: (emulator: Emulator) => Promise<void> | void;
    readonly after?: (emulator: Emulator, url: string) => void;
}

/** Runs `conformance` against a new emulator, with a virtual clock. */
export async function runAgainst(setting: Setting = {}): Promise<Outcome> {
    const clock = new VirtualClock();
    const { aheadMs = 0, latencyMs = 0 } = setting;
    const emulator = await startEmulator({
        clock: { now: () => clock.now() + aheadMs },
        ...(latencyMs > 0 && { onExchange: () => clock.advance(latencyMs) }),
        ...setting.emulator,
    });
    const service = setting.deviation ? await startDeviatingService(emulator, setting.deviation) : undefined;
    const url = service?.url ?? emulator.url;
    try {
        await setting.before?.(emulator);
        const outcome = await runCommand(emulator, url, clock, setting.options, setting);
        setting.after?.(emulator, url);
        return outcome;
    } finally {
        await service?.close();
        await emulator.close();
    }
}

/** Runs `conformance` in this process, and returns its output. */
export async function runCommand(
    emulator: Emulator,
    url: string,
    clock: VirtualClock,
    options: Partial<ConformanceOptions> = {},
    { samples = 1, prompt }: { samples?: number | undefined; prompt?: Prompt } = {},
): Promise<Outcome> {
    const output = captureOutput();
    let failure = "";
    let exitCode: number = exitCodes.ok;
    try {
        await runConformance(
            {
                environment: "env-abc123",
                region: "aws.us-east-2",
                role: "FlinkDeveloper",
                budget: "15m",
                yes: true,
                json: true,
                ...options,
            },
            {
                clock,
                samples,
                prompt,
                version: "1.2.3",
                env: {
                    CONFLUENT_CLOUD_ENDPOINT: url,
                    CONFLUENT_CLOUD_API_KEY: emulator.cloudApiKey,
                    CONFLUENT_CLOUD_API_SECRET: emulator.cloudApiSecret,
                },
            },
        );
    } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        exitCode = error.exitCode;
        failure = `${error.message}\n`;
    } finally {
        output.release();
    }
    const [out, err] = [output.out, output.err + failure];
    const report = out.startsWith("{") ? (JSON.parse(out) as ConformanceReport) : (undefined as never);
    return {
        exitCode,
        report,
        out,
        err,
        with: (verdict) => report.findings.filter((one) => one.verdict === verdict).map(({ id }) => id),
    };
}

/** The ids of everything in the emulator that was not there from the start. */
export function leftIn(emulator: Emulator): string[] {
    const { serviceAccounts, apiKeys, roleBindings } = emulator.state();
    return [...serviceAccounts, ...apiKeys, ...roleBindings]
        .filter(({ seeded }) => !seeded)
        .map(({ id }) => id);
}
