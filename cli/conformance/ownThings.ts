import { type ApiKey, deleteApiKey, listApiKeys, readApiKey } from "../../confluent/apiKeys";
import type { Clock } from "../../confluent/clock";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { ConfluentError, mayBeGone } from "../../confluent/confluentError";
import { apiKeyCredentials, type Credentials } from "../../confluent/credentials";
import type { FlinkScope } from "../../confluent/flinkScope";
import { Secret } from "../../confluent/secret";
import { type Answer, isSuccess, type Service } from "./service";

/** What the names of all things of every run begin with. */
export const namePrefix = "pcf-conformance-";

/** No more of its own things than these live at one time. */
export const mostAlive = { accounts: 1, bindings: 2, keys: 6 } as const;

/** Something that is still there, and the command that removes it. */
export interface LeftThing {
    readonly kind: "service account" | "API key" | "role binding";
    readonly id: string;
    readonly remove: string;
    readonly because: string;
}

/** A service account of an earlier run, which was killed, or of one that is under way elsewhere. */
export interface EarlierAccount {
    readonly id: string;
    readonly displayName: string;
    /** When no run can need it any more; undefined where it does not say. */
    readonly neededUntilMs: number | undefined;
}

export interface OwnKey {
    readonly id: string;
    /** As the POST told of it. */
    readonly told: ApiKey;
    /** Characters of the secret; 0 where the answer had none. */
    readonly secretLength: number;
    readonly credentials: Credentials;
}

export interface OwnThingsOptions {
    readonly service: Service;
    /** For removing: with patience, and also when the run was told to stop. */
    readonly api: ConfluentApi;
    readonly credentials: Credentials;
    readonly clock: Clock;
    /** Six hexadecimal digits. */
    readonly runId: string;
    /** Stands in the account's description, so that other runs leave it alone until then. */
    readonly neededUntilMs: number;
    readonly organizationCrn: string;
}

const untilPattern = /may be deleted after (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})Z/;
const searches = 3;
const betweenSearchesMs = 2000;
/** A list may show for so long what is deleted. */
const listLagMs = 30_000;

/** What one run makes and removes. What a POST made is known from its answer on; what an answer did not tell is looked for. */
export class OwnThings {
    readonly accountName: string;
    readonly accountDescription: string;
    readonly #options: OwnThingsOptions;
    readonly #accounts = new Set<string>();
    readonly #keys = new Map<string, OwnKey>();
    readonly #bindings = new Set<string>();
    /** Every id of this run, removed ones too. */
    readonly #ids = new Set<string>();
    #hasLostAccount = false;
    #accountId: string | undefined;

    constructor(options: OwnThingsOptions) {
        this.#options = options;
        this.accountName = `${namePrefix}${options.runId}-account`;
        const until = new Date(options.neededUntilMs).toISOString().replace(/\.\d+Z$/, "Z");
        this.accountDescription = `confluent-flink conformance, may be deleted after ${until}`;
    }

    get ids(): ReadonlySet<string> {
        return this.#ids;
    }

    get accountId(): string {
        if (this.#accountId === undefined) throw new Error("no service account was made");
        return this.#accountId;
    }

    /** `name` is unique to the run. */
    keyName(part: string): string {
        return `${namePrefix}${this.#options.runId}-${part}`;
    }

    /** `isToBeRefused`: sent to see the refusal. */
    async makeAccount(isToBeRefused = false): Promise<{ answer: Answer; id: string | undefined }> {
        if (!isToBeRefused) requireRoom("service accounts", this.#accounts.size, mostAlive.accounts);
        const body = { display_name: this.accountName, description: this.accountDescription };
        const { answer, id } = await this.#post("/iam/v2/service-accounts", body);
        if (id !== undefined) {
            this.#accounts.add(id);
            this.#accountId ??= id;
        }
        return { answer, id };
    }

    async makeKey(
        scope: FlinkScope,
        displayName: string,
        description: string,
        ownerId: string = this.accountId,
    ): Promise<{ answer: Answer; key: OwnKey | undefined }> {
        requireRoom("API keys", this.#keys.size, mostAlive.keys);
        const { answer, id } = await this.#post("/iam/v2/api-keys", {
            spec: {
                display_name: displayName,
                description,
                owner: { id: ownerId },
                resource: { id: `${scope.cloud}.${scope.region}`, environment: scope.environmentId },
            },
        });
        const told = readApiKey(answer.json);
        if (id === undefined || told === undefined) return { answer, key: undefined };
        const said = (answer.json as { spec?: { secret?: unknown } }).spec?.secret;
        const secret = typeof said === "string" ? said : "";
        const credentials = apiKeyCredentials(id, new Secret(secret));
        const key = { id, told, secretLength: secret.length, credentials };
        this.#keys.set(id, key);
        return { answer, key };
    }

    async bindRole(
        roleName: string,
        crnPattern: string,
        isToBeRefused = false,
    ): Promise<{ answer: Answer; id: string | undefined }> {
        if (!isToBeRefused) requireRoom("role bindings", this.#bindings.size, mostAlive.bindings);
        const { answer, id } = await this.#post("/iam/v2/role-bindings", {
            principal: `User:${this.accountId}`,
            role_name: roleName,
            crn_pattern: crnPattern,
        });
        if (id !== undefined) this.#bindings.add(id);
        return { answer, id };
    }

