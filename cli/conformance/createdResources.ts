import { hasChecksum } from "../../confluent/apiKeySecret";
import { type ApiKey, readApiKey } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { apiKeyCredentials, type Credentials } from "../../confluent/credentials";
import type { FlinkScope } from "../../confluent/flinkScope";
import { Secret } from "../../confluent/secret";
import { accountDescription, namePrefix } from "./earlierRuns";
import { isLost, isSuccess, type RawClient, type RawResponse } from "./rawClient";
import {
    problemOf,
    type RemainingResource,
    type ResourceKind,
    ResourceRemoval,
    removeCommand,
} from "./resourceRemoval";

/** A run has at most this many resources at a time. */
const mostAtOnce: Readonly<Record<ResourceKind, number>> = {
    "service account": 2,
    "role binding": 3,
    "API key": 6,
};

/** Attempts of a POST whose answer was lost. */
const attempts = 3;

/** The `spec.resource` of a new key. */
export type KeyResource = { readonly id: string; readonly environment?: string };

export interface CreatedKey {
    readonly id: string;
    /** From the response to the POST. */
    readonly created: ApiKey;
    /** Length of the secret; 0 if the response contained none. */
    readonly secretLength: number;
    /** Whether the secret ends with its checksum. */
    readonly hasChecksum: boolean;
    readonly credentials: Credentials;
}

export interface NewKey {
    readonly resource: KeyResource;
    readonly displayName: string;
    readonly description?: string;
    /** Default: the run's first account. */
    readonly ownerId?: string;
    /** Who creates it; default: the credentials of the run. */
    readonly credentials?: Credentials;
}

export interface CreatedResourcesOptions {
    readonly controlPlane: RawClient;
    /** Used to delete the resources. It repeats failed requests and continues after the run was stopped. */
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    readonly clock: Clock;
    /** Six hexadecimal digits. */
    readonly runId: string;
    /** Written into the account's description, so that other runs do not delete it earlier. */
    readonly neededUntilMs: number;
    readonly organizationCrn: string;
}

/** Something that is deleted before the accounts. */
export interface OtherResource extends Omit<RemainingResource, "because"> {
    /** Deletes it. */
    readonly request: () => Promise<void>;
}

/** The response to a POST, and the id of what it created; undefined if it created nothing, as far as is known. */
interface Posted {
    readonly response: RawResponse;
    readonly id: string | undefined;
}

/**
 * The service accounts, role bindings and keys of one run: creates them, keeps track of them, and deletes them. A POST whose
 * answer was lost is sent again after what it may have created was deleted, or is certain to be deleted with its account.
 */
export class CreatedResources {
    readonly accountName: string;
    readonly accountDescription: string;
    readonly #options: CreatedResourcesOptions;
    readonly #removal: ResourceRemoval;
    /** What exists, by id. `accountId`: the account itself, the owner of a key, the principal of a binding. */
    readonly #existing = new Map<string, { kind: ResourceKind; accountId: string }>();
    readonly #allIds = new Set<string>();
    readonly #others = new Map<string, OtherResource>();
    #hasLostAccount = false;
    #accountId: string | undefined;

    constructor(options: CreatedResourcesOptions) {
        this.#options = options;
        this.#removal = new ResourceRemoval(options);
        this.accountName = this.nameOf("account");
        this.accountDescription = accountDescription(options.neededUntilMs);
    }

    /** The ids of everything that the run created, including deleted resources. */
    get allIds(): ReadonlySet<string> {
        return this.#allIds;
    }

