import { defaultEndpoint } from "../../confluent/confluentApi";
import type { ConformanceRun } from "./conformanceRun";
import type { Finding, Findings } from "./findings";
import type { LeftThing } from "./ownThings";

/** What `--json` prints: docs/conformance.schema.json. It can be sent in: no secret, and no id but those of the run's own things. */
export interface ConformanceReport {
    readonly format: "confluent-flink/conformance/1";
    /** Version of the package. */
    readonly version: string;
    /** When the run began, ISO 8601. */
    readonly at: string;
    readonly durationSeconds: number;
    /** Requests sent. */
    readonly requests: number;
    readonly service: {
        /** `https://api.confluent.cloud`, or `another`. */
        readonly endpoint: string;
        /** `aws.us-east-2` */
        readonly region: string;
        /** The role that the run's account had. */
        readonly role: string;
    };
    /** Stands in the names of the run's things. */
    readonly run: string;
    /** `whole`, or why it ended before. */
    readonly ended: string;
    readonly findings: readonly ReportedFinding[];
    /** What could not be removed. */
    readonly left: readonly LeftThing[];
    /** What was seen, for `--profile` of the emulator. */
    readonly profile: EmulatorProfile;
}

export interface ReportedFinding {
    readonly id: string;
    readonly assumed: string;
    readonly seen: string;
    readonly verdict: "true" | "false" | "not checked";
    /** What it means for the package. */
    readonly follows: string;
    /** Milliseconds. */
    readonly measured?: {
        readonly min: number;
        readonly median: number;
        readonly max: number;
        readonly samples: readonly number[];
    };
}

/** Propagation, lags and codes as the emulator takes them. What was not seen is left out. */
export interface EmulatorProfile {
    readonly format: "confluent-cloud-emulator/profile/1";
    readonly keyPropagationMs?: { readonly min: number; readonly max: number };
    readonly rolePropagationMs?: { readonly min: number; readonly max: number };
    readonly listLagMs?: number;
    readonly revocationMs?: number;
    readonly roleBindingFilter?: "exact" | "prefix";
    readonly statuses?: Readonly<Record<string, number>>;
}

export interface ReportParts {
    readonly version: string;
    readonly startMs: number;
    readonly endMs: number;
    readonly requests: number;
    readonly endpoint: string;
    readonly region: string;
    readonly roleName: string;
    readonly runId: string;
    readonly ended: string;
    readonly findings: readonly Finding[];
    readonly left: readonly LeftThing[];
    readonly profile: EmulatorProfile;
    /** Ids of the run's own things: all others are taken out. */
    readonly ownIds: ReadonlySet<string>;
    /** Texts that are taken out wherever they stand: addresses, the id of the Cloud API key. */
    readonly hidden: readonly string[];
}

export function conformanceReport(parts: ReportParts): ConformanceReport {
    const clean = <T>(value: T): T => withoutIds(value, parts.ownIds, parts.hidden);
    return {
        format: "confluent-flink/conformance/1",
        version: parts.version,
        at: new Date(parts.startMs).toISOString(),
        durationSeconds: Math.round((parts.endMs - parts.startMs) / 1000),
        requests: parts.requests,
        service: {
            endpoint: parts.endpoint === defaultEndpoint ? defaultEndpoint : "another",
            region: parts.region,
            role: parts.roleName,
        },
        run: parts.runId,
        ended: clean(parts.ended),
        findings: parts.findings.map(({ assumption, verdict, seen, measured }) => ({
            id: assumption.id,
            assumed: assumption.statement,
            seen: clean(seen),
            verdict,
            follows: verdict === "false" ? assumption.otherwise : "",
            ...(measured && {
                measured: {
                    min: measured.minMs,
                    median: measured.medianMs,
                    max: measured.maxMs,
                    samples: measured.samplesMs,
                },
            }),
        })),
        left: clean(parts.left),
        profile: parts.profile,
    };
}

const patterns: readonly RegExp[] = [
    /\b(?:env|sa|u|rb|lfcp|pool|lkc|lsrc)-[a-z0-9]{4,}\b/gi,
    /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
    /\b[A-Z0-9]{16}\b/g,
];

/** `value` with every id that is not one of `own` taken out of its texts, and every text of `hidden`. */
export function withoutIds<T>(value: T, own: ReadonlySet<string>, hidden: readonly string[]): T {
    if (typeof value === "string") {
        let text: string = value;
        for (const one of hidden) if (one !== "") text = text.replaceAll(one, "[hidden]");
        for (const pattern of patterns) {
            text = text.replace(pattern, (id) => (own.has(id) ? id : "[hidden]"));
        }
        return text as T;
    }
    if (Array.isArray(value)) return value.map((one) => withoutIds(one, own, hidden)) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, withoutIds(one, own, hidden)]),
    ) as T;
}

/** What a run saw, as the emulator takes it. */
export function profileOf(run: ConformanceRun): EmulatorProfile {
    const { findings, statuses, roleBindingFilter } = run;
    const keyPropagationMs = rangeOf(findings, "region-key-propagation");
    const rolePropagationMs = rangeOf(findings, "region-role-propagation");
    const revocationMs = findings.measured("region-revocation")?.medianMs;
    const lagsMs = ["list-lag-created", "list-lag-changed", "list-lag-deleted"].flatMap(
        (id) => findings.measured(id)?.medianMs ?? [],
    );
    return {
        format: "confluent-cloud-emulator/profile/1",
        ...(keyPropagationMs && { keyPropagationMs }),
        ...(rolePropagationMs && { rolePropagationMs }),
        // One lag for all: the longest, which is the harder one for a client.
        ...(lagsMs.length > 0 && { listLagMs: Math.round(Math.max(...lagsMs)) }),
        ...(revocationMs !== undefined && { revocationMs: Math.round(revocationMs) }),
        ...(roleBindingFilter && { roleBindingFilter }),
        ...(statuses.size > 0 && { statuses: Object.fromEntries(statuses) }),
    };
}

function rangeOf(findings: Findings, id: string): { min: number; max: number } | undefined {
    const measured = findings.measured(id);
    return measured && { min: Math.round(measured.minMs), max: Math.round(measured.maxMs) };
}
