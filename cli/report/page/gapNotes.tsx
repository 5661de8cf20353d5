import { groupBy } from "../groupBy";
import type { Gap, GapSubject } from "../report";
import { stackNotes } from "../reportText";
import { usePage } from "./pageContext";

const mostNames = 6;

/** The subjects whose name is not clear on its own. */
const subjects: Readonly<Partial<Record<GapSubject, string>>> = {
    serviceAccounts: "service accounts",
    roleBindings: "role bindings",
    keys: "some keys",
    organization: "stack",
    holders: "encrypted values of the states",
};

/** What could not be read: one note for each reason, even if it affects several stacks. */
export function GapNotes() {
    const { report } = usePage();
    // Pulumi names the stack in its message. Without the name, the same error gives the same text.
    const groups = groupBy(
        report.gaps,
        ({ subject, name, reason }) => subject + (name ? reason.replaceAll(name, "") : reason),
    );
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
    const names = gaps.flatMap(({ name }) => name ?? []);
    const { subject } = gaps[0] as Gap;
    const what = subjects[subject] ?? subject;
    if (names.length < 2) return [what, ...names].join(" ");
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
    return `${names.length} ${what}s: ${names.slice(0, mostNames).join(", ")}${more}`;
}
