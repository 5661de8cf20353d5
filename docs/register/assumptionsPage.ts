import { type Assumption, assumptions, type Subject, subjectTitles } from "../../cli/conformance/assumptions";

const head = `# What is assumed about Confluent Cloud

This package relies on these facts. The table shows where each comes from, which code uses it, and what goes wrong if it is false.
Everything in this repository is tested against an emulator. \`pulumi-confluent-flink conformance\` checks these facts on the service itself,
in your organization ([guide](guides/conformance.md)).

*Seen* says where and when a fact was last checked on the service. "Emulator only" means that nobody has sent in a run yet.

This page is generated from \`cli/conformance/assumptions.ts\`: \`npm run assumptions\`.
`;

/** The text of docs/assumptions.md. */
export function assumptionsPage(): string {
    const sections = (Object.keys(subjectTitles) as Subject[]).map((subject) => {
        const rows = assumptions.filter((one) => one.subject === subject).map(row);
        return `## ${subjectTitles[subject]}\n\n| Id | Assumed | Source | Used in | If it is false | Seen |\n|---|---|---|---|---|---|\n${rows.join("\n")}\n`;
    });
    return `${head}\n${sections.join("\n")}`;
}

function row({ id, statement, source, dependsOn, otherwise, notChecked, seen }: Assumption): string {
    const files = dependsOn.map((file) => `[${file.split("/").at(-1)}](${link(file)})`).join(", ");
    const last = seen === undefined ? "emulator only" : `${seen.where}, ${seen.on}`;
    const where = notChecked === undefined ? last : `not checked: ${notChecked}`;
    return `| ${[`\`${id}\``, statement, source, files, otherwise, where].map(cell).join(" | ")} |`;
}

/** A path relative to docs/. */
function link(file: string): string {
    return file.startsWith("docs/") ? file.slice("docs/".length) : `../${file}`;
}

function cell(text: string): string {
    return text.replaceAll("|", "\\|");
}
