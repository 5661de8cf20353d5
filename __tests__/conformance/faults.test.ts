// Services that are wrong in one way each: the run finds that, and nothing else. Not proven here: that Confluent Cloud is
// right in any of it.
import { assumptions } from "../../cli/conformance/assumptions";
import { exitCodes } from "../../cli/exitCodes";
import { leftIn, runAgainst, type Setting } from "./conformanceWorld";
import type { Asked, Crook, Told } from "./crookedService";

jest.setTimeout(60_000);

const keys = "/iam/v2/api-keys";
const accounts = "/iam/v2/service-accounts";
const bindings = "/iam/v2/role-bindings";

/** The id in a path below a collection. */
function idIn(collection: string, path: string): string | undefined {
    return path.startsWith(`${collection}/`) ? path.slice(collection.length + 1) : undefined;
}

/** What the service has made and deleted so far. */
class History {
    readonly keys: string[] = [];
    readonly secrets = new Map<string, string>();
    readonly accounts: string[] = [];
    readonly bindings: string[] = [];
    readonly changedAtMs = new Map<string, number>();
    readonly deletedAtMs = new Map<string, number>();
    readonly madeAtMs = new Map<string, number>();

    look(told: Told, { method, path, atMs }: Asked): void {
        if (told.status >= 300) return;
        if (method === "POST" && path === keys) {
            this.keys.push(told.body.id);
            this.secrets.set(told.body.id, told.body.spec.secret);
            this.madeAtMs.set(told.body.id, atMs);
        }
        if (method === "POST" && path === accounts) this.accounts.push(told.body.id);
        if (method === "POST" && path === bindings) this.bindings.push(told.body.id);
        const id = path.split("/").at(-1) as string;
        if (method === "PATCH") this.changedAtMs.set(id, atMs);
        if (method === "DELETE") this.deletedAtMs.set(id, atMs);
    }
}

/** A service whose answers are changed. */
function telling(change: (told: Told, asked: Asked, history: History) => void): Crook {
    const history = new History();
    return {
        told: (told, asked) => {
            history.look(told, asked);
            change(told, asked, history);
        },
    };
}

/** One whose requests are changed, or answered at once. */
function asking(change: (asked: Asked, history: History) => unknown): Crook {
    const history = new History();
    return {
        asked: (asked) => {
            const told = change(asked, history);
            return typeof told === "object" && told !== null ? (told as Told) : undefined;
        },
        told: (told, asked) => history.look(told, asked),
    };
}

function refusal(status: number): Told {
    return { status, headers: { date: "Sat, 01 Aug 2026 00:00:00 GMT" }, body: errorBody(status) };
}

function errorBody(status: number): unknown {
    return { errors: [{ id: "1", status: String(status), code: "otherwise", detail: "Otherwise." }] };
}

function refuse(told: Told, status: number): void {
    told.status = status;
    told.body = errorBody(status);
}

const isListOfKeys = ({ method, path }: Asked): boolean => method === "GET" && path === keys;

/** Another row of a list takes the place of one, or none does. */
function rows(told: Told, change: (row: Told["body"]) => Told["body"] | undefined): void {
    told.body.data = told.body.data.map(change).filter((row: unknown) => row !== undefined);
}

/** A service that calls things otherwise: what it tells goes through `outward`, what it is asked through `inward`. */
function naming(outward: (text: string) => string, inward: (text: string) => string): Crook {
    return {
        asked: (asked) => {
            asked.path = inward(asked.path);
            asked.keyId = inward(asked.keyId);
            asked.query = new URLSearchParams(
                [...asked.query].map(([name, value]): [string, string] => [name, inward(value)]),
            );
            if (asked.body !== undefined) asked.body = JSON.parse(inward(JSON.stringify(asked.body)));
            return undefined;
        },
        told: (told) => {
            if (told.body !== undefined) told.body = JSON.parse(outward(JSON.stringify(told.body)));
        },
    };
}

