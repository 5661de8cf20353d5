import { CannotTell, type ConformanceRun, isAbsent, type WireKey } from "../conformanceRun";
import type { OwnKey } from "../ownThings";
import { isSuccess, rowsOf, statusText } from "../service";

/** A list may show for so long what is deleted. */
const listLagMs = 30_000;

/** Deletes the run's account while it has a key and a role, and looks at what goes with it. */
export async function checkDeletedAccount(
    run: ConformanceRun,
    key: OwnKey,
    bindingId: string | undefined,
    isUsable: boolean,
): Promise<void> {
    const { accountId } = run.own;
    const path = `/iam/v2/service-accounts/${accountId}`;
    const wanted = ["account-deleted", "account-takes-keys", "account-takes-bindings", "list-owner-gone"];
    await run.check("deleting the service account", wanted, async () => {
        const answer = await run.ask({ method: "DELETE", path });
        if (!isSuccess(answer)) {
            throw new CannotTell(`the DELETE of the service account was answered ${statusText(answer)}`);
        }
        run.own.isGone(accountId);
        const sinceMs = run.parts.clock.now();
        run.judge("account-deleted", await run.get(path), isAbsent);
        const isKeyGone = async (): Promise<boolean> => {
            if ((await run.getKey(key.id)).status === 200) return false;
            return !isUsable || run.refuses(key);
        };
        const isBindingGone = async (): Promise<boolean> =>
            (await run.get(`/iam/v2/role-bindings/${bindingId}`)).status !== 200;
        const done = await run.measure(sinceMs, {
            "account-takes-keys": isKeyGone,
            ...(bindingId !== undefined && { "account-takes-bindings": isBindingGone }),
        });
        if (done.has("account-takes-keys")) run.own.isGone(key.id);
        if (bindingId !== undefined && done.has("account-takes-bindings")) run.own.isGone(bindingId);
        await checkListOfGone(run, accountId, done.has("account-takes-keys"));
    });
}

async function checkListOfGone(run: ConformanceRun, accountId: string, areKeysGone: boolean): Promise<void> {
    const { clock } = run.parts;
    const endMs = clock.now() + listLagMs;
    for (;;) {
        const answer = await run.get("/iam/v2/api-keys", { "spec.owner": accountId, page_size: 100 });
        const rows = rowsOf(answer)?.filter((row) => (row as WireKey).spec?.owner?.id === accountId);
        const isOver = rows === undefined || rows.length === 0 || clock.now() >= endMs;
        // Of keys that live on with a deleted owner, another assumption tells.
        if (isOver || !areKeysGone) {
            const holds = rows !== undefined && (rows.length === 0 || !areKeysGone);
            run.judge(
                "list-owner-gone",
                answer,
                () => holds,
                rows ? `200, rows: ${rows.length}` : statusText(answer),
            );
            return;
        }
        await run.sleep(500);
    }
}
