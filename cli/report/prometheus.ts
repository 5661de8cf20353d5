import { concerns } from "./concerns";
import { type Concern, type KeyRow, placeOf, type Report } from "./report";
import { concernCount, hasNoFile, incompleteText } from "./reportText";
import { secondsBetween } from "./timeText";
import { dueAt } from "./urgency";

interface Sample {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
}

/**
 * The report in the text format of Prometheus (version 0.0.4), for a scrape or the textfile collector. docs/report.md
 * lists the metrics and their labels.
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
            "When a live Flink API key was created. An age computed from it stays correct even if the metrics are no longer updated.",
            live.flatMap((key) => dated(key, key.createdAt)),
        ),
        ...metric(
            "confluent_flink_key_rotates_timestamp_seconds",
            "When the rotation of a key is due, or the overlap of a superseded key ends.",
            report.keys.flatMap((key) => dated(key, dueAt(key))),
        ),
        ...metric(
            "confluent_flink_key_rotation_due_seconds",
            "Time until the rotation of a key, or until the overlap of a superseded key ends; negative if overdue.",
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
            "1 if the region's Flink endpoint accepted the managed key at the last check, else 0.",
            report.keys
                .filter((key) => key.status === "managed" && key.live)
                .map((key) => ({ labels: keyLabels(key), value: key.readiness === "ready" ? 1 : 0 })),
        ),
        ...metric(
            "confluent_flink_stray_keys",
            "Live keys that this package created and no state contains.",
            perScope(live).filter(({ value }) => value > 0 || !isUnchecked(report, "stray")),
        ),
        ...metric(
            "confluent_flink_quota_used_ratio",
            "Share of the owner's limit of API keys that is used.",
            report.owners.flatMap(({ id, name, quota }) =>
                quota
                    ? [{ labels: { owner: id, owner_name: name, quota: quota.id }, value: quota.ratio }]
                    : [],
            ),
        ),
        ...metric(
            "confluent_flink_keys",
            "Live Flink API keys, by status.",
            (["managed", "superseded", "stray", "elsewhere", "unmanaged", "unknown"] as const)
                .map((status) => ({
                    labels: { status },
                    value: live.filter((key) => key.status === status).length,
                }))
                .filter(({ value }) => value > 0 || incompleteText(report) === undefined),
        ),
        ...metric(
            "confluent_flink_keys_of_concern",
            "Keys that need attention, by reason.",
            // Without a value rather than 0, if not every key could be checked.
            concerns
                .filter((concern) => concernCount(concern, report) !== "?")
                .map((concern) => ({ labels: { concern }, value: report.summary[concern] })),
        ),
        ...metric("confluent_flink_stacks", "Stacks, by what was read of them.", [
            ...(["read", "absent", "failed"] as const).map((state) => ({
                labels: { state },
                value: report.stacks.filter((stack) => stack.state === state).length,
            })),
            { labels: { state: "without_file" }, value: report.stacks.filter(hasNoFile).length },
            {
                labels: { state: "interrupted" },
                value: report.stacks.filter(({ interrupted }) => interrupted.length > 0).length,
            },
        ]),
        ...metric("confluent_flink_report_gaps", "Number of sources that the report could not read.", [
            { labels: {}, value: report.gaps.length },
        ]),
        ...metric("confluent_flink_report_timestamp_seconds", "When the keys were read.", [
            { labels: {}, value: Date.parse(report.generatedAt) / 1000 },
        ]),
        "",
    ].join("\n");
}

function isUnchecked({ unchecked }: Report, concern: Concern): boolean {
    return unchecked.some((one) => one.concern === concern);
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

/** Every scope with a live key has a sample, so that an alert sees the count drop to 0. */
function perScope(live: readonly KeyRow[]): Sample[] {
    const scopes = new Map<string, { environment: string; region: string; strays: number }>();
    for (const key of live) {
        const scope = scopes.get(placeOf(key)) ?? {
            environment: key.environmentId,
            region: key.region,
            strays: 0,
        };
        scopes.set(placeOf(key), { ...scope, strays: scope.strays + (key.status === "stray" ? 1 : 0) });
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
