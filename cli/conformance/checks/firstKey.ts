import { type ApiKey, updateApiKey } from "../../../confluent/apiKeys";
import { ConfluentError } from "../../../confluent/confluentError";
import { apiKeyCredentials } from "../../../confluent/credentials";
import { Secret } from "../../../confluent/secret";
import { type ConformanceRun, InconclusiveCheck, type WireKey } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { durationText } from "../findings";
import { nonexistentId } from "../nonexistentIds";
import { isRefusal, isSuccess, type RawResponse, statusText } from "../rawClient";

/** Has the characters of a tag but is not one, so that a search for strays ignores the key. */
const testDescription = "pulumi-confluent-flink conformance [pcf-conformance unfinished]";

const longestName = 64;
const longestDescription = 128;
/** Twice the time in which a region is assumed to know a new key. */
const longestWaitMs = 120_000;

/** Creates the key that exists as long as the account, and checks the responses about it. Its owner has no role yet. */
export async function checkFirstKey(run: ConformanceRun): Promise<CreatedKey | undefined> {
    const { scope } = run.context;
    let created: CreatedKey | undefined;
    const ids = [
        "key-create",
        "key-id-form",
        "key-secret-length",
        "key-secret-checksum",
        "key-resource-form",
        "key-created-at",
    ];
    await run.check("creating the first key", ids, async () => {
        const { response, key } = await run.created.createFlinkKey(scope, {
            displayName: run.created.nameOf("key"),
            description: testDescription,
        });
        const problem = creationProblem(run, response, key);
        run.judge("key-create", response, () => problem === undefined, problem ?? statusText(response));
        if (response.status !== undefined && isSuccess(response))
            run.statuses.set("keyCreated", response.status);
        if (key === undefined) throw new InconclusiveCheck(`creating a key: ${statusText(response)}`);
        created = key;
        judgeCreatedKey(run, response, key);
    });
    const key = created;
    if (key === undefined) return undefined;
    await run.check("reading the key", ["key-read-at-once", "key-text-kept"], async () => {
        const response = await run.getKey(key.id);
        run.judge("key-read-at-once", response, (status) => status === 200);
        const { description } = (response.json as WireKey | undefined)?.spec ?? {};
        if (response.status === 200) {
            const isKept = description === testDescription;
            run.findings.record("key-text-kept", isKept, isKept ? "as written" : "changed");
        }
    });
    await run.check("finding the key in the list", ["list-lag-created", "list-owner-filter"], () =>
        checkList(run, key),
    );
    await run.check(
        "changing name and description",
        ["key-patch", "key-patch-rest", "key-name-64", "key-description-128"],
        () => checkTexts(run, key),
    );
    await run.check("creating a key for an unknown owner", ["key-unknown-owner"], async () => {
        const displayName = run.created.nameOf("no-owner");
        const ownerId = nonexistentId("sa");
        const { response } = await run.created.createFlinkKey(scope, { displayName, ownerId });
        run.judge("key-unknown-owner", response, () => isRefusal(response));
        if (isRefusal(response)) run.statuses.set("unknownOwner", response.status as number);
    });
    await run.check("creating a key for an unknown environment", ["key-unknown-environment"], async () => {
        const elsewhere = { ...scope, environmentId: nonexistentId("env") };
        const { response } = await run.created.createFlinkKey(elsewhere, {
            displayName: run.created.nameOf("no-environment"),
        });
        run.judge("key-unknown-environment", response, () => isRefusal(response));
    });
    await run.check("using the key on the control plane", ["flink-key-on-control-plane"], async () => {
        const response = await run.get(`/iam/v2/api-keys/${key.id}`, {}, key.credentials);
        run.judge("flink-key-on-control-plane", response, (status) => status === 401 || status === 403);
    });
    return key;
}

function creationProblem(
    run: ConformanceRun,
    response: RawResponse,
    key: CreatedKey | undefined,
): string | undefined {
    if (!isSuccess(response)) return statusText(response);
    if (key === undefined) return `${statusText(response)} without an id`;
    if (key.secretLength === 0) return `${statusText(response)} without a secret`;
    if (key.created.ownerId === "") return `${statusText(response)} without an owner`;
    if (key.created.ownerId !== run.created.accountId) return `${statusText(response)} with another owner`;
    if (Number.isNaN(Date.parse(key.created.createdAt))) return `${statusText(response)} without created_at`;
    return undefined;
}

function judgeCreatedKey(
    { context, findings }: ConformanceRun,
    response: RawResponse,
    key: CreatedKey,
): void {
    const isUsualId = /^[A-Z0-9]{16}$/.test(key.id);
    findings.record("key-id-form", isUsualId, `${key.id.length} characters`);
    const { secretLength } = key;
    if (secretLength > 0)
        findings.record("key-secret-length", secretLength === 64, `${secretLength} characters`);
    if (secretLength > 0)
        findings.record("key-secret-checksum", key.hasChecksum, key.hasChecksum ? "it does" : "it does not");
    const isRightScope = key.created.scope?.name === context.scope.name;
    const resource = (response.json as { spec?: { resource?: { id?: unknown } } }).spec?.resource;
    const form = String(resource?.id ?? "").split(".").length === 3 ? "joined" : "separate";
    findings.record("key-resource-form", isRightScope, isRightScope ? form : "an unknown form");
    const differenceMs = Math.abs(Date.parse(key.created.createdAt) - (response.dateMs ?? Number.NaN));
    if (Number.isNaN(differenceMs)) {
        findings.recordUnchecked("key-created-at", "created_at or the header Date is missing");
        return;
    }
    // The header Date has whole seconds.
    const seen = `${durationText(Math.max(0, differenceMs - 1000))} apart`;
    findings.record("key-created-at", differenceMs <= 60_000, seen);
}

