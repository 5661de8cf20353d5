import type { EmulatorClock } from "./clock";
import type { Exchange } from "./exchange";
import { isLoopbackHost } from "./loopback";
import type { Quotas } from "./quotas";
import type { DurationRange } from "./seededRandom";
import type { Statuses } from "./statuses";

/** The options with a fixed set of values, the default first. */
export const choices = {
    /**
     * What the filter `crn_pattern` of a list of role bindings matches when it does not end with `/*`. `exact`: the bindings
     * at that scope, as the Confluent CLI expects. `prefix`: also those below it, as the "partial search" of the specification
     * can be read. A pattern that ends with `/*` always matches both. @default "exact"
     */
    roleBindingFilter: ["exact", "prefix"],
    /**
     * From when on a statement has its traits (kind and columns): from the response to its POST, or from RUNNING. The real service
     * does both. confluent-sql up to 0.5.2 needs the first; newer versions also work with `when-running`. @default "at-once"
     */
    statementTraits: ["at-once", "when-running"],
    /**
     * Who may create API keys, by the edition of Confluent's page about them. In the one of 2026, ResourceKeyAdmin creates no Cloud,
     * Flink and Global keys; EnvironmentAdmin and FlinkAdmin create Flink keys where they are bound. @default "2026"
     */
    keyRoles: ["2026", "2025"],
    /**
     * Where a Global API key works. Confluent's page on best practices says: in the Cloud Management API and Flink. The OpenAPI files
     * list it for the Organization API and Flink only. @default "all"
     */
    globalKeyApis: ["all", "org-and-flink"],
    /** Whether the last page of a list has an empty `metadata.next` or none. Both are seen. @default "absent" */
    lastPage: ["absent", "empty"],
} as const;

export type Choices = { [option in keyof typeof choices]: (typeof choices)[option][number] };

/** The options that can be changed later. */
export interface Lags {
    /**
     * How far lists of API keys lag behind, in milliseconds: they do not show what was created, changed or deleted since. A
     * GET of one key always returns its current state. @default 0
     */
    listLagMs?: number;
    /** How long the Flink endpoints still accept a deleted key, in milliseconds. @default 0 */
    revocationMs?: number;
}

export interface EmulatorOptions extends Partial<Choices>, Lags {
    /** @default 0, which picks a free port */
    port?: number;
    /** 127.0.0.0/8, ::1 or localhost; any other host is an error. @default "127.0.0.1" */
    host?: string;
    /** A UUID. @default "1111aaaa-11aa-11aa-11aa-111111aaaaaa" */
    organizationId?: string;
    /** Environment `env-abc123` has the display name `environment-abc123`. @default ["env-abc123", "env-def456"] */
    environmentIds?: string[];
    /** The time until a new API key is accepted. @default 0 */
    keyPropagation?: DurationRange;
    /** The time until a new role binding takes effect. @default 0 */
    rolePropagation?: DurationRange;
    /** Determines ids, secrets and random propagation times. @default 1 */
    seed?: number;
    /** The emulator's clock runs with it, plus the time it was moved forward. @default the wall clock */
    clock?: EmulatorClock;
    /** A file that gets one JSON line per request, as soon as its response is sent. @default none */
    journalFile?: string;
    /**
     * Response statuses that the documentation leaves open. @default 202 for a new key, 403 for an unknown key or account, 400
     * for an unknown owner, 401 for a key that has not propagated
     */
    statuses?: Partial<Statuses>;
    /** Limits by quota code. @default the documented limits */
    quotas?: Partial<Quotas>;
    /** Requests over it get 429. @default none */
    rateLimit?: { requestsPerSecond: number };
    /** Returns the secret of each key that a client creates. @default "cflt", 54 random letters and their checksum */
    makeSecret?: () => string;
    /** Is called with every request and its response, credentials included. */
    onExchange?: (exchange: Exchange) => void;
}

/** Throws a TypeError for a host, organization id or environment id that is not valid. */
export function checkOptions({ host, organizationId, environmentIds }: EmulatorOptions): void {
    if (host !== undefined && !isLoopbackHost(host)) {
        throw new TypeError(
            `The emulator listens on loopback only: host: got '${host}', expected 127.0.0.1, another of 127.0.0.0/8, ::1 or localhost.`,
        );
    }
    if (organizationId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(organizationId))
        throw new TypeError(`organizationId: got '${organizationId}', expected a UUID.`);
    for (const id of environmentIds ?? []) {
        if (!/^(env-[a-z0-9]+|t\d+)$/.test(id))
            throw new TypeError(`environmentIds: got '${id}', expected an id such as env-abc123.`);
    }
}