    get accountId(): string {
        if (this.#accountId === undefined) throw new Error("The run has created no service account.");
        return this.#accountId;
    }

    /** A name that no other run uses: `pcf-conformance-1a2b3c-key`. */
    nameOf(part: string): string {
        return `${namePrefix}${this.#options.runId}-${part}`;
    }

    /** `expectsRefusal`: an account of this name exists, and the request is sent to see how it is refused. */
    async createAccount(displayName = this.accountName, expectsRefusal = false): Promise<Posted> {
        if (!expectsRefusal) this.#requireRoom("service account");
        const body = { display_name: displayName, description: this.accountDescription };
        const posted = await this.#post("/iam/v2/service-accounts", body, async () => {
            this.#hasLostAccount = true;
            if (!expectsRefusal) await this.#removal.removeAccountsNamed(displayName);
        });
        if (posted.id !== undefined) {
            this.#existing.set(posted.id, { kind: "service account", accountId: posted.id });
            this.#accountId ??= posted.id;
        }
        return posted;
    }

    /** A key for a Flink region. */
    createFlinkKey(
        scope: FlinkScope,
        key: Omit<NewKey, "resource">,
    ): Promise<{ response: RawResponse; key: CreatedKey | undefined }> {
        const resource = { id: `${scope.cloud}.${scope.region}`, environment: scope.environmentId };
        return this.createKey({ ...key, resource });
    }

    async createKey(wanted: NewKey): Promise<{ response: RawResponse; key: CreatedKey | undefined }> {
        this.#requireRoom("API key");
        const { ownerId = this.accountId, displayName, description = "", resource } = wanted;
        const spec = { display_name: displayName, description, owner: { id: ownerId }, resource };
        const { credentials } = wanted;
        const { response, id } = await this.#post("/iam/v2/api-keys", { spec }, undefined, credentials);
        const created = readApiKey(response.json);
        if (id === undefined || created === undefined) return { response, key: undefined };
        const received = (response.json as { spec?: { secret?: unknown } }).spec?.secret;
        const secret = typeof received === "string" ? received : "";
        this.#existing.set(id, { kind: "API key", accountId: ownerId });
        const key = {
            id,
            created,
            secretLength: secret.length,
            hasChecksum: hasChecksum(secret),
            credentials: apiKeyCredentials(id, new Secret(secret)),
        };
        return { response, key };
    }

    async createRoleBinding(
        roleName: string,
        crnPattern: string,
        { principalId = this.accountId, expectsRefusal = false } = {},
    ): Promise<Posted> {
        if (!expectsRefusal) this.#requireRoom("role binding");
        const body = { principal: `User:${principalId}`, role_name: roleName, crn_pattern: crnPattern };
        const posted = await this.#post("/iam/v2/role-bindings", body, async () => {
            if (!expectsRefusal) await this.#removal.removeRoleBindings(principalId, roleName, crnPattern);
        });
        if (posted.id !== undefined)
            this.#existing.set(posted.id, { kind: "role binding", accountId: principalId });
        return posted;
    }

    /** Notes that Confluent Cloud has deleted the resource. */
    markDeleted(id: string): void {
        this.#existing.delete(id);
    }

    /** A line for each key and account that still exists, with the command that deletes it. */
    describeRemaining(): string[] {
        return [...this.#existing]
            .filter(([, { kind }]) => kind !== "role binding")
            .map(([id, { kind }]) => `Left: ${kind} ${id}. ${removeCommand(kind, id)}`);
    }

    /** Deletes this at the end, if not before. It need not exist. */
    deleteWithRun(other: OtherResource): void {
        this.#allIds.add(other.id);
        this.#others.set(other.id, other);
    }

    /** Deletes what is not an account, a key or a role binding. What could not be deleted is tried again at the end. */
    async removeOthers(): Promise<RemainingResource[]> {
        const remaining: RemainingResource[] = [];
        for (const { kind, id, remove, request } of this.#others.values()) {
            const because = await problemOf(request(), `${kind} ${id}`);
            if (because === undefined || because.endsWith(": 404")) this.#others.delete(id);
            else remaining.push({ kind, id, remove, because });
        }
        return remaining;
    }

    /** Deletes everything that the run created. Returns what could not be deleted. */
    async removeAll(): Promise<RemainingResource[]> {
        const remaining = await this.removeOthers();
        const accounts = new Set([...this.#existing.values()].map(({ accountId }) => accountId));
        for (const id of accounts) remaining.push(...(await this.removeAccount(id)));
        if (this.#hasLostAccount)
            remaining.push(...(await this.#removal.removeAccountsNamed(this.nameOf(""))));
        return remaining;
    }

    /** Deletes a service account of this or an earlier run, with its keys and role bindings. */
    async removeAccount(id: string): Promise<RemainingResource[]> {
        const known = [...this.#existing].filter(([, { accountId }]) => accountId === id);
        const isDeleted = this.#allIds.has(id) && !this.#existing.has(id);
        const kinds = known.map(([one, { kind }]) => [one, kind] as const);
        const remaining = await this.#removal.removeAccount(id, kinds, isDeleted);
        for (const [one] of known) if (!remaining.some((left) => left.id === one)) this.markDeleted(one);
        return remaining;
    }

    /** `undo` deletes what a POST without an answer may have created. Without it, that is deleted with its account. */
    async #post(
        path: string,
        body: unknown,
        undo?: () => Promise<unknown>,
        credentials = this.#options.credentials,
    ): Promise<Posted> {
        const { controlPlane } = this.#options;
        for (let attempt = 1; ; attempt++) {
            const response = await controlPlane.send({ method: "POST", path, body }, credentials);
            const id = (response.json as { id?: unknown } | undefined)?.id;
            if (isSuccess(response) && typeof id === "string" && id !== "") {
                this.#allIds.add(id);
                return { response, id };
            }
            if (isLost(response) || isSuccess(response)) await undo?.();
            if (!isLost(response) || attempt === attempts) return { response, id: undefined };
        }
    }

    #requireRoom(kind: ResourceKind): void {
        const count = [...this.#existing.values()].filter((one) => one.kind === kind).length;
        const most = mostAtOnce[kind];
        if (count >= most)
            throw new Error(`A run has at most ${most} of ${kind} at a time, and has ${count}.`);
    }
}
