import type { ConfluentApi } from "./confluentApi";

export interface User {
    readonly id: string;
    readonly fullName: string;
    readonly email: string;
}

/** `GET /iam/v2/users`, all pages: every user that the caller is allowed to see. 403 without a role that may read users. */
export async function listUsers(api: ConfluentApi): Promise<readonly User[]> {
    const { rows } = await api.list("/iam/v2/users", {}, "listing users", (row) => ({
        id: String(row.id ?? ""),
        fullName: String(row.full_name ?? ""),
        email: String(row.email ?? ""),
    }));
    return rows;
}
