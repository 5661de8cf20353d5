import { MovableClock } from "./clock";
import { Collection } from "./collection";
import { formatCrn } from "./crn";
import { type Choices, choices, type EmulatorOptions, type Lags } from "./emulatorOptions";
import { LaggingCollection } from "./laggingCollection";
import { defaultQuotas, type Quotas } from "./quotas";
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
    Made,
    RoleBinding,
    SchemaRegistry,
    ServiceAccount,
    Statement,
    Token,
    Upload,
    User,
} from "./resources";
import { type DurationRange, SeededRandom } from "./seededRandom";
import type { ComputeLocation, Relation } from "./sql/catalogs";
import { defaultStatuses, type Statuses } from "./statuses";

const noWait: DurationRange = { minMs: 0, maxMs: 0 };

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
    readonly choices: Choices;
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
    readonly #options: EmulatorOptions;
    // Propagation times have a generator of their own, so that another range leaves the ids as they are.
    readonly #propagationTimes: SeededRandom;
    readonly #secrets: SeededRandom;

    constructor(options: EmulatorOptions) {
        this.#options = options;
        this.organizationId = options.organizationId ?? "1111aaaa-11aa-11aa-11aa-111111aaaaaa";
        this.clock = new MovableClock(options.clock);
        this.createdAt = this.clock.now();
        this.apiKeys = new LaggingCollection(this.clock);
        this.setLags(options);
        this.choices = Object.fromEntries(
            Object.entries(choices).map(([name, [usual]]) => [name, options[name as keyof Choices] ?? usual]),
        ) as Choices;
        this.statuses = { ...defaultStatuses, ...options.statuses };
        this.quotas = { ...defaultQuotas, ...options.quotas };
        const { seed = 1 } = options;
        this.random = new SeededRandom(seed);
        this.#propagationTimes = new SeededRandom(seed ^ 0x57a17);
        this.#secrets = new SeededRandom(seed ^ 0x5ec2e7);
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

    /** The times of a resource that is made now. */
    madeNow(seeded = false): Made {
        return { createdAt: this.now(), updatedAt: this.now(), seeded };
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
        return this.#options.makeSecret?.() ?? this.#secrets.secret();
    }

    /** The secret of the key that the emulator starts with. Never from `makeSecret`: a test can distinguish the two. */
    bootstrapSecret(): string {
        return this.#secrets.secret();
    }

    /** When the endpoints accept a key that is created now. */
    keyUsableAt(): number {
        return this.now() + this.#propagationTimes.durationMs(this.#options.keyPropagation ?? noWait);
    }

    /** When a role binding that is created now takes effect. */
    roleEffectiveAt(): number {
        return this.now() + this.#propagationTimes.durationMs(this.#options.rolePropagation ?? noWait);
    }

    /** `crn://…/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=lfcp-abc123`; without an id of a pool that of the region. */
    flinkCrn(place: Omit<ComputeLocation, "computePoolId"> & Partial<ComputeLocation>): string {
        const { environmentId, regionId, computePoolId = "" } = place;
        const region = this.crn(["environment", environmentId], ["flink-region", regionId]);
        return computePoolId === "" ? region : `${region}/compute-pool=${computePoolId}`;
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
