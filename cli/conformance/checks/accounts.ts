import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import { field, isSuccess, statusText } from "../rawClient";

/** Creates the run's service account. Returns false if that failed, because then nothing else can be checked. */
export async function checkAccount(run: ConformanceRun): Promise<boolean> {
    const { created } = run;
    const ids = ["account-create", "account-unique", "account-name-64", "account-description-128"];
    const isCreated = await run.check(ids, async () => {
        const { response, id } = await created.createAccount();
        const isUsual = id !== undefined && /^sa-\w+$/.test(id);
        const seen = statusText(response);
        run.judge("account-create", response, isUsual, `${seen}, sa-…`, seen);
        if (id === undefined) throw new InconclusiveCheck("creating the service account", response);
        return true;
    });
    if (isCreated !== true) return false;
    await run.check(["account-unique"], async () => {
        const { response, id } = await created.createAccount(created.accountName, true);
        run.judge("account-unique", response, response.status === 409);
        if (id !== undefined) await created.removeAccount(id);
    });
    await checkLength(run, "account-name-64", "display_name", created.accountName, 64);
    await checkLength(run, "account-description-128", "description", created.accountDescription, 128);
    return true;
}

/** Tests with a PATCH of the existing account, so that an unexpected success creates no second one. */
async function checkLength(
    run: ConformanceRun,
    id: string,
    property: "display_name" | "description",
    text: string,
    longest: number,
): Promise<void> {
    await run.check([id], async () => {
        const path = `/iam/v2/service-accounts/${run.created.accountId}`;
        const patch = (value: string) => run.send({ method: "PATCH", path, body: { [property]: value } });
        for (const length of [longest, longest + 1]) {
            const value = text.padEnd(length, "x");
            const response = await patch(value);
            const isAccepted = isSuccess(response);
            const isUnchanged = field(response.json, property) === value;
            const isExpected = length === longest ? isAccepted && isUnchanged : !isAccepted;
            const outcome = isAccepted ? (isUnchanged ? "accepted" : "cut") : statusText(response);
            run.judge(id, response, isExpected, `${length} characters: ${outcome}`);
        }
        await patch(text);
    });
}
