// Each service contradicts one assumption: the run finds this assumption false, and no other. A sample of them; in CI, all. Not proven here: how
// Confluent Cloud itself behaves.
import { assumptions } from "../../cli/conformance/assumptions";
import { exitCodes } from "../../cli/exitCodes";
import { sampleOf } from "../sample";
import type { Deviation, SentRequest, SentResponse } from "./deviatingService";
import { leftIn, runAgainst, type Setting } from "./runAgainst";

jest.setTimeout(60_000);

const keys = "/iam/v2/api-keys";
const accounts = "/iam/v2/service-accounts";
const bindings = "/iam/v2/role-bindings";

/** The id in a path below a collection. */
function idIn(collection: string, path: string): string | undefined {
    return path.startsWith(`${collection}/`) ? path.slice(collection.length + 1) : undefined;
}

/** What the service has created, changed and deleted so far. */
class History {
    readonly keys: string[] = [];
    readonly globalKeys = new Set<string>();
    /** The role of each key's owner, if it is an account that tries to create keys. */
    readonly roleByKey = new Map<string, string>();
    readonly roleByAccount = new Map<string, string>();
    readonly secrets = new Map<string, string>();
    readonly accounts: string[] = [];
    readonly bindings: string[] = [];
    readonly changedAtMs = new Map<string, number>();
    readonly deletedAtMs = new Map<string, number>();
    readonly createdAtMs = new Map<string, number>();

    look(answer: SentResponse, { method, path, body, atMs }: SentRequest): void {
        if (answer.status >= 300) return;
        if (method === "POST" && path === bindings)
            this.roleByAccount.set(body.principal.replace(/^User:/, ""), body.role_name);
        if (method === "POST" && path === keys) {
            const role = this.roleByAccount.get(body.spec.owner.id);
            if (role !== undefined && body.spec.resource.id === "cloud")
                this.roleByKey.set(answer.body.id, role);
            if (body.spec.resource.id === "global") this.globalKeys.add(answer.body.id);
        }
        if (method === "POST" && path === keys) {
            this.keys.push(answer.body.id);
            this.secrets.set(answer.body.id, answer.body.spec.secret);
            this.createdAtMs.set(answer.body.id, atMs);
        }
        if (method === "POST" && path === accounts) this.accounts.push(answer.body.id);
        if (method === "POST" && path === bindings) this.bindings.push(answer.body.id);
        const id = path.split("/").at(-1) as string;
        if (method === "PATCH") this.changedAtMs.set(id, atMs);
        if (method === "DELETE") this.deletedAtMs.set(id, atMs);
    }
}

/** A service whose responses are changed. */
function withResponses(
    change: (answer: SentResponse, sent: SentRequest, history: History) => void,
): Deviation {
    const history = new History();
    return {
        onResponse: (answer, sent) => {
            history.look(answer, sent);
            change(answer, sent, history);
        },
    };
}

/** A service whose requests are changed, or answered without the emulator. */
function withRequests(change: (sent: SentRequest, history: History) => unknown): Deviation {
    const history = new History();
    return {
        onRequest: (sent) => {
            const answer = change(sent, history);
            return typeof answer === "object" && answer !== null ? (answer as SentResponse) : undefined;
        },
        onResponse: (answer, sent) => history.look(answer, sent),
    };
}

/** Answers requests about keys whose sender is an account with a role of its own. */
function withKeysAs(answer: (role: string, sent: SentRequest) => SentResponse | undefined): Deviation {
    return withRequests((sent, { roleByKey }) => {
        const role = roleByKey.get(sent.keyId);
        return role !== undefined && sent.path.startsWith(keys) ? answer(role, sent) : undefined;
    });
}

function refusal(status: number): SentResponse {
    return { status, headers: { date: "Sat, 01 Aug 2026 00:00:00 GMT" }, body: errorBody(status) };
}

function errorBody(status: number): unknown {
    return { errors: [{ id: "1", status: String(status), code: "otherwise", detail: "Otherwise." }] };
}

function refuse(answer: SentResponse, status: number): void {
    answer.status = status;
    answer.body = errorBody(status);
}

