import { defaultEndpoint } from "../../confluent/confluentApi";
import type { ConformanceRun } from "./conformanceRun";
import type { Findings, Verdict } from "./findings";
import type { RemainingResource } from "./resourceRemoval";

/**
 * The output of `--json`; its schema is docs/conformance.schema.json. It can be published: it contains no secret, and no
 * ids except those of the resources that the run created.
 */
export interface ConformanceReport {
    readonly format: "confluent-flink/conformance/1";
    /** Version of the package. */
    readonly version: string;
    /** Start of the run, ISO 8601. */
    readonly at: string;
    readonly durationSeconds: number;
    /** Number of requests sent. */
    readonly requests: number;
    readonly service: {
        /** `https://api.confluent.cloud`, or `another` for any other endpoint. */
        readonly endpoint: string;
        /** `aws.us-east-2` */
        readonly region: string;
        /** Role of the run's service account. */
        readonly role: string;
    };
    /** Six hexadecimal digits, part of the names of the created resources. */
    readonly run: string;
    /** `whole`, or why the run is incomplete. */
    readonly ended: string;
    readonly findings: readonly ReportedFinding[];
    /** Requests without an answer, or with one that says that the service failed. */
    readonly unexpected: readonly UnexpectedAnswer[];
    /** Resources that could not be deleted. */
    readonly left: readonly RemainingResource[];
    /** Measured times and statuses, for `--profile` of the emulator. */
    readonly profile: EmulatorProfile;
}

/** `{ request: "POST /iam/v2/api-keys: 500", times: 2 }` */
export interface UnexpectedAnswer {
    readonly request: string;
    readonly times: number;
}

export interface ReportedFinding {
    readonly id: string;
    readonly assumed: string;
    readonly seen: string;
    readonly verdict: Verdict;
    /** What a false assumption means for this package; empty otherwise. */
    readonly follows: string;
    /** Milliseconds. */
    readonly measured?: {
        readonly min: number;
        readonly median: number;
        readonly max: number;
        readonly samples: readonly number[];
    };
}

/** Propagation times, list lag and statuses in the emulator's format. Values that were not observed are left out. */
export interface EmulatorProfile {
    readonly format: "confluent-cloud-emulator/profile/1";
    readonly keyPropagationMs?: { readonly min: number; readonly max: number };
    readonly rolePropagationMs?: { readonly min: number; readonly max: number };
    readonly listLagMs?: number;
    readonly revocationMs?: number;
    readonly roleBindingFilter?: "exact" | "prefix";
    readonly keyRoles?: "2026" | "2025";
    readonly globalKeyApis?: "all" | "org-and-flink";
    readonly statuses?: Readonly<Record<string, number>>;
}

/** What a report says beside the run itself. */
export interface ReportParts {
    readonly version: string;
    readonly requests: number;
    readonly endpoint: string;
    readonly runId: string;
    readonly ended: string;
    readonly left: readonly RemainingResource[];
    /** Texts to hide wherever they occur: endpoints, the id of the Cloud API key. */
    readonly hidden: readonly string[];
}

export function conformanceReport(run: ConformanceRun, parts: ReportParts): ConformanceReport {
    const { clock, startMs, scope, roleName, created, organizationId } = run.context;
    const hidden = [...parts.hidden, scope.environmentId, organizationId];
    const hide = <T>(value: T): T => hideIds(value, created.allIds, hidden);
    const findings = run.findings.all((id) => run.reasonNotReached(id, parts.ended));
    return {
        format: "confluent-flink/conformance/1",
        version: parts.version,
        at: new Date(startMs).toISOString(),
        durationSeconds: Math.round((clock.now() - startMs) / 1000),
        requests: parts.requests,
        service: {
            endpoint: parts.endpoint === defaultEndpoint ? defaultEndpoint : "another",
            region: `${scope.cloud}.${scope.region}`,
            role: roleName,
        },
        run: parts.runId,
        ended: hide(parts.ended),
        findings: findings.map(({ assumption, verdict, seen, measured }) => ({
            id: assumption.id,
            assumed: assumption.statement,
            seen: hide(seen),
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
        unexpected: [...run.unexpected].map(([request, times]) => ({ request: hide(request), times })),
        left: hide(parts.left),
        profile: profileOf(run),
    };
}

const idPatterns: readonly RegExp[] = [
    /\b(?:env|sa|u|rb|lfcp|pool|lkc|lsrc)-[a-z0-9]{4,}\b/gi,
    /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
    /\b[A-Z0-9]{16}\b/g,
];

/** Replaces ids in all texts of `value`, except those in `allowed`. Also replaces the texts in `hidden`. */
function hideIds<T>(value: T, allowed: ReadonlySet<string>, hidden: readonly string[]): T {
    if (typeof value === "string") {
        let text: string = value;
        for (const one of hidden) if (one !== "") text = text.replaceAll(one, "[hidden]");
        for (const pattern of idPatterns) {
            text = text.replace(pattern, (id) => (allowed.has(id) ? id : "[hidden]"));
        }
        return text as T;
    }
    if (Array.isArray(value)) return value.map((one) => hideIds(one, allowed, hidden)) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, hideIds(one, allowed, hidden)]),
    ) as T;
}

/** The observations of a run, in the emulator's format. */
function profileOf(run: ConformanceRun): EmulatorProfile {
    const { findings, statuses, roleBindingFilter, keyRoles, globalKeyApis } = run;
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
        // The emulator has one lag for all changes. The longest one is the hardest for a client.
        ...(lagsMs.length > 0 && { listLagMs: Math.round(Math.max(...lagsMs)) }),
        ...(revocationMs !== undefined && { revocationMs: Math.round(revocationMs) }),
        ...(roleBindingFilter && { roleBindingFilter }),
        ...(keyRoles && { keyRoles }),
        ...(globalKeyApis && { globalKeyApis }),
        ...(statuses.size > 0 && { statuses: Object.fromEntries(statuses) }),
    };
}

function rangeOf(findings: Findings, id: string): { min: number; max: number } | undefined {
    const measured = findings.measured(id);
    return measured && { min: Math.round(measured.minMs), max: Math.round(measured.maxMs) };
}
