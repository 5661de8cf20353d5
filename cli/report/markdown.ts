import { concerns, concernsOf, concernText, softConcerns } from "./concerns";
import { type KeyRow, placeOf, type Report } from "./report";
import {
    ageText,
    concernCount,
    countsText,
    driftText,
    dueText,
    incompleteText,
    isFullyChecked,
    noEnvironment,
    noKeysText,
    notesOf,
    readinessText,
    rolesText,
    sourcesText,
    stacksText,
    statusText,
} from "./reportText";
import { countByScope } from "./scopeCounts";
import { spanText } from "./timeText";

/** GitHub refuses a comment of more than 65,536 characters. */
const mostCharacters = 60_000;

/** The report for a pull request or a job summary. Names are escaped, so that they show unchanged and have no effect. */
export function renderMarkdown(report: Report): string {
    const { ageLimitSeconds } = report;
    const incomplete = incompleteText(report);
    const urgent = report.keys.filter((key) =>
        concernsOf(key, ageLimitSeconds).some(
            (concern) => concern === "overage" || !softConcerns.includes(concern),
        ),
    );
    const head = [
        "## Flink API keys",
        "",
        ...(incomplete === undefined ? [] : [`**${capital(incomplete)}.**`, ""]),
        `${countsText(report)} (${stacksText(report)}), as of ${report.generatedAt}.`,
        "",
        `${capital(code(sourcesText(report)))}`,
        "",
        `| ${concerns.map((concern) => concernText(concern, ageLimitSeconds)).join(" | ")} |`,
        `|${concerns.map(() => "---:").join("|")}|`,
        `| ${concerns.map((concern) => count(concernCount(concern, report))).join(" | ")} |`,
        "",
        ...notesOf(report).map((note) => `> ${code(note)}\n`),
        "### By environment and region",
        "",
        ...matrix(report),
        "",
    ];
    const sections = [
        ["### Needs attention", urgent, nothingUrgent(report)],
        ["### All keys", report.keys, noKeysText(report)],
    ] as const;
    let text = head.join("\n");
    for (const [title, keys, none] of sections) {
        text += `\n${[title, "", ...(keys.length === 0 ? [none] : tableHead)].join("\n")}\n`;
        const rows = keys.map((key) => `${keyRow(key, report)}\n`);
        let shown = 0;
        for (; text.length + (rows[shown]?.length ?? Infinity) < mostCharacters; shown++) text += rows[shown];
        if (shown < rows.length)
            text += `\n… and ${rows.length - shown} more: see the page (\`--html\`) or \`--json\`.\n`;
    }
    return text;
}

/** Does not say "Nothing" above a count that is not 0: what may be intended is counted as well. */
function nothingUrgent(report: Report): string {
    const { summary } = report;
    const canWait = softConcerns.reduce((sum, concern) => sum + summary[concern], 0);
    if (!isFullyChecked(report)) return "Nothing in what could be read.";
    return canWait === 0 ? "Nothing." : "Nothing urgent: what the first table counts may be intended.";
}

const tableHead = [
    "| Key | Status | Owner | Scope | Age | Due | Ready | Roles | Stack | Drift |",
    "|---|---|---|---|---:|---|---|---|---|---|",
];

function keyRow(key: KeyRow, report: Report): string {
    const cells = [
        `\`${key.id.replace(/[^A-Za-z0-9]/g, "")}\``,
        statusText(key),
        `${code(key.ownerName)} ${code(key.ownerId)}`.trim(),
        code(key.scope),
        ageText(key),
        key.overdue ? `**${dueText(key, report.generatedAt)}**` : dueText(key, report.generatedAt),
        readinessText(key),
        rolesText(key)
            .split(", ")
            .map((role) => (role === "OrganizationAdmin" ? "**OrganizationAdmin**" : code(role)))
            .join(", "),
        key.stack === null ? "–" : `${code(key.stack)} ${code(key.resource ?? "")}`,
        key.drift === null || key.drift.length === 0 ? driftText(key) : key.drift.map(code).join("; "),
    ];
    return `| ${cells.join(" | ")} |`;
}

/** One row for each environment and one column for each region: live keys, age of the oldest, and what is wrong. */
function matrix(report: Report): string[] {
    const scopes = countByScope(report.keys, report.ageLimitSeconds);
    // A key that may live counts as `?`.
    const counted = report.keys.filter((key) => key.live || key.status === "unknown");
    if (counted.length === 0) return ["No live keys."];
    const regions = [...new Set(counted.map((key) => key.region))].sort();
    const cell = (environmentId: string, region: string): string => {
        const {
            live = 0,
            unseen = 0,
            oldestSeconds = 0,
            found = [],
        } = scopes.get(placeOf({ environmentId, region })) ?? {};
        if (live === 0) return unseen === 0 ? "" : `? (${unseen} could not be read)`;
        return [
            `${live}, oldest ${spanText(oldestSeconds)}`,
            ...(unseen === 0 ? [] : [`${unseen} more could not be read`]),
            ...found.map(
                ({ concern, count }) => `**${count} ${concernText(concern, report.ageLimitSeconds)}**`,
            ),
        ].join(", ");
    };
    return [
        `| | ${regions.map(code).join(" | ")} |`,
        `|---|${regions.map(() => "---").join("|")}|`,
        ...[...report.environments, noEnvironment]
            .filter(({ id }) => counted.some((key) => key.environmentId === id))
            .map(({ id, name }) => {
                const cells = regions.map((region) => cell(id, region)).join(" | ");
                return `| ${id === "" ? name : `${code(name)} ${code(id)}`.trim()} | ${cells} |`;
            }),
    ];
}

function count(many: string): string {
    return /^[1-9]/.test(many) ? `**${many}**` : many;
}

/**
 * Escapes text: every character with a meaning in Markdown or HTML becomes a numeric entity. `<code>` keeps an @name from
 * notifying anybody.
 */
function code(text: string): string {
    if (text === "") return "";
    const literal = text.replace(/\s+/g, " ").replace(/[^\p{L}\p{N} .-]/gu, (c) => `&#${c.codePointAt(0)};`);
    return `<code>${literal}</code>`;
}

function capital(text: string): string {
    return text.replace(/^(<code>)?\p{Ll}/u, (first) => first.toUpperCase().replace("<CODE>", "<code>"));
}