const isListOfKeys = ({ method, path }: SentRequest): boolean => method === "GET" && path === keys;

/** Replaces the rows of a list; a row becomes undefined to leave it out. */
function rows(
    answer: SentResponse,
    change: (row: SentResponse["body"]) => SentResponse["body"] | undefined,
): void {
    answer.body.data = answer.body.data.map(change).filter((row: unknown) => row !== undefined);
}

/** A service with other ids: `outward` changes them in responses, and `inward` changes them back in requests. */
function withIds(outward: (text: string) => string, inward: (text: string) => string): Deviation {
    return {
        onRequest: (sent) => {
            sent.path = inward(sent.path);
            sent.keyId = inward(sent.keyId);
            sent.query = new URLSearchParams(
                [...sent.query].map(([name, value]): [string, string] => [name, inward(value)]),
            );
            if (sent.body !== undefined) sent.body = JSON.parse(inward(JSON.stringify(sent.body)));
            return undefined;
        },
        onResponse: (answer) => {
            if (answer.body !== undefined) answer.body = JSON.parse(outward(JSON.stringify(answer.body)));
        },
    };
}

/** Refuses the first request that matches. */
function withFirstRefused(
    status: number,
    matches: (sent: SentRequest, history: History) => boolean,
): Deviation {
    let isFirst = true;
    return withRequests((sent, history) => {
        if (!isFirst || !matches(sent, history)) return undefined;
        isFirst = false;
        return refusal(status);
    });
}

const slowMs = 45_000;

