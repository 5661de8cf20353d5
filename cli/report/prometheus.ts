import { concerns, dueAt, type KeyRow, type Report } from "./report";
import { secondsBetween } from "./timeText";

interface Sample {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

/**
 * The report in Prometheus' text format (version 0.0.4), for a scrape or the textfile collector. docs/report.md lists
 * the metrics and their labels.
 */
export function renderPrometheus(report: Report): string {
    const live = report.keys.filter((key) => key.live);
    return [
        ...metric(
            "confluent_flink_key_age_seconds",
            "Age of a live Flink API key.",
            live.flatMap((key) =>
                key.ageSeconds === null ? [] : [{ labels: keyLabels(key), value: key.ageSeconds }],
            ),
        ),
        ...metric(
            "confluent_flink_key_created_timestamp_seconds",
            "When a live Flink API key was made. Beside the age it goes on counting where nobody writes it any more.",
            live.flatMap((key) => dated(key, key.createdAt)),
        ),
        ...metric(
            "confluent_flink_key_rotates_timestamp_seconds",
            "When a key's rotation is due, or the overlap of a superseded key ends.",
            report.keys.flatMap((key) => dated(key, dueAt(key))),
        ),
        ...metric(
            "confluent_flink_key_rotation_due_seconds",
            "Time until a key's rotation, or until the overlap of a superseded key ends; negative: overdue.",
            report.keys.flatMap((key) => {
                const due = dueAt(key);
                return due === null
                    ? []
                    : [
                          {
                              labels: keyLabels(key),
                              value: Math.round(secondsBetween(report.generatedAt, due)),
                          },
                      ];
            }),
        ),
        ...metric(
            "confluent_flink_key_ready",
            "1: the region's Flink endpoint accepted the managed key when it was last asked; 0: it did not.",
            report.keys
                .filter((key) => key.status === "managed" && key.live)
                .map((key) => ({ labels: keyLabels(key), value: key.readiness === "ready" ? 1 : 0 })),
        ),
        ...metric(
            "confluent_flink_stray_keys",
            "Live keys with this package's tag in no state.",
            perScope(live),
        ),
        ...metric(
            "confluent_flink_quota_used_ratio",
            "Keys of resources against the limit for this account.",
            report.owners.flatMap(({ id, name, quota }) =>
                quota
                    ? [{ labels: { owner: id, owner_name: name, quota: quota.id }, value: quota.ratio }]
                    : [],
            ),
        ),
        ...metric(
            "confluent_flink_keys",
            "Live Flink API keys by how they are managed.",
            (["managed", "superseded", "stray", "elsewhere", "unmanaged", "unknown"] as const).map(
                (status) => ({
                    labels: { status },
                    value: live.filter((key) => key.status === status).length,
                }),
            ),
        ),
        ...metric(
            "confluent_flink_keys_of_concern",
            "Keys that want attention, by what is wrong with them.",
            concerns.map((concern) => ({
                labels: { concern },
                value: report.summary[concern],
            })),
        ),
        ...metric("confluent_flink_report_gaps", "What the report could not read.", [
            { labels: {}, value: report.gaps.length },
        ]),
        ...metric("confluent_flink_report_timestamp_seconds", "When the keys were read.", [
            { labels: {}, value: Date.parse(report.generatedAt) / 1000 },
        ]),
        "",
    ].join("\n");
}

function dated(key: KeyRow, at: string | null): Sample[] {
    return at === null ? [] : [{ labels: keyLabels(key), value: Date.parse(at) / 1000 }];
}

function keyLabels(key: KeyRow): Record<string, string> {
    return {
        key: key.id,
        status: key.status,
        owner: key.ownerId,
        owner_name: key.ownerName,
        environment: key.environmentId,
        region: key.region,
        stack: key.stack ?? "",
    };
}

/** Every scope with a live key has a sample, so that an alert sees the count fall to 0. */
function perScope(live: readonly KeyRow[]): Sample[] {
    const scopes = new Map<string, { environment: string; region: string; strays: number }>();
    for (const key of live) {
        const scope = scopes.get(key.scope) ?? {
            environment: key.environmentId,
            region: key.region,
            strays: 0,
        };
        scopes.set(key.scope, { ...scope, strays: scope.strays + (key.status === "stray" ? 1 : 0) });
    }
    return [...scopes.values()].map(({ environment, region, strays }) => ({
        labels: { environment, region },
        value: strays,
    }));
}

function metric(name: string, help: string, samples: readonly Sample[]): string[] {
    if (samples.length === 0) return [];
    return [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
    ];
}

function labelText(labels: Readonly<Record<string, string>>): string {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
    return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
    return value
        .replaceAll("\\", "\\\\")
        .replaceAll('"', '\\"')
        .replace(/\r\n|\r|\n/g, "\\n");
}
