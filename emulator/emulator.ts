import type { AddressInfo } from "node:net";
import { type EmulatorClock, MovableClock } from "./clock";
import { Cloud, type Lags, type RoleBindingFilter, type StatementTraits } from "./cloud";
import { kafkaClusterRoutes } from "./cmk/kafkaClusters";
import { emptyListRoutes } from "./emptyLists";
import { endpointRoutes } from "./endpoint/endpoints";
import type { Exchange } from "./exchange";
import { Faults } from "./faults";
import { computePoolConfigRoutes } from "./fcpm/computePoolConfig";
import { computePoolRoutes } from "./fcpm/computePools";
import { regionRoutes } from "./fcpm/regions";
import { apiKeyRoutes } from "./iam/apiKeys";
import { identityProviderRoutes } from "./iam/identityProviders";
import { roleBindingRoutes } from "./iam/roleBindings";
import { roleCatalogRoutes } from "./iam/roleCatalog";
import { serviceAccountRoutes } from "./iam/serviceAccounts";
import { userRoutes } from "./iam/users";
import { Journal } from "./journal";
import { firstApiRoutes } from "./login/firstApi";
import { sessionRoutes } from "./login/sessions";
import { isLoopbackHost } from "./loopback";
import { environmentRoutes } from "./org/environments";
import { organizationRoutes } from "./org/organizations";
import { DEFAULT_QUOTAS, type Quotas } from "./quotas";
import { RateLimit } from "./rateLimit";
import { addRemoteControl } from "./remoteControl";
import type { Route } from "./route";
import { seed } from "./seed";
import type { DurationRange } from "./seededRandom";
import { createServer } from "./server";
import { appliedQuotaRoutes } from "./serviceQuota/appliedQuotas";
import { statementRoutes } from "./sql/statements";
import { schemaRegistryRoutes } from "./srcm/schemaRegistries";
import { describeState, type EmulatorState } from "./state";
import { DEFAULT_STATUSES, type Statuses } from "./statuses";
import { stubIdentityProviderRoutes } from "./sts/stubIdentityProvider";
import { tokenExchangeRoutes } from "./sts/tokenExchange";

export type { EmulatorClock } from "./clock";
export type { Lags, RoleBindingFilter, StatementTraits } from "./cloud";
export type { Exchange } from "./exchange";
export type { ActiveFault, FaultAction, FaultRule, Faults } from "./faults";
export type { Journal, JournalEntry } from "./journal";
export { type ProfileOptions, profileOptions, readProfile } from "./profile";
export type { Quotas } from "./quotas";
export type { DurationRange } from "./seededRandom";
export type { EmulatorState } from "./state";
export type { Statuses } from "./statuses";

export interface EmulatorOptions {
    /** @default 0, which picks a free one */
    port?: number;
    /** 127.0.0.0/8, ::1 or localhost; anything else is refused. @default "127.0.0.1" */
    host?: string;
    /** A UUID. @default "1111aaaa-11aa-11aa-11aa-111111aaaaaa" */
    organizationId?: string;
    /** Their display names are made from them: `environment-abc123`. @default ["env-abc123", "env-def456"] */
    environmentIds?: string[];
    /** How long a new API key is unknown to its endpoints. @default 0 */
    keyPropagation?: DurationRange;
    /** How long a new role binding has no effect. @default 0 */
    rolePropagation?: DurationRange;
    /**
     * How far lists of API keys are behind: what was made, changed or deleted since does not show in them. A key asked for
     * by its id is always the present one. In milliseconds. @default 0
     */
    listLagMs?: number;
    /** How long the Flink endpoints go on accepting a deleted key, in milliseconds. @default 0 */
    revocationMs?: number;
    /** Ids, secrets and random propagation follow from it. @default 1 */
    seed?: number;
    /** The emulator moves on top of it. @default the wall clock */
    clock?: EmulatorClock;
    /** JSON lines are appended to this file as requests end. @default none */
    journalFile?: string;
    /**
     * What `crn_pattern` of a list of role bindings matches when it does not end with `/*`: `exact`, the bindings at that
     * scope alone, as the Confluent CLI relies on; `prefix`, those below it as well, as the specification's "partial
     * search" can be read. With `/*` at the end it is both in either. @default "exact"
     */
    roleBindingFilter?: RoleBindingFilter;
    /**
     * Since when a statement has traits (its kind and its columns). Both are seen of the service. confluent-sql up to
     * 0.5.2 needs them in the answer to the POST; newer ones take `when-running` as well. @default "at-once"
     */
    statementTraits?: StatementTraits;
    /**
     * Statuses of answers that the documentation leaves open. @default 202 for a new key, 403 for an unknown key or account,
     * 400 for an unknown owner, 401 for a key that has not propagated
     */
    statuses?: Partial<Statuses>;
    /** By quota code. @default the documented limits */
    quotas?: Partial<Quotas>;
    /** Over it, requests get 429. @default none */
    rateLimit?: { requestsPerSecond: number };
    /** The secret of every key a client asks for. @default "cflt" and 60 characters of the base64 alphabet */
    makeSecret?: () => string;
    /** Sees every request and answer with the credentials in it. */
    onExchange?: (exchange: Exchange) => void;
}

