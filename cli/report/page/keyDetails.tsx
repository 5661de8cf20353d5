import { useEffect, useRef } from "preact/hooks";
import { concernNote, concernsOf, concernText } from "../concerns";
import type { KeyRow, Owner, Report } from "../report";
import {
    ageText,
    dueText,
    nameAndId,
    noEnvironment,
    noHoldersText,
    readinessText,
    rolesText,
    statusText,
} from "../reportText";
import { minuteText } from "../timeText";
import { CopyButton } from "./copyButton";
import { Remedy } from "./remedy";

/** Everything about one key, and what to do. */
export function KeyDetails(props: {
    row: KeyRow;
    owner: Owner | undefined;
    report: Report;
    onClose: () => void;
}) {
    const { row, owner, report, onClose } = props;
    const problems = concernsOf(row, report.ageLimitSeconds);
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        const opener = document.activeElement as HTMLElement | null;
        dialog.current?.showModal();
        return () => opener?.focus();
    }, []);
    return (
        // biome-ignore lint/a11y/useKeyWithClickEvents: Escape already closes the dialog; this handles a click outside it
        <dialog
            ref={dialog}
            aria-labelledby="details-title"
            onClose={onClose}
            onClick={(event) => event.target === dialog.current && dialog.current?.close()}
        >
            <div class="details">
                <div class="section-head">
                    <h2 id="details-title">
                        {row.id} <CopyButton text={row.id} what="the key's id" />
                    </h2>
                    <button type="button" class="plain" onClick={() => dialog.current?.close()}>
                        Close
                    </button>
                </div>
                <p>
                    <span class={`badge ${statusText(row)}`}>{statusText(row)}</span>
                    {row.unfinished && <span class="badge stray">unfinished</span>}
                </p>
                {problems.length > 0 && (
                    <ul class="troubles">
                        {problems
                            // Drift is shown below, with its notes.
                            .filter((concern) => concern !== "drift")
                            .map((concern) => (
                                <li key={concern}>
                                    <strong>{concernText(concern, report.ageLimitSeconds)}</strong>{" "}
                                    {concernNote(concern, report.ageLimitSeconds)}
                                </li>
                            ))}
                        {(row.drift ?? []).map((note) => (
                            <li key={note}>
                                <strong>drifted</strong> {note}
                            </li>
                        ))}
                    </ul>
                )}
                {row.remedies.length > 0 && (
                    <section class="advice" aria-labelledby="advice-title">
                        <h3 id="advice-title">What to do</h3>
                        <ol>
                            {row.remedies.map((remedy) => (
                                <li key={remedy}>
                                    <Remedy text={remedy} />
                                </li>
                            ))}
                        </ol>
                    </section>
                )}
                <dl>
                    <Field name="Display name">{row.displayName || "–"}</Field>
                    <Field name="Description">{row.description || "–"}</Field>
                    <Field name="Owner">{nameAndId(row.ownerName, row.ownerId)}</Field>
                    <Field name="Environment">
                        {nameAndId(row.environmentName, row.environmentId) || noEnvironment.name}
                    </Field>
                    <Field name="Region">{row.region}</Field>
                    <Field name="Scope">{row.scope}</Field>
                    <Field name="Flink endpoint">{row.restEndpoint ?? "–"}</Field>
                    <Field name="Created">
                        {row.createdAt === null ? "?" : `${minuteText(row.createdAt)} (${ageText(row)} old)`}
                    </Field>
                    {row.status === "managed" && (
                        <Field name="Rotation">
                            {row.rotatesAt === null
                                ? row.rotationKnown
                                    ? "none"
                                    : "not known"
                                : `${minuteText(row.rotatesAt)} (${dueText(row, report.generatedAt)})`}
                        </Field>
                    )}
                    {row.retireAt !== null && (
                        <Field name="Overlap ends">{`${minuteText(row.retireAt)} (${dueText(row, report.generatedAt)})`}</Field>
                    )}
                    {row.readiness !== null && (
                        <Field name="Readiness">{`${readinessText(row)}${row.probed ? " (probed for this report)" : " (by the last deployment)"}`}</Field>
                    )}
                    <Field name="Stack, resource">
                        {row.stack === null ? "–" : `${row.stack} ${row.resource ?? ""}`}
                    </Field>
                    <Field name="Owner's live keys">
                        {owner === undefined || (owner.liveKeys === 0 && !row.live) ? "?" : owner.liveKeys}
                        {owner?.quota
                            ? `; ${owner.quota.used} of ${owner.quota.limit} by ${owner.quota.id}`
                            : ""}
                    </Field>
                    <Field name="Roles that apply here">{rolesText(row)}</Field>
                    <Field name="All roles of the owner">
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
                    <Field name="Held by">
                        {row.holders.length === 0 ? (
                            noHoldersText(report)
                        ) : (
                            <ul>
                                {row.holders.map(({ stack, resource, property, cutOffAt }) => (
                                    <li key={stack + resource + property}>
                                        {stack} {resource} <span class="id">{property}</span>
                                        {cutOffAt !== null && (
                                            <span class="overage"> until {minuteText(cutOffAt)}</span>
                                        )}
                                    </li>
                                ))}
                            </ul>
                        )}
                    </Field>
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
