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
    /** Who asked Confluent Cloud. */
    readonly caller: Caller;
    /** Where the states were read; empty: from nowhere. */
    readonly backends: readonly Backend[];
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

/** The credentials that the report was read with. No secret. */
export interface Caller {
    /** Id of the Cloud API key, or of the identity pool: `pool-111aaa`. Empty where it is not known. */
    readonly identity: string;
    /** Owner of the Cloud API key: `sa-111aaa`. Null where the key's own record could not be seen. */
    readonly ownerId: string | null;
    /** `https://api.confluent.cloud` */
    readonly endpoint: string;
    /** True: every key of the organization was listed. False: perhaps not, as Confluent Cloud leaves out what the caller may not see. */
    readonly seesEverything: boolean;
}

/** Where states of stacks were read. */
export interface Backend {
    readonly kind: "pulumi" | "files";
    /** URL of the backend, or path of the file or folder. */
    readonly place: string;
    /** Who is logged in there; null for files, and where Pulumi did not say. */
    readonly user: string | null;
    /** Null for files. */
    readonly project: string | null;
}

/**
 * `managed`: the current key of a resource in a stack's state. `superseded`: in a state, lives on until its overlap
 * ends. `stray`: made by this package for a stack whose state was read, which does not hold it. `elsewhere`: made by this
 * package for another project. `unknown`: no evidence either way; `remedies` says why. `unmanaged`: made otherwise.
 */
export type KeyStatus = "managed" | "superseded" | "stray" | "elsewhere" | "unknown" | "unmanaged";

/**
 * As the last `pulumi up` left it: `ready`, `unverified` (its endpoint was out of reach) or `pending` (not yet proven, the
 * next `up` goes on); `gone` as a refresh found it; after `--probe`: `ready`, `refused` by the region's endpoint, or
 * `unreachable` from here.
 */
export type KeyReadiness = "ready" | "unverified" | "pending" | "gone" | "refused" | "unreachable";

/** Something in a state that holds a key's id, and so most likely its secret. */
export interface Holder {
    /** `orders/prod` */
    readonly stack: string;
    /** Name of the resource, with its type: `kubernetes:core/v1:Secret flink-aws-us-east-2`. */
    readonly resource: string;
    /** Where in it: `stringData.FLINK_API_KEY`. */
    readonly property: string;
    /** When the key stops working, ISO 8601; null: no end is set. */
    readonly cutOffAt: string | null;
}

