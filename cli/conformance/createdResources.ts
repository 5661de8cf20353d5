import { hasChecksum } from "../../confluent/apiKeySecret";
import { type ApiKey, listApiKeys, readApiKey } from "../../confluent/apiKeys";
import type { ApiRequest } from "../../confluent/apiRequest";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import { apiKeyCredentials, type Credentials } from "../../confluent/credentials";
import { crnOfOrganization } from "../../confluent/crn";
import { regionName } from "../../confluent/flinkScope";
import { listRoleBindings } from "../../confluent/roleBindings";
import { Secret } from "../../confluent/secret";
import { accountDescription, findEarlierAccounts, namePrefix } from "./earlierRuns";
import { field, isLost, isSuccess, type RawResponse } from "./rawClient";
import type { RunContext } from "./runContext";

/** What belongs to an account of the run: where it is, the command that deletes it, and how many there may be at a time. */
const kinds = {
    "service account": {
        path: "/iam/v2/service-accounts",
        remove: (id: string) => `confluent iam service-account delete ${id} --force`,
        most: 2,
    },
    "API key": {
        path: "/iam/v2/api-keys",
        remove: (id: string) => `confluent api-key delete ${id} --force`,
        most: 6,
    },
    "role binding": {
        path: "/iam/v2/role-bindings",
        // The Confluent CLI deletes a role binding by principal, role and scope, not by id.
        remove: (id: string) =>
            `curl -u "$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET" -X DELETE https://api.confluent.cloud/iam/v2/role-bindings/${id}`,
        most: 3,
    },
} as const;
type Kind = keyof typeof kinds;

/** How long a run may take to delete its resources after its time limit was reached. */
const removalMs = 5 * 60_000;
/** Attempts of a POST whose answer was lost. */
const attempts = 3;
const searches = 3;
const searchPauseMs = 2000;
/** A list may show a deleted key for this long. */
const listLagMs = 30_000;

/** A resource, and the command that deletes it. */
interface Removable {
    readonly kind: Kind | "statement" | "compute pool";
    readonly id: string;
    readonly remove: string;
}

/** A resource that could not be deleted. */
export interface RemainingResource extends Removable {
    readonly because: string;
}

interface Resource extends Removable {
    /** Deleting this account deletes it too; undefined for a statement or pool. */
    readonly accountId?: string;
    /** Repeats failed requests, and works after the run was stopped. */
    readonly api: ConfluentApi;
    readonly path: string;
    readonly query?: ApiRequest["query"];
}

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
    readonly displayName: string;
    readonly description?: string;
    /** `spec.resource`; default: the region of the run. */
    readonly resource?: { readonly id: string; readonly environment?: string };
    /** Default: the run's first account. */
    readonly ownerId?: string;
    /** Who creates it; default: the credentials of the run. */
    readonly credentials?: Credentials;
}

/** The response to a POST, and the id of what it created; undefined if it created nothing, as far as is known. */
interface Posted {
    readonly response: RawResponse;
    readonly id: string | undefined;
}

interface PostOptions {
    readonly accountId?: string;
    readonly expectsRefusal?: boolean;
    /** Deletes what a POST without an answer may have created. */
    readonly undo?: () => Promise<void>;
    readonly credentials?: Credentials | undefined;
}

/** Creates the resources of a run, and deletes all of them, also after the run was stopped. */
export class CreatedResources {
    /** The ids of everything that the run created, including deleted resources. */
    readonly allIds = new Set<string>();
    readonly accountName: string;
    /** Says until when other runs must not delete the account. */
    readonly accountDescription: string;
    readonly #context: RunContext;
    readonly #existing = new Map<string, Resource>();
    #hasLostAccount = false;
    #accountId: string | undefined;

    constructor(context: RunContext) {
        this.#context = context;
        this.accountName = this.nameOf("account");
        this.accountDescription = accountDescription(context.deadlineMs + removalMs);
    }