async function checkList(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const isListed = async () => (await run.listKeys()).some(({ id }) => id === key.id);
    const done = await run.measure(run.context.clock.now(), { "list-lag-created": isListed });
    const owners = new Set((await run.listKeys()).map(({ spec }) => spec?.owner?.id));
    const isExact = owners.size === 0 || (owners.size === 1 && owners.has(run.created.accountId));
    if (done.size === 0 && isExact) return;
    const seen = isExact ? "only the owner's keys" : `keys of ${owners.size} owners`;
    run.findings.record("list-owner-filter", isExact, seen);
}

async function checkTexts(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const { findings } = run;
    const { displayName, description } = key.created;
    await checkLength(run, key, "key-name-64", "display_name", displayName.padEnd(longestName, "x"));
    await checkLength(run, key, "key-description-128", "description", "x".repeat(longestDescription));
    // Uses the package's own client, which must be able to parse the response.
    try {
        const patched = await updateApiKey(run.context.api, key.id, { displayName, description });
        const isChanged = patched.displayName === displayName && patched.description === description;
        findings.record("key-patch", isChanged, isChanged ? "both changed" : "not changed");
        const others = otherChanges(key.created, patched);
        const seen = others.length === 0 ? "the rest did not" : `${others.join(" and ")} changed too`;
        findings.record("key-patch-rest", others.length === 0, seen);
    } catch (error) {
        if (!(error instanceof ConfluentError)) throw error;
        if (error.status === undefined || error.status >= 500)
            throw new InconclusiveCheck(`changing a key: ${error.status ?? error.kind}`);
        findings.record("key-patch", false, String(error.status));
    }
}

/** The fields that a PATCH of the texts changed as well. A field that the POST left out cannot be compared. */
function otherChanges(before: ApiKey, after: ApiKey): string[] {
    const fields: [name: string, before: string | undefined, after: string | undefined][] = [
        ["id", before.id, after.id],
        ["spec.owner", before.ownerId, after.ownerId],
        ["spec.resource", before.scope?.name, after.scope?.name],
        ["metadata.created_at", before.createdAt, after.createdAt],
    ];
    return fields.filter(([, from, to]) => from && from !== to).map(([name]) => name);
}

async function checkLength(
    run: ConformanceRun,
    key: CreatedKey,
    id: string,
    property: "display_name" | "description",
    value: string,
): Promise<void> {
    const read = async (): Promise<unknown> =>
        ((await run.getKey(key.id)).json as WireKey | undefined)?.spec?.[property];
    const before = await read();
    const response = await run.patchKey(key.id, { [property]: value });
    const isAccepted = isSuccess(response);
    const after = isAccepted ? await read() : undefined;
    if (isAccepted && after === before) {
        run.findings.record("key-patch", false, `${property} not changed`);
        run.findings.recordUnchecked(id, `a PATCH does not change ${property}`);
        return;
    }
    const outcome = !isAccepted ? statusText(response) : after === value ? "accepted" : "cut";
    run.judge(id, response, () => after === value, `${value.length} characters: ${outcome}`);
}

/** Uses a key at its region while its owner has no role. */
export async function checkKeyWithoutRole(run: ConformanceRun, key: CreatedKey): Promise<void> {
    await run.check("waiting until the region knows the key", ["region-without-role"], async () => {
        let last: RawResponse;
        const { clock, deadlineMs } = run.context;
        const sinceMs = clock.now();
        const endMs = Math.min(sinceMs + longestWaitMs, sinceMs + (deadlineMs - sinceMs) / 6);
        for (;;) {
            last = await run.probe(key.credentials);
            if (last.status === 403 || last.status === 200) break;
            run.notYetResponses.add(statusText(last));
            if (clock.now() >= endMs) break;
            await run.pause(sinceMs);
        }
        // 401 may only mean that the region does not know the key yet. It counts after the longest wait.
        if (last.status === 401 && clock.now() < sinceMs + longestWaitMs) {
            run.findings.recordTimeout("region-without-role", clock.now() - sinceMs);
        } else run.judge("region-without-role", last, (status) => status === 403);
    });
}

/** Uses a wrong secret with a key that its region has accepted. */
export async function checkWrongSecret(run: ConformanceRun, key: CreatedKey): Promise<void> {
    await run.check("using a wrong secret", ["region-wrong-secret"], async () => {
        const wrong = apiKeyCredentials(key.id, new Secret(`wrong-${"x".repeat(58)}`));
        run.judge("region-wrong-secret", await run.probe(wrong), (status) => status === 401);
    });
}
