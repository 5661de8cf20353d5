import { updateApiKey } from "../../../confluent/apiKeys";
import { ConfluentError } from "../../../confluent/confluentError";
import { apiKeyCredentials } from "../../../confluent/credentials";
import { readPage } from "../../../confluent/listPages";
import { Secret } from "../../../confluent/secret";
import {
    apartText,
    CannotTell,
    type ConformanceRun,
    isRefusal,
    madeUpId,
    type WireKey,
} from "../conformanceRun";
import type { OwnKey } from "../ownThings";
import { type Answer, isSuccess, rowsOf, statusText } from "../service";

/** Characters of a tag, without being one: a tool that looks for strays passes it over. */
const written = "confluent-flink conformance [pcf-conformance unfinished]";

const longestName = 64;
const longestDescription = 128;
/** Twice as long as a region is assumed to take until it knows a key. */
const longestWaitMs = 120_000;

/** Makes the key that lives for as long as the account, and looks at what it is told of. Its owner has no role yet. */
export async function checkFirstKey(run: ConformanceRun): Promise<OwnKey | undefined> {
    const { scope } = run.parts;
    let made: OwnKey | undefined;
    const ofAnswer = [
        "key-create",
        "key-id-form",
        "key-secret-length",
        "key-resource-form",
        "key-created-at",
    ];
    await run.check("making the first key", ofAnswer, async () => {
        const { answer, key } = await run.own.makeKey(scope, run.own.keyName("key"), written);
        const problem = creationProblem(run, answer, key);
        run.judge("key-create", answer, () => problem === undefined, problem ?? statusText(answer));
        if (answer.status !== undefined && isSuccess(answer)) run.statuses.set("keyCreated", answer.status);
        if (key === undefined) throw new CannotTell(`the POST of a key was answered ${statusText(answer)}`);
        made = key;
        judgeAnswer(run, answer, key);
    });
    const key = made;
    if (key === undefined) return undefined;
    await run.check("reading it", ["key-read-at-once", "key-text-kept"], async () => {
        const answer = await run.getKey(key.id);
        run.judge("key-read-at-once", answer, (status) => status === 200);
        const { description } = (answer.json as WireKey | undefined)?.spec ?? {};
        if (answer.status === 200) {
            const isKept = description === written;
            run.findings.note("key-text-kept", isKept, isKept ? "as written" : "changed");
        }
    });
    await run.check("looking for it in the list", ["list-lag-created", "list-owner-filter"], async () => {
        const { accountId } = run.own;
        const isListed = async () => (await run.listKeys()).some(({ id }) => id === key.id);
        const seen = await run.measure(run.parts.clock.now(), { "list-lag-created": isListed });
        const owners = new Set((await run.listKeys()).map(({ spec }) => spec?.owner?.id));
        const isExact = owners.size === 0 || (owners.size === 1 && owners.has(accountId));
        if (seen.size > 0 || !isExact) {
            run.findings.note(
                "list-owner-filter",
                isExact,
                isExact ? "the owner's keys, no other's" : `keys of ${owners.size} owners`,
            );
        }
    });
    await run.check("changing its texts", ["key-patch", "key-name-64", "key-description-128"], () =>
        checkTexts(run, key),
    );
    await run.check("asking for keys that cannot be", ["key-unknown-owner"], async () => {
        const { answer } = await run.own.makeKey(scope, run.own.keyName("no-owner"), "", madeUpId("sa"));
        run.judge("key-unknown-owner", answer, () => isRefusal(answer));
        if (isRefusal(answer)) run.statuses.set("unknownOwner", answer.status as number);
    });
    await run.check("asking for keys that cannot be", ["key-unknown-environment"], async () => {
        const nowhere = { ...scope, environmentId: madeUpId("env") };
        const { answer } = await run.own.makeKey(nowhere, run.own.keyName("no-environment"), "");
        run.judge("key-unknown-environment", answer, () => isRefusal(answer));
    });
    await run.check("asking the control plane with it", ["flink-key-on-control-plane"], async () => {
        const answer = await run.get(`/iam/v2/api-keys/${key.id}`, {}, key.credentials);
        run.judge("flink-key-on-control-plane", answer, (status) => status === 401 || status === 403);
    });
    return key;
}

function creationProblem(run: ConformanceRun, answer: Answer, key: OwnKey | undefined): string | undefined {
    if (!isSuccess(answer)) return statusText(answer);
    if (key === undefined) return `${statusText(answer)} without an id`;
    if (key.secretLength === 0) return `${statusText(answer)} without a secret`;
    if (key.told.ownerId !== run.own.accountId) return `${statusText(answer)} with another owner`;
    if (Number.isNaN(Date.parse(key.told.createdAt))) return `${statusText(answer)} without created_at`;
    return undefined;
}