export interface KeyRow {
    /** 16 upper-case letters and digits. */
    readonly id: string;
    readonly displayName: string;
    /** `Pulumi confluent-flink/prod [pcf-1f6a09c2d4e87b35]`; empty where there is none. */
    readonly description: string;
    readonly status: KeyStatus;
    /** True: its description says that no run handed it out. */
    readonly unfinished: boolean;
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
    /** The owner's roles that count in the key's environment; null where role bindings could not be read. */
    readonly rolesInEnvironment: readonly string[] | null;
    /** ISO 8601; null where Confluent Cloud does not say. */
    readonly createdAt: string | null;
    readonly ageSeconds: number | null;
    /** `confluent-flink`; as for `stack`. */
    readonly project: string | null;
    /** `confluent-flink/prod`: the stack that holds it; else the one that its tag or description names. Null: none. */
    readonly stack: string | null;
    /** Name of the resource in the stack: `flink-aws.us-east-2`. */
    readonly resource: string | null;
    /** When the next rotation is due, ISO 8601; null: none. */
    readonly rotatesAt: string | null;
    /** Of a superseded key: when its overlap ends, ISO 8601. */
    readonly retireAt: string | null;
    /** The rotation, or the end of the overlap, is past and the next `pulumi up` still has to act on it. */
    readonly overdue: boolean;
    /** Of managed keys that are not missing; null for others. */
    readonly readiness: KeyReadiness | null;
    /** What the region's endpoint said to the probe: `401`; null: it accepted the key, or was not asked. */
    readonly refusal: string | null;
    /** Whether `readiness` was found out just now. */
    readonly probed: boolean;
    /** What differs between state and Confluent Cloud, in words; empty: nothing. */
    readonly drift: readonly string[];
    /** What holds it in the stacks' states, beside this package's own resources. */
    readonly holders: readonly Holder[];
    /** A command or sentence for each trouble, the most urgent first; empty: nothing to do. */
    readonly remedies: readonly string[];
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
    /** `keys`: some that a state holds could not be seen; `holders`: encrypted values were not looked into; `report`: it is an older one, for Confluent Cloud does not answer. */
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
    | "keys"
    | "stack"
    | "holders"
    | "probe"
    | "report";

/**
 * Counts of keys. `managed + superseded + stray + elsewhere + unmanaged + unknown - unseen = live`;
 * `live + missing + unseen` is the number of rows.
 */
export interface Summary {
    readonly live: number;
    readonly managed: number;
    readonly superseded: number;
    readonly stray: number;
    readonly elsewhere: number;
    readonly unmanaged: number;
    readonly unknown: number;
    /** In a state, and proven not to be in Confluent Cloud. */
    readonly missing: number;
    /** Of `unknown`: in a state, not listed, and the credentials may be why. */
    readonly unseen: number;
    readonly overdue: number;
    readonly drift: number;
    readonly unready: number;
    readonly roleless: number;
    readonly supersededInUse: number;
    readonly orgadmin: number;
    readonly unrotated: number;
    readonly overage: number;
    /** Environment-and-region pairs with a live key. */
    readonly scopes: number;
}

/**
 * What may be wrong with a key. `--fail-on` has the same names, but `superseded-in-use` for `supersededInUse` and
 * `older-than` for `overage`.
 */
export const concerns = [
    "overdue",
    "stray",
    "drift",
    "unready",
    "roleless",
    "supersededInUse",
    "orgadmin",
    "unrotated",
    "overage",
] as const;
export type Concern = (typeof concerns)[number];

/** Those that are a choice rather than a fault: they ask nobody to act at once. */
export const softConcerns: readonly Concern[] = ["orgadmin", "unrotated", "overage"];

const holds: Readonly<Record<Concern, (key: KeyRow, ageLimitSeconds: number) => boolean>> = {
    overdue: (key) => key.overdue,
    stray: (key) => key.status === "stray",
    drift: (key) => key.drift.length > 0,
    unready: (key) => key.status === "managed" && key.readiness !== null && key.readiness !== "ready",
    roleless: (key) => key.status === "managed" && key.live && key.rolesInEnvironment?.length === 0,
    supersededInUse: (key) => key.status === "superseded" && key.live && key.holders.length > 0,
    orgadmin: (key) => key.live && key.organizationAdmin === true,
    unrotated: (key) => key.status === "managed" && key.live && key.rotatesAt === null,
    overage: (key, limit) => key.live && key.ageSeconds !== null && key.ageSeconds > limit,
};

/** What is wrong with this key, the most urgent first; empty: nothing. */
export function concernsOf(key: KeyRow, ageLimitSeconds: number): Concern[] {
    return concerns.filter((concern) => holds[concern](key, ageLimitSeconds));
}

export function summarise(keys: readonly KeyRow[], ageLimitSeconds: number): Summary {
    const live = keys.filter((key) => key.live);
    const found = keys.flatMap((key) => concernsOf(key, ageLimitSeconds));
    const withStatus = (status: KeyStatus, among: readonly KeyRow[] = live): number =>
        among.filter((key) => key.status === status).length;
    const unseen = keys.filter((key) => !key.live && key.status === "unknown").length;
    const withConcern = (concern: Concern): number => found.filter((one) => one === concern).length;
    return {
        live: live.length,
        managed: withStatus("managed"),
        superseded: withStatus("superseded"),
        stray: withStatus("stray"),
        elsewhere: withStatus("elsewhere"),
        unmanaged: withStatus("unmanaged"),
        unknown: withStatus("unknown", keys),
        missing: keys.length - live.length - unseen,
        unseen,
        overdue: withConcern("overdue"),
        drift: withConcern("drift"),
        unready: withConcern("unready"),
        roleless: withConcern("roleless"),
        supersededInUse: withConcern("supersededInUse"),
        orgadmin: withConcern("orgadmin"),
        unrotated: withConcern("unrotated"),
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
    if (holds.unready(key, 0) || holds.roleless(key, 0)) return 3;
    if (key.status === "unknown" || (key.status === "superseded" && key.holders.length > 0)) return 4;
    return 5;
}

function dateOrder(a: string | null, b: string | null): number {
    return (a === null ? Number.MAX_VALUE : Date.parse(a)) - (b === null ? Number.MAX_VALUE : Date.parse(b));
}
