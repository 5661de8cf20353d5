import { type ApiKey, updateApiKey } from "../../../confluent/apiKeys";
import { ConfluentError } from "../../../confluent/confluentError";
import { apiKeyCredentials } from "../../../confluent/credentials";
import { Secret } from "../../../confluent/secret";
import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { durationText } from "../findings";
import { nonexistentId } from "../nonexistentIds";
import { field, isRefusal, isSuccess, type RawResponse, statusText } from "../rawClient";

/** Has the characters of a tag but is not one, so that a search for strays ignores the key. */
const testDescription = "pulumi-confluent-flink conformance [pcf-conformance unfinished]";
/** Twice the time in which a region is assumed to know a new key. */
const longestWaitMs = 120_000;

/** Creates the key that exists as long as the account, and checks the responses about it. Its owner has no role yet. */
export async function checkFirstKey(run: ConformanceRun): Promise<CreatedKey | undefined> {
    const { created } = run;
    const ids = [
        "key-create",
        "key-id-form",
        "key-secret-length",
        "key-secret-checksum",
        "key-resource-form",
        "key-created-at",
    ];
    const key = await run.check(ids, async () => {
        const { response, key } = await created.createKey({
            displayName: created.nameOf("key"),
            description: testDescription,
        });
        const problem = isSuccess(response) ? problemOf(key, created.accountId) : "";
        const seen = statusText(response);
        run.judge("key-create", response, problem === undefined, seen, `${seen}${problem}`);
        if (isSuccess(response)) run.statuses.keyCreated = response.status;
        if (key === undefined) throw new InconclusiveCheck("creating a key", response);
        judgeCreatedKey(run, response, key);
        return key;
    });
    if (key === undefined) return undefined;
    await run.check(["key-read-at-once", "key-text-kept"], async () => {
        const response = await run.getKey(key.id);
        run.judge("key-read-at-once", response, response.status === 200);
        if (response.status !== 200) return;
        const isKept = field(response.json, "spec.description") === testDescription;
        run.findings.record("key-text-kept", isKept, "as written", "changed");
    });
    await run.check(["list-lag-created", "list-owner-filter"], () => checkList(run, key));
    await run.check(["key-patch", "key-patch-rest", "key-name-64", "key-description-128"], () =>
        checkTexts(run, key),
    );
    const noOwner = { displayName: created.nameOf("no-owner"), ownerId: nonexistentId("sa") };
    const forNoOwner = await run.expect(
        "key-unknown-owner",
        async () => (await created.createKey(noOwner)).response,
        isRefusal,
    );
    if (forNoOwner && isRefusal(forNoOwner)) run.statuses.unknownOwner = forNoOwner.status;
    const { cloud, region } = run.context.scope;
    const elsewhere = { id: `${cloud}.${region}`, environment: nonexistentId("env") };
    const nowhere = { displayName: created.nameOf("no-environment"), resource: elsewhere };
    await run.expect(
        "key-unknown-environment",
        async () => (await created.createKey(nowhere)).response,
        isRefusal,
    );
    await run.expect(
        "flink-key-on-control-plane",
        () => run.get(`/iam/v2/api-keys/${key.id}`, {}, key.credentials),
        ({ status }) => status === 401 || status === 403,
    );
    return key;
}

/** What is wrong with a created key; undefined if nothing is. */
function problemOf(key: CreatedKey | undefined, accountId: string): string | undefined {
    if (key === undefined) return " without an id";
    if (key.secretLength === 0) return " without a secret";
    if (key.created.ownerId === "") return " without an owner";
    if (key.created.ownerId !== accountId) return " with another owner";
    if (Number.isNaN(Date.parse(key.created.createdAt))) return " without created_at";
    return undefined;
}

function judgeCreatedKey(
    { context, findings }: ConformanceRun,
    response: RawResponse,
    { id, secretLength, hasChecksum, created }: CreatedKey,
): void {
    findings.record("key-id-form", /^[A-Z0-9]{16}$/.test(id), `${id.length} characters`);
    if (secretLength > 0) {
        findings.record("key-secret-length", secretLength === 64, `${secretLength} characters`);
        findings.record("key-secret-checksum", hasChecksum, "it does", "it does not");
    }
    const resourceId = String(field(response.json, "spec.resource.id") ?? "");
    const form = resourceId.split(".").length === 3 ? "joined" : "separate";
    findings.record("key-resource-form", created.scope?.name === context.scope.name, form, "an unknown form");
    const differenceMs = Math.abs(Date.parse(created.createdAt) - (response.dateMs ?? Number.NaN));
    if (Number.isNaN(differenceMs)) {
        findings.recordUnchecked("key-created-at", "created_at or the header Date is missing");
        return;
    }
    // The header Date has whole seconds.
    const seen = `${durationText(Math.max(0, differenceMs - 1000))} apart`;
    findings.record("key-created-at", differenceMs <= 60_000, seen);
}

async function checkList(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const isListed = async () => (await run.listKeys()).some((row) => field(row, "id") === key.id);
    const done = await run.measure(run.context.clock.now(), { "list-lag-created": isListed });
    const owners = new Set((await run.listKeys()).map((row) => field(row, "spec.owner.id")));
    const isExact = owners.size === 0 || (owners.size === 1 && owners.has(run.created.accountId));
    if (done.size === 0 && isExact) return;
    const otherwise = `keys of ${owners.size} owners`;
    run.findings.record("list-owner-filter", isExact, "only the owner's keys", otherwise);
}

async function checkTexts(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const { findings } = run;
    const { displayName, description } = key.created;
    await checkLength(run, key, "key-name-64", "display_name", displayName.padEnd(64, "x"));
    await checkLength(run, key, "key-description-128", "description", "x".repeat(128));
    // Uses the package's own client, which must be able to parse the response.
    try {
        const patched = await updateApiKey(run.context.api, key.id, { displayName, description });
        const isChanged = patched.displayName === displayName && patched.description === description;
        findings.record("key-patch", isChanged, "both changed", "not changed");
        const others = otherChanges(key.created, patched);
        const otherwise = `${others.join(" and ")} changed too`;
        findings.record("key-patch-rest", others.length === 0, "the rest did not", otherwise);
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
    const read = async () => field((await run.getKey(key.id)).json, `spec.${property}`);
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
    run.judge(id, response, after === value, `${value.length} characters: ${outcome}`);
}

/** Uses a key at its region while its owner has no role. */
export async function checkKeyWithoutRole(run: ConformanceRun, key: CreatedKey): Promise<void> {
    await run.check(["region-without-role"], async () => {
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
        } else run.judge("region-without-role", last, last.status === 403);
    });
}

/** Uses a wrong secret with a key that its region has accepted. */
export async function checkWrongSecret(run: ConformanceRun, key: CreatedKey): Promise<void> {
    const wrong = apiKeyCredentials(key.id, new Secret(`wrong-${"x".repeat(58)}`));
    await run.expect(
        "region-wrong-secret",
        () => run.probe(wrong),
        ({ status }) => status === 401,
    );
}
