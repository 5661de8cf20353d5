import { usePage } from "./pageContext";

/** The organization, the credentials, and where the states were read. A report needs them to serve as a record. */
export function Sources() {
    const { organizationId, caller, backends } = usePage().report;
    const { identity, ownerId, seesEverything } = caller;
    return (
        <dl class="sources">
            <div>
                <dt>Organization</dt>
                <dd>
                    {organizationId ?? "not known"} <span class="quiet">at {caller.endpoint}</span>
                </dd>
            </div>
            <div>
                <dt>Read with</dt>
                <dd>
                    {identity || "unknown credentials"}
                    {ownerId !== null && ownerId !== identity && ` of ${ownerId}`}{" "}
                    {!seesEverything && <span class="caution">may not be allowed to see every key</span>}
                </dd>
            </div>
            <div>
                <dt>States from</dt>
                <dd>
                    {backends.map(({ kind, place, user, project }) => (
                        <p key={place + project}>
                            {kind === "files" && "file "}
                            {[place, user && `as ${user}`, project && `project ${project}`]
                                .filter(Boolean)
                                .join(", ")}
                        </p>
                    ))}
                    {backends.length === 0 && "none: no state was read"}
                </dd>
            </div>
        </dl>
    );
}
