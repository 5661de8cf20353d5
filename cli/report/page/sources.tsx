import type { Report } from "../report";

/** The organization, the credentials, and where the states were read. A report needs them to serve as a record. */
export function Sources({ report }: { report: Report }) {
    const { organizationId, caller, backends } = report;
    const owner =
        caller.ownerId === null || caller.ownerId === caller.identity ? "" : ` of ${caller.ownerId}`;
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
                    {caller.identity || "unknown credentials"}
                    {owner}{" "}
                    {!caller.seesEverything && (
                        <span class="overage">may not be allowed to see every key</span>
                    )}
                </dd>
            </div>
            <div>
                <dt>States from</dt>
                <dd>
                    {backends.length === 0
                        ? "none: no state was read"
                        : backends.map(({ kind, place, user, project }) => (
                              <span key={place + project} class="backend">
                                  {[
                                      kind === "files" ? `file ${place}` : place,
                                      user && `as ${user}`,
                                      project && `project ${project}`,
                                  ]
                                      .filter(Boolean)
                                      .join(", ")}
                              </span>
                          ))}
                </dd>
            </div>
        </dl>
    );
}
