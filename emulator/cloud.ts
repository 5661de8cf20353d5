import type { MovableClock } from "./clock";
import { Collection } from "./collection";
import { formatCrn } from "./crn";
import { LaggingCollection } from "./laggingCollection";
import type { Quotas } from "./quotas";
import { Redactor } from "./redaction";
import type {
    ApiKey,
    ComputePool,
    Connection,
    Environment,
    FlinkArtifact,
    IdentityPool,
    IdentityProvider,
    KafkaCluster,
    RoleBinding,
    SchemaRegistry,
    ServiceAccount,
    Statement,
    Token,
    Upload,
    User,
} from "./resources";
import { type DurationRange, SeededRandom } from "./seededRandom";
import type { Relation } from "./sql/catalogs";
import type { Statuses } from "./statuses";

/** `prefix`: a CRN pattern without a wildcard also matches the scopes below it. */
export type RoleBindingFilter = "exact" | "prefix";

/** From when a statement has its traits: from the response to its POST, or from RUNNING. */
export type StatementTraits = "at-once" | "when-running";

/**
 * Which edition of Confluent's page about API keys decides who may create them. In the one of 2026, ResourceKeyAdmin creates no
 * Cloud, Flink and Global keys; EnvironmentAdmin and FlinkAdmin create Flink keys where they are bound.
 */
export type KeyRoles = "2026" | "2025";

/** The APIs that accept a Global API key: all, or only those that list it in their OpenAPI file. */
export type GlobalKeyApis = "all" | "org-and-flink";

/** How a list says that there is no other page: without `metadata.next`, or with an empty one. */
export type LastPage = "absent" | "empty";

export interface Lags {
    listLagMs?: number;
    revocationMs?: number;
}

export interface CloudSettings {
    organizationId: string;
    clock: MovableClock;
    seed: number;
    keyPropagation: DurationRange;
    rolePropagation: DurationRange;
    /** How far lists of API keys lag behind. */
    listLagMs: number;
    /** How long the Flink endpoints still accept a deleted key. */
    revocationMs: number;
    roleBindingFilter: RoleBindingFilter;
    statementTraits: StatementTraits;
    keyRoles: KeyRoles;
    globalKeyApis: GlobalKeyApis;
    lastPage: LastPage;
    statuses: Statuses;
    quotas: Quotas;
    makeSecret: (() => string) | undefined;
}

/** The emulated organization: all of its resources and settings, in memory only. */
export class Cloud {
    /** `http://127.0.0.1:41234`: the control plane. Set once the server listens. */
    url = "";
    readonly organizationId: string;
    organizationName = "Emulated Organization";
    readonly createdAt: number;
    readonly clock: MovableClock;
    readonly statuses: Readonly<Statuses>;
    readonly quotas: Quotas;
    readonly roleBindingFilter: RoleBindingFilter;
    readonly statementTraits: StatementTraits;
    readonly keyRoles: KeyRoles;
    readonly globalKeyApis: GlobalKeyApis;
    readonly lastPage: LastPage;
    readonly redactor = new Redactor();

    readonly users = new Collection<User>();
    readonly serviceAccounts = new Collection<ServiceAccount>();
    readonly identityProviders = new Collection<IdentityProvider>();
    readonly identityPools = new Collection<IdentityPool>();
    readonly roleBindings = new Collection<RoleBinding>();
    readonly apiKeys: LaggingCollection<ApiKey>;
    /** The service answers otherwise for them than for other deleted keys. */
    readonly deletedGlobalKeyIds = new Set<string>();
    readonly environments = new Collection<Environment>();
    readonly kafkaClusters = new Collection<KafkaCluster>();
    readonly schemaRegistries = new Collection<SchemaRegistry>();
    readonly computePools = new Collection<ComputePool>();
    /** The tables and views of all databases. */
    readonly relations = new Collection<Relation>();
    readonly statements = new Collection<Statement>();
    readonly connections = new Collection<Connection>();
    readonly uploads = new Collection<Upload>();
    readonly flinkArtifacts = new Collection<FlinkArtifact>();
    readonly tokens = new Collection<Token>();
    readonly computePoolConfig = { defaultPoolEnabled: true, defaultPoolMaxCfu: 50 };

    /** For ids, request ids and tokens. */
    readonly random: SeededRandom;
    readonly #keyPropagation: DurationRange;
    readonly #rolePropagation: DurationRange;
    // Propagation times have a generator of their own, so that another range leaves the ids as they are.
    readonly #propagationTimes: SeededRandom;
    readonly #secrets: SeededRandom;
    readonly #makeSecret: (() => string) | undefined;

    constructor(settings: CloudSettings) {
        this.organizationId = settings.organizationId;
        this.clock = settings.clock;
        this.apiKeys = new LaggingCollection(settings.clock);
        this.apiKeys.lagMs = settings.listLagMs;
        this.apiKeys.revocationMs = settings.revocationMs;
        this.createdAt = settings.clock.now();
        this.roleBindingFilter = settings.roleBindingFilter;
        this.statementTraits = settings.statementTraits;
        this.keyRoles = settings.keyRoles;
        this.globalKeyApis = settings.globalKeyApis;
        this.lastPage = settings.lastPage;
        this.statuses = settings.statuses;
        this.quotas = settings.quotas;
        this.random = new SeededRandom(settings.seed);
        this.#propagationTimes = new SeededRandom(settings.seed ^ 0x57a17);
        this.#secrets = new SeededRandom(settings.seed ^ 0x5ec2e7);
        this.#keyPropagation = settings.keyPropagation;
        this.#rolePropagation = settings.rolePropagation;
        this.#makeSecret = settings.makeSecret;
    }

    /** An undefined property keeps its value. */
    setLags({ listLagMs, revocationMs }: Lags): void {
        if (listLagMs !== undefined) this.apiKeys.lagMs = listLagMs;
        if (revocationMs !== undefined) this.apiKeys.revocationMs = revocationMs;
    }

    /** The Flink endpoint of a region: `http://127.0.0.1:41234/flink/aws.us-east-1`. */
    flinkUrl(regionId: string): string {
        return `${this.url}/flink/${regionId}`;
    }

    now(): number {
        return this.clock.now();
    }

    /** A new id such as `sa-x1y2z3`. */
    newId(prefix: string, taken: { has(id: string): boolean }): string {
        return unused(() => this.random.resourceId(prefix), taken);
    }

    newApiKeyId(): string {
        return unused(() => this.random.apiKeyId(), this.apiKeys);
    }

    /** The secret of a key that a client creates. */
    newSecret(): string {
        return this.#makeSecret?.() ?? this.#secrets.secret();
    }

    /** The secret of the key that the emulator starts with. Never from `makeSecret`: a test can distinguish the two. */
    bootstrapSecret(): string {
        return this.#secrets.secret();
    }

    /** When the endpoints accept a key that is created now. */
    keyUsableAt(): number {
        return this.now() + this.#propagationTimes.durationMs(this.#keyPropagation);
    }

    /** When a role binding that is created now takes effect. */
    roleEffectiveAt(): number {
        return this.now() + this.#propagationTimes.durationMs(this.#rolePropagation);
    }

    /** A CRN inside the organization. */
    crn(...segments: readonly [kind: string, id: string][]): string {
        return formatCrn(["organization", this.organizationId], ...segments);
    }
}

function unused(newId: () => string, taken: { has(id: string): boolean }): string {
    for (;;) {
        const id = newId();
        if (!taken.has(id)) return id;
    }
}
