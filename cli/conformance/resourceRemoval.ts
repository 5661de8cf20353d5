import { deleteApiKey, listApiKeys } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError, mayBeGone } from "../../confluent/confluentError";
import { findEarlierAccounts, namePrefix } from "./earlierRuns";

/** A resource that could not be deleted, and the command that deletes it. */
export interface RemainingResource {
    readonly kind: "service account" | "API key" | "role binding";
    readonly id: string;
    readonly remove: string;
    readonly because: string;
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

    async removeKey(id: string, ownerId: string): Promise<RemainingResource[]> {
        const problem = await problemOf(deleteApiKey(this.#api, id), `key ${id}`);
        if (problem === undefined || (await this.#isKeyAbsent(id, ownerId))) return [];
        return [remainingKey(id, problem)];
    }

    /** A binding that cannot be deleted does not count if its account is deleted next, because it is deleted with it. */
    async removeRoleBinding(
        id: string,
        accountId: string,
        isAccountDeletedNext: boolean,
    ): Promise<RemainingResource[]> {
        const problem = await problemOf(this.#delete("role-bindings", id), `binding ${id}`);
        if (problem === undefined || isAccountDeletedNext) return [];
        return (await this.#isBindingAbsent(id, accountId)) ? [] : [remainingBinding(id, problem)];
    }

    /** Deletes a service account with its keys and role bindings. Keys in `deletedKeys` may still be listed. */
    async removeAccount(
        id: string,
        deletedKeys: ReadonlySet<string> = new Set(),
    ): Promise<RemainingResource[]> {
        const remaining: RemainingResource[] = [];
        try {
            const { keys } = await listApiKeys(this.#api, id);
            for (const key of keys.filter((one) => !deletedKeys.has(one.id))) {
                const problem = await problemOf(deleteApiKey(this.#api, key.id), `key ${key.id}`);
                if (problem !== undefined) remaining.push(remainingKey(key.id, problem));
            }
            for (const bindingId of await this.#bindingsOf(id)) {
                const problem = await problemOf(
                    this.#delete("role-bindings", bindingId),
                    `binding ${bindingId}`,
                );
                if (problem !== undefined) remaining.push(remainingBinding(bindingId, problem));
            }
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            // Confluent Cloud deletes what could not be listed together with the account.
        }
        const problem = await problemOf(this.#delete("service-accounts", id), `account ${id}`);
        if (problem !== undefined && (await this.#mayAccountExist(id))) {
            const remove = removeAccountCommand(id);
            return [...remaining, { kind: "service account", id, remove, because: problem }];
        }
        // Role bindings are deleted with their account.
        return remaining.filter(({ kind }) => kind === "API key");
    }

    /** Looks for the account of a POST without a response by its name, and deletes it. */
    async removeLostAccount(runId: string, deletedKeys: ReadonlySet<string>): Promise<RemainingResource[]> {
        for (let search = 1; search <= searches; search++) {
            const found = (await findEarlierAccounts(this.#api).catch(() => [])).filter(({ displayName }) =>
                displayName.startsWith(`${namePrefix}${runId}-`),
            );
            if (found.length > 0) {
                const remaining = await Promise.all(
                    found.map(({ id }) => this.removeAccount(id, deletedKeys)),
                );
                return remaining.flat();
            }
            await this.#clock.sleep(searchPauseMs);
        }
        return [];
    }

    async #delete(collection: "role-bindings" | "service-accounts", id: string): Promise<void> {
        const path = `/iam/v2/${collection}/${id}`;
        await this.#api.send({ method: "DELETE", path, purpose: `removing ${id}` });
    }

    async #bindingsOf(accountId: string): Promise<string[]> {
        const query = { crn_pattern: `${this.#organizationCrn}/*`, principal: `User:${accountId}` };
        const purpose = `listing the role bindings of ${accountId}`;
        const { rows } = await this.#api.list("/iam/v2/role-bindings", query, purpose);
        return rows.map((row) => String((row as { id?: unknown }).id));
    }

    /** 403 and 404 do not prove that a key is gone. The list of its owner's keys does. */
    async #isKeyAbsent(id: string, ownerId: string): Promise<boolean> {
        const endMs = this.#clock.now() + listLagMs;
        try {
            for (;;) {
                const { keys } = await listApiKeys(this.#api, ownerId);
                if (!keys.some((key) => key.id === id)) return true;
                if (this.#clock.now() >= endMs) return false;
                await this.#clock.sleep(searchPauseMs);
            }
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            return mayBeGone(error);
        }
    }

    async #isBindingAbsent(id: string, accountId: string): Promise<boolean> {
        try {
            return !(await this.#bindingsOf(accountId)).includes(id);
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

/** Why a request failed: `key ABCDEFGH12345678: 500`. Undefined if it succeeded. */
async function problemOf(removal: Promise<void>, what: string): Promise<string | undefined> {
    try {
        await removal;
        return undefined;
    } catch (error) {
        if (!(error instanceof ConfluentError)) throw error;
        return `${what}: ${error.status ?? error.kind}`;
    }
}

function remainingKey(id: string, because: string): RemainingResource {
    return { kind: "API key", id, remove: removeKeyCommand(id), because };
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
