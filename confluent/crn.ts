/** `crn://confluent.cloud/organization=1111aaaa-…`: the CRN of an organization, with which those of its resources begin. */
export function crnOfOrganization(organizationId: string): string {
    return `crn://confluent.cloud/organization=${organizationId}`;
}

/** The organization in a CRN: a UUID. Undefined if the CRN has none. */
export function organizationOfCrn(crn: unknown): string | undefined {
    return typeof crn === "string" ? /organization=([^/]+)/.exec(crn)?.[1] : undefined;
}