    /** The service has answered that it is gone. */
    isGone(id: string): void {
        this.#keys.delete(id);
        this.#bindings.delete(id);
        this.#accounts.delete(id);
    }

    /** What is there still, with the commands that remove it: the account takes along what it has. */
    describeAlive(): string[] {
        const accounts = [...this.#accounts].map(
            (id) => `Left: service account ${id}. ${removeAccountCommand(id)}`,
        );
        const keys = [...this.#keys.keys()].map(
            (id) => `Left: API key ${id}. confluent api-key delete ${id} --force`,
        );
        return [...keys, ...accounts];
    }

    /** Removes all that is left of this run; gives what could not be removed. */
    async removeAll(): Promise<LeftThing[]> {
        const left: LeftThing[] = [];
        for (const id of [...this.#keys.keys()]) {
            const problem = await this.#removed(() => deleteApiKey(this.#options.api, id), `key ${id}`);
            if (problem === undefined || (await this.#isNotListed(id))) this.isGone(id);
            else left.push(leftKey(id, problem));
        }
        for (const id of [...this.#bindings]) {
            const problem = await this.#removed(() => this.#delete("role-bindings", id), `binding ${id}`);
            if (problem === undefined || (await this.#isBindingGone(id))) this.isGone(id);
            else left.push(leftBinding(id, problem));
        }
        for (const id of [...this.#accounts]) left.push(...(await this.removeAccount(id)));
        return [...left, ...(await this.#removeLost())];
    }

    /** Removes a service account of a run, with what it has. */
    async removeAccount(id: string): Promise<LeftThing[]> {
        const { api } = this.#options;
        const left: LeftThing[] = [];
        try {
            const { keys } = await listApiKeys(api, id);
            for (const key of keys.filter((one) => !this.#ids.has(one.id) || this.#keys.has(one.id))) {
                const problem = await this.#removed(() => deleteApiKey(api, key.id), `key ${key.id}`);
                if (problem !== undefined) left.push(leftKey(key.id, problem));
            }
            for (const bindingId of await this.#bindingsOf(id)) {
                const problem = await this.#removed(
                    () => this.#delete("role-bindings", bindingId),
                    `binding ${bindingId}`,
                );
                if (problem !== undefined) left.push(leftBinding(bindingId, problem));
            }
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            // The account takes along what could not be listed.
        }
        const problem = await this.#removed(() => this.#delete("service-accounts", id), `account ${id}`);
        if (problem !== undefined && (await this.#isStillAccount(id))) {
            return [
                ...left,
                { kind: "service account", id, remove: removeAccountCommand(id), because: problem },
            ];
        }
        this.isGone(id);
        // With their owner they are gone.
        return left.filter(({ kind }) => kind === "API key");
    }

    async #post(path: string, body: unknown): Promise<{ answer: Answer; id: string | undefined }> {
        const answer = await this.#options.service.ask(
            { method: "POST", path, body },
            this.#options.credentials,
        );
        const id = (answer.json as { id?: unknown } | undefined)?.id;
        const isMade = isSuccess(answer) && typeof id === "string" && id !== "";
        const isUnknown = answer.status === undefined || answer.status >= 500 || isSuccess(answer);
        // What else an account has is found with it.
        if (!isMade && isUnknown && path === "/iam/v2/service-accounts") this.#hasLostAccount = true;
        if (isMade) this.#ids.add(id);
        return { answer, id: isMade ? id : undefined };
    }

    /** Undefined when it is done; otherwise why it is not. */
    async #removed(remove: () => Promise<void>, what: string): Promise<string | undefined> {
        try {
            await remove();
            return undefined;
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            return `${what}: ${error.status ?? error.kind}`;
        }
    }

    async #delete(collection: "role-bindings" | "service-accounts", id: string): Promise<void> {
        const path = `/iam/v2/${collection}/${id}`;
        await this.#options.api.send({ method: "DELETE", path, purpose: `removing ${id}` });
    }

    async #bindingsOf(accountId: string): Promise<string[]> {
        const query = {
            crn_pattern: `${this.#options.organizationCrn}/*`,
            principal: `User:${accountId}`,
        };
        const { rows } = await this.#options.api.list(
            "/iam/v2/role-bindings",
            query,
            `listing the role bindings of ${accountId}`,
        );
        return rows.map((row) => String((row as { id?: unknown }).id));
    }

    /** 403 and 404 do not say that a key is gone: the list of its owner's keys does. */
    async #isNotListed(id: string): Promise<boolean> {
        const { api, clock } = this.#options;
        const endMs = clock.now() + listLagMs;
        try {
            for (;;) {
                const { keys } = await listApiKeys(api, this.accountId);
                if (!keys.some((key) => key.id === id)) return true;
                if (clock.now() >= endMs) return false;
                await clock.sleep(betweenSearchesMs);
            }
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            return mayBeGone(error);
        }
    }

    /** Its account takes it along. */
    async #isBindingGone(id: string): Promise<boolean> {
        try {
            return this.#accounts.size > 0 || !(await this.#bindingsOf(this.accountId)).includes(id);
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            return false;
        }
    }

    async #isStillAccount(id: string): Promise<boolean> {
        try {
            return (await findAccounts(this.#options.api)).some((one) => one.id === id);
        } catch (error) {
            if (!(error instanceof ConfluentError)) throw error;
            return true;
        }
    }

    /** The answer to a POST may have been lost, and the account it made is known by its name alone. */
    async #removeLost(): Promise<LeftThing[]> {
        if (!this.#hasLostAccount) return [];
        const { api, clock, runId } = this.#options;
        for (let search = 1; search <= searches; search++) {
            const found = (await findAccounts(api).catch(() => [])).filter(({ displayName }) =>
                displayName.startsWith(`${namePrefix}${runId}-`),
            );
            if (found.length > 0) {
                const left = await Promise.all(found.map(({ id }) => this.removeAccount(id)));
                return left.flat();
            }
            await clock.sleep(betweenSearchesMs);
        }
        return [];
    }
}

/** Service accounts whose names say that a run made them. */
export async function findAccounts(api: ConfluentApi): Promise<EarlierAccount[]> {
    const { rows } = await api.list("/iam/v2/service-accounts", {}, "listing service accounts");
    return rows.flatMap((row) => {
        const { id, display_name, description } = (row ?? {}) as Record<string, unknown>;
        if (typeof id !== "string" || typeof display_name !== "string") return [];
        if (!new RegExp(`^${namePrefix}[0-9a-f]{6}-`).test(display_name)) return [];
        const until = untilPattern.exec(typeof description === "string" ? description : "")?.[1];
        const neededUntilMs = until === undefined ? undefined : Date.parse(`${until}Z`);
        return [{ id, displayName: display_name, neededUntilMs }];
    });
}

export function removeAccountCommand(id: string): string {
    return `confluent iam service-account delete ${id} --force`;
}

function leftKey(id: string, because: string): LeftThing {
    return { kind: "API key", id, remove: `confluent api-key delete ${id} --force`, because };
}

/** The command for a binding wants principal, role and place; its account takes it along. */
function leftBinding(id: string, because: string): LeftThing {
    return {
        kind: "role binding",
        id,
        remove: `curl -u "$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET" -X DELETE https://api.confluent.cloud/iam/v2/role-bindings/${id}`,
        because,
    };
}

function requireRoom(what: string, alive: number, most: number): void {
    if (alive >= most) throw new Error(`A run has at most ${most} ${what} at a time, and has ${alive}.`);
}
