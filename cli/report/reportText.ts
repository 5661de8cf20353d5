import { plainText } from "./plainText";
import { type Concern, dueAt, type KeyRow, type Owner, type Report } from "./report";
import { secondsBetween, spanText } from "./timeText";

/** `env-abc123`, or with its name: `production (env-abc123)`. */
export function nameAndId(name: string, id: string): string {
    return name === "" ? id : `${plainText(name)} (${id})`;
}

/** `rotates in 12 d`, `overdue by 3 d`; of a superseded key `ends in 2 d`, `ended 1 d ago`; a dash where nothing is due. */
export function dueText(key: KeyRow, nowIso: string): string {
    const due = dueAt(key);
    if (due === null) return "–";
    const span = spanText(Math.abs(secondsBetween(nowIso, due)));
    if (key.status === "superseded") return key.overdue ? `ended ${span} ago` : `ends in ${span}`;
    return key.overdue ? `overdue by ${span}` : `rotates in ${span}`;
}

export function ageText(key: KeyRow): string {
    return key.ageSeconds === null ? "?" : spanText(key.ageSeconds);
}

/** `ready`; a dash for keys that are not managed. */
export function readinessText(key: KeyRow): string {
    return key.readiness ?? "–";
}

/** `OrganizationAdmin, FlinkDeveloper`; `?` where role bindings could not be read, a dash where there are none. */
export function rolesText(owner: Owner | undefined): string {
    if (owner?.roles == null) return "?";
    const names = [...new Set(owner.roles.map(({ roleName }) => roleName))].sort(
        (a, b) => Number(b === "OrganizationAdmin") - Number(a === "OrganizationAdmin") || (a < b ? -1 : 1),
    );
    return names.length === 0 ? "–" : names.map(plainText).join(", ");
}

/** `12/100`; `?` where Confluent Cloud does not say. */
export function quotaText(owner: Owner | undefined): string {
    return owner?.quota ? `${owner.quota.used}/${owner.quota.limit}` : "?";
}

/** `prod flink-aws.us-east-2`; a dash where no stack is known. */
export function stackText(key: KeyRow): string {
    if (key.stack === null) return "–";
    return plainText(`${key.stack.split("/").at(-1)} ${key.resource ?? ""}`.trim());
}

/** The status, or `missing` where Confluent Cloud does not list the key. */
export function statusText(key: KeyRow): string {
    return key.live ? key.status : "missing";
}

/** `3 stacks: 2 read, 1 absent` */
export function stacksText(report: Report): string {
    const count = (state: string): number => report.stacks.filter((stack) => stack.state === state).length;
    const parts = ["read", "absent", "failed"].filter((state) => count(state) > 0);
    const states = parts.map((state) => `${count(state)} ${state}`).join(", ");
    return `${report.stacks.length} ${report.stacks.length === 1 ? "stack" : "stacks"}${states && `: ${states}`}`;
}

/** `12 live keys in 4 scopes: 8 managed, 1 superseded, 1 stray, 2 unmanaged` */
export function countsText({ summary }: Report): string {
    const { live, scopes, managed, superseded, stray, elsewhere, unmanaged, unknown, missing, unseen } =
        summary;
    const parts = [
        `${managed} managed`,
        `${superseded} superseded`,
        `${stray} stray`,
        ...(elsewhere > 0 ? [`${elsewhere} elsewhere`] : []),
        `${unmanaged} unmanaged`,
        ...(unknown - unseen > 0 ? [`${unknown - unseen} unknown`] : []),
    ];
    const gone = missing > 0 ? `; ${missing} missing` : "";
    const hidden = unseen > 0 ? `; ${unseen} that states hold could not be seen` : "";
    return `${live} live ${live === 1 ? "key" : "keys"} in ${scopes} ${scopes === 1 ? "scope" : "scopes"}: ${parts.join(", ")}${gone}${hidden}`;
}

/** What a concern is called beside its count: `older than 90 d`. */
export function concernText(concern: Concern, ageLimitSeconds: number): string {
    if (concern === "overage") return `older than ${spanText(ageLimitSeconds)}`;
    return concernNames[concern] ?? concern;
}

const concernNames: Partial<Record<Concern, string>> = {
    orgadmin: "owned by an OrganizationAdmin",
    roleless: "without a role in their environment",
    supersededInUse: "superseded and still held",
    unrotated: "without rotation",
};
