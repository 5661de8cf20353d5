import { CannotTell, type ConformanceRun, isAbsent, type WireKey } from "../conformanceRun";
import type { OwnKey } from "../ownThings";
import { isSuccess, statusText } from "../service";
import { checkPaging } from "./firstKey";

/** When a key that was accepted is asked about again, in milliseconds after it. */
const laterMs = [250, 750, 2000];

/**
 * Five keys, one after the other, each from its POST to the end of its DELETE. With the first key no more than two live at a
 * time.
 */
export async function checkKeys(run: ConformanceRun, first: OwnKey, isUsable: boolean): Promise<void> {
    for (let sample = 1; sample <= run.parts.samples && run.hasTimeForSample(); sample++) {
        const wanted = isUsable ? ofRegion : [];
        await run.check(`key ${sample} of ${run.parts.samples}`, [...ofLists, ...wanted], () =>
            checkOneKey(run, first, isUsable && run.regionProblem === undefined, sample === 1),
        );
    }
}

const ofLists = ["list-lag-created", "list-lag-changed", "list-lag-deleted", "key-delete", "key-deleted"];
const ofRegion = ["region-key-propagation", "region-not-yet", "region-gateways-agree", "region-revocation"];

async function checkOneKey(
    run: ConformanceRun,
    first: OwnKey,
    isUsable: boolean,
    isFirst: boolean,
): Promise<void> {
    const key = await makeLikeFirst(run, first, isFirst);
    let sinceMs = run.parts.clock.now();
    const has = async (suits: (row: WireKey) => boolean): Promise<boolean> =>
        (await run.listKeys()).some((row) => row.id === key.id && suits(row));
    run.notYet.clear();
    const arrived = await run.measure(sinceMs, {
        "list-lag-created": () => has(() => true),
        ...(isUsable && { "region-key-propagation": () => run.accepts(key) }),
    });
    const isAccepted = arrived.has("region-key-propagation");
    if (isAccepted) {
        const seen = [...run.notYet];
        const isUsual = seen.every((text) => /^40[13]\b/.test(text));
        run.findings.note("region-not-yet", isUsual, seen.join(", ") || "accepted at the first request");
        const status = Number.parseInt(seen[0] ?? "", 10);
        if (status > 0) run.statuses.set("unpropagatedKey", status);
        await staysAccepted(run, key, "region-gateways-agree");
    }
    if (isFirst) {
        await checkPaging(run, [first, key]);
        if (isAccepted) {
            await run.check("asking for another environment", ["region-other-environment"], () =>
                checkOtherEnvironment(run, key),
            );
        }
    }
    await changeDescription(run, key, isAccepted, has);
    sinceMs = await remove(run, key, isFirst);
    await run.measure(sinceMs, {
        "list-lag-deleted": async () => !(await has(() => true)),
        ...(isAccepted && { "region-revocation": () => isRevoked(run, key) }),
    });
}

async function staysAccepted(run: ConformanceRun, key: OwnKey, id: string): Promise<void> {
    for (const ms of laterMs) {
        await run.sleep(ms);
        const answer = await run.probe(key.credentials);
        const isAccepted = answer.status === 200;
        run.judge(
            id,
            answer,
            () => isAccepted,
            isAccepted ? "accepted each time" : `then ${statusText(answer)}`,
        );
    }
}

/** A key of the same owner, scope, name and description as the first one, which lives: they are told apart by their ids. */
async function makeLikeFirst(run: ConformanceRun, first: OwnKey, isFirst: boolean): Promise<OwnKey> {
    const { displayName, description } = first.told;
    const { answer, key } = await run.own.makeKey(run.parts.scope, displayName, description);
    const isOther = key !== undefined && key.id !== first.id;
    if (isFirst) {
        run.judge("key-not-unique", answer, () => isOther, isOther ? "another key" : statusText(answer));
    }
    if (isOther) return key;
    const ownName = run.own.keyName(`key-${run.parts.clock.now()}`);
    const again = await run.own.makeKey(run.parts.scope, ownName, description);
    if (again.key === undefined)
        throw new CannotTell(`the POST of a key was answered ${statusText(again.answer)}`);
    return again.key;
}

async function checkOtherEnvironment(run: ConformanceRun, key: OwnKey): Promise<void> {
    const answer = await run.probe(key.credentials, "env-0000000000");
    run.judge("region-other-environment", answer, (status) => status >= 400);
}

/** As the provider does before it hands a key out. */
async function changeDescription(
    run: ConformanceRun,
    key: OwnKey,
    isAccepted: boolean,
    has: (suits: (row: WireKey) => boolean) => Promise<boolean>,
): Promise<void> {
    const description = "confluent-flink conformance, handed out";
    const answer = await run.patchKey(key.id, { description });
    if (!isSuccess(answer)) throw new CannotTell(`the PATCH of a key was answered ${statusText(answer)}`);
    const sinceMs = run.parts.clock.now();
    const read = await run.getKey(key.id);
    const isNew = (read.json as WireKey | undefined)?.spec?.description === description;
    run.judge("key-change-read-at-once", read, () => isNew, isNew ? "the new one" : "the old one");
    const staysValid = async (): Promise<void> => {
        const probed = await run.probe(key.credentials);
        const isStill = probed.status === 200;
        const seen = isStill ? "accepted each time" : `then ${statusText(probed)}`;
        run.judge("key-patch-keeps-validity", probed, () => isStill, seen);
    };
    await run.measure(sinceMs, {
        "list-lag-changed": async () => {
            if (isAccepted) await staysValid();
            return has((row) => row.spec?.description === description);
        },
    });
    if (isAccepted) await staysAccepted(run, key, "key-patch-keeps-validity");
}

/** Gives when it was answered. */
async function remove(run: ConformanceRun, key: OwnKey, isFirst: boolean): Promise<number> {
    const answer = await run.deleteKey(key);
    run.judge("key-delete", answer, () => isSuccess(answer));
    if (!isSuccess(answer)) throw new CannotTell(`the DELETE of a key was answered ${statusText(answer)}`);
    const sinceMs = run.parts.clock.now();
    const read = await run.getKey(key.id);
    const isGone = read.status !== 200;
    run.judge("key-deletion-read-at-once", read, () => isGone, isGone ? statusText(read) : "still there");
    if (isGone) run.judge("key-deleted", read, isAbsent);
    if (isFirst) {
        const again = await run.ask({ method: "DELETE", path: `/iam/v2/api-keys/${key.id}` });
        run.judge("key-delete-again", again, isAbsent);
    }
    return sinceMs;
}

async function isRevoked(run: ConformanceRun, key: OwnKey): Promise<boolean> {
    const answer = await run.probe(key.credentials);
    if (answer.status === 200 || answer.status === undefined || answer.status >= 500) return false;
    run.judge("region-deleted-key", answer, (status) => status === 401);
    return true;
}
