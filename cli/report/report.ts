/**
 * The report: every Flink API key that is known to Confluent Cloud or to a stack, joined once, in plain data. Each form
 * (terminal, JSON, Markdown, Prometheus, page) shows this and computes nothing of its own. `reportSchema.ts` is its
 * published shape. Nothing secret is in it. The page's code reads this file too, so it imports nothing of Node.
 */
export interface Report {
    readonly schemaVersion: 1;
    /** Confluent Cloud's clock when the keys were listed, ISO 8601: ages count from here. */
    readonly generatedAt: string;
    /** Null where no environment could be read, whose CRN names it. */
    readonly organizationId: string | null;
    /** A live key older than this is over age; default 90 days. */
    readonly ageLimitSeconds: number;
    readonly summary: Summary;
    /** The stacks whose state was asked for, read or not. */
    readonly stacks: readonly StackSummary[];
    /** What could not be read, and so is missing from the report. */
    readonly gaps: readonly Gap[];
    /** Environments that keys open. */
    readonly environments: readonly { readonly id: string; readonly name: string }[];
    /** Owners of keys. */
    readonly owners: readonly Owner[];
    /** The most urgent first. */
    readonly keys: readonly KeyRow[];
}

/**
 * `managed`: the current key of a resource in a stack's state. `superseded`: in a state, lives on until its overlap
 * ends. `stray`: carries this package's tag, in no state that was read. `unmanaged`: made elsewhere.
 */
export type KeyStatus = "managed" | "superseded" | "stray" | "unmanaged";

/**
 * `ready` and `unverified` as the last `pulumi up` left it, `gone` as a refresh found it; after `--probe`: `ready`,
 * `refused` by the region's endpoint, or `unreachable` from here.
 */
export type KeyReadiness = "ready" | "pending" | "unverified" | "gone" | "refused" | "unreachable";

export interface KeyRow {
    /** 16 upper-case letters and digits. */
    readonly id: string;
    readonly displayName: string;
    readonly status: KeyStatus;
    /** False: a state holds it, Confluent Cloud does not list it. */
    readonly live: boolean;
    /** `env-abc123.aws.us-east-2` */
    readonly scope: string;
    readonly environmentId: string;
    readonly environmentName: string;
    /** `aws.us-east-2` */
    readonly region: string;
    readonly restEndpoint: string | null;
    readonly ownerId: string;
    /** Empty where it could not be read. */
    readonly ownerName: string;
    /** Null where the owner's role bindings could not be read. */
    readonly organizationAdmin: boolean | null;
    /** ISO 8601; null where Confluent Cloud does not say. */
    readonly createdAt: string | null;
    readonly ageSeconds: number | null;
    /** `confluent-flink/prod`. Of a stray: the stack of the resource whose tag it carries, where that is known. */
    readonly stack: string | null;
    /** Name of the resource in the stack: `flink-aws.us-east-2`. */
    readonly resource: string | null;
    /** When the next rotation is due, ISO 8601; null: none. */
    readonly rotatesAt: string | null;
    /** Of a superseded key: when its overlap ends, ISO 8601. */
    readonly retireAt: string | null;
    /** The rotation, or the end of the overlap, is past and the next `pulumi up` still has to act on it. */
    readonly overdue: boolean;
    /** Of managed keys; null for others. */
    readonly readiness: KeyReadiness | null;
    /** Whether `readiness` was found out just now. */
    readonly probed: boolean;
    /** What differs between state and Confluent Cloud, in words; empty: nothing. */
    readonly drift: readonly string[];
}

export interface Owner {
    /** `sa-111aaa`, `u-111aaa` or `pool-111aaa` */
    readonly id: string;
    readonly name: string;
    readonly kind: "serviceAccount" | "user" | "other";
    /** Null where role bindings could not be read. */
    readonly roles: readonly { readonly roleName: string; readonly crnPattern: string }[] | null;
    readonly organizationAdmin: boolean | null;
    /** Live Flink keys that are visible. */
    readonly liveKeys: number;
    /** Keys of resources against the limit for this account; null where Confluent Cloud does not say. */
    readonly quota: {
        readonly id: string;
        readonly used: number;
        readonly limit: number;
        readonly ratio: number;
    } | null;
}

