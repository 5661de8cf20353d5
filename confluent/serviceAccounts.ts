import type { ConfluentApi } from "./confluentApi";

export interface ServiceAccount {
    readonly id: string;
    readonly displayName: string;
}

/** `GET /iam/v2/service-accounts`, all pages: every service account that the caller is allowed to see. */
export async function listServiceAccounts(api: ConfluentApi): Promise<readonly ServiceAccount[]> {
    const { rows } = await api.list("/iam/v2/service-accounts", {}, "listing service accounts", (row) => ({
        id: String(row.id ?? ""),
        displayName: String(row.display_name ?? ""),
    }));
    return rows;
}
