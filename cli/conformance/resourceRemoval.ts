import { deleteApiKey, listApiKeys } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError } from "../../confluent/confluentError";
import { listRoleBindings, type RoleBinding } from "../../confluent/roleBindings";
import { findEarlierAccounts } from "./earlierRuns";

/** A resource that could not be deleted, and the command that deletes it. */
export interface RemainingResource {
    readonly kind: "service account" | "API key" | "role binding" | "statement" | "compute pool";
    readonly id: string;
    readonly remove: string;
    readonly because: string;
}

/** Ids from responses. Lists may not show them yet. */
interface KnownIds {
    readonly keys: readonly string[];
    readonly bindings: readonly string[];
}

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

    /** Deletes a service account with its keys and role bindings. `isDeleted`: the account itself is deleted already. */
    async removeAccount(id: string, known: KnownIds, isDeleted = false): Promise<RemainingResource[]> {
        const keys = new Set([...known.keys, ...(await this.#keysOf(id))]);
        const bindings = new Set([
            ...known.bindings,
            ...(await this.#bindingsOf(id)).map((binding) => binding.id),
        ]);
        const problems = new Map<string, string>();
        const attempt = async (one: string, what: string, removal: Promise<void>): Promise<void> => {
            const problem = await problemOf(removal, `${what} ${one}`);
            if (problem !== undefined) problems.set(one, problem);
        };
        for (const key of keys) await attempt(key, "key", deleteApiKey(this.#api, key));
        for (const one of bindings) await attempt(one, "binding", this.#delete("role-bindings", one));
        const remaining: RemainingResource[] = [];
        if (!isDeleted) {
            const problem = await problemOf(this.#delete("service-accounts", id), `account ${id}`);
            if (problem !== undefined && (await this.#mayAccountExist(id))) {
                const remove = removeAccountCommand(id);
                remaining.push({ kind: "service account", id, remove, because: problem });
            }
        }
        // 403 and 404 do not prove that something is gone. A list does.
        for (const [one, because] of problems) {
            if (keys.has(one) && !(await this.#isAbsent(one, () => this.#keysOf(id, true))))
                remaining.push({ kind: "API key", id: one, remove: removeKeyCommand(one), because });
            const listed = async (): Promise<string[]> =>
                (await this.#bindingsOf(id, true)).map((binding) => binding.id);
            // Role bindings are deleted with their account.
            const isLeft = isDeleted || remaining.some(({ kind }) => kind === "service account");
            if (bindings.has(one) && isLeft && !(await this.#isAbsent(one, listed)))
                remaining.push(remainingBinding(one, because));
        }
        return remaining;
    }

    /** Deletes the service accounts of conformance runs whose names begin like this. A list may show a new one late. */
    async removeAccountsNamed(prefix: string): Promise<RemainingResource[]> {
        for (let search = 1; search <= searches; search++) {
            const found = (await findEarlierAccounts(this.#api).catch(() => [])).filter(({ displayName }) =>
                displayName.startsWith(prefix),
            );
            const remaining: RemainingResource[] = [];
            for (const { id } of found)
                remaining.push(...(await this.removeAccount(id, { keys: [], bindings: [] })));
            if (found.length > 0) return remaining;
            await this.#clock.sleep(searchPauseMs);
        }
        return [];
    }

    /** Deletes the role bindings of a principal for this role on this scope. */
    async removeRoleBindings(principalId: string, roleName: string, crnPattern: string): Promise<void> {
        for (const binding of await this.#bindingsOf(principalId)) {
            if (binding.roleName !== roleName || binding.crnPattern !== crnPattern) continue;
            await problemOf(this.#delete("role-bindings", binding.id), binding.id);
        }
    }

    async #delete(collection: "role-bindings" | "service-accounts", id: string): Promise<void> {
        const path = `/iam/v2/${collection}/${id}`;
        await this.#api.send({ method: "DELETE", path, purpose: `removing ${id}` });
    }

    /** What cannot be listed is deleted with its account, so that counts as nothing, unless it must be known. */
    async #keysOf(ownerId: string, mustBeKnown = false): Promise<string[]> {
        const list = async () => (await listApiKeys(this.#api, ownerId)).keys.map(({ id }) => id);
        return listed(list(), mustBeKnown);
    }

    /** The list has the bindings of the whole organization, whatever filter it may ignore. Only the principal's own count. */
    async #bindingsOf(principalId: string, mustBeKnown = false): Promise<RoleBinding[]> {
        const all = await listed(listRoleBindings(this.#api, this.#organizationCrn), mustBeKnown);
        return all.filter((binding) => binding.principalId === principalId);
    }

    async #isAbsent(id: string, list: () => Promise<string[]>): Promise<boolean> {
        const endMs = this.#clock.now() + listLagMs;
        try {
            for (;;) {
                if (!(await list()).includes(id)) return true;
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
            if (!(error instanceof ConfluentError)) throw error;
            return true;
        }
    }
}

export function removeAccountCommand(id: string): string {
    return `confluent iam service-account delete ${id} --force`;
}

export function removeKeyCommand(id: string): string {
    return `confluent api-key delete ${id} --force`;
}

async function listed<T>(list: Promise<readonly T[]>, mustBeKnown: boolean): Promise<T[]> {
    try {
        return [...(await list)];
    } catch (error) {
        if (!(error instanceof ConfluentError) || mustBeKnown) throw error;
        return [];
    }
}

/** Why a request failed: `key ABCDEFGH12345678: 500`. Undefined if it succeeded. */
export async function problemOf(removal: Promise<void>, what: string): Promise<string | undefined> {
    try {
        await removal;
        return undefined;
    } catch (error) {
        if (!(error instanceof ConfluentError)) throw error;
        return `${what}: ${error.status ?? error.kind}`;
    }
}

/** The Confluent CLI deletes a role binding by principal, role and scope, not by id. The API takes the id. */
function remainingBinding(id: string, because: string): RemainingResource {
    return {
        kind: "role binding",
        id,
        remove: `curl -u "$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET" -X DELETE https://api.confluent.cloud/iam/v2/role-bindings/${id}`,
        because,
    };
}
