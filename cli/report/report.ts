/**
 * The report: every Flink API key that Confluent Cloud or a stack knows, as plain data. All output formats (terminal,
 * JSON, Markdown, Prometheus, page) show this data and compute nothing of their own. `reportSchema.ts` is its
 * published shape. It contains no secret. The page uses this file too, so it imports nothing of Node.js.
 */
export interface Report {
    readonly schemaVersion: 1;
    /** Confluent Cloud's time when the keys were listed, ISO 8601. Ages are measured from here. */
    readonly generatedAt: string;
    /** Null if no environment could be read; an environment's CRN contains it. */
    readonly organizationId: string | null;
    /** The credentials that were used with Confluent Cloud. */
    readonly caller: Caller;
    /** Where the states were read; empty if nowhere. */
    readonly backends: readonly Backend[];
    /** A live key older than this is over age; default 90 days. */
    readonly ageLimitSeconds: number;
    readonly summary: Summary;
    /** The stacks whose state was requested, read or not. */
    readonly stacks: readonly StackSummary[];
    /** What could not be read, and so is missing from the report. */
    readonly gaps: readonly Gap[];
    /** Environments of the keys. */
    readonly environments: readonly { readonly id: string; readonly name: string }[];
    /** Owners of keys. */
    readonly owners: readonly Owner[];
    /** The most urgent first. */
    readonly keys: readonly KeyRow[];
}

/** The credentials of the report, without a secret. */
export interface Caller {
    /** Id of the Cloud API key, or of the identity pool: `pool-111aaa`. Empty if not known. */
    readonly identity: string;
    /** Owner of the Cloud API key: `sa-111aaa`. Null if the key could not be read. */
    readonly ownerId: string | null;
    /** `https://api.confluent.cloud` */
    readonly endpoint: string;
    /**
     * True: every key of the organization was listed. False: perhaps not, because Confluent Cloud leaves out keys
     * that the caller is not allowed to see.
     */
    readonly seesEverything: boolean;
}

/** Where states of stacks were read. */
export interface Backend {
    readonly kind: "pulumi" | "files";
    /** URL of the backend, or path of the file or folder. */
    readonly place: string;
    /** The user who is logged in; null for files, or if Pulumi did not report it. */
    readonly user: string | null;
    /** Null for files. */
    readonly project: string | null;
}

/**
 * `managed`: the current key of a resource in a stack's state. `superseded`: in a state, works until its overlap
 * ends. `stray`: made by this package for a stack whose state was read and does not contain it. `elsewhere`: made by
 * this package for another project. `unknown`: no proof either way; `remedies` says why. `unmanaged`: not made by
 * this package.
 */
export type KeyStatus = "managed" | "superseded" | "stray" | "elsewhere" | "unknown" | "unmanaged";

/**
 * From the last `pulumi up`: `ready`, `unverified` (the endpoint was out of reach) or `pending` (not yet proven, the
 * next `up` continues). From a refresh: `gone`. From `--probe`: `ready`, `refused` by the region's endpoint, or
 * `unreachable` from here.
 */
export type KeyReadiness = "ready" | "unverified" | "pending" | "gone" | "refused" | "unreachable";

/** Something in a state that contains a key's id, and so most likely its secret. */
export interface Holder {
    /** `orders/prod` */
    readonly stack: string;
    /** Name of the resource, with its type: `kubernetes:core/v1:Secret flink-aws-us-east-2`. */
    readonly resource: string;
    /** The property: `stringData.FLINK_API_KEY`. */
    readonly property: string;
    /** When the key stops working, ISO 8601; null if no end is set. */
    readonly cutOffAt: string | null;
}

export interface KeyRow {
    /** 16 upper-case letters and digits. */
    readonly id: string;
    readonly displayName: string;
    /** `Pulumi confluent-flink/prod [pcf-1f6a09c2d4e87b35]`; empty where there is none. */
    readonly description: string;
    readonly status: KeyStatus;
    /** True: its description says that it was never handed out. */
    readonly unfinished: boolean;
    /** False: it is in a state, but Confluent Cloud does not list it. */
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
    /** The owner's roles that apply in the key's environment; null if role bindings could not be read. */
    readonly rolesInEnvironment: readonly string[] | null;
    /** ISO 8601; null where Confluent Cloud does not say. */
    readonly createdAt: string | null;
    readonly ageSeconds: number | null;
    /** `confluent-flink`; as for `stack`. */
    readonly project: string | null;
    /**
     * `confluent-flink/prod`: the stack whose state contains it, or else the one that its tag or description names;
     * null if none.
     */
    readonly stack: string | null;
    /** Name of the resource in the stack: `flink-aws.us-east-2`. */
    readonly resource: string | null;
    /** When the next rotation is due, ISO 8601; null if there is none. */
    readonly rotatesAt: string | null;
    /** Of a superseded key: when its overlap ends, ISO 8601. */
    readonly retireAt: string | null;
    /** The rotation or the end of the overlap is in the past, and no `pulumi up` has acted on it yet. */
    readonly overdue: boolean;
    /** Null for keys that are not managed, or missing. */
    readonly readiness: KeyReadiness | null;
    /** The endpoint's answer to the probe: `401`; null if it accepted the key, or was not probed. */
    readonly refusal: string | null;
    /** Whether `readiness` comes from a probe. */
    readonly probed: boolean;
    /** Differences between state and Confluent Cloud, in words; empty if there are none. */
    readonly drift: readonly string[];
    /** What else contains it in the stacks' states, apart from this package's own resources. */
    readonly holders: readonly Holder[];
    /** A command or sentence for each problem, the most urgent first; empty if nothing is to do. */
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
    /** Number of visible live Flink keys. */
    readonly liveKeys: number;
    /** Number of resource API keys and the limit for this account; null if Confluent Cloud does not report it. */
    readonly quota: {
        readonly id: string;
        readonly used: number;
        readonly limit: number;
        readonly ratio: number;
    } | null;
}

export interface StackSummary {
    /** `confluent-flink/prod`, or `prod` if the state could not be read. */
    readonly name: string;
    /** `absent`: the backend has no such stack. `failed`: see `gaps`. */
    readonly state: "read" | "absent" | "failed";
    /** Number of current keys in its state. */
    readonly keys: number;
}

export interface Gap {
    /**
     * `keys`: some keys in a state could not be read; `holders`: encrypted values were not searched; `report`: this
     * is an older report, because Confluent Cloud does not answer.
     */
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
    /** Part of `unknown`: in a state but not listed, perhaps because of the credentials. */
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
 * What may be wrong with a key. `--fail-on` uses the same names, except `superseded-in-use` for `supersededInUse` and
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

/** Concerns that are a choice and not an error: nobody has to act at once. */
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

/** What is wrong with this key, the most urgent first; empty if nothing is. */
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

/** Sorts by overdue, then by what is wrong, then by the date of the next change, then by age. */
export function compareUrgency(a: KeyRow, b: KeyRow): number {
    return (
        rank(a) - rank(b) ||
        dateOrder(dueAt(a), dueAt(b)) ||
        (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0) ||
        (a.id < b.id ? -1 : 1)
    );
}

/** When this key is due next: its rotation, or the end of its overlap. ISO 8601; null if nothing is due. */
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