export interface StackSummary {
    /** `confluent-flink/prod`, or `prod` where the state could not be read. */
    readonly name: string;
    /** `absent`: the backend knows no such stack. `failed`: see `gaps`. */
    readonly state: "read" | "absent" | "failed";
    /** Current keys in its state. */
    readonly keys: number;
}

export interface Gap {
    /** `environments`, `serviceAccounts`, `users`, `roleBindings`, `quotas`, `regions`, `stack`, `probe` */
    readonly subject: GapSubject;
    /** Of a stack: its name. */
    readonly name?: string;
    /** One line. */
    readonly reason: string;
}

export type GapSubject =
    | "environments"
    | "serviceAccounts"
    | "users"
    | "roleBindings"
    | "quotas"
    | "regions"
    | "stack"
    | "probe";

/** Counts of keys. `managed + superseded + stray + unmanaged = live`; `live + missing` is the number of rows. */
export interface Summary {
    readonly live: number;
    readonly managed: number;
    readonly superseded: number;
    readonly stray: number;
    readonly unmanaged: number;
    /** In a state, not listed by Confluent Cloud. */
    readonly missing: number;
    readonly overdue: number;
    readonly drift: number;
    readonly unready: number;
    readonly orgadmin: number;
    readonly overage: number;
    /** Environment-and-region pairs with a live key. */
    readonly scopes: number;
}

/** What may be wrong with a key. The names are those of `--fail-on`; `overage` is its `older-than`. */
export const concerns = ["overdue", "stray", "drift", "unready", "orgadmin", "overage"] as const;
export type Concern = (typeof concerns)[number];

const holds: Readonly<Record<Concern, (key: KeyRow, ageLimitSeconds: number) => boolean>> = {
    overdue: (key) => key.overdue,
    stray: (key) => key.status === "stray",
    drift: (key) => key.drift.length > 0,
    unready: (key) => key.status === "managed" && key.readiness !== "ready",
    orgadmin: (key) => key.live && key.organizationAdmin === true,
    overage: (key, limit) => key.live && key.ageSeconds !== null && key.ageSeconds > limit,
};

/** What is wrong with this key, the most urgent first; empty: nothing. */
export function concernsOf(key: KeyRow, ageLimitSeconds: number): Concern[] {
    return concerns.filter((concern) => holds[concern](key, ageLimitSeconds));
}

export function summarise(keys: readonly KeyRow[], ageLimitSeconds: number): Summary {
    const live = keys.filter((key) => key.live);
    const found = keys.flatMap((key) => concernsOf(key, ageLimitSeconds));
    const withStatus = (status: KeyStatus): number => live.filter((key) => key.status === status).length;
    const withConcern = (concern: Concern): number => found.filter((one) => one === concern).length;
    return {
        live: live.length,
        managed: withStatus("managed"),
        superseded: withStatus("superseded"),
        stray: withStatus("stray"),
        unmanaged: withStatus("unmanaged"),
        missing: keys.length - live.length,
        overdue: withConcern("overdue"),
        drift: withConcern("drift"),
        unready: withConcern("unready"),
        orgadmin: withConcern("orgadmin"),
        overage: withConcern("overage"),
        scopes: new Set(live.map((key) => key.scope)).size,
    };
}

/** Overdue first, then by what is wrong, then by the date of the next change, then the oldest. */
export function compareUrgency(a: KeyRow, b: KeyRow): number {
    return (
        rank(a) - rank(b) ||
        dateOrder(dueAt(a), dueAt(b)) ||
        (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0) ||
        (a.id < b.id ? -1 : 1)
    );
}

/** When the next thing is due for this key: its rotation, or the end of its overlap. ISO 8601; null: nothing. */
export function dueAt(key: KeyRow): string | null {
    return key.status === "superseded" ? key.retireAt : key.rotatesAt;
}

function rank(key: KeyRow): number {
    if (key.overdue) return 0;
    if (key.drift.length > 0) return 1;
    if (key.status === "stray") return 2;
    if (key.status === "managed" && key.readiness !== "ready") return 3;
    return 4;
}

function dateOrder(a: string | null, b: string | null): number {
    return (a === null ? Number.MAX_VALUE : Date.parse(a)) - (b === null ? Number.MAX_VALUE : Date.parse(b));
}
