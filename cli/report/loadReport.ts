import { systemClock } from "../../confluent/clock";
import { ConfluentApi } from "../../confluent/confluentApi";
import { readSettings } from "../../provider/providerCredentials";
import { CommandFailure } from "../exitCodes";
import { pulumiJson, type RunPulumi, runPulumi } from "../runPulumi";
import { findProject, listStacks } from "../stacks/project";
import { buildReport } from "./buildReport";
import { type CloudInventory, readCloudInventory } from "./cloudInventory";
import { probeKeys } from "./probe";
import { Progress } from "./progress";
import type { Report } from "./report";
import { exportStackStates, readStackStateFiles, type StackStates } from "./stackStates";

/** Where a report comes from: the options that `report` and `strays` share. */
export interface ReportSource {
    /** A folder of the Pulumi project. */
    readonly cwd: string;
    /** Exported states, files or folders of them, in place of the stacks in `stacks/`. */
    readonly state?: readonly string[];
    /** Stack whose config gives credentials and endpoint; default: the environment's variables. */
    readonly configFrom?: string;
}

export interface ReportSettings {
    readonly probe?: boolean;
    readonly ageLimitSeconds?: number | undefined;
    readonly env?: NodeJS.ProcessEnv;
    readonly run?: RunPulumi;
}

/** Connects as the source says. Throws an error that names what is missing. */
export async function connect(source: ReportSource, settings: ReportSettings = {}): Promise<ConfluentApi> {
    const env = settings.env ?? process.env;
    const setting =
        source.configFrom === undefined
            ? (key: string) => (key === "confluentcloud:endpoint" ? env.CONFLUENT_CLOUD_ENDPOINT : undefined)
            : await stackSetting(source.configFrom, source.cwd, settings.run ?? runPulumi);
    try {
        const { credentials, endpoint } = readSettings(setting, env);
        return new ConfluentApi({ credentials, endpoint });
    } catch (error) {
        throw new CommandFailure(
            `${(error as Error).message} Or take them from a stack's config: --config-from STACK.`,
        );
    }
}

/** Reads Confluent Cloud and the states side by side, and joins them. */
export async function loadReport(
    api: ConfluentApi,
    source: ReportSource,
    settings: ReportSettings = {},
): Promise<Report> {
    const progress = new Progress();
    try {
        progress.say("Reading Confluent Cloud and the states of the stacks");
        const [cloud, stacks] = await Promise.all([
            readCloudInventory(api),
            readStates(source, settings.probe ?? false, settings.run ?? runPulumi),
        ]);
        progress.say("Asking the Flink endpoints with the managed keys");
        const probed = settings.probe ? await probe(cloud, stacks) : undefined;
        return buildReport({
            cloud,
            stacks,
            nowMs: Date.now(),
            ...(probed && { probes: probed.probes, probeGaps: probed.gaps }),
            ...(settings.ageLimitSeconds !== undefined && { ageLimitSeconds: settings.ageLimitSeconds }),
        });
    } finally {
        progress.end();
    }
}

async function readStates(source: ReportSource, withSecrets: boolean, run: RunPulumi): Promise<StackStates> {
    if (source.state !== undefined) return readStackStateFiles(source.state);
    const project = findProject(source.cwd);
    const names = listStacks(project).map(({ stack }) => stack);
    return exportStackStates(project.root, names, withSecrets, run);
}

async function probe(cloud: CloudInventory, stacks: StackStates): ReturnType<typeof probeKeys> {
    const organizationId = cloud.environments.find((one) => one.organizationId)?.organizationId;
    if (organizationId === undefined) {
        const reason = "The organization, which a Flink endpoint's addresses name, is not known.";
        return { probes: new Map(), gaps: [{ subject: "probe", reason }] };
    }
    return probeKeys(stacks.states, organizationId, systemClock);
}

/** The config of a stack, secrets in clear, by `pulumi config`. */
async function stackSetting(
    stack: string,
    cwd: string,
    run: RunPulumi,
): Promise<(key: string) => string | undefined> {
    const args = ["config", "--json", "--show-secrets", "--stack", stack];
    const config = (await pulumiJson(run, args, findProject(cwd).root)) as Record<string, { value?: string }>;
    return (key) => config[key]?.value;
}
