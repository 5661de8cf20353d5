import type { ConfluentApi } from "./confluentApi";
import { organizationOfCrn } from "./crn";

export interface Environment {
    /** `env-abc123` */
    readonly id: string;
    /** UUID of its organization, which is part of the URLs of Flink's REST API. */
    readonly organizationId: string;
}

/** `GET /org/v2/environments/{id}` → 200. 403 or 404: it does not exist, or the caller is not allowed to see it. */
export async function getEnvironment(api: ConfluentApi, id: string): Promise<Environment> {
    const path = `/org/v2/environments/${encodeURIComponent(id)}`;
    const purpose = `reading environment ${id}`;
    return { id, organizationId: await api.ask({ method: "GET", path, purpose }, organizationIdOf) };
}

export interface ListedEnvironment {
    /** `env-abc123` */
    readonly id: string;
    readonly displayName: string;
    /** UUID of the organization; undefined if the environment's CRN does not contain it. */
    readonly organizationId: string | undefined;
}

/** `GET /org/v2/environments`, all pages: the environments in which the caller has a role. */
export async function listEnvironments(api: ConfluentApi): Promise<readonly ListedEnvironment[]> {
    const { rows } = await api.list("/org/v2/environments", {}, "listing environments", (row) => ({
        id: String(row.id ?? "").toLowerCase(),
        displayName: String(row.display_name ?? ""),
        organizationId: organizationIdOf(row),
    }));
    return rows;
}

/** From the CRN of an environment: `crn://confluent.cloud/organization=…/environment=env-abc123`. */
function organizationIdOf(environment: unknown): string | undefined {
    const { metadata } = environment as { metadata?: { resource_name?: unknown } | null };
    return organizationOfCrn(metadata?.resource_name);
}
