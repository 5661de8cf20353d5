/** A Confluent resource name, `crn://confluent.cloud/organization=O/environment=env-abc123/…`: its `kind=id` segments. */
export type Crn = readonly { kind: string; id: string }[];

const authority = "confluent.cloud";

export function formatCrn(...segments: readonly [kind: string, id: string][]): string {
    return `crn://${authority}/${segments.map(([kind, id]) => `${kind}=${id}`).join("/")}`;
}

/** Undefined when the text is not a CRN. `%3A` is read as `:`. */
export function parseCrn(text: string): Crn | undefined {
    const match = /^crn:\/\/(?:api\.)?confluent\.cloud\/(.+)$/.exec(text.replace(/%3a/gi, ":"));
    const path = match?.[1];
    if (path === undefined) return undefined;
    const segments = [];
    for (const segment of path.split("/")) {
        const equals = segment.indexOf("=");
        if (equals <= 0 || equals === segment.length - 1) return undefined;
        segments.push({ kind: segment.slice(0, equals), id: segment.slice(equals + 1) });
    }
    return segments;
}

/** The id of the segment of this kind. */
export function segmentId(crn: Crn, kind: string): string | undefined {
    return crn.find((segment) => segment.kind === kind)?.id;
}

export function lastKind(crn: Crn): string {
    return crn.at(-1)?.kind ?? "";
}

/** Whether a role on `scope` applies to `target`: the scope is a prefix of it. */
export function covers(scope: Crn, target: Crn): boolean {
    return scope.every(({ kind, id }, index) => {
        const other = target[index];
        return other?.kind === kind && matchesPattern(other.id, id);
    });
}

/** Whether an id is the one of the pattern. A `*` at the end of the pattern is a wildcard. */
export function matchesPattern(id: string, pattern: string): boolean {
    return pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