const faults: [what: string, expected: string, setting: Setting][] = [
    [
        "the response to a POST of a key has no created_at",
        "key-create",
        {
            deviation: withResponses(
                (answer, { method, path }) =>
                    method === "POST" &&
                    path === keys &&
                    answer.status === 202 &&
                    delete answer.body.metadata.created_at,
            ),
        },
    ],
    [
        "secrets of 40 characters, with their checksum",
        "key-secret-length",
        { emulator: { makeSecret: () => "cfltssssssssssssssssssssssssssssssWcfjlQ" } },
    ],
    [
        "secrets without a checksum",
        "key-secret-checksum",
        { emulator: { makeSecret: () => `cflt${"s".repeat(60)}` } },
    ],
    [
        "ResourceOwner may not create keys",
        "key-resource-owner",
        { deviation: withKeysAs((role) => (role === "ResourceOwner" ? refusal(403) : undefined)) },
    ],
    [
        "FlinkAdmin may not create keys",
        "key-roles-2026",
        { deviation: withKeysAs((role) => (role === "FlinkAdmin" ? refusal(403) : undefined)) },
    ],
    [
        "EnvironmentAdmin may create keys, but not delete them",
        "key-roles-2026",
        {
            deviation: withKeysAs((role, { method }) =>
                role === "EnvironmentAdmin" && method === "DELETE" ? refusal(403) : undefined,
            ),
        },
    ],
    [
        "a region answers 401 for another organization",
        "region-other-organization",
        {
            deviation: withResponses((answer, { isToRegion }) => {
                if (isToRegion && answer.status === 404) refuse(answer, 401);
            }),
        },
    ],
    [
        "a region knows a Global key after 90 s",
        "region-global-key",
        {
            deviation: withResponses((answer, { isToRegion, keyId, atMs }, { globalKeys, createdAtMs }) => {
                const isYoung = atMs - (createdAtMs.get(keyId) ?? 0) < 90_000;
                if (isToRegion && globalKeys.has(keyId) && isYoung) refuse(answer, 401);
            }),
        },
    ],
    [
        "Kafka's API does not know Global keys",
        "global-key-control-plane",
        {
            deviation: withResponses((answer, { path, keyId }, { globalKeys }) => {
                if (path === "/cmk/v2/clusters" && globalKeys.has(keyId)) refuse(answer, 401);
            }),
        },
    ],
    [
        "the principal of a role binding is an id without User:",
        "binding-principal",
        {
            deviation: withResponses((answer, { path }) => {
                const bare = (row: SentResponse["body"]) => ({
                    ...row,
                    principal: row.principal?.replace(/^User:/, ""),
                });
                if (!path.startsWith(bindings) || answer.status >= 300) return;
                if (answer.body?.data) rows(answer, bare);
                else if (answer.body) answer.body = bare(answer.body);
            }),
        },
    ],
    [
        "the response to a POST of a key has no owner",
        "key-create",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "POST" && path === keys && answer.status === 202)
                    delete answer.body.spec.owner;
            }),
        },
    ],
    [
        "a list shows secrets",
        "key-secret-once",
        {
            deviation: withResponses((answer, sent) => {
                if (isListOfKeys(sent) && answer.status === 200)
                    rows(answer, (row) => ({ ...row, spec: { ...row.spec, secret: "shown" } }));
            }),
        },
    ],
    [
        "GET shows the secret",
        "key-secret-once",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "GET" && idIn(keys, path) && answer.status === 200)
                    answer.body.spec.secret = "shown";
            }),
        },
    ],
    [
        "the resource of a key has another form",
        "key-resource-form",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "POST" && path === keys && answer.status === 202) {
                    answer.body.spec.resource = { id: "us-east-2", kind: "Region" };
                }
            }),
        },
    ],
    [
        "names of keys are unique",
        "key-not-unique",
        {
            deviation: withRequests(({ method, path, body }, { keys: created, deletedAtMs }) => {
                const isTaken =
                    created.some((id) => !deletedAtMs.has(id)) && body?.spec?.display_name?.endsWith("-key");
                return method === "POST" && path === keys && isTaken ? refusal(409) : undefined;
            }),
        },
    ],
    [
        "a new key cannot be read at first",
        "key-read-at-once",
        {
            deviation: withResponses(
                (() => {
                    let isFirst = true;
                    return (answer, { method, path }, { keys: created }) => {
                        if (
                            method !== "GET" ||
                            !idIn(keys, path) ||
                            idIn(keys, path) !== created[0] ||
                            !isFirst
                        )
                            return;
                        isFirst = false;
                        refuse(answer, 404);
                    };
                })(),
            ),
        },
    ],
    [
        "a changed key is read with its old description",
        "key-change-read-at-once",
        {
            deviation: withResponses((answer, { method, path }, { keys: created }) => {
                const id = idIn(keys, path);
                if (method === "GET" && id && id !== created[0] && answer.status === 200)
                    answer.body.spec.description = "as it was";
            }),
        },
    ],
    [
        "a deleted key can be read for a while",
        "key-deletion-read-at-once",
        {
            deviation: (() => {
                const seen = new Map<string, unknown>();
                return withResponses((answer, { method, path, atMs }, { deletedAtMs }) => {
                    const id = idIn(keys, path);
                    if (method !== "GET" || id === undefined) return;
                    if (answer.status === 200) seen.set(id, answer.body);
                    else if (atMs - (deletedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < 2000) {
                        answer.status = 200;
                        answer.body = seen.get(id);
                    }
                });
            })(),
        },
    ],
    [
        "an unknown key is answered 410",
        "key-unknown",
        {
            deviation: withResponses((answer, { method, path }, { keys: created }) => {
                const id = idIn(keys, path);
                if (method === "GET" && id && !created.includes(id)) refuse(answer, 410);
            }),
        },
    ],
    [
        "a deleted key is answered 410",
        "key-deleted",
        {
            deviation: withResponses((answer, { method, path }, { deletedAtMs }) => {
                if (method === "GET" && deletedAtMs.has(idIn(keys, path) ?? "")) refuse(answer, 410);
            }),
        },
    ],
    [
        "another organization's key can be read",
        "key-foreign",
        {
            options: { foreignKey: "ABCDEFGH12345678" },
            deviation: withRequests(({ path }) =>
                path.endsWith("ABCDEFGH12345678")
                    ? { ...refusal(200), body: { id: "ABCDEFGH12345678" } }
                    : undefined,
            ),
        },
    ],
    [
        "a second DELETE of a key is a success",
        "key-delete-again",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "DELETE" && idIn(keys, path) && answer.status === 403) {
                    answer.status = 204;
                    answer.body = undefined;
                }
            }),
        },
    ],
    [
        "a key is created for an unknown owner",
        "key-unknown-owner",
        {
            deviation: withRequests(({ method, path, body }, { accounts: created }) => {
                if (method === "POST" && path === keys && !created.includes(body.spec.owner.id))
                    body.spec.owner.id = created[0];
            }),
        },
    ],
    [
        "a key is created for an unknown environment",
        "key-unknown-environment",
        {
            deviation: withRequests(({ method, path, body }) => {
                if (method === "POST" && path === keys) body.spec.resource.environment = "env-abc123";
            }),
        },
    ],
    [
        "a PATCH ignores the name",
        "key-patch",
        {
            deviation: withRequests(({ method, body }) => {
                if (method === "PATCH" && body?.spec) delete body.spec.display_name;
            }),
        },
    ],
    [
        "a PATCH changes the creation time",
        "key-patch-rest",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "PATCH" && idIn(keys, path))
                    answer.body.metadata.created_at = "2026-08-02T00:00:00Z";
            }),
        },
    ],
    [
        "a region refuses a key after a PATCH",
        "key-patch-keeps-validity",
        {
            deviation: withResponses(
                (answer, { isToRegion, keyId, atMs }, { changedAtMs, keys: created }) => {
                    const sinceMs = atMs - (changedAtMs.get(keyId) ?? Number.NEGATIVE_INFINITY);
                    if (isToRegion && keyId !== created[0] && answer.status === 200 && sinceMs < 1500)
                        refuse(answer, 401);
                },
            ),
        },
    ],
    [
        "brackets are removed from descriptions",
        "key-text-kept",
        {
            deviation: withRequests(({ body }) => {
                if (body?.spec?.description)
                    body.spec.description = body.spec.description.replace(/[[\]]/g, "");
            }),
        },
    ],
    [
        "descriptions are cut at 100 characters",
        "key-description-128",
        {
            deviation: withRequests(({ path, body }) => {
                if (idIn(keys, path) && body?.spec?.description)
                    body.spec.description = body.spec.description.slice(0, 100);
            }),
        },
    ],
    [
        "names of keys have at most 40 characters",
        "key-name-64",
        {
            deviation: withRequests(({ path, body }) =>
                idIn(keys, path) && body?.spec?.display_name?.length > 40 ? refusal(422) : undefined,
            ),
        },
    ],
    [
        "created_at is ten minutes early",
        "key-created-at",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "POST" && path === keys && answer.status === 202) {
                    const createdAtMs = Date.parse(answer.body.metadata.created_at);
                    answer.body.metadata.created_at = new Date(createdAtMs - 600_000).toISOString();
                }
                // Also in later reads.
                if (idIn(keys, path) && answer.body?.metadata) {
                    const createdAtMs = Date.parse(answer.body.metadata.created_at);
                    answer.body.metadata.created_at = new Date(createdAtMs - 600_000).toISOString();
                }
            }),
        },
    ],
    [
        "a list ignores spec.owner",
        "list-owner-filter",
        { deviation: withRequests((sent) => sent.query.delete("spec.owner")) },
    ],
    [
        "a list for a deleted owner is answered 404",
        "list-owner-gone",
        {
            deviation: withResponses((answer, sent, { deletedAtMs }) => {
                if (isListOfKeys(sent) && deletedAtMs.has(sent.query.get("spec.owner") ?? ""))
                    refuse(answer, 404);
            }),
        },
    ],
    [
        "a list does not show that it has more pages",
        "list-paging",
        {
            deviation: withResponses(
                (answer, sent) => isListOfKeys(sent) && delete answer.body.metadata?.next,
            ),
        },
    ],
    [
        "a list has at most 50 rows on a page",
        "list-page-size-100",
        {
            deviation: withRequests(({ path, query }) =>
                path === "/endpoint/v1/endpoints" && Number(query.get("page_size")) > 50
                    ? refusal(400)
                    : undefined,
            ),
        },
    ],
    [
        "a list shows new keys after 45 s",
        "list-lag-created",
        {
            deviation: withResponses((answer, sent, { createdAtMs }) => {
                if (!isListOfKeys(sent)) return;
                rows(answer, (row) =>
                    sent.atMs - (createdAtMs.get(row.id) ?? 0) < slowMs ? undefined : row,
                );
            }),
        },
    ],
    [
        "a list shows changes after 45 s",
        "list-lag-changed",
        {
            deviation: withResponses((answer, sent, { changedAtMs }) => {
                if (!isListOfKeys(sent)) return;
                rows(answer, (row) => {
                    const isYoung = sent.atMs - (changedAtMs.get(row.id) ?? 0) < slowMs;
                    return isYoung ? { ...row, spec: { ...row.spec, description: "as it was" } } : row;
                });
            }),
        },
    ],
    [
        "a list shows deleted keys for 45 s",
        "list-lag-deleted",
        {
            deviation: (() => {
                const seen = new Map<string, unknown>();
                return withResponses((answer, sent, { deletedAtMs, accounts: created }) => {
                    if (!isListOfKeys(sent) || deletedAtMs.has(created[0] as string)) return;
                    for (const row of answer.body.data) seen.set(row.id, row);
                    for (const [id, atMs] of deletedAtMs) {
                        if (seen.has(id) && sent.atMs - atMs < slowMs) answer.body.data.push(seen.get(id));
                    }
                });
            })(),
        },
    ],
    [
        "a region knows a key after 90 s",
        "region-key-propagation",
        {
            deviation: withResponses((answer, { isToRegion, keyId, atMs }, { globalKeys, createdAtMs }) => {
                const isYoung = atMs - (createdAtMs.get(keyId) ?? 0) < 90_000;
                if (isToRegion && !globalKeys.has(keyId) && isYoung) refuse(answer, 401);
            }),
        },
    ],
    [
        "a region answers 404 to a key that it does not know yet",
        "region-not-yet",
        {
            emulator: { keyPropagation: { minMs: 3000, maxMs: 3000 } },
            deviation: withResponses(
                (answer, { isToRegion, keyId, secret }, { secrets, deletedAtMs, accounts: created }) => {
                    const isRight = secrets.get(keyId) === secret && !deletedAtMs.has(keyId);
                    if (
                        isToRegion &&
                        isRight &&
                        answer.status === 401 &&
                        !deletedAtMs.has(created[0] as string)
                    )
                        refuse(answer, 404);
                },
            ),
        },
    ],
    [
        "a region answers 401 where a role is missing",
        "region-without-role",
        {
            deviation: withResponses(
                (answer, { isToRegion }) => isToRegion && answer.status === 403 && refuse(answer, 401),
            ),
        },
    ],
    [
        "the role does not suffice",
        "region-role-suffices",
        { options: { role: "MetricsViewer", budget: "60m" } },
    ],
    [
        "a role takes 400 s to reach the region",
        "region-role-propagation",
        { options: { budget: "60m" }, emulator: { rolePropagation: { minMs: 400_000, maxMs: 400_000 } } },
    ],
    [
        "a deleted role binding counts for 400 s",
        "region-role-removal",
        {
            options: { budget: "60m" },
            deviation: withResponses(
                (answer, { isToRegion, atMs }, { bindings: created, deletedAtMs, accounts: [account] }) => {
                    const goneAtMs = deletedAtMs.get(created[0] as string) ?? Number.NEGATIVE_INFINITY;
                    if (!isToRegion || answer.status !== 403 || deletedAtMs.has(account as string)) return;
                    if (atMs - goneAtMs < 400_000) {
                        answer.status = 200;
                        answer.body = { data: [] };
                    }
                },
            ),
        },
    ],
    [
        "two gateways of a region disagree",
        "region-gateways-agree",
        {
            deviation: (() => {
                const accepted = new Map<string, number>();
                return withResponses((answer, { isToRegion, keyId }, { keys: created }) => {
                    if (!isToRegion || answer.status !== 200 || keyId === created[0]) return;
                    accepted.set(keyId, (accepted.get(keyId) ?? 0) + 1);
                    if (accepted.get(keyId) === 4) refuse(answer, 401);
                });
            })(),
        },
    ],
    ["a region accepts a deleted key for 50 s", "region-revocation", { emulator: { revocationMs: 50_000 } }],
    [
        "a region answers 403 to a deleted key",
        "region-deleted-key",
        {
            deviation: withResponses((answer, { isToRegion, keyId }, { deletedAtMs }) => {
                if (isToRegion && deletedAtMs.has(keyId)) refuse(answer, 403);
            }),
        },
    ],
    [
        "a region answers 403 to a wrong secret",
        "region-wrong-secret",
        {
            deviation: withResponses((answer, { isToRegion, keyId, secret }, { secrets }) => {
                if (isToRegion && secrets.has(keyId) && secrets.get(keyId) !== secret) refuse(answer, 403);
            }),
        },
    ],
    [
        "a region answers 403 to an unknown key",
        "region-unknown-key",
        {
            deviation: withResponses((answer, { isToRegion, keyId }, { secrets }) => {
                if (isToRegion && !secrets.has(keyId)) refuse(answer, 403);
            }),
        },
    ],
    [
        "a key gives access to every environment",
        "region-other-environment",
        {
            deviation: withRequests((sent) => {
                sent.path = sent.path.replace(
                    /\/environments\/env-\w+\/statements/,
                    "/environments/env-abc123/statements",
                );
            }),
        },
    ],
    [
        "two service accounts may have the same name",
        "account-unique",
        {
            deviation: withRequests(({ method, path, body }, { accounts: created }) => {
                if (method === "POST" && path === accounts && created.length > 0) body.display_name += "2";
            }),
        },
    ],
    [
        "names of accounts have at most 40 characters",
        "account-name-64",
        {
            deviation: withRequests(({ method, body }) =>
                method === "PATCH" && body.display_name?.length > 40 ? refusal(422) : undefined,
            ),
        },
    ],
    [
        "descriptions of accounts may be longer",
        "account-description-128",
        {
            deviation: withRequests(({ path, body }) => {
                if (idIn(accounts, path) && body?.description?.length > 128) return { ...refusal(200), body };
                return undefined;
            }),
        },
    ],
    [
        "an unknown account is answered 400",
        "account-unknown",
        {
            deviation: withResponses((answer, { method, path }, { accounts: created }) => {
                const id = idIn(accounts, path);
                if (method === "GET" && id && !created.includes(id)) refuse(answer, 400);
            }),
        },
    ],
    [
        "a deleted account is answered 410",
        "account-deleted",
        {
            deviation: withResponses((answer, { method, path }, { deletedAtMs }) => {
                if (method === "GET" && deletedAtMs.has(idIn(accounts, path) ?? "")) refuse(answer, 410);
            }),
        },
    ],
    [
        "role bindings of a deleted account remain",
        "account-takes-bindings",
        {
            deviation: (() => {
                const seen = new Map<string, unknown>();
                return withResponses((answer, { method, path }, { deletedAtMs }) => {
                    const id = idIn(bindings, path);
                    if (method === "POST" && path === bindings && answer.status === 201)
                        seen.set(answer.body.id, answer.body);
                    if (method === "GET" && id && !deletedAtMs.has(id) && answer.status === 403) {
                        answer.status = 200;
                        answer.body = seen.get(id);
                    }
                });
            })(),
        },
    ],
    [
        "a second POST returns the same role binding",
        "binding-unique",
        {
            deviation: withResponses((answer, { method, path }, { bindings: created }) => {
                if (method === "POST" && path === bindings && answer.status === 409) {
                    answer.status = 201;
                    answer.body = { id: created.at(-1) };
                }
            }),
        },
    ],
    [
        "a list of role bindings shows none below the organization",
        "binding-list",
        {
            deviation: withResponses((answer, { method, path }) => {
                if (method === "GET" && path === bindings) rows(answer, () => undefined);
            }),
        },
    ],
    [
        "a deleted role binding is answered 400",
        "binding-gone",
        {
            deviation: withResponses((answer, { method, path }, { deletedAtMs }) => {
                if (method === "GET" && deletedAtMs.has(idIn(bindings, path) ?? "")) refuse(answer, 400);
            }),
        },
    ],
    [
        "an environment does not name its organization",
        "environment-organization",
        {
            deviation: withResponses((answer, { path }) => {
                if (path === "/org/v2/environments/env-abc123" && answer.status === 200)
                    delete answer.body.metadata.resource_name;
            }),
        },
    ],
    [
        "an unknown environment is answered 400",
        "environment-unknown",
        {
            deviation: withResponses((answer, { path }) => {
                if (path.startsWith("/org/v2/environments/") && answer.status === 404) refuse(answer, 400);
            }),
        },
    ],
    [
        "there are two organizations",
        "organization-list",
        {
            deviation: withResponses((answer, { path }) => {
                if (path === "/org/v2/organizations")
                    answer.body.data.push({ id: "2222bbbb-22bb-22bb-22bb-222222bbbbbb" });
            }),
        },
    ],
    [
        "endpoints cannot be listed",
        "endpoint-list",
        {
            deviation: withResponses(
                (answer, { path }) => path === "/endpoint/v1/endpoints" && refuse(answer, 404),
            ),
        },
    ],
    [
        "quotas have no usage",
        "quota-list",
        {
            deviation: withResponses((answer, { path }) => {
                if (path === "/service-quota/v1/applied-quotas") rows(answer, ({ usage: _, ...row }) => row);
            }),
        },
    ],
    [
        "ids of keys have 17 characters",
        "key-id-form",
        {
            deviation: withIds(
                (text) => text.replace(/\b[A-Z2-7]{16}\b/g, "$&X"),
                (text) => text.replace(/\b([A-Z2-7]{16})X\b/g, "$1"),
            ),
        },
    ],
    [
        "ids of service accounts begin with svc-",
        "account-create",
        {
            deviation: withIds(
                (text) => text.replace(/\bsa-/g, "svc-"),
                (text) => text.replace(/\bsvc-/g, "sa-"),
            ),
        },
    ],
    [
        "ids of role bindings begin with role-",
        "binding-create",
        {
            deviation: withIds(
                (text) => text.replace(/"rb-/g, '"role-'),
                (text) => text.replace(/\/role-(?!bindings)/g, "/rb-"),
            ),
        },
    ],
    [
        "a key cannot be deleted at first",
        "key-delete",
        {
            deviation: withFirstRefused(
                409,
                ({ method, path }) => method === "DELETE" && idIn(keys, path) !== undefined,
            ),
        },
    ],
    [
        "a role binding cannot be deleted at first",
        "binding-delete",
        {
            deviation: withFirstRefused(
                409,
                ({ method, path }, { bindings: [first] }) =>
                    method === "DELETE" && first !== undefined && idIn(bindings, path) === first,
            ),
        },
    ],
    [
        "a region has no address",
        "region-list",
        {
            deviation: withResponses((answer, { path }) => {
                if (path === "/fcpm/v2/regions") rows(answer, (row) => ({ ...row, http_endpoint: "" }));
            }),
        },
    ],
    [
        "keys of a deleted account still work",
        "account-takes-keys",
        {
            deviation: (() => {
                const seen = new Map<string, unknown>();
                return withResponses(
                    (
                        answer,
                        { method, path, isToRegion, keyId },
                        { keys: [first], deletedAtMs, accounts: [account] },
                    ) => {
                        if (method === "GET" && idIn(keys, path) === first && answer.status === 200)
                            seen.set("key", answer.body);
                        if (!deletedAtMs.has(account as string)) return;
                        const isFirst = idIn(keys, path) === first || (isToRegion && keyId === first);
                        if (!isFirst || method !== "GET") return;
                        answer.status = 200;
                        answer.body = isToRegion ? { data: [] } : seen.get("key");
                    },
                );
            })(),
        },
    ],
    [
        "responses have no header Date",
        "date-header",
        { deviation: withResponses(({ headers }) => delete headers.date) },
    ],
    ["the clocks differ by ten minutes", "clock-difference", { aheadMs: 600_000 }],
    [
        "a refusal does not have Confluent's format",
        "error-shape",
        {
            deviation: withResponses((answer, { path }) => {
                if (idIn(bindings, path) && answer.status === 403) answer.body = "<html>no</html>";
            }),
        },
    ],
    [
        "wrong credentials are answered 403",
        "wrong-credentials",
        {
            deviation: withResponses(
                (answer, { path }) =>
                    path.startsWith("/org/") && answer.status === 401 && refuse(answer, 403),
            ),
        },
    ],
    [
        "a Flink key gives access to the control plane",
        "flink-key-on-control-plane",
        {
            deviation: withRequests(({ path, keyId }, { secrets }) =>
                idIn(keys, path) && secrets.has(keyId) ? { ...refusal(200), body: { id: keyId } } : undefined,
            ),
        },
    ],
    [
        "X-RateLimit-Reset is a point in time",
        "rate-limit-headers",
        {
            deviation: withResponses(({ headers }) => {
                Object.assign(headers, {
                    "x-ratelimit-limit": "100",
                    "x-ratelimit-remaining": "90",
                    "x-ratelimit-reset": "1785542400",
                });
            }),
        },
    ],
    [
        "a 429 has no Retry-After",
        "rate-limit-refusal",
        {
            deviation: withRequests(
                (() => {
                    let isFirst = true;
                    return ({ path }) => {
                        if (!isFirst || path !== "/org/v2/organizations") return undefined;
                        isFirst = false;
                        return refusal(429);
                    };
                })(),
            ),
        },
    ],
];

