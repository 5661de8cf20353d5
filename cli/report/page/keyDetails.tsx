import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { concernNote, concernsOf, concernText } from "../concerns";
import type { KeyRow } from "../report";
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
import { usePage } from "./pageContext";
import { Remedy } from "./remedy";

/** Everything about one key, and what to do. */
export function KeyDetails({ row }: { row: KeyRow }) {
    const { report, select } = usePage();
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        const opener = document.activeElement as HTMLElement | null;
        dialog.current?.showModal();
        return () => opener?.focus();
    }, []);
    // Drift has a note for each difference.
    const problems = concernsOf(row, report.ageLimitSeconds).flatMap((concern): [string, string][] =>
        concern === "drift"
            ? []
            : [[concernText(concern, report.ageLimitSeconds), concernNote(concern, report.ageLimitSeconds)]],
    );
    const drift = (row.drift ?? []).map((note): [string, string] => ["drifted", note]);
    return (
        // biome-ignore lint/a11y/useKeyWithClickEvents: Escape already closes the dialog; this handles a click outside it
        <dialog
            ref={dialog}
            aria-labelledby="details-title"
            onClose={() => select({ key: "" })}
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
                <ul class="troubles">
                    {[...problems, ...drift].map(([name, note]) => (
                        <li key={note} class="note problem">
                            <strong>{name}</strong>. {note}
                        </li>
                    ))}
                </ul>
                {row.remedies.length > 0 && (
                    <section class="note advice" aria-labelledby="advice-title">
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
                <Fields row={row} />
            </div>
        </dialog>
    );
}

function Fields({ row }: { row: KeyRow }) {
    const { report } = usePage();
    const owner = report.owners.find(({ id }) => id === row.ownerId);
    const due = (at: string): string => `${minuteText(at)} (${dueText(row, report.generatedAt)})`;
    const noRotation = row.rotationKnown ? "none" : "not known";
    const liveKeys = owner === undefined || (owner.liveKeys === 0 && !row.live) ? "?" : owner.liveKeys;
    const quota = owner?.quota ? `; ${owner.quota.used} of ${owner.quota.limit} by ${owner.quota.id}` : "";
    /** A field that is null does not apply. */
    const fields: Readonly<Record<string, ComponentChildren>> = {
        "Display name": row.displayName || "–",
        Description: row.description || "–",
        Owner: nameAndId(row.ownerName, row.ownerId),
        Environment: nameAndId(row.environmentName, row.environmentId) || noEnvironment.name,
        Region: row.region,
        Scope: row.scope,
        "Flink endpoint": row.restEndpoint ?? "–",
        Created: row.createdAt === null ? "?" : `${minuteText(row.createdAt)} (${ageText(row)} old)`,
        Rotation: row.status !== "managed" ? null : row.rotatesAt === null ? noRotation : due(row.rotatesAt),
        "Overlap ends": row.retireAt && due(row.retireAt),
        Readiness:
            row.readiness &&
            `${readinessText(row)} (${row.probed ? "probed for this report" : "by the last deployment"})`,
        "Stack, resource": row.stack === null ? "–" : `${row.stack} ${row.resource ?? ""}`,
        "Owner's live keys": `${liveKeys}${quota}`,
        "Roles that apply here": rolesText(row),
        "All roles of the owner":
            owner?.roles == null
                ? "could not be read"
                : owner.roles.length === 0
                  ? "none"
                  : owner.roles.map(({ roleName, crnPattern }) => (
                        <p key={roleName + crnPattern}>
                            <span class={roleName === "OrganizationAdmin" ? "caution" : ""}>{roleName}</span>{" "}
                            <span class="id">{crnPattern}</span>
                        </p>
                    )),
        "Held by":
            row.holders.length === 0
                ? noHoldersText(report)
                : row.holders.map(({ stack, resource, property, cutOffAt }) => (
                      <p key={stack + resource + property}>
                          {stack} {resource} <span class="id">{property}</span>
                          {cutOffAt !== null && <span class="caution"> until {minuteText(cutOffAt)}</span>}
                      </p>
                  )),
    };
    return (
        <dl>
            {Object.entries(fields).map(
                ([name, value]) =>
                    value !== null && (
                        <div key={name}>
                            <dt>{name}</dt>
                            <dd>{value}</dd>
                        </div>
                    ),
            )}
        </dl>
    );
}