/** Refuses the first request that suits. */
function refusingOnce(status: number, suits: (asked: Asked, history: History) => boolean): Crook {
    let isFirst = true;
    return asking((asked, history) => {
        if (!isFirst || !suits(asked, history)) return undefined;
        isFirst = false;
        return refusal(status);
    });
}

const slowMs = 45_000;

const faults: [what: string, expected: string, setting: Setting][] = [
    [
        "a POST of a key does not tell created_at",
        "key-create",
        {
            crook: telling(
                (told, { method, path }) =>
                    method === "POST" &&
                    path === keys &&
                    told.status === 202 &&
                    delete told.body.metadata.created_at,
            ),
        },
    ],
    ["secrets of 40 characters", "key-secret-length", { emulator: { makeSecret: () => "s".repeat(40) } }],
    [
        "GET shows the secret",
        "key-secret-once",
        {
            crook: telling((told, { method, path }) => {
                if (method === "GET" && idIn(keys, path) && told.status === 200)
                    told.body.spec.secret = "shown";
            }),
        },
    ],
    [
        "the resource of a key has another form",
        "key-resource-form",
        {
            crook: telling((told, { method, path }) => {
                if (method === "POST" && path === keys && told.status === 202) {
                    told.body.spec.resource = { id: "us-east-2", kind: "Region" };
                }
            }),
        },
    ],
    [
        "names of keys are unique",
        "key-not-unique",
        {
            crook: asking(({ method, path, body }, { keys: made, deletedAtMs }) => {
                const isTaken =
                    made.some((id) => !deletedAtMs.has(id)) && body?.spec?.display_name?.endsWith("-key");
                return method === "POST" && path === keys && isTaken ? refusal(409) : undefined;
            }),
        },
    ],
    [
        "a new key cannot be read at first",
        "key-read-at-once",
        {
            crook: telling(
                (() => {
                    let isFirst = true;
                    return (told, { method, path }, { keys: made }) => {
                        if (method !== "GET" || !idIn(keys, path) || idIn(keys, path) !== made[0] || !isFirst)
                            return;
                        isFirst = false;
                        refuse(told, 404);
                    };
                })(),
            ),
        },
    ],
    [
        "a changed key is shown as it was",
        "key-change-read-at-once",
        {
            crook: telling((told, { method, path }, { keys: made }) => {
                const id = idIn(keys, path);
                if (method === "GET" && id && id !== made[0] && told.status === 200)
                    told.body.spec.description = "as it was";
            }),
        },
    ],
    [
        "a deleted key can be read for a while",
        "key-deletion-read-at-once",
        {
            crook: (() => {
                const seen = new Map<string, unknown>();
                return telling((told, { method, path, atMs }, { deletedAtMs }) => {
                    const id = idIn(keys, path);
                    if (method !== "GET" || id === undefined) return;
                    if (told.status === 200) seen.set(id, told.body);
                    else if (atMs - (deletedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < 2000) {
                        told.status = 200;
                        told.body = seen.get(id);
                    }
                });
            })(),
        },
    ],
    [
        "an unknown key is answered 410",
        "key-unknown",
        {
            crook: telling((told, { method, path }, { keys: made }) => {
                const id = idIn(keys, path);
                if (method === "GET" && id && !made.includes(id)) refuse(told, 410);
            }),
        },
    ],
    [
        "a deleted key is answered 410",
        "key-deleted",
        {
            crook: telling((told, { method, path }, { deletedAtMs }) => {
                if (method === "GET" && deletedAtMs.has(idIn(keys, path) ?? "")) refuse(told, 410);
            }),
        },
    ],
    [
        "another organization's key can be read",
        "key-foreign",
        {
            options: { foreignKey: "ABCDEFGH12345678" },
            crook: asking(({ path }) =>
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
            crook: telling((told, { method, path }) => {
                if (method === "DELETE" && idIn(keys, path) && told.status === 403) {
                    told.status = 204;
                    told.body = undefined;
                }
            }),
        },
    ],
    [
        "a key is made for an unknown owner",
        "key-unknown-owner",
        {
            crook: asking(({ method, path, body }, { accounts: made }) => {
                if (method === "POST" && path === keys && !made.includes(body.spec.owner.id))
                    body.spec.owner.id = made[0];
            }),
        },
    ],
    [
        "a key is made for an unknown environment",
        "key-unknown-environment",
        {
            crook: asking(({ method, path, body }) => {
                if (method === "POST" && path === keys) body.spec.resource.environment = "env-abc123";
            }),
        },
    ],
    [
        "a PATCH changes the creation time",
        "key-patch",
        {
            crook: telling((told, { method, path }) => {
                if (method === "PATCH" && idIn(keys, path))
                    told.body.metadata.created_at = "2026-08-02T00:00:00Z";
            }),
        },
    ],
    [
        "a region refuses a key after a PATCH",
        "key-patch-keeps-validity",
        {
            crook: telling((told, { isToRegion, keyId, atMs }, { changedAtMs, keys: made }) => {
                const sinceMs = atMs - (changedAtMs.get(keyId) ?? Number.NEGATIVE_INFINITY);
                if (isToRegion && keyId !== made[0] && told.status === 200 && sinceMs < 1500)
                    refuse(told, 401);
            }),
        },
    ],
    [
        "brackets are taken out of descriptions",
        "key-text-kept",
        {
            crook: asking(({ body }) => {
                if (body?.spec?.description)
                    body.spec.description = body.spec.description.replace(/[[\]]/g, "");
            }),
        },
    ],
    [
        "descriptions are cut at 100 characters",
        "key-description-128",
        {
            crook: asking(({ path, body }) => {
                if (idIn(keys, path) && body?.spec?.description)
                    body.spec.description = body.spec.description.slice(0, 100);
            }),
        },
    ],
    [
        "names of keys have 40 characters at the most",
        "key-name-64",
        {
            crook: asking(({ path, body }) =>
                idIn(keys, path) && body?.spec?.display_name?.length > 40 ? refusal(422) : undefined,
            ),
        },
    ],
    [
        "created_at is ten minutes early",
        "key-created-at",
        {
            crook: telling((told, { method, path }) => {
                if (method === "POST" && path === keys && told.status === 202) {
                    const madeAtMs = Date.parse(told.body.metadata.created_at);
                    told.body.metadata.created_at = new Date(madeAtMs - 600_000).toISOString();
                }
                // The same in what is read later.
                if (idIn(keys, path) && told.body?.metadata) {
                    const madeAtMs = Date.parse(told.body.metadata.created_at);
                    told.body.metadata.created_at = new Date(madeAtMs - 600_000).toISOString();
                }
            }),
        },
    ],
    [
        "spec.owner is not minded",
        "list-owner-filter",
        { crook: asking((asked) => asked.query.delete("spec.owner")) },
    ],
    [
        "a list for a deleted owner is answered 404",
        "list-owner-gone",
        {
            crook: telling((told, asked, { deletedAtMs }) => {
                if (isListOfKeys(asked) && deletedAtMs.has(asked.query.get("spec.owner") ?? ""))
                    refuse(told, 404);
            }),
        },
    ],
    [
        "a list does not say that it goes on",
        "list-paging",
        { crook: telling((told, asked) => isListOfKeys(asked) && delete told.body.metadata?.next) },
    ],
    [
        "a list gives 50 rows at the most",
        "list-page-size-100",
        {
            crook: asking(({ path, query }) =>
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
            crook: telling((told, asked, { madeAtMs }) => {
                if (!isListOfKeys(asked)) return;
                rows(told, (row) => (asked.atMs - (madeAtMs.get(row.id) ?? 0) < slowMs ? undefined : row));
            }),
        },
    ],
    [
        "a list shows changes after 45 s",
        "list-lag-changed",
        {
            crook: telling((told, asked, { changedAtMs }) => {
                if (!isListOfKeys(asked)) return;
                rows(told, (row) => {
                    const isYoung = asked.atMs - (changedAtMs.get(row.id) ?? 0) < slowMs;
                    return isYoung ? { ...row, spec: { ...row.spec, description: "as it was" } } : row;
                });
            }),
        },
    ],
    [
        "a list shows deleted keys for 45 s",
        "list-lag-deleted",
        {
            crook: (() => {
                const seen = new Map<string, unknown>();
                return telling((told, asked, { deletedAtMs, accounts: made }) => {
                    if (!isListOfKeys(asked) || deletedAtMs.has(made[0] as string)) return;
                    for (const row of told.body.data) seen.set(row.id, row);
                    for (const [id, atMs] of deletedAtMs) {
                        if (seen.has(id) && asked.atMs - atMs < slowMs) told.body.data.push(seen.get(id));
                    }
                });
            })(),
        },
    ],
    [
        "a region learns of a key after 90 s",
        "region-key-propagation",
        { emulator: { keyPropagation: { minMs: 90_000, maxMs: 90_000 } } },
    ],
    [
        "a region answers 404 to a key that it does not know yet",
        "region-not-yet",
        {
            emulator: { keyPropagation: { minMs: 3000, maxMs: 3000 } },
            crook: telling(
                (told, { isToRegion, keyId, secret }, { secrets, deletedAtMs, accounts: made }) => {
                    const isRight = secrets.get(keyId) === secret && !deletedAtMs.has(keyId);
                    if (isToRegion && isRight && told.status === 401 && !deletedAtMs.has(made[0] as string))
                        refuse(told, 404);
                },
            ),
        },
    ],
    [
        "a region answers 401 where a role is missing",
        "region-without-role",
        { crook: telling((told, { isToRegion }) => isToRegion && told.status === 403 && refuse(told, 401)) },
    ],
    [
        "a role does not suffice",
        "region-role-suffices",
        { options: { role: "MetricsViewer", budget: "60m" } },
    ],
    [
        "a role takes 400 s to reach the region",
        "region-role-propagation",
        { options: { budget: "60m" }, emulator: { rolePropagation: { minMs: 400_000, maxMs: 400_000 } } },
    ],
    [
        "a role that was taken away counts for 400 s",
        "region-role-removal",
        {
            options: { budget: "60m" },
            crook: telling(
                (told, { isToRegion, atMs }, { bindings: made, deletedAtMs, accounts: [account] }) => {
                    const goneAtMs = deletedAtMs.get(made[0] as string) ?? Number.NEGATIVE_INFINITY;
                    if (!isToRegion || told.status !== 403 || deletedAtMs.has(account as string)) return;
                    if (atMs - goneAtMs < 400_000) {
                        told.status = 200;
                        told.body = { data: [] };
                    }
                },
            ),
        },
    ],
    [
        "two gateways of a region disagree",
        "region-gateways-agree",
        {
            crook: (() => {
                const accepted = new Map<string, number>();
                return telling((told, { isToRegion, keyId }, { keys: made }) => {
                    if (!isToRegion || told.status !== 200 || keyId === made[0]) return;
                    accepted.set(keyId, (accepted.get(keyId) ?? 0) + 1);
                    if (accepted.get(keyId) === 4) refuse(told, 401);
                });
            })(),
        },
    ],
    ["a region accepts a deleted key for 50 s", "region-revocation", { emulator: { revocationMs: 50_000 } }],
    [
        "a region answers 403 to a deleted key",
        "region-deleted-key",
        {
            crook: telling((told, { isToRegion, keyId }, { deletedAtMs }) => {
                if (isToRegion && deletedAtMs.has(keyId)) refuse(told, 403);
            }),
        },
    ],
    [
        "a region answers 403 to a wrong secret",
        "region-wrong-secret",
        {
            crook: telling((told, { isToRegion, keyId, secret }, { secrets }) => {
                if (isToRegion && secrets.has(keyId) && secrets.get(keyId) !== secret) refuse(told, 403);
            }),
        },
    ],
    [
        "a region answers 403 to an unknown key",
        "region-unknown-key",
        {
            crook: telling((told, { isToRegion, keyId }, { secrets }) => {
                if (isToRegion && !secrets.has(keyId)) refuse(told, 403);
            }),
        },
    ],
    [
        "a key opens every environment",
        "region-other-environment",
        {
            crook: asking((asked) => {
                asked.path = asked.path.replace(
                    /\/environments\/env-\w+\/statements/,
                    "/environments/env-abc123/statements",
                );
            }),
        },
    ],
    [
        "two service accounts may have one name",
        "account-unique",
        {
            crook: asking(({ method, path, body }, { accounts: made }) => {
                if (method === "POST" && path === accounts && made.length > 0) body.display_name += "2";
            }),
        },
    ],
    [
        "names of accounts have 40 characters at the most",
        "account-name-64",
        {
            crook: asking(({ method, body }) =>
                method === "PATCH" && body.display_name?.length > 40 ? refusal(422) : undefined,
            ),
        },
    ],
    [
        "descriptions of accounts may be longer",
        "account-description-128",
        {
            crook: asking(({ path, body }) => {
                if (idIn(accounts, path) && body?.description?.length > 128) return { ...refusal(200), body };
                return undefined;
            }),
        },
    ],
    [
        "an unknown account is answered 400",
        "account-unknown",
        {
            crook: telling((told, { method, path }, { accounts: made }) => {
                const id = idIn(accounts, path);
                if (method === "GET" && id && !made.includes(id)) refuse(told, 400);
            }),
        },
    ],
    [
        "a deleted account is answered 410",
        "account-deleted",
        {
            crook: telling((told, { method, path }, { deletedAtMs }) => {
                if (method === "GET" && deletedAtMs.has(idIn(accounts, path) ?? "")) refuse(told, 410);
            }),
        },
    ],
    [
        "role bindings of a deleted account are left",
        "account-takes-bindings",
        {
            crook: (() => {
                const seen = new Map<string, unknown>();
                return telling((told, { method, path }, { deletedAtMs }) => {
                    const id = idIn(bindings, path);
                    if (method === "POST" && path === bindings && told.status === 201)
                        seen.set(told.body.id, told.body);
                    if (method === "GET" && id && !deletedAtMs.has(id) && told.status === 403) {
                        told.status = 200;
                        told.body = seen.get(id);
                    }
                });
            })(),
        },
    ],
    [
        "the same role binding is made twice",
        "binding-unique",
        {
            crook: telling((told, { method, path }, { bindings: made }) => {
                if (method === "POST" && path === bindings && told.status === 409) {
                    told.status = 201;
                    told.body = { id: made.at(-1) };
                }
            }),
        },
    ],
    [
        "a list of role bindings shows none below the organization",
        "binding-list",
        {
            crook: telling((told, { method, path }) => {
                if (method === "GET" && path === bindings) rows(told, () => undefined);
            }),
        },
    ],
    [
        "a deleted role binding is answered 400",
        "binding-gone",
        {
            crook: telling((told, { method, path }, { deletedAtMs }) => {
                if (method === "GET" && deletedAtMs.has(idIn(bindings, path) ?? "")) refuse(told, 400);
            }),
        },
    ],
    [
        "an environment does not name its organization",
        "environment-organization",
        {
            crook: telling((told, { path }) => {
                if (path === "/org/v2/environments/env-abc123" && told.status === 200)
                    delete told.body.metadata.resource_name;
            }),
        },
    ],
    [
        "an unknown environment is answered 400",
        "environment-unknown",
        {
            crook: telling((told, { path }) => {
                if (path.startsWith("/org/v2/environments/") && told.status === 404) refuse(told, 400);
            }),
        },
    ],
    [
        "there are two organizations",
        "organization-list",
        {
            crook: telling((told, { path }) => {
                if (path === "/org/v2/organizations")
                    told.body.data.push({ id: "2222bbbb-22bb-22bb-22bb-222222bbbbbb" });
            }),
        },
    ],
    [
        "endpoints cannot be listed",
        "endpoint-list",
        { crook: telling((told, { path }) => path === "/endpoint/v1/endpoints" && refuse(told, 404)) },
    ],
    [
        "quotas tell no usage",
        "quota-list",
        {
            crook: telling((told, { path }) => {
                if (path === "/service-quota/v1/applied-quotas") rows(told, ({ usage: _, ...row }) => row);
            }),
        },
    ],
    [
        "ids of keys have a letter more",
        "key-id-form",
        {
            crook: naming(
                (text) => text.replace(/\b[A-Z2-7]{16}\b/g, "$&X"),
                (text) => text.replace(/\b([A-Z2-7]{16})X\b/g, "$1"),
            ),
        },
    ],
    [
        "ids of service accounts begin with svc-",
        "account-create",
        {
            crook: naming(
                (text) => text.replace(/\bsa-/g, "svc-"),
                (text) => text.replace(/\bsvc-/g, "sa-"),
            ),
        },
    ],
    [
        "ids of role bindings begin with role-",
        "binding-create",
        {
            crook: naming(
                (text) => text.replace(/"rb-/g, '"role-'),
                (text) => text.replace(/\/role-(?!bindings)/g, "/rb-"),
            ),
        },
    ],
    [
        "a key cannot be deleted at first",
        "key-delete",
        {
            crook: refusingOnce(
                409,
                ({ method, path }) => method === "DELETE" && idIn(keys, path) !== undefined,
            ),
        },
    ],
    [
        "a role binding cannot be deleted at first",
        "binding-delete",
        {
            crook: refusingOnce(
                409,
                ({ method, path }) => method === "DELETE" && idIn(bindings, path) !== undefined,
            ),
        },
    ],
    [
        "a region has no address",
        "region-list",
        {
            crook: telling((told, { path }) => {
                if (path === "/fcpm/v2/regions") rows(told, (row) => ({ ...row, http_endpoint: "" }));
            }),
        },
    ],
    [
        "keys live longer than their owner",
        "account-takes-keys",
        {
            crook: (() => {
                const seen = new Map<string, unknown>();
                return telling(
                    (
                        told,
                        { method, path, isToRegion, keyId },
                        { keys: [first], deletedAtMs, accounts: [account] },
                    ) => {
                        if (method === "GET" && idIn(keys, path) === first && told.status === 200)
                            seen.set("key", told.body);
                        if (!deletedAtMs.has(account as string)) return;
                        const isFirst = idIn(keys, path) === first || (isToRegion && keyId === first);
                        if (!isFirst || method !== "GET") return;
                        told.status = 200;
                        told.body = isToRegion ? { data: [] } : seen.get("key");
                    },
                );
            })(),
        },
    ],
    ["answers have no Date", "date-header", { crook: telling(({ headers }) => delete headers.date) }],
    ["the clocks differ by ten minutes", "clock-difference", { aheadMs: 600_000 }],
    [
        "a refusal has not Confluent's shape",
        "error-shape",
        {
            crook: telling((told, { path }) => {
                if (idIn(bindings, path) && told.status === 403) told.body = "<html>no</html>";
            }),
        },
    ],
    [
        "wrong credentials are answered 403",
        "wrong-credentials",
        {
            crook: telling(
                (told, { path }) => path.startsWith("/org/") && told.status === 401 && refuse(told, 403),
            ),
        },
    ],
    [
        "a Flink key opens the control plane",
        "flink-key-on-control-plane",
        {
            crook: asking(({ path, keyId }, { secrets }) =>
                idIn(keys, path) && secrets.has(keyId) ? { ...refusal(200), body: { id: keyId } } : undefined,
            ),
        },
    ],
    [
        "the window of the rate limit is told as a date",
        "rate-limit-headers",
        {
            crook: telling(({ headers }) => {
                Object.assign(headers, {
                    "x-ratelimit-limit": "100",
                    "x-ratelimit-remaining": "90",
                    "x-ratelimit-reset": "1785542400",
                });
            }),
        },
    ],
    [
        "a 429 does not say when to come back",
        "rate-limit-refusal",
        {
            crook: asking(
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

describe("confluent-flink conformance", () => {
    it("is tried with a fault against each assumption that it checks", () => {
        const checked = assumptions.filter(({ notChecked }) => notChecked === undefined).map(({ id }) => id);
        expect(faults.map(([, expected]) => expected)).toEqual(expect.arrayContaining(checked));
    });

    it.each(faults)("finds that %s: %s", async (_what, expected, setting) => {
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
});