describe("pulumi-confluent-flink conformance", () => {
    it("is tested with a deviation from each assumption that it checks", () => {
        const checked = assumptions.filter(({ notChecked }) => notChecked === undefined).map(({ id }) => id);
        expect(faults.map(([, expected]) => expected)).toEqual(expect.arrayContaining(checked));
    });

    it.each(sampleOf(faults, 8))("finds the contradiction: %s (%s)", async (_what, expected, setting) => {
        const outcome = await runAgainst({
            ...setting,
            after: (emulator) => expect(leftIn(emulator)).toEqual([]),
        });
        expect(outcome.with("false")).toEqual([expected]);
        expect(outcome.exitCode).toBe(exitCodes.found);
        const finding = outcome.report.findings.find(({ id }) => id === expected);
        expect(finding?.follows).not.toBe("");
        expect(outcome.err).toContain(`1 assumption is false: ${expected}.`);
        expect(outcome.report.ended).toBe("whole");
    });

    it("does not check paging if page_size is ignored", async () => {
        const outcome = await runAgainst({
            deviation: withRequests((sent) => sent.query.delete("page_size")),
        });
        expect([outcome.exitCode, outcome.with("false"), outcome.with("not checked")]).toEqual([
            exitCodes.unverified,
            [],
            ["list-paging"],
        ]);
        const { seen } = outcome.report.findings.find(({ id }) => id === "list-paging") ?? {};
        expect(seen).toBe("page_size=1 is ignored: a page has 2 rows");
    });

    it("says that a PATCH ignores the name, and nothing about the length of names", async () => {
        const outcome = await runAgainst({
            deviation: withRequests(({ method, body }) => {
                if (method === "PATCH" && body?.spec) delete body.spec.display_name;
            }),
        });
        expect([outcome.exitCode, outcome.with("false"), outcome.with("not checked")]).toEqual([
            exitCodes.found,
            ["key-patch"],
            ["key-name-64"],
        ]);
        const { seen } = outcome.report.findings.find(({ id }) => id === "key-patch") ?? {};
        expect(seen).toBe("display_name not changed");
    });

    it.each([
        [
            "the creation time",
            "metadata.created_at",
            (body: SentResponse["body"]) => {
                body.metadata.created_at = "2026-08-02T00:00:00Z";
            },
        ],
        [
            "the owner",
            "spec.owner",
            (body: SentResponse["body"]) => {
                body.spec.owner.id = "sa-zzz999";
            },
        ],
    ])("names the field if a PATCH changes %s too", async (_what, field, change) => {
        const { report } = await runAgainst({
            deviation: withResponses((answer, { method, path }) => {
                if (method === "PATCH" && idIn(keys, path) && answer.status === 200) change(answer.body);
            }),
        });
        const { seen } = report.findings.find(({ id }) => id === "key-patch-rest") ?? {};
        expect(seen).toBe(`${field} changed too`);
    });
});
