import type { GapSubject } from "../report";
import { stackNotes } from "../reportText";
import { usePage } from "./pageContext";

/** The subjects whose name is not clear on its own. */
const subjects: Readonly<Partial<Record<GapSubject, string>>> = {
    serviceAccounts: "service accounts",
    roleBindings: "role bindings",
    keys: "some keys",
    organization: "stack",
    holders: "encrypted values of the states",
};

/** What could not be read, and what is unusual about the stacks. */
export function GapNotes() {
    const { report } = usePage();
    return (
        <>
            {report.gaps.map(({ subject, name = "", reason }) => (
                <p class="note" key={subject + name + reason}>
                    <strong>
                        {subject === "report"
                            ? "Not the newest."
                            : `Not read: ${subjects[subject] ?? subject} ${name}`.trim()}
                    </strong>{" "}
                    {reason}
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