function judgeAnswer(run: ConformanceRun, answer: Answer, key: OwnKey): void {
    const { findings } = run;
    const isUsualId = /^[A-Z0-9]{16}$/.test(key.id);
    findings.note("key-id-form", isUsualId, `${key.id.length} characters`);
    const { secretLength } = key;
    if (secretLength > 0)
        findings.note("key-secret-length", secretLength === 64, `${secretLength} characters`);
    const isRight = key.told.scope?.name === run.parts.scope.name;
    const resource = (answer.json as { spec?: { resource?: { id?: unknown; environment?: unknown } } }).spec
        ?.resource;
    const form = String(resource?.id ?? "").split(".").length === 3 ? "joined" : "apart";
    findings.note("key-resource-form", isRight, isRight ? form : "a form that is not known");
    const apartMs = Date.parse(key.told.createdAt) - (answer.dateMs ?? Number.NaN);
    if (Number.isNaN(apartMs)) findings.unchecked("key-created-at", "one of the two was not told");
    // A Date has whole seconds.
    else
        findings.note(
            "key-created-at",
            Math.abs(apartMs) <= 60_000,
            apartText(Math.max(0, Math.abs(apartMs) - 1000)),
        );
}

async function checkTexts(run: ConformanceRun, key: OwnKey): Promise<void> {
    const { findings } = run;
    const before = { name: key.told.displayName, description: key.told.description };
    await checkLength(run, key, "key-name-64", "display_name", before.name.padEnd(longestName, "x"));
    await checkLength(run, key, "key-description-128", "description", "x".repeat(longestDescription));
    // With the package's own client, which has to understand the answer.
    try {
        const changed = await updateApiKey(run.parts.api, key.id, {
            displayName: before.name,
            description: before.description,
        });
        const isChanged = changed.displayName === before.name && changed.description === before.description;
        const isSame = changed.id === key.id && changed.ownerId === key.told.ownerId;
        const { createdAt } = key.told;
        const isKept = isSame && (createdAt === "" || changed.createdAt === createdAt);
        findings.note(
            "key-patch",
            isChanged && isKept,
            isChanged
                ? isKept
                    ? "both changed, the rest is as it was"
                    : "the rest changed too"
                : "not changed",
        );
    } catch (error) {
        if (!(error instanceof ConfluentError)) throw error;
        if (error.status === undefined || error.status >= 500)
            throw new CannotTell(`the PATCH was answered ${error.status ?? error.kind}`);
        findings.note("key-patch", false, String(error.status));
    }
}

async function checkLength(
    run: ConformanceRun,
    key: OwnKey,
    id: string,
    property: "display_name" | "description",
    value: string,
): Promise<void> {
    const answer = await run.patchKey(key.id, { [property]: value });
    const isTaken = isSuccess(answer);
    const read = isTaken ? await run.getKey(key.id) : undefined;
    const isWhole = (read?.json as WireKey | undefined)?.spec?.[property] === value;
    const outcome = !isTaken ? statusText(answer) : isWhole ? "taken" : "cut";
    run.judge(id, answer, () => isTaken && isWhole, `${value.length} characters: ${outcome}`);
}

/** The key without a role at its region. */
export async function checkKeyWithoutRole(run: ConformanceRun, key: OwnKey): Promise<void> {
    await run.check("waiting until the region knows it", ["region-without-role"], async () => {
        let last: Answer | undefined;
        const { clock } = run.parts;
        const sinceMs = clock.now();
        const endMs = Math.min(sinceMs + longestWaitMs, sinceMs + (run.parts.deadlineMs - sinceMs) / 6);
        for (;;) {
            last = await run.probe(key.credentials);
            if (last.status === 403 || last.status === 200) break;
            run.notYet.add(statusText(last));
            if (clock.now() >= endMs) break;
            await run.pause(sinceMs);
        }
        // A region that takes long to know the key says nothing of the matter; one that never says 403 does.
        if (last.status === 401 && clock.now() < sinceMs + longestWaitMs) {
            run.findings.never("region-without-role", clock.now() - sinceMs);
        } else run.judge("region-without-role", last, (status) => status === 403);
    });
}

/** Of a key that its region has accepted. */
export async function checkWrongSecret(run: ConformanceRun, key: OwnKey): Promise<void> {
    await run.check("asking with a wrong secret", ["region-wrong-secret"], async () => {
        const wrong = apiKeyCredentials(key.id, new Secret(`wrong-${"x".repeat(58)}`));
        run.judge("region-wrong-secret", await run.probe(wrong), (status) => status === 401);
    });
}

/** With two keys alive. */
export async function checkPaging(run: ConformanceRun, keys: readonly OwnKey[]): Promise<void> {
    await run.check("turning the pages of a list", ["list-paging"], async () => {
        const seen: string[] = [];
        let token: string | undefined;
        let pages = 0;
        for (; pages < 10; pages++) {
            const query = {
                "spec.owner": run.own.accountId,
                page_size: 1,
                ...(token && { page_token: token }),
            };
            const answer = await run.get("/iam/v2/api-keys", query);
            const rows = rowsOf(answer);
            if (rows === undefined) {
                run.judge("list-paging", answer, () => false, `page ${pages + 1}: ${statusText(answer)}`);
                return;
            }
            seen.push(...rows.map((row) => String((row as WireKey).id)));
            const { next } = readPage(answer.json);
            if (next === undefined) break;
            if (next.token === null) {
                run.findings.note("list-paging", false, "metadata.next has no page_token");
                return;
            }
            token = next.token;
        }
        const isWhole = keys.every(({ id }) => seen.filter((one) => one === id).length === 1);
        run.findings.note(
            "list-paging",
            isWhole,
            isWhole ? `${pages + 1} pages of one` : `${seen.length} rows of ${keys.length}`,
        );
    });
}
