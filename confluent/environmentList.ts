import type { ConfluentApi } from "./confluentApi";

export interface ListedEnvironment {
    /** `env-abc123` */
    readonly id: string;
    readonly displayName: string;
    /** UUID of the organization; undefined if the environment's CRN does not contain it. */
    readonly organizationId: string | undefined;
}

/** `GET /org/v2/environments`, all pages: the environments in which the caller has a role. */
export async function listEnvironments(api: ConfluentApi): Promise<readonly ListedEnvironment[]> {
    const { rows } = await api.list("/org/v2/environments", {}, "listing environments");
    return rows.map((row) => {
        const { id, display_name, metadata } = row as Record<string, unknown>;
        const resourceName = String((metadata as { resource_name?: unknown } | null)?.resource_name ?? "");
        return {
            id: String(id ?? "").toLowerCase(),
            displayName: String(display_name ?? ""),
            organizationId: /organization=([^/]+)/.exec(resourceName)?.[1],
        };
    });
}
