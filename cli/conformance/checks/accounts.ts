import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import { isSuccess, statusText } from "../rawClient";

const longestName = 64;
const longestDescription = 128;

/** Creates the run's service account. Returns false if that failed, because then nothing else can be checked. */
export async function checkAccount(run: ConformanceRun): Promise<boolean> {
    let isCreated = false;
    const ids = ["account-create", "account-unique", "account-name-64", "account-description-128"];
    await run.check("creating the service account", ids, async () => {
        const { response, id } = await run.created.createAccount();
        const isUsual = id !== undefined && /^sa-\w+$/.test(id);
        run.judge(
            "account-create",
            response,
            () => isUsual,
            `${statusText(response)}${isUsual ? ", sa-…" : ""}`,
        );
        if (id === undefined)
            throw new InconclusiveCheck(`creating the service account: ${statusText(response)}`);
        isCreated = true;
    });
    if (!isCreated) return false;
    await run.check("creating a second account with the same name", ["account-unique"], async () => {
        const { response, id } = await run.created.createAccount(run.created.accountName, true);
        run.judge("account-unique", response, (status) => status === 409);
        if (id !== undefined) await run.created.removeAccount(id);
    });
    await run.check("testing the longest account name", ["account-name-64"], () =>
        checkLength(run, "account-name-64", "display_name", run.created.accountName, longestName),
    );
    await run.check("testing the longest account description", ["account-description-128"], () =>
        checkLength(
            run,
            "account-description-128",
            "description",
            run.created.accountDescription,
            longestDescription,
        ),
    );
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
    const path = `/iam/v2/service-accounts/${run.created.accountId}`;
    const patch = (value: string) => run.send({ method: "PATCH", path, body: { [property]: value } });
    for (const length of [longest, longest + 1]) {
        const value = text.padEnd(length, "x");
        const response = await patch(value);
        const isAccepted = isSuccess(response);
        const isUnchanged = (response.json as Record<string, unknown> | undefined)?.[property] === value;
        const isExpected = length === longest ? isAccepted && isUnchanged : !isAccepted;
        const outcome = isAccepted && !isUnchanged ? "cut" : isAccepted ? "accepted" : statusText(response);
        run.judge(id, response, () => isExpected, `${length} characters: ${outcome}`);
    }
    await patch(text);
}
