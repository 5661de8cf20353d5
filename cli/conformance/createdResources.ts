import { type ApiKey, readApiKey } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { apiKeyCredentials, type Credentials } from "../../confluent/credentials";
import type { FlinkScope } from "../../confluent/flinkScope";
import { Secret } from "../../confluent/secret";
import { accountDescription, namePrefix } from "./earlierRuns";
import { isSuccess, type RawClient, type RawResponse } from "./rawClient";
import {
    type RemainingResource,
    ResourceRemoval,
    removeAccountCommand,
    removeKeyCommand,
} from "./resourceRemoval";

/** A run has at most this many resources at a time. */
export const mostAtOnce = { accounts: 1, bindings: 2, keys: 6 } as const;

export interface CreatedKey {
    readonly id: string;
    /** From the response to the POST. */
    readonly created: ApiKey;
    /** Length of the secret; 0 if the response contained none. */
    readonly secretLength: number;
    readonly credentials: Credentials;
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

/**
 * The service account, role bindings and keys of one run: creates them, keeps track of them, and deletes them. Their ids
 * are known from the responses. An account whose response was lost is found by its name.
 */
export class CreatedResources {
    readonly accountName: string;
    readonly accountDescription: string;
    readonly #options: CreatedResourcesOptions;
    readonly #removal: ResourceRemoval;
    readonly #accounts = new Set<string>();
    readonly #keys = new Map<string, CreatedKey>();
    readonly #bindings = new Set<string>();
    readonly #allIds = new Set<string>();
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

    /** `expectsRefusal`: the request is sent to see how it is refused. */
    async createAccount(expectsRefusal = false): Promise<{ response: RawResponse; id: string | undefined }> {
        if (!expectsRefusal) requireRoom("service accounts", this.#accounts.size, mostAtOnce.accounts);
        const body = { display_name: this.accountName, description: this.accountDescription };
        const { response, id } = await this.#post("/iam/v2/service-accounts", body);
        if (id !== undefined) {
            this.#accounts.add(id);
            this.#accountId ??= id;
        }
        return { response, id };
    }

    async createKey(
        scope: FlinkScope,
        displayName: string,
        description: string,
        ownerId: string = this.accountId,
    ): Promise<{ response: RawResponse; key: CreatedKey | undefined }> {
        requireRoom("API keys", this.#keys.size, mostAtOnce.keys);
        const { response, id } = await this.#post("/iam/v2/api-keys", {
            spec: {
                display_name: displayName,
                description,
                owner: { id: ownerId },
                resource: { id: `${scope.cloud}.${scope.region}`, environment: scope.environmentId },
            },
        });
        const created = readApiKey(response.json);
        if (id === undefined || created === undefined) return { response, key: undefined };
        const received = (response.json as { spec?: { secret?: unknown } }).spec?.secret;
        const secret = typeof received === "string" ? received : "";
        const credentials = apiKeyCredentials(id, new Secret(secret));
        const key = { id, created, secretLength: secret.length, credentials };
        this.#keys.set(id, key);
        return { response, key };
    }

    async createRoleBinding(
        roleName: string,
        crnPattern: string,
        expectsRefusal = false,
    ): Promise<{ response: RawResponse; id: string | undefined }> {
        if (!expectsRefusal) requireRoom("role bindings", this.#bindings.size, mostAtOnce.bindings);
        const { response, id } = await this.#post("/iam/v2/role-bindings", {
            principal: `User:${this.accountId}`,
            role_name: roleName,
            crn_pattern: crnPattern,
        });
        if (id !== undefined) this.#bindings.add(id);
        return { response, id };
    }

    /** Notes that Confluent Cloud has deleted the resource. */
    markDeleted(id: string): void {
        this.#keys.delete(id);
        this.#bindings.delete(id);
        this.#accounts.delete(id);
    }

    /** A line for each key and account that still exists, with the command that deletes it. */
    describeRemaining(): string[] {
        return [
            ...[...this.#keys.keys()].map((id) => `Left: API key ${id}. ${removeKeyCommand(id)}`),
            ...[...this.#accounts].map((id) => `Left: service account ${id}. ${removeAccountCommand(id)}`),
        ];
    }

    /** Deletes everything that the run created. Returns what could not be deleted. */
    async removeAll(): Promise<RemainingResource[]> {
        const remaining: RemainingResource[] = [];
        const add = (id: string, failures: readonly RemainingResource[]): void => {
            if (failures.length === 0) this.markDeleted(id);
            remaining.push(...failures);
        };
        for (const id of [...this.#keys.keys()]) {
            add(id, await this.#removal.removeKey(id, this.accountId));
        }
        for (const id of [...this.#bindings]) {
            const isAccountDeletedNext = this.#accounts.size > 0;
            add(id, await this.#removal.removeRoleBinding(id, this.accountId, isAccountDeletedNext));
        }
        for (const id of [...this.#accounts]) remaining.push(...(await this.removeAccount(id)));
        if (this.#hasLostAccount) {
            const { runId } = this.#options;
            remaining.push(...(await this.#removal.removeLostAccount(runId, this.#deletedIds())));
        }
        return remaining;
    }

    /** Deletes a service account of this or an earlier run, with its keys and role bindings. */
    async removeAccount(id: string): Promise<RemainingResource[]> {
        const remaining = await this.#removal.removeAccount(id, this.#deletedIds());
        if (!remaining.some(({ kind }) => kind === "service account")) this.markDeleted(id);
        return remaining;
    }

    #deletedIds(): Set<string> {
        return new Set([...this.#allIds].filter((id) => !this.#keys.has(id)));
    }

    async #post(path: string, body: unknown): Promise<{ response: RawResponse; id: string | undefined }> {
        const { controlPlane, credentials } = this.#options;
        const response = await controlPlane.send({ method: "POST", path, body }, credentials);
        const id = (response.json as { id?: unknown } | undefined)?.id;
        const isCreated = isSuccess(response) && typeof id === "string" && id !== "";
        const mayBeCreated = response.status === undefined || response.status >= 500 || isSuccess(response);
        // Keys and role bindings are found through their account.
        if (!isCreated && mayBeCreated && path === "/iam/v2/service-accounts") this.#hasLostAccount = true;
        if (isCreated) this.#allIds.add(id);
        return { response, id: isCreated ? id : undefined };
    }
}

function requireRoom(what: string, count: number, most: number): void {
    if (count >= most) throw new Error(`A run has at most ${most} ${what} at a time, and has ${count}.`);
}