    /** The first account. */
    get accountId(): string {
        if (this.#accountId === undefined) throw new Error("The run has created no service account.");
        return this.#accountId;
    }

    /** A name that no other run uses: `pcf-conformance-1a2b3c-key`. */
    nameOf(part: string): string {
        return `${namePrefix}${this.#context.runId}-${part}`;
    }

    /** `expectsRefusal`: an account of this name exists, and the request is sent to see how it is refused. */
    async createAccount(displayName = this.accountName, expectsRefusal = false): Promise<Posted> {
        const body = { display_name: displayName, description: this.accountDescription };
        const undo = async (): Promise<void> => {
            this.#hasLostAccount = true;
            await this.#removeUnknownAccounts(displayName);
        };
        const posted = await this.#post("service account", body, { expectsRefusal, undo });
        this.#accountId ??= posted.id;
        return posted;
    }

    async createKey(wanted: NewKey): Promise<{ response: RawResponse; key: CreatedKey | undefined }> {
        const { scope } = this.#context;
        const { ownerId: accountId = this.accountId, displayName, description = "", credentials } = wanted;
        const resource = wanted.resource ?? { id: regionName(scope), environment: scope.environmentId };
        const spec = { display_name: displayName, description, owner: { id: accountId }, resource };
        // If its answer is lost, it is deleted with its account.
        const { response, id } = await this.#post("API key", { spec }, { accountId, credentials });
        const created = readApiKey(response.json);
        if (id === undefined || created === undefined) return { response, key: undefined };
        const received = field(response.json, "spec.secret");
        const secret = typeof received === "string" ? received : "";
        const key = {
            id,
            created,
            secretLength: secret.length,
            hasChecksum: hasChecksum(secret),
            credentials: apiKeyCredentials(id, new Secret(secret)),
        };
        return { response, key };
    }

    createRoleBinding(
        roleName: string,
        crnPattern: string,
        { accountId = this.accountId, expectsRefusal = false } = {},
    ): Promise<Posted> {
        const body = { principal: `User:${accountId}`, role_name: roleName, crn_pattern: crnPattern };
        // Otherwise the next POST would be refused.
        const undo = async (): Promise<void> => {
            const listed = await this.#idsOf("role binding", accountId).catch(nothingIfRefused);
            const unknown = listed.filter((id) => !this.allIds.has(id));
            await this.#remove(unknown.map((id) => this.#resource("role binding", id, accountId)));
        };
        return this.#post("role binding", body, { accountId, expectsRefusal, undo });
    }

    /** Notes that Confluent Cloud has deleted the resource. */
    markDeleted(id: string): void {
        this.#existing.delete(id);
    }

    /** A line for each resource that still exists, with the command that deletes it. Role bindings are deleted with their account. */
    describeRemaining(): string[] {
        return [...this.#existing.values()]
            .filter(({ kind }) => kind !== "role binding")
            .map(({ kind, id, remove }) => `Left: ${kind} ${id}. ${remove}`);
    }

    /** Deletes this at the end, if not before. It need not exist. */
    deleteWithRun(other: Resource): void {
        this.allIds.add(other.id);
        this.#existing.set(other.id, other);
    }

    /** Deletes what is not an account, a key or a role binding. What could not be deleted is tried again at the end. */
    removeOthers(): Promise<RemainingResource[]> {
        return this.#remove([...this.#existing.values()].filter(({ accountId }) => accountId === undefined));
    }

    /** Deletes everything that the run created. Returns what could not be deleted. */
    async removeAll(): Promise<RemainingResource[]> {
        const remaining = await this.removeOthers();
        const accounts = new Set([...this.#existing.values()].flatMap(({ accountId }) => accountId ?? []));
        for (const id of accounts) remaining.push(...(await this.removeAccount(id)));
        if (this.#hasLostAccount) remaining.push(...(await this.#removeUnknownAccounts(this.nameOf(""))));
        return remaining;
    }

    /** Deletes a service account of this or an earlier run, with its keys and role bindings. */
    async removeAccount(id: string): Promise<RemainingResource[]> {
        const known = [...this.#existing.values()].filter(({ accountId }) => accountId === id);
        const resources = new Map(known.map((one) => [one.id, one]));
        // What cannot be listed is deleted with its account.
        for (const kind of ["API key", "role binding"] as const)
            for (const one of await this.#idsOf(kind, id).catch(nothingIfRefused))
                resources.set(one, this.#resource(kind, one, id));
        // Last, so that its keys and bindings are deleted by requests of their own.
        resources.delete(id);
        const isDeleted = this.allIds.has(id) && !this.#existing.has(id);
        if (!isDeleted) resources.set(id, this.#resource("service account", id, id));
        return this.#remove([...resources.values()]);
    }

    #resource(kind: Kind, id: string, accountId: string): Resource {
        const { path, remove } = kinds[kind];
        return { kind, id, accountId, remove: remove(id), api: this.#context.api, path: `${path}/${id}` };
    }

    async #post(
        kind: Kind,
        body: unknown,
        { accountId, expectsRefusal, undo, credentials = this.#context.credentials }: PostOptions,
    ): Promise<Posted> {
        const count = [...this.#existing.values()].filter((one) => one.kind === kind).length;
        const { path, most } = kinds[kind];
        if (!expectsRefusal && count >= most)
            throw new Error(`A run has at most ${most} of ${kind} at a time, and has ${count}.`);
        for (let attempt = 1; ; attempt++) {
            const request = { method: "POST", path, body } as const;
            const response = await this.#context.controlPlane.send(request, credentials);
            const id = field(response.json, "id");
            if (isSuccess(response) && typeof id === "string" && id !== "") {
                this.deleteWithRun(this.#resource(kind, id, accountId ?? id));
                return { response, id };
            }
            if (isLost(response) || isSuccess(response)) await undo?.();
            if (!isLost(response) || attempt === attempts) return { response, id: undefined };
        }
    }

    /** Deletes these, in this order. Returns what could not be deleted. */
    async #remove(resources: readonly Resource[]): Promise<RemainingResource[]> {
        const failed: { resource: Resource; error: ConfluentError }[] = [];
        for (const resource of resources) {
            const { api, kind, id, path, query = {} } = resource;
            try {
                await api.send({ method: "DELETE", path, query, purpose: `deleting ${kind} ${id}` });
                this.markDeleted(id);
            } catch (error) {
                if (!(error instanceof ConfluentError)) throw error;
                failed.push({ resource, error });
            }
        }
        const remaining: RemainingResource[] = [];
        for (const { resource, error } of failed) {
            const { kind, id, remove } = resource;
            const because = `${kind.split(" ").at(-1)} ${id}: ${error.status ?? error.kind}`;
            if (await this.#mayExist(resource, error)) remaining.push({ kind, id, remove, because });
            else this.markDeleted(id);
        }
        return remaining;
    }

    /** 403 and 404 do not prove that something of an account is gone. A list does. */
    async #mayExist({ kind, id, accountId }: Resource, refusal: ConfluentError): Promise<boolean> {
        if (accountId === undefined) return refusal.status !== 404;
        const { clock } = this.#context;
        const endMs = clock.now() + listLagMs;
        try {
            while ((await this.#idsOf(kind as Kind, accountId)).includes(id)) {
                if (kind === "service account" || clock.now() >= endMs) return true;
                await clock.sleep(searchPauseMs);
            }
            return false;
        } catch (error) {
            return nothingIfRefused(error).length === 0;
        }
    }

    /** The list of bindings has those of the whole organization, whatever filter it may ignore. Only the account's own count. */
    async #idsOf(kind: Kind, accountId: string): Promise<string[]> {
        const { api, organizationId } = this.#context;
        if (kind === "service account") return (await findEarlierAccounts(api)).map(({ id }) => id);
        if (kind === "API key") return (await listApiKeys(api, accountId)).keys.map(({ id }) => id);
        const all = await listRoleBindings(api, crnOfOrganization(organizationId));
        return all.filter(({ principalId }) => principalId === accountId).map(({ id }) => id);
    }

    /** Deletes the accounts whose names begin like this, except those whose ids the run knows. A list may show a new one late. */
    async #removeUnknownAccounts(prefix: string): Promise<RemainingResource[]> {
        for (let search = 1; search <= searches; search++) {
            const accounts = await findEarlierAccounts(this.#context.api).catch(() => []);
            const found = accounts.filter(
                ({ id, displayName }) => displayName.startsWith(prefix) && !this.allIds.has(id),
            );
            const remaining: RemainingResource[] = [];
            for (const { id } of found) remaining.push(...(await this.removeAccount(id)));
            if (found.length > 0) return remaining;
            await this.#context.clock.sleep(searchPauseMs);
        }
        return [];
    }
}

/** In place of a list that was refused. Any other error is thrown again. */
function nothingIfRefused(error: unknown): never[] {
    if (!(error instanceof ConfluentError)) throw error;
    return [];
}
