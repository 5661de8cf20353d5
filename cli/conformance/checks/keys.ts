import { randomUUID } from "node:crypto";
import { readPage } from "../../../confluent/listPages";
import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { field, isAbsent, isDeleted, isSuccess, rowsOf, statusText } from "../rawClient";

/** An accepted key is probed again after these pauses, in milliseconds. */
const laterProbesMs = [250, 750, 2000];

const listIds = ["list-lag-created", "list-lag-changed", "list-lag-deleted", "key-delete", "key-deleted"];
const regionIds = ["region-key-propagation", "region-not-yet", "region-gateways-agree", "region-revocation"];

/** Creates, changes and deletes five keys, one after the other. With the first key, two exist at a time. */
export async function checkKeys(run: ConformanceRun, first: CreatedKey, isUsable: boolean): Promise<void> {
    const { samples } = run.context;
    for (let sample = 1; sample <= samples && run.hasTimeForSample(); sample++) {
        await run.check(
            [...listIds, ...(isUsable ? regionIds : [])],
            () => checkOneKey(run, first, isUsable && run.regionProblem === undefined, sample === 1),
            `key ${sample} of ${samples}`,
        );
    }
}

async function checkOneKey(
    run: ConformanceRun,
    first: CreatedKey,
    isUsable: boolean,
    isFirst: boolean,
): Promise<void> {
    const key = await createLikeFirst(run, first, isFirst);
    const createdMs = run.context.clock.now();
    const listed = async (): Promise<unknown> =>
        (await run.listKeys()).find((row) => field(row, "id") === key.id);
    run.notYetResponses.clear();
    const done = await run.measure(createdMs, {
        "list-lag-created": async () => (await listed()) !== undefined,
        ...(isUsable && { "region-key-propagation": () => run.isAccepted(key) }),
    });
    const isAccepted = done.has("region-key-propagation");
    if (isAccepted) {
        recordNotYet(run);
        await probeLater(run, key, "region-gateways-agree");
    }
    if (isFirst) {
        await checkPaging(run, [first, key]);
        if (isAccepted) {
            await run.expect(
                "region-other-environment",
                () => run.probe(key.credentials, "env-0000000000"),
                ({ status }) => status >= 400,
            );
            await run.expect(
                "region-other-organization",
                () => run.probe(key.credentials, run.context.scope.environmentId, randomUUID()),
                isAbsent,
            );
        }
    }
    await changeDescription(run, key, isAccepted, listed);
    const deletedMs = await deleteKey(run, key, isFirst);
    await run.measure(deletedMs, {
        "list-lag-deleted": async () => (await listed()) === undefined,
        ...(isAccepted && { "region-revocation": () => isRevoked(run, key) }),
    });
}

function recordNotYet(run: ConformanceRun): void {
    const seen = [...run.notYetResponses];
    const isUsual = seen.every((text) => /^40[13]\b/.test(text));
    run.findings.record("region-not-yet", isUsual, seen.join(", ") || "accepted at the first request");
    const status = Number.parseInt(seen[0] ?? "", 10);
    if (status > 0) run.statuses.unpropagatedKey = status;
}

/** Uses an accepted key once more. */
async function probeAgain(run: ConformanceRun, key: CreatedKey, id: string): Promise<void> {
    const response = await run.probe(key.credentials);
    const otherwise = `then ${statusText(response)}`;
    run.judge(id, response, response.status === 200, "accepted each time", otherwise);
}

async function probeLater(run: ConformanceRun, key: CreatedKey, id: string): Promise<void> {
    for (const ms of laterProbesMs) {
        await run.sleep(ms);
        await probeAgain(run, key, id);
    }
}

/** Creates a key with the owner, scope, name and description of the first one, which still exists. */
async function createLikeFirst(
    run: ConformanceRun,
    first: CreatedKey,
    isFirst: boolean,
): Promise<CreatedKey> {
    const { displayName, description } = first.created;
    const { response, key } = await run.created.createKey({ displayName, description });
    const isAnother = key !== undefined && key.id !== first.id;
    if (isFirst) run.judge("key-not-unique", response, isAnother, "another key", statusText(response));
    if (isAnother) return key;
    const unique = run.created.nameOf(`key-${run.context.clock.now()}`);
    const again = await run.created.createKey({ displayName: unique, description });
    if (again.key === undefined) throw new InconclusiveCheck("creating a key", again.response);
    return again.key;
}

/** Changes the description, as the provider does before it reports a key to Pulumi. */
async function changeDescription(
    run: ConformanceRun,
    key: CreatedKey,
    isAccepted: boolean,
    listed: () => Promise<unknown>,
): Promise<void> {
    const description = "pulumi-confluent-flink conformance, changed";
    const response = await run.patchKey(key.id, { description });
    if (!isSuccess(response)) throw new InconclusiveCheck("changing a key", response);
    const changedMs = run.context.clock.now();
    const read = await run.getKey(key.id);
    const isNew = field(read.json, "spec.description") === description;
    run.judge("key-change-read-at-once", read, isNew, "the new one", "the old one");
    await run.measure(changedMs, {
        "list-lag-changed": async () => {
            if (isAccepted) await probeAgain(run, key, "key-patch-keeps-validity");
            return field(await listed(), "spec.description") === description;
        },
    });
    if (isAccepted) await probeLater(run, key, "key-patch-keeps-validity");
}

/** Returns when the response to the DELETE arrived. */
async function deleteKey(run: ConformanceRun, key: CreatedKey, isFirst: boolean): Promise<number> {
    const response = await run.deleteKey(key);
    if (!isDeleted(response)) throw new InconclusiveCheck("deleting a key", response);
    const deletedMs = run.context.clock.now();
    const read = await run.getKey(key.id);
    const isGone = read.status !== 200;
    run.judge("key-deletion-read-at-once", read, isGone, statusText(read), "still there");
    if (isGone) run.judge("key-deleted", read, isAbsent(read));
    if (isFirst) {
        const again = await run.delete("api-keys", key.id);
        run.judge("key-delete-again", again, isAbsent(again));
    }
    return deletedMs;
}

async function isRevoked(run: ConformanceRun, key: CreatedKey): Promise<boolean> {
    const response = await run.probe(key.credentials);
    if (response.status === 200 || response.status === 0 || response.status >= 500) return false;
    run.judge("region-deleted-key", response, response.status === 401);
    return true;
}

/** Lists two keys with one row on each page. */
async function checkPaging(run: ConformanceRun, keys: readonly CreatedKey[]): Promise<void> {
    await run.check(["list-paging"], async () => {
        const seen: unknown[] = [];
        let pages = 0;
        for await (const response of run.pagesOfKeys(1)) {
            pages++;
            const rows = rowsOf(response);
            if (rows === undefined) {
                run.judge("list-paging", response, false, `page ${pages}: ${statusText(response)}`);
                return;
            }
            if (rows.length > 1)
                throw new InconclusiveCheck(`page_size=1 is ignored: a page has ${rows.length} rows`);
            seen.push(...rows.map((row) => field(row, "id")));
            if (readPage(response.json).next?.token === null) {
                run.findings.record("list-paging", false, "metadata.next has no page_token");
                return;
            }
        }
        const isComplete = keys.every(({ id }) => seen.filter((one) => one === id).length === 1);
        const otherwise = `${seen.length} rows for ${keys.length} keys`;
        run.findings.record("list-paging", isComplete, `${pages} pages of one row`, otherwise);
    });
}
