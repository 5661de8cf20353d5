import type { Gap, GapSubject, Report } from "../report";
import { stackNotes } from "../reportText";

const mostNames = 6;

const subjects: Readonly<Record<GapSubject, string>> = {
    environments: "environments",
    serviceAccounts: "service accounts",
    users: "users",
    roleBindings: "role bindings",
    quotas: "quotas",
    regions: "regions",
    keys: "some keys",
    organization: "stack",
    stack: "stack",
    holders: "encrypted values of the states",
    probe: "probe",
    report: "the newest report",
};

/** What could not be read: one note for each reason, even if it affects several stacks. */
export function GapNotes({ report }: { report: Report }) {
    const groups = new Map<string, Gap[]>();
    for (const gap of report.gaps) {
        // Pulumi names the stack in its message. Without the name, the same error gives the same text.
        const reason = gap.name ? gap.reason.replaceAll(gap.name, "") : gap.reason;
        const group = groups.get(gap.subject + reason);
        if (group) group.push(gap);
        else groups.set(gap.subject + reason, [gap]);
    }
    return (
        <>
            {[...groups].map(([id, gaps]) => (
                <p class="note" key={id}>
                    <strong>
                        {gaps[0]?.subject === "report" ? "Not the newest." : `Not read: ${namesOf(gaps)}`}
                    </strong>{" "}
                    {gaps[0]?.reason}
                </p>
            ))}
            {stackNotes(report).map((note) => (
                <p class="note" key={note}>
                    {note}
                </p>
            ))}
        </>
    );
}

function namesOf(gaps: readonly Gap[]): string {
    const names = gaps.map(({ name }) => name).filter((name) => name !== undefined);
    const subject = subjects[(gaps[0] as Gap).subject];
    if (names.length === 0) return subject;
    if (names.length === 1) return `${subject} ${names[0]}`;
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
    return `${names.length} ${subject}s: ${names.slice(0, mostNames).join(", ")}${more}`;
}
