import { defaultEndpoint } from "../../confluent/confluentApi";
import type { ConformanceRun } from "./conformanceRun";
import type { RemainingResource } from "./createdResources";
import type { Finding } from "./findings";
import type { EmulatorProfile } from "./measuredProfile";

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
    /** About how many requests were sent. */
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
    readonly findings: readonly Finding[];
    /** Requests without an answer, or with one that says that the service failed: `POST /iam/v2/api-keys: 500`. */
    readonly unexpected: readonly { readonly request: string; readonly times: number }[];
    /** Resources that could not be deleted. */
    readonly left: readonly RemainingResource[];
    /** Measured times and statuses, for `--profile` of the emulator. */
    readonly profile: EmulatorProfile;
}

/** `hidden`: texts to hide wherever they occur, such as endpoints and the id of the Cloud API key. */
export function conformanceReport(
    run: ConformanceRun,
    parts: Pick<ConformanceReport, "version" | "requests" | "ended" | "left">,
    hidden: readonly string[],
): ConformanceReport {
    const { clock, startMs, scope, organizationId, controlPlane, runId, options } = run.context;
    const all = [...hidden, scope.environmentId, organizationId];
    const hide = (text: string): string => hideIds(text, run.created.allIds, all);
    const findings = run.findings.all((id) => run.reasonNotReached(id, parts.ended));
    return {
        format: "confluent-flink/conformance/1",
        version: parts.version,
        at: new Date(startMs).toISOString(),
        durationSeconds: Math.round((clock.now() - startMs) / 1000),
        requests: parts.requests,
        service: {
            endpoint: controlPlane.endpoint === defaultEndpoint ? defaultEndpoint : "another",
            region: `${scope.cloud}.${scope.region}`,
            role: options.role,
        },
        run: runId,
        ended: hide(parts.ended),
        findings: findings.map((finding) => ({ ...finding, seen: hide(finding.seen) })),
        unexpected: [...run.unexpected].map(([request, times]) => ({ request: hide(request), times })),
        left: parts.left.map(({ kind, id, remove, because }) => ({
            kind,
            id: hide(id),
            remove: hide(remove),
            because: hide(because),
        })),
        profile: profileOf(run),
    };
}

const idPatterns: readonly RegExp[] = [
    /\b(?:env|sa|u|rb|lfcp|pool|lkc|lsrc)-[a-z0-9]{4,}\b/gi,
    /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
    /\b[A-Z0-9]{16}\b/g,
];

/** Replaces ids, except those in `allowed`. Also replaces the texts in `hidden`. */
function hideIds(text: string, allowed: ReadonlySet<string>, hidden: readonly string[]): string {
    let shown = text;
    for (const one of hidden) if (one !== "") shown = shown.replaceAll(one, "[hidden]");
    for (const pattern of idPatterns)
        shown = shown.replace(pattern, (id) => (allowed.has(id) ? id : "[hidden]"));
    return shown;
}

/** The observations of a run, in the emulator's format. */
function profileOf({ findings, statuses, profile }: ConformanceRun): EmulatorProfile {
    const rangeOf = (id: string): EmulatorProfile["keyPropagationMs"] => {
        const measured = findings.measured(id);
        return measured && { min: Math.round(measured.min), max: Math.round(measured.max) };
    };
    const lagsMs = ["list-lag-created", "list-lag-changed", "list-lag-deleted"].flatMap(
        (id) => findings.measured(id)?.median ?? [],
    );
    return {
        format: "confluent-cloud-emulator/profile/1",
        keyPropagationMs: rangeOf("region-key-propagation"),
        rolePropagationMs: rangeOf("region-role-propagation"),
        // The emulator has one lag for all changes. The longest one is the hardest for a client.
        listLagMs: lagsMs.length === 0 ? undefined : Math.max(...lagsMs),
        revocationMs: findings.measured("region-revocation")?.median,
        ...profile,
        statuses: Object.keys(statuses).length === 0 ? undefined : statuses,
    };
}
