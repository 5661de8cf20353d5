import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { field, isAbsent, isDeleted, rowsOf, statusText } from "../rawClient";

/** A list may show a deleted key for this long. */
const listLagMs = 30_000;

/** Deletes the run's account while it has a key and a role binding, and checks that they are deleted with it. */
export async function checkDeletedAccount(
    run: ConformanceRun,
    key: CreatedKey,
    bindingId: string | undefined,
    isUsable: boolean,
): Promise<void> {
    const { accountId } = run.created;
    const ids = ["account-deleted", "account-takes-keys", "account-takes-bindings", "list-owner-gone"];
    await run.check(ids, async () => {
        const response = await run.delete("service-accounts", accountId);
        if (!isDeleted(response)) throw new InconclusiveCheck("deleting the service account", response);
        const sinceMs = run.context.clock.now();
        const read = await run.get(`/iam/v2/service-accounts/${accountId}`);
        run.judge("account-deleted", read, isAbsent(read));
        const isKeyGone = async (): Promise<boolean> => {
            if ((await run.getKey(key.id)).status === 200) return false;
            return !isUsable || run.isRefused(key);
        };
        const isBindingGone = async (): Promise<boolean> =>
            (await run.get(`/iam/v2/role-bindings/${bindingId}`)).status !== 200;
        const done = await run.measure(sinceMs, {
            "account-takes-keys": isKeyGone,
            ...(bindingId !== undefined && { "account-takes-bindings": isBindingGone }),
        });
        if (done.has("account-takes-keys")) run.created.markDeleted(key.id);
        if (bindingId !== undefined && done.has("account-takes-bindings")) run.created.markDeleted(bindingId);
        await checkListOfDeletedOwner(run, accountId, done.has("account-takes-keys"));
    });
}

async function checkListOfDeletedOwner(
    run: ConformanceRun,
    accountId: string,
    areKeysGone: boolean,
): Promise<void> {
    const { clock } = run.context;
    const endMs = clock.now() + listLagMs;
    for (;;) {
        const response = await run.get("/iam/v2/api-keys", { "spec.owner": accountId, page_size: 100 });
        const rows = rowsOf(response)?.filter((row) => field(row, "spec.owner.id") === accountId);
        const isOver = rows === undefined || rows.length === 0 || clock.now() >= endMs;
        // If the keys themselves still exist, that is the finding of `account-takes-keys`, and not of this check.
        if (isOver || !areKeysGone) {
            const holds = rows !== undefined && (rows.length === 0 || !areKeysGone);
            const seen = rows ? `200, rows: ${rows.length}` : statusText(response);
            run.judge("list-owner-gone", response, holds, seen);
            return;
        }
        await run.sleep(500);
    }
}
