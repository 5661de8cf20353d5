/**
 * Every Flink API key in Confluent Cloud or in a stack's state, as plain data without secrets. All output formats
 * (terminal, JSON, Markdown, Prometheus, page) show this data and compute nothing else. `docs/report.schema.json` is its
 * published schema. The page uses this file too, so it imports nothing of Node.js.
 */
export interface Report {
    readonly schemaVersion: 1;
    /** Confluent Cloud's time when the keys were listed, ISO 8601. Ages are measured at this time. */
    readonly generatedAt: string;
    /** Null if no environment could be read; an environment's CRN contains it. */
    readonly organizationId: string | null;
    /** The credentials that were used with Confluent Cloud. */
    readonly caller: Caller;
    /** Where the states were read; empty if no state was read. */
    readonly backends: readonly Backend[];
    /** A live key older than this is over age; default 90 days. */
    readonly ageLimitSeconds: number;
    readonly summary: Summary;
    /** The options that chose the keys, and how many there are without them. Null: all keys. */
    readonly filter: { readonly by: string; readonly keys: number } | null;
    /**
     * False: a state was not read, or its encrypted values were not searched (`--holders`), so keys may have holders that are not
     * shown.
     */
    readonly holdersKnown: boolean;
    /** The stacks whose state was requested, read or not. */
    readonly stacks: readonly StackSummary[];
    /** What could not be read. The report is incomplete without it. */
    readonly gaps: readonly Gap[];
    /** Concerns that could not be checked for every key, and why. Their count in `summary` is the least that it may be. */
    readonly unchecked: readonly Unchecked[];
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
 * `managed`: the current key of a resource in a stack's state. `superseded`: replaced by a rotation, works until its
 * overlap ends. `stray`: created by this package for a stack whose state was read and does not contain it. `elsewhere`: created
 * by this package for another project. `unknown`: no proof either way; `remedies` explains it. `unmanaged`: not created
 * by this package.
 */
export type KeyStatus = "managed" | "superseded" | "stray" | "elsewhere" | "unknown" | "unmanaged";

/**
 * From the last `pulumi up`: `ready`, `unverified` (the endpoint was out of reach) or `pending` (not yet proven, the
 * next `up` continues). From a refresh: `gone`. From `--probe`: `ready`, `refused` by the region's endpoint, or
 * `unreachable` from here.
 */
export type KeyReadiness = "ready" | "unverified" | "pending" | "gone" | "refused" | "unreachable";

/** A resource in a state that contains a key's id, and so probably its secret. */
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
    /** `Pulumi confluent-flink/prod [pcf-1f6a09c2d4e87b35]`; empty if there is none. */
    readonly description: string;
    readonly status: KeyStatus;
    /** True: the mark in its description says that no run has finished it. */
    readonly unfinished: boolean;
    /** False: it is in a state, but Confluent Cloud does not list it. */
    readonly live: boolean;
    /** `env-abc123.aws.us-east-2`, or `global`. */
    readonly scope: string;
    /** Empty for a global key that no state contains: it works in every environment of its owner. */
    readonly environmentId: string;
    readonly environmentName: string;
    /** `aws.us-east-2`, or `global`. */
    readonly region: string;
    readonly restEndpoint: string | null;
    readonly ownerId: string;
    /** Empty if it could not be read. */
    readonly ownerName: string;
    /** Null if the owner's role bindings could not be read. */
    readonly organizationAdmin: boolean | null;
    /** The owner's roles that apply in the key's environment; null if they could not be read. */
    readonly rolesInEnvironment: readonly string[] | null;
    /** ISO 8601; null if Confluent Cloud does not report it. */
    readonly createdAt: string | null;
    readonly ageSeconds: number | null;
    /** The project of `stack`: `confluent-flink`. */
    readonly project: string | null;
    /**
     * `confluent-flink/prod`: the stack whose state contains it, or else the one that its tag or description names;
     * null if none.
     */
    readonly stack: string | null;
    /** Name of the resource in the stack: `flink-aws.us-east-2`. */
    readonly resource: string | null;
    /** When the next rotation is due, ISO 8601; null if there is none, or if it is not known. */
    readonly rotatesAt: string | null;
    /** False: the state of its stack was not read, or has the rotation only encrypted. */
    readonly rotationKnown: boolean;
    /** For a superseded key: the end of its overlap, ISO 8601. */
    readonly retireAt: string | null;
    /**
     * The time of the rotation or the end of the overlap has passed, but no `pulumi up` has run since. Null if that time is not
     * known.
     */
    readonly overdue: boolean | null;
    /** Null for keys that are missing or not managed, and if it is not known. */
    readonly readiness: KeyReadiness | null;
    /** The endpoint's answer to the probe: `401`; null if it accepted the key, or was not probed. */
    readonly refusal: string | null;
    /** Whether `readiness` comes from a probe. */
    readonly probed: boolean;
    /** Differences between state and Confluent Cloud, in words; empty if there are none. Null if one of the two was not read. */
    readonly drift: readonly string[] | null;
    /** The resources in the stacks' states that contain it, except this package's own. */
    readonly holders: readonly Holder[];
    /** A command or sentence for each problem, the most urgent first; empty if there is nothing to do. */
    readonly remedies: readonly string[];
}

/** `env-abc123.aws.us-east-2`, `env-abc123.global`: environment and region, which the scope of a global key does not name. */
export function placeOf({ environmentId, region }: Pick<KeyRow, "environmentId" | "region">): string {
    return `${environmentId}.${region}`;
}

export interface Owner {
    /** `sa-111aaa`, `u-111aaa` or `pool-111aaa` */
    readonly id: string;
    readonly name: string;
    readonly kind: "serviceAccount" | "user" | "other";
    /** Null if they could not be read: Confluent Cloud leaves out those that the caller is not allowed to see. */
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
    /** Whether the project has a stack file for it. Null for exported states, and in a project without stack files. */
    readonly hasFile: boolean | null;
    /** Operations of an interrupted run, whose result is not known: `creating flink-aws.us-east-2`. */
    readonly interrupted: readonly string[];
    /** The organization of its role bindings, a UUID. Null if it has none, or if its state was not read. */
    readonly organizationId: string | null;
}

export interface Gap {
    /**
     * `keys`: some keys in a state could not be read; `organization`: the stack belongs to another organization than the
     * credentials; `holders`: encrypted values were not searched; `report`: this is an older report, because Confluent
     * Cloud does not answer.
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
    | "organization"
    | "stack"
    | "holders"
    | "probe"
    | "report";

/** A problem that a key may have; `concerns.ts` has the rules. */
export type Concern =
    | "overdue"
    | "stray"
    | "drift"
    | "unready"
    | "roleless"
    | "supersededInUse"
    | "orgadmin"
    | "unrotated"
    | "overage";

export interface Unchecked {
    readonly concern: Concern;
    /** One line. */
    readonly reason: string;
}

/**
 * Counts of keys. `managed + superseded + stray + elsewhere + unmanaged + unknown - unseen = live`;
 * `live + missing + unseen` is the number of rows.
 */
export interface Summary extends Readonly<Record<Concern, number>> {
    readonly live: number;
    readonly managed: number;
    readonly superseded: number;
    readonly elsewhere: number;
    readonly unmanaged: number;
    readonly unknown: number;
    /** In a state, but certainly not in Confluent Cloud. */
    readonly missing: number;
    /** Part of `unknown`: in a state but not listed, perhaps because of the credentials. */
    readonly unseen: number;
    /** Environment-and-region pairs with a live key. */
    readonly scopes: number;
}
