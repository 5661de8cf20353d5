import { systemClock } from "../../confluent/clock";
import type { Connection, ConnectionSource } from "../connect";
import { wrongUsage } from "../exitCodes";
import { type RunPulumi, runPulumi } from "../runPulumi";
import { findProject } from "../stacks/project";
import { buildReport } from "./buildReport";
import { type CloudInventory, readCloudInventory } from "./cloudInventory";
import { probeKeys } from "./probe";
import { Progress } from "./progress";
import type { Report } from "./report";
import { readStackStateFiles, type StackStates, type StacksRead, searchStackStates } from "./stackStates";

/** What a report reads, from the options of `report`, `strays` and `find`. */
export interface ReportSource extends ConnectionSource {
    /** Exported states (files or folders), instead of the stacks of the project. */
    readonly state?: readonly string[];
    /** Folders of other Pulumi projects, whose stacks are read too. */
    readonly project?: readonly string[];
    /** URLs of the backends to read; default: the one that Pulumi is logged in to. */
    readonly backend?: readonly string[];
}

export interface ReportSettings {
    readonly probe?: boolean;
    /** Decrypts the values of all resources, to find those that contain a key. */
    readonly holders?: boolean;
    /** See `buildReport`. */
    readonly lostStacks?: readonly string[];
    readonly ageLimitSeconds?: number | undefined;
    readonly env?: NodeJS.ProcessEnv;
    readonly run?: RunPulumi;
}

/** Reads Confluent Cloud and the states at the same time, and combines them. */
export async function loadReport(
    connection: Connection,
    source: ReportSource,
    settings: ReportSettings = {},
): Promise<Report> {
    const progress = new Progress();
    try {
        const stacksRead = { done: 0, all: 0 };
        let hasAnswered = false;
        progress.say("reading", () => {
            const { done, all } = stacksRead;
            return `${done} of ${all} stacks read, Confluent Cloud has ${hasAnswered ? "answered" : "not answered yet"}`;
        });
        // Before any request, so that a path or URL that is wrong fails at once.
        const files = source.state && readStackStateFiles(source.state);
        if (files === undefined) requireProjects(source);
        const [cloud, stacks] = await Promise.all([
            readCloudInventory(connection).finally(() => {
                hasAnswered = true;
            }),
            files ?? readStates(source, settings, stacksRead),
        ]);
        progress.say("probing", () => "the Flink endpoints are tried with the managed keys");
        const probed = settings.probe ? await probe(cloud, stacks) : undefined;
        return buildReport({
            cloud,
            stacks,
            nowMs: Date.now(),
            ...(settings.lostStacks && { lostStacks: settings.lostStacks }),
            ...(probed && { probes: probed.probes, probeGaps: probed.gaps }),
            ...(settings.ageLimitSeconds !== undefined && { ageLimitSeconds: settings.ageLimitSeconds }),
        });
    } finally {
        progress.end();
    }
}

function requireProjects({ cwd, project = [], backend = [] }: ReportSource): void {
    findProject(cwd);
    for (const folder of project) findProject(folder, "--project");
    const noUrl = backend.find((one) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(one));
    if (noUrl === undefined) return;
    throw wrongUsage(
        `--backend: got ${JSON.stringify(noUrl)}, expected the URL of a state backend, such as s3://bucket or https://api.pulumi.com`,
    );
}

async function readStates(
    source: ReportSource,
    settings: ReportSettings,
    stacksRead: StacksRead,
): Promise<StackStates> {
    const search = {
        folders: [source.cwd, ...(source.project ?? [])],
        backends: source.backend ?? [],
        showSecrets: (settings.probe || settings.holders) ?? false,
    };
    return searchStackStates(search, settings.run ?? runPulumi, stacksRead);
}

async function probe(cloud: CloudInventory, stacks: StackStates): ReturnType<typeof probeKeys> {
    const { organizationId } = cloud;
    if (organizationId === undefined) {
        const reason = "The organization is not known, and it is part of the URL of a Flink endpoint.";
        return { probes: new Map(), gaps: [{ subject: "probe", reason }] };
    }
    return probeKeys(stacks.states, organizationId, systemClock);
}
