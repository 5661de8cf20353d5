import type { ConfluentApi } from "../../confluent/confluentApi";

/** Prefix of the names of everything that a run creates. */
export const namePrefix = "pcf-conformance-";

/** The service account of another run, which was killed or is still in progress. */
export interface EarlierAccount {
    readonly id: string;
    readonly displayName: string;
    /** No run needs the account after this time. Undefined if its description does not contain it. */
    readonly neededUntilMs: number | undefined;
}

const untilPattern = /may be deleted after (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})Z/;

/** The description of a run's service account, which tells other runs until when they must not delete it. */
export function accountDescription(neededUntilMs: number): string {
    const until = new Date(neededUntilMs).toISOString().replace(/\.\d+Z$/, "Z");
    return `pulumi-confluent-flink conformance, may be deleted after ${until}`;
}

/** The service accounts whose names show that a conformance run created them. */
export async function findEarlierAccounts(api: ConfluentApi): Promise<EarlierAccount[]> {
    const { rows } = await api.list("/iam/v2/service-accounts", {}, "listing service accounts");
    return rows.flatMap((row) => {
        const { id, display_name, description } = (row ?? {}) as Record<string, unknown>;
        if (typeof id !== "string" || typeof display_name !== "string") return [];
        if (!new RegExp(`^${namePrefix}[0-9a-f]{6}-`).test(display_name)) return [];
        const until = untilPattern.exec(typeof description === "string" ? description : "")?.[1];
        const neededUntilMs = until === undefined ? undefined : Date.parse(`${until}Z`);
        return [{ id, displayName: display_name, neededUntilMs }];
    });
}

export function describeEarlier({ id, displayName, neededUntilMs }: EarlierAccount): string {
    const until =
        neededUntilMs === undefined
            ? ""
            : `; it may be deleted after ${new Date(neededUntilMs).toISOString()}`;
    return `${id} (${displayName}) belongs to another run, which may still be in progress${until}. If it is not: --clean, or confluent iam service-account delete ${id} --force`;
}
