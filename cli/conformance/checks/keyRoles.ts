import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { isDeleted, isRefusal, type RawResponse, statusText } from "../rawClient";

/** A role, and whether an account that has it may create Flink keys of another account, as assumed. */
interface KeyRole {
    readonly assumption: "key-resource-owner" | "key-roles-2026";
    readonly roleName: string;
    readonly scope: (run: ConformanceRun) => string;
    readonly mayCreate: boolean;
}

const environment = (run: ConformanceRun): string => `/environment=${run.context.scope.environmentId}`;

const keyRoles: readonly KeyRole[] = [
    {
        assumption: "key-resource-owner",
        roleName: "ResourceOwner",
        scope: (run) => `/service-account=${run.created.accountId}`,
        mayCreate: true,
    },
    { assumption: "key-roles-2026", roleName: "ResourceKeyAdmin", scope: () => "", mayCreate: false },
    { assumption: "key-roles-2026", roleName: "EnvironmentAdmin", scope: environment, mayCreate: true },
    { assumption: "key-roles-2026", roleName: "FlinkAdmin", scope: environment, mayCreate: true },
];

/** How long the control plane may take to know a new Cloud API key. */
const longestUnknownMs = 120_000;
const pauseMs = 5000;
/** A refusal counts if it lasts this long, or twice as long as the slowest role took to reach the region. */
const leastSettlingMs = 60_000;

/** For each role: creates an account that has it and nothing else, and lets it create and delete a key of the run's account. */
export async function checkKeyRoles(run: ConformanceRun): Promise<void> {
    for (const role of keyRoles) {
        await run.check([role.assumption], () => tryRole(run, role));
    }
}

async function tryRole(run: ConformanceRun, role: KeyRole): Promise<void> {
    const { assumption, roleName, scope, mayCreate } = role;
    const { created } = run;
    const displayName = created.nameOf(roleName.toLowerCase());
    const { id: accountId, response } = await created.createAccount(displayName);
    if (accountId === undefined) throw new InconclusiveCheck("creating an account", response);
    try {
        const crn = `${run.organizationCrn}${scope(run)}`;
        const binding = await created.createRoleBinding(roleName, crn, { accountId });
        if (binding.id === undefined) throw new InconclusiveCheck(`granting ${roleName}`, binding.response);
        const resource = { id: "cloud" };
        const cloudKey = await created.createKey({ resource, displayName, ownerId: accountId });
        if (cloudKey.key === undefined)
            throw new InconclusiveCheck("creating a Cloud API key", cloudKey.response);
        const outcome = await createKeyAs(run, displayName, cloudKey.key);
        const seen = outcome.key
            ? await deleteAs(run, outcome.key, cloudKey.key)
            : statusText(outcome.response);
        const holds = mayCreate ? seen === "" : outcome.key === undefined;
        run.judge(assumption, outcome.response, holds, `${roleName}: ${seen || "may"}`);
        if (roleName === "ResourceKeyAdmin") run.profile.keyRoles = outcome.key ? "2025" : "2026";
    } finally {
        // What cannot be deleted stays registered, and is deleted or shown at the end of the run.
        await created.removeAccount(accountId);
    }
}

/** Creates a key of the run's account as `creator`. Repeats a refusal until neither its key nor its role can be the reason. */
async function createKeyAs(
    run: ConformanceRun,
    displayName: string,
    { credentials }: CreatedKey,
): Promise<{ response: RawResponse; key: CreatedKey | undefined }> {
    const { clock } = run.context;
    const slowestMs = run.findings.measured("region-role-propagation")?.max ?? 0;
    const settlingMs = Math.max(leastSettlingMs, 2 * slowestMs);
    const sinceMs = clock.now();
    let knownSinceMs: number | undefined;
    for (;;) {
        const { response, key } = await run.created.createKey({ displayName, credentials });
        if (key !== undefined) return { response, key };
        if (response.status !== 401) knownSinceMs ??= clock.now();
        if (!isRefusal(response)) throw new InconclusiveCheck("creating a key", response);
        if (knownSinceMs === undefined && clock.now() - sinceMs >= longestUnknownMs)
            throw new InconclusiveCheck("the control plane does not know a new Cloud API key");
        if (knownSinceMs !== undefined && clock.now() - knownSinceMs >= settlingMs) return { response, key };
        await run.sleep(pauseMs);
    }
}

/** Returns why the key could not be deleted; an empty text if it was. */
async function deleteAs(run: ConformanceRun, key: CreatedKey, deleter: CreatedKey): Promise<string> {
    const response = await run.delete("api-keys", key.id, deleter.credentials);
    if (isDeleted(response)) return "";
    await run.deleteKey(key);
    return `may create, but not delete (${statusText(response)})`;
}
