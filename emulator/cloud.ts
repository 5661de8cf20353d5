import type { MovableClock } from "./clock";
import { Collection } from "./collection";
import { formatCrn } from "./crn";
import { LaggingCollection } from "./laggingCollection";
import type { Quotas } from "./quotas";
import { Redactor } from "./redaction";
import type {
    ApiKey,
    ComputePool,
    Environment,
    IdentityPool,
    IdentityProvider,
    KafkaCluster,
    RoleBinding,
    SchemaRegistry,
    ServiceAccount,
    Statement,
    Token,
    User,
} from "./resources";
import { type DurationRange, SeededRandom } from "./seededRandom";
import type { Relation } from "./sql/informationSchema";
import type { Statuses } from "./statuses";

/** Whether a CRN pattern without a wildcard reaches what is below it. */
export type RoleBindingFilter = "exact" | "prefix";

/** When the traits of a statement show: in the answer to the POST already, or from RUNNING on. */
export type StatementTraits = "at-once" | "when-running";

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
    /** How far lists of API keys are behind. */
    listLagMs: number;
    /** How long the Flink endpoints go on accepting a deleted key. */
    revocationMs: number;
    roleBindingFilter: RoleBindingFilter;
    statementTraits: StatementTraits;
    statuses: Statuses;
    quotas: Quotas;
    makeSecret: (() => string) | undefined;
}

/** Everything that lives in the emulated organization. In memory only. */
export class Cloud {
    /** `http://127.0.0.1:41234`: the control plane and every region's Flink endpoint. Set once it listens. */
    url = "";
    readonly organizationId: string;
    organizationName = "Emulated Organization";
    readonly createdAt: number;
    readonly clock: MovableClock;
    readonly statuses: Readonly<Statuses>;
    readonly quotas: Quotas;
    readonly roleBindingFilter: RoleBindingFilter;
    readonly statementTraits: StatementTraits;
    readonly redactor = new Redactor();

    readonly users = new Collection<User>();
    readonly serviceAccounts = new Collection<ServiceAccount>();
    readonly identityProviders = new Collection<IdentityProvider>();
    readonly identityPools = new Collection<IdentityPool>();
    readonly roleBindings = new Collection<RoleBinding>();
    readonly apiKeys: LaggingCollection<ApiKey>;
    readonly environments = new Collection<Environment>();
    readonly kafkaClusters = new Collection<KafkaCluster>();
    readonly schemaRegistries = new Collection<SchemaRegistry>();
    readonly computePools = new Collection<ComputePool>();
    /** The tables and views of every database. */
    readonly relations = new Collection<Relation>();
    readonly statements = new Collection<Statement>();
    readonly tokens = new Collection<Token>();
    readonly computePoolConfig = { defaultPoolEnabled: true, defaultPoolMaxCfu: 10 };

    /** Ids, and what else must differ from one call to the next. */
    readonly random: SeededRandom;
    readonly #keyPropagation: DurationRange;
    readonly #rolePropagation: DurationRange;
    // Waits have random numbers of their own: changing a propagation range changes no id.
    readonly #waits: SeededRandom;
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
        this.statuses = settings.statuses;
        this.quotas = settings.quotas;
        this.random = new SeededRandom(settings.seed);
        this.#waits = new SeededRandom(settings.seed ^ 0x57a17);
        this.#secrets = new SeededRandom(settings.seed ^ 0x5ec2e7);
        this.#keyPropagation = settings.keyPropagation;
        this.#rolePropagation = settings.rolePropagation;
        this.#makeSecret = settings.makeSecret;
    }

    /** What is not given stays as it is. */
    setLags({ listLagMs, revocationMs }: Lags): void {
        if (listLagMs !== undefined) this.apiKeys.lagMs = listLagMs;
        if (revocationMs !== undefined) this.apiKeys.revocationMs = revocationMs;
    }

    now(): number {
        return this.clock.now();
    }

    /** An id that nothing in `taken` has. */
    newId(prefix: string, taken: { has(id: string): boolean }): string {
        for (;;) {
            const id = prefix === "" ? this.random.apiKeyId() : this.random.resourceId(prefix);
            if (!taken.has(id)) {
                return id;
            }
        }
    }

    /** The secret of a key that a client asked for. */
    newSecret(): string {
        return this.#makeSecret?.() ?? this.#secrets.secret();
    }

    /** The secret of the key the emulator starts with: never from `makeSecret`, so a test can tell them apart. */
    bootstrapSecret(): string {
        return this.#secrets.secret();
    }

    /** When a key made now is known to the endpoints. */
    keyUsableAt(): number {
        return this.now() + this.#waits.durationMs(this.#keyPropagation);
    }

    /** When a role bound now takes effect. */
    roleEffectiveAt(): number {
        return this.now() + this.#waits.durationMs(this.#rolePropagation);
    }

    /** A CRN inside the organization. */
    crn(...segments: readonly [kind: string, id: string][]): string {
        return formatCrn(["organization", this.organizationId], ...segments);
    }
}
