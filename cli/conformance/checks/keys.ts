import { readPage } from "../../../confluent/listPages";
import { type ConformanceRun, InconclusiveCheck, isAbsent, type WireKey } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { nonexistentOrganization } from "../nonexistentIds";
import { isDeleted, isSuccess, rowsOf, statusText } from "../rawClient";

/** An accepted key is probed again after these pauses, in milliseconds. */
const laterProbesMs = [250, 750, 2000];

const listIds = ["list-lag-created", "list-lag-changed", "list-lag-deleted", "key-delete", "key-deleted"];
const regionIds = ["region-key-propagation", "region-not-yet", "region-gateways-agree", "region-revocation"];

/** Creates, changes and deletes five keys, one after the other. With the first key, two exist at a time. */
export async function checkKeys(run: ConformanceRun, first: CreatedKey, isUsable: boolean): Promise<void> {
    const { samples } = run.context;
    for (let sample = 1; sample <= samples && run.hasTimeForSample(); sample++) {
        await run.check(`key ${sample} of ${samples}`, [...listIds, ...(isUsable ? regionIds : [])], () =>
            checkOneKey(run, first, isUsable && run.regionProblem === undefined, sample === 1),
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
    const listShows = async (matches: (row: WireKey) => boolean): Promise<boolean> =>
        (await run.listKeys()).some((row) => row.id === key.id && matches(row));
    run.notYetResponses.clear();
    const done = await run.measure(createdMs, {
        "list-lag-created": () => listShows(() => true),
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
            await run.check("using the key for another environment", ["region-other-environment"], () =>
                checkOtherEnvironment(run, key),
            );
            await run.check("using the key for another organization", ["region-other-organization"], () =>
                checkOtherOrganization(run, key),
            );
        }
    }
    await changeDescription(run, key, isAccepted, listShows);
    const deletedMs = await deleteKey(run, key, isFirst);
    await run.measure(deletedMs, {
        "list-lag-deleted": async () => !(await listShows(() => true)),
        ...(isAccepted && { "region-revocation": () => isRevoked(run, key) }),
    });
}

function recordNotYet(run: ConformanceRun): void {
    const seen = [...run.notYetResponses];
    const isUsual = seen.every((text) => /^40[13]\b/.test(text));
    run.findings.record("region-not-yet", isUsual, seen.join(", ") || "accepted at the first request");
    const status = Number.parseInt(seen[0] ?? "", 10);
    if (status > 0) run.statuses.set("unpropagatedKey", status);
}

async function probeLater(run: ConformanceRun, key: CreatedKey, id: string): Promise<void> {
    for (const ms of laterProbesMs) {
        await run.sleep(ms);
        const response = await run.probe(key.credentials);
        const isAccepted = response.status === 200;
        const seen = isAccepted ? "accepted each time" : `then ${statusText(response)}`;
        run.judge(id, response, () => isAccepted, seen);
    }
}

/** Creates a key with the owner, scope, name and description of the first one, which still exists. */
async function createLikeFirst(
    run: ConformanceRun,
    first: CreatedKey,
    isFirst: boolean,
): Promise<CreatedKey> {
    const { scope, clock } = run.context;
    const { displayName, description } = first.created;
    const { response, key } = await run.created.createFlinkKey(scope, { displayName, description });
    const isAnother = key !== undefined && key.id !== first.id;
    if (isFirst) {
        const seen = isAnother ? "another key" : statusText(response);
        run.judge("key-not-unique", response, () => isAnother, seen);
    }
    if (isAnother) return key;
    const unique = { displayName: run.created.nameOf(`key-${clock.now()}`), description };
    const again = await run.created.createFlinkKey(scope, unique);
    if (again.key === undefined) throw new InconclusiveCheck(`creating a key: ${statusText(again.response)}`);
    return again.key;
}

async function checkOtherEnvironment(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const response = await run.probe(key.credentials, "env-0000000000");
    run.judge("region-other-environment", response, (status) => status >= 400);
}

async function checkOtherOrganization(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const { scope } = run.context;
    const response = await run.probe(key.credentials, scope.environmentId, nonexistentOrganization());
    run.judge("region-other-organization", response, isAbsent);
}

/** Changes the description, as the provider does before it reports a key to Pulumi. */
async function changeDescription(
    run: ConformanceRun,
    key: CreatedKey,
    isAccepted: boolean,
    listShows: (matches: (row: WireKey) => boolean) => Promise<boolean>,
): Promise<void> {
    const description = "pulumi-confluent-flink conformance, changed";
    const response = await run.patchKey(key.id, { description });
    if (!isSuccess(response)) throw new InconclusiveCheck(`changing a key: ${statusText(response)}`);
    const changedMs = run.context.clock.now();
    const read = await run.getKey(key.id);
    const isNew = (read.json as WireKey | undefined)?.spec?.description === description;
    run.judge("key-change-read-at-once", read, () => isNew, isNew ? "the new one" : "the old one");
    const probeOnce = async (): Promise<void> => {
        const probed = await run.probe(key.credentials);
        const isStillAccepted = probed.status === 200;
        const seen = isStillAccepted ? "accepted each time" : `then ${statusText(probed)}`;
        run.judge("key-patch-keeps-validity", probed, () => isStillAccepted, seen);
    };
    await run.measure(changedMs, {
        "list-lag-changed": async () => {
            if (isAccepted) await probeOnce();
            return listShows((row) => row.spec?.description === description);
        },
    });
    if (isAccepted) await probeLater(run, key, "key-patch-keeps-validity");
}

/** Returns when the response to the DELETE arrived. */
async function deleteKey(run: ConformanceRun, key: CreatedKey, isFirst: boolean): Promise<number> {
    const response = await run.deleteKey(key);
    if (!isDeleted(response)) throw new InconclusiveCheck(`deleting a key: ${statusText(response)}`);
    const deletedMs = run.context.clock.now();
    const read = await run.getKey(key.id);
    const isGone = read.status !== 200;
    run.judge("key-deletion-read-at-once", read, () => isGone, isGone ? statusText(read) : "still there");
    if (isGone) run.judge("key-deleted", read, isAbsent);
    if (isFirst) {
        const again = await run.send({ method: "DELETE", path: `/iam/v2/api-keys/${key.id}` });
        run.judge("key-delete-again", again, isAbsent);
    }
    return deletedMs;
}

async function isRevoked(run: ConformanceRun, key: CreatedKey): Promise<boolean> {
    const response = await run.probe(key.credentials);
    if (response.status === 200 || response.status === undefined || response.status >= 500) return false;
    run.judge("region-deleted-key", response, (status) => status === 401);
    return true;
}

/** Lists two keys with one row on each page. */
async function checkPaging(run: ConformanceRun, keys: readonly CreatedKey[]): Promise<void> {
    await run.check("reading the pages of a list", ["list-paging"], async () => {
        const seen: string[] = [];
        let token: string | undefined;
        let pages = 0;
        for (; pages < 10; pages++) {
            const query = {
                "spec.owner": run.created.accountId,
                page_size: 1,
                ...(token && { page_token: token }),
            };
            const response = await run.get("/iam/v2/api-keys", query);
            const rows = rowsOf(response);
            if (rows === undefined) {
                run.judge("list-paging", response, () => false, `page ${pages + 1}: ${statusText(response)}`);
                return;
            }
            if (rows.length > 1)
                throw new InconclusiveCheck(`page_size=1 is ignored: a page has ${rows.length} rows`);
            seen.push(...rows.map((row) => String((row as WireKey).id)));
            const { next } = readPage(response.json);
            if (next === undefined) break;
            if (next.token === null) {
                run.findings.record("list-paging", false, "metadata.next has no page_token");
                return;
            }
            token = next.token;
        }
        const isComplete = keys.every(({ id }) => seen.filter((one) => one === id).length === 1);
        run.findings.record(
            "list-paging",
            isComplete,
            isComplete ? `${pages + 1} pages of one row` : `${seen.length} rows for ${keys.length} keys`,
        );
    });
}
