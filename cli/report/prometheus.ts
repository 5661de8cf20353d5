import { concerns } from "./concerns";
import { groupBy } from "./groupBy";
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
    const { keys, stacks, generatedAt } = report;
    const live = keys.filter((key) => key.live);
    const metrics: readonly (readonly [name: string, help: string, samples: readonly Sample[]])[] = [
        [
            "confluent_flink_key_age_seconds",
            "Age of a live Flink API key.",
            perKey(live, (key) => key.ageSeconds),
        ],
        [
            "confluent_flink_key_created_timestamp_seconds",
            "When a live Flink API key was created. An age computed from it stays correct even if the metrics are no longer updated.",
            perKey(live, (key) => timestamp(key.createdAt)),
        ],
        [
            "confluent_flink_key_rotates_timestamp_seconds",
            "When the rotation of a key is due, or the overlap of a superseded key ends.",
            perKey(keys, (key) => timestamp(dueAt(key))),
        ],
        [
            "confluent_flink_key_rotation_due_seconds",
            "Time until the rotation of a key, or until the overlap of a superseded key ends; negative if overdue.",
            perKey(keys, (key) => {
                const due = dueAt(key);
                return due === null ? null : Math.round(secondsBetween(generatedAt, due));
            }),
        ],
        [
            "confluent_flink_key_ready",
            "1 if the region's Flink endpoint accepted the managed key at the last check, else 0.",
            perKey(live, (key) => (key.status === "managed" ? Number(key.readiness === "ready") : null)),
        ],
        [
            "confluent_flink_stray_keys",
            "Live keys that this package created and no state contains.",
            // Every scope with a live key has a sample, so that an alert sees the count drop to 0.
            [...groupBy(live, placeOf).values()]
                .map((ofScope) => ({
                    labels: {
                        environment: ofScope[0]?.environmentId ?? "",
                        region: ofScope[0]?.region ?? "",
                    },
                    value: ofScope.filter(({ status }) => status === "stray").length,
                }))
                .filter(({ value }) => value > 0 || !isUnchecked(report, "stray")),
        ],
        [
            "confluent_flink_quota_used_ratio",
            "Share of the owner's limit of API keys that is used.",
            report.owners.flatMap(({ id, name, quota }) =>
                quota
                    ? [{ labels: { owner: id, owner_name: name, quota: quota.id }, value: quota.ratio }]
                    : [],
            ),
        ],
        [
            "confluent_flink_keys",
            "Live Flink API keys, by status.",
            (["managed", "superseded", "stray", "elsewhere", "unmanaged", "unknown"] as const)
                .map((status) => ({
                    labels: { status },
                    value: live.filter((key) => key.status === status).length,
                }))
                .filter(({ value }) => value > 0 || incompleteText(report) === undefined),
        ],
        [
            "confluent_flink_keys_of_concern",
            "Keys that need attention, by reason.",
            // Without a value rather than 0, if not every key could be checked.
            concerns
                .filter((concern) => concernCount(concern, report) !== "?")
                .map((concern) => ({ labels: { concern }, value: report.summary[concern] })),
        ],
        [
            "confluent_flink_stacks",
            "Stacks, by what was read of them.",
            Object.entries({
                read: stacks.filter(({ state }) => state === "read"),
                absent: stacks.filter(({ state }) => state === "absent"),
                failed: stacks.filter(({ state }) => state === "failed"),
                without_file: stacks.filter(hasNoFile),
                interrupted: stacks.filter(({ interrupted }) => interrupted.length > 0),
            }).map(([state, found]) => ({ labels: { state }, value: found.length })),
        ],
        [
            "confluent_flink_report_gaps",
            "Number of sources that the report could not read.",
            [{ labels: {}, value: report.gaps.length }],
        ],
        [
            "confluent_flink_report_timestamp_seconds",
            "When the keys were read.",
            [{ labels: {}, value: Date.parse(generatedAt) / 1000 }],
        ],
    ];
    const lines = metrics
        .filter(([, , samples]) => samples.length > 0)
        .flatMap(([name, help, samples]) => [
            `# HELP ${name} ${help}`,
            `# TYPE ${name} gauge`,
            ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
        ]);
    return [...lines, ""].join("\n");
}

function isUnchecked({ unchecked }: Report, concern: Concern): boolean {
    return unchecked.some((one) => one.concern === concern);
}

/** A sample for each key that has a value. */
function perKey(keys: readonly KeyRow[], measure: (key: KeyRow) => number | null): Sample[] {
    return keys.flatMap((key) => {
        const value = measure(key);
        if (value === null) return [];
        const labels = {
            key: key.id,
            status: key.status,
            owner: key.ownerId,
            owner_name: key.ownerName,
            environment: key.environmentId,
            region: key.region,
            stack: key.stack ?? "",
        };
        return [{ labels, value }];
    });
}

function timestamp(date: string | null): number | null {
    return date === null ? null : Date.parse(date) / 1000;
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
