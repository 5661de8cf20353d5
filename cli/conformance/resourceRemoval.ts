import { deleteApiKey, listApiKeys } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import { listRoleBindings } from "../../confluent/roleBindings";
import { findEarlierAccounts } from "./earlierRuns";

/** A resource that could not be deleted, and the command that deletes it. */
export interface RemainingResource {
    readonly kind: ResourceKind | "statement" | "compute pool";
    readonly id: string;
    readonly remove: string;
    readonly because: string;
}

export type ResourceKind = "service account" | "API key" | "role binding";

const searches = 3;
const searchPauseMs = 2000;
/** A list may show a deleted key for this long. */
const listLagMs = 30_000;

/** Deletes what conformance runs created. It also works after the run was stopped, and repeats failed requests. */
export class ResourceRemoval {
    readonly #api: ConfluentApi;
    readonly #clock: Clock;
    readonly #organizationCrn: string;

    constructor(options: { api: ConfluentApi; clock: Clock; organizationCrn: string }) {
        this.#api = options.api;
        this.#clock = options.clock;
        this.#organizationCrn = options.organizationCrn;
    }

    /**
     * Deletes a service account with its keys and role bindings. `known`: the kinds of those that lists may not show yet, by id.
     * `isDeleted`: the account itself is deleted already.
     */
    async removeAccount(
        id: string,
        known: Iterable<readonly [id: string, kind: ResourceKind]> = [],
        isDeleted = false,
    ): Promise<RemainingResource[]> {
        const kinds = new Map<string, ResourceKind>(known);
        // What cannot be listed is deleted with its account.
        for (const kind of ["API key", "role binding"] as const)
            for (const one of await this.#idsOf(kind, id).catch(nothingIfRefused)) kinds.set(one, kind);
        // Last, so that its keys and bindings are deleted by requests of their own.
        kinds.delete(id);
        if (!isDeleted) kinds.set(id, "service account");
        const failed: RemainingResource[] = [];
        for (const [one, kind] of kinds) {
            const because = await this.#remove(kind, one);
            if (because !== undefined)
                failed.push({ kind, id: one, remove: removeCommand(kind, one), because });
        }
        // 403 and 404 do not prove that something is gone. A list does.
        const account = failed.find(({ kind }) => kind === "service account");
        const remaining = account !== undefined && (await this.#mayAccountExist(id)) ? [account] : [];
        const areBindingsGone = !isDeleted && remaining.length === 0;
        for (const one of failed) {
            // Role bindings are deleted with their account.
            const isGone = one.kind === "role binding" && areBindingsGone;
            if (one !== account && !isGone && !(await this.#isAbsent(one, id))) remaining.push(one);
        }
        return remaining;
    }

    /** Deletes the service accounts of conformance runs whose names begin like this. A list may show a new one late. */
    async removeAccountsNamed(prefix: string): Promise<RemainingResource[]> {
        for (let search = 1; search <= searches; search++) {
            const accounts = await findEarlierAccounts(this.#api).catch(() => []);
            const found = accounts.filter(({ displayName }) => displayName.startsWith(prefix));
            const remaining: RemainingResource[] = [];
            for (const { id } of found) remaining.push(...(await this.removeAccount(id)));
            if (found.length > 0) return remaining;
            await this.#clock.sleep(searchPauseMs);
        }
        return [];
    }

    /** Deletes the role bindings of a principal for this role on this scope. */
    async removeRoleBindings(principalId: string, roleName: string, crnPattern: string): Promise<void> {
        const all = await listRoleBindings(this.#api, this.#organizationCrn).catch(nothingIfRefused);
        for (const binding of all) {
            const isSame = binding.roleName === roleName && binding.crnPattern === crnPattern;
            if (isSame && binding.principalId === principalId) await this.#remove("role binding", binding.id);
        }
    }

    #remove(kind: ResourceKind, id: string): Promise<string | undefined> {
        const collection = kind === "service account" ? "service-accounts" : "role-bindings";
        const path = `/iam/v2/${collection}/${id}`;
        const removal =
            kind === "API key"
                ? deleteApiKey(this.#api, id)
                : this.#api.send({ method: "DELETE", path, purpose: `removing ${id}` });
        return problemOf(removal, `${kind.split(" ")[1]} ${id}`);
    }

    /** The list of bindings has those of the whole organization, whatever filter it may ignore. Only the account's own count. */
    async #idsOf(kind: "API key" | "role binding", accountId: string): Promise<string[]> {
        if (kind === "API key") return (await listApiKeys(this.#api, accountId)).keys.map((key) => key.id);
        const all = await listRoleBindings(this.#api, this.#organizationCrn);
        return all.filter(({ principalId }) => principalId === accountId).map((binding) => binding.id);
    }

    async #isAbsent({ kind, id }: RemainingResource, accountId: string): Promise<boolean> {
        const endMs = this.#clock.now() + listLagMs;
        try {
            for (;;) {
                const ids = await this.#idsOf(kind as "API key" | "role binding", accountId);
                if (!ids.includes(id)) return true;
                if (this.#clock.now() >= endMs) return false;
                await this.#clock.sleep(searchPauseMs);
            }
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            return false;
        }
    }

    async #mayAccountExist(id: string): Promise<boolean> {
        try {
            return (await findEarlierAccounts(this.#api)).some((one) => one.id === id);
        } catch (error) {
            return nothingIfRefused(error).length === 0;
        }
    }
}

/** In place of a list that was refused. Any other error is thrown again. */
function nothingIfRefused(error: unknown): never[] {
    if (!(error instanceof ConfluentError)) throw error;
    return [];
}

/** The Confluent CLI deletes a role binding by principal, role and scope, not by id. The API takes the id. */
export function removeCommand(kind: ResourceKind, id: string): string {
    if (kind === "service account") return `confluent iam service-account delete ${id} --force`;
    if (kind === "API key") return `confluent api-key delete ${id} --force`;
    const url = `https://api.confluent.cloud/iam/v2/role-bindings/${id}`;
    return `curl -u "$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET" -X DELETE ${url}`;
}

/** Why a request failed: `key ABCDEFGH12345678: 500`. Undefined if it succeeded. */
export async function problemOf(removal: Promise<unknown>, what: string): Promise<string | undefined> {
    try {
        await removal;
        return undefined;
    } catch (error) {
        if (!(error instanceof ConfluentError)) throw error;
        return `${what}: ${error.status ?? error.kind}`;
    }
}