/** A running emulator. */
export interface Emulator {
    /** `http://127.0.0.1:41234`: the API's endpoint, and the Flink endpoint of every region. */
    readonly url: string;
    readonly organizationId: string;
    readonly environmentIds: readonly string[];
    /** A cloud API key with OrganizationAdmin. */
    readonly cloudApiKey: string;
    readonly cloudApiSecret: string;
    /** What was asked of it, credentials taken out. */
    readonly journal: Journal;
    /** What lives in the organization now. */
    state(): EmulatorState;
    readonly faults: Faults;
    /** As the options of the same names, from now on. */
    setLags(lags: Lags): void;
    readonly clock: { now(): number; advance(ms: number): void };
    /** Stops listening and drops every connection, hanging ones too. */
    close(): Promise<void>;
}

const DEFAULT_ORGANIZATION_ID = "1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const DEFAULT_ENVIRONMENT_IDS = ["env-abc123", "env-def456"];
const NO_WAIT: DurationRange = { minMs: 0, maxMs: 0 };

/** Confluent Cloud on loopback, as its clients see it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const host = options.host ?? "127.0.0.1";
    requireValid(options, host);
    const environmentIds = [...new Set(options.environmentIds ?? DEFAULT_ENVIRONMENT_IDS)];
    const clock = new MovableClock(options.clock);
    const cloud = new Cloud({
        organizationId: options.organizationId ?? DEFAULT_ORGANIZATION_ID,
        clock,
        seed: options.seed ?? 1,
        keyPropagation: options.keyPropagation ?? NO_WAIT,
        rolePropagation: options.rolePropagation ?? NO_WAIT,
        listLagMs: options.listLagMs ?? 0,
        revocationMs: options.revocationMs ?? 0,
        roleBindingFilter: options.roleBindingFilter ?? "exact",
        statementTraits: options.statementTraits ?? "at-once",
        statuses: { ...DEFAULT_STATUSES, ...options.statuses },
        quotas: { ...DEFAULT_QUOTAS, ...options.quotas },
        makeSecret: options.makeSecret,
    });
    const bootstrapKey = seed(cloud, environmentIds);
    const faults = new Faults();
    const journal = new Journal(options.journalFile);
    const server = createServer({
        cloud,
        routes: routes(cloud),
        faults,
        journal,
        rateLimit: options.rateLimit && new RateLimit(clock, options.rateLimit.requestsPerSecond),
        onExchange: options.onExchange,
    });
    addRemoteControl(server, cloud, faults, journal);
    await server.listen({ port: options.port ?? 0, host });
    const { address, port, family } = server.server.address() as AddressInfo;
    cloud.url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    return {
        url: cloud.url,
        organizationId: cloud.organizationId,
        environmentIds,
        cloudApiKey: bootstrapKey.id,
        cloudApiSecret: bootstrapKey.secret,
        journal,
        state: () => describeState(cloud),
        faults,
        setLags: (lags) => cloud.setLags(lags),
        clock,
        close: async () => {
            clock.wakeAll();
            await server.close();
        },
    };
}

function routes(cloud: Cloud): Route[] {
    return [
        ...serviceAccountRoutes(cloud),
        ...userRoutes(cloud),
        ...roleBindingRoutes(cloud),
        ...apiKeyRoutes(cloud),
        ...environmentRoutes(cloud),
        ...organizationRoutes(cloud),
        ...regionRoutes(cloud),
        ...computePoolRoutes(cloud),
        ...statementRoutes(cloud),
        ...endpointRoutes(cloud),
        ...appliedQuotaRoutes(cloud),
        ...tokenExchangeRoutes(cloud),
        ...stubIdentityProviderRoutes(cloud),
        ...identityProviderRoutes(cloud),
        ...roleCatalogRoutes(),
        ...kafkaClusterRoutes(cloud),
        ...schemaRegistryRoutes(cloud),
        ...computePoolConfigRoutes(cloud),
        ...emptyListRoutes(cloud),
        ...sessionRoutes(cloud),
        ...firstApiRoutes(cloud),
    ];
}

function requireValid(options: EmulatorOptions, host: string): void {
    if (!isLoopbackHost(host)) {
        throw new TypeError(
            `The emulator listens on loopback only: host is '${host}', wanted 127.0.0.1, another of 127.0.0.0/8, ::1 or localhost.`,
        );
    }
    const { organizationId } = options;
    if (
        organizationId !== undefined &&
        !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(organizationId)
    ) {
        throw new TypeError(`organizationId must be a UUID, got '${organizationId}'.`);
    }
    for (const id of options.environmentIds ?? []) {
        if (!/^(env-[a-z0-9]+|t\d+)$/.test(id)) {
            throw new TypeError(`An environment id looks like env-abc123, got '${id}'.`);
        }
    }
}
