import { useEffect, useRef } from "preact/hooks";
import type { KeyRow, Owner, Report } from "../report";
import { ageText, dueText, nameAndId, statusText } from "../reportText";
import { minuteText } from "../timeText";

/** All of one key, and what to do about it. */
export function KeyDetails(props: {
    row: KeyRow;
    owner: Owner | undefined;
    report: Report;
    onClose: () => void;
}) {
    const { row, owner, report, onClose } = props;
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        const opener = document.activeElement as HTMLElement | null;
        dialog.current?.showModal();
        return () => opener?.focus();
    }, []);
    return (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the browser closes a dialog by Escape; this is the click beside it
        <dialog
            ref={dialog}
            aria-labelledby="details-title"
            onClose={onClose}
            onClick={(event) => event.target === dialog.current && dialog.current?.close()}
        >
            <div class="details">
                <div class="section-head">
                    <h2 id="details-title">{row.id}</h2>
                    <button type="button" class="plain" onClick={() => dialog.current?.close()}>
                        Close
                    </button>
                </div>
                <p>
                    <span class={`badge ${row.live ? row.status : "missing"}`}>{statusText(row)}</span>
                </p>
                {adviceFor(row).map(({ text, command }) => (
                    <p key={text} class="advice">
                        {text} {command !== undefined && <code>{command}</code>}
                    </p>
                ))}
                <dl>
                    <Field name="Display name">{row.displayName || "–"}</Field>
                    <Field name="Owner">{nameAndId(row.ownerName, row.ownerId)}</Field>
                    <Field name="Environment">{nameAndId(row.environmentName, row.environmentId)}</Field>
                    <Field name="Region">{row.region}</Field>
                    <Field name="Scope">{row.scope}</Field>
                    <Field name="Flink endpoint">{row.restEndpoint ?? "–"}</Field>
                    <Field name="Made">
                        {row.createdAt === null ? "?" : `${minuteText(row.createdAt)} (${ageText(row)} old)`}
                    </Field>
                    {row.status === "managed" && (
                        <Field name="Rotation">
                            {row.rotatesAt === null
                                ? "none"
                                : `${minuteText(row.rotatesAt)} (${dueText(row, report.generatedAt)})`}
                        </Field>
                    )}
                    {row.retireAt !== null && (
                        <Field name="Overlap ends">{`${minuteText(row.retireAt)} (${dueText(row, report.generatedAt)})`}</Field>
                    )}
                    {row.readiness !== null && (
                        <Field name="Readiness">{`${row.readiness}${row.probed ? " (asked just now)" : " (by the last deployment)"}`}</Field>
                    )}
                    <Field name="Stack, resource">
                        {row.stack === null ? "–" : `${row.stack} ${row.resource ?? ""}`}
                    </Field>
                    <Field name="Owner's live keys">
                        {owner?.liveKeys ?? 0}
                        {owner?.quota
                            ? `; ${owner.quota.used} of ${owner.quota.limit} by ${owner.quota.id}`
                            : ""}
                    </Field>
                    <Field name="Owner's roles">
                        {owner?.roles == null ? (
                            "could not be read"
                        ) : owner.roles.length === 0 ? (
                            "none"
                        ) : (
                            <ul>
                                {owner.roles.map(({ roleName, crnPattern }) => (
                                    <li key={roleName + crnPattern}>
                                        <span class={roleName === "OrganizationAdmin" ? "overage" : ""}>
                                            {roleName}
                                        </span>{" "}
                                        <span class="id">{crnPattern}</span>
                                    </li>
                                ))}
                            </ul>
                        )}
                    </Field>
                    {row.drift.length > 0 && (
                        <Field name="Drift">
                            <ul>
                                {row.drift.map((note) => (
                                    <li key={note}>{note}</li>
                                ))}
                            </ul>
                        </Field>
                    )}
                </dl>
            </div>
        </dialog>
    );
}

function Field(props: { name: string; children: preact.ComponentChildren }) {
    return (
        <>
            <dt>{props.name}</dt>
            <dd>{props.children}</dd>
        </>
    );
}

function adviceFor(row: KeyRow): { text: string; command?: string }[] {
    const stack = row.stack?.split("/").at(-1) ?? "";
    const advice: { text: string; command?: string }[] = [];
    if (row.status === "stray") {
        advice.push({
            text: "Made by this package, in no state that was read. If nothing uses it, delete it:",
            command: `confluent-flink strays --delete ${row.id}`,
        });
    }
    if (row.overdue) {
        const what = row.status === "superseded" ? "The end of its overlap" : "Its rotation";
        advice.push({
            text: `${what} is past; the next deployment acts on it:`,
            command: `pulumi up --stack ${stack}`,
        });
    }
    if (!row.live) {
        advice.push({
            text: "The state holds it, Confluent Cloud does not list it: deleted there, or not for these credentials to see.",
            command: `pulumi preview --refresh --stack ${stack}`,
        });
    }
    if (row.readiness === "refused") {
        advice.push({ text: "The region's Flink endpoint refused it just now: look at the owner's roles." });
    }
    return advice;
}
