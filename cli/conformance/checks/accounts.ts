import { CannotTell, type ConformanceRun } from "../conformanceRun";
import { isSuccess, statusText } from "../service";

const longestName = 64;
const longestDescription = 128;

/** Makes the run's service account. Without it nothing more can be checked: gives false. */
export async function checkAccount(run: ConformanceRun): Promise<boolean> {
    let isMade = false;
    const created = ["account-create", "account-unique", "account-name-64", "account-description-128"];
    await run.check("making the service account", created, async () => {
        const { answer, id } = await run.own.makeAccount();
        const isUsual = id !== undefined && /^sa-\w+$/.test(id);
        run.judge("account-create", answer, () => isUsual, `${statusText(answer)}${isUsual ? ", sa-…" : ""}`);
        if (id === undefined) {
            throw new CannotTell(`the POST of the service account was answered ${statusText(answer)}`);
        }
        isMade = true;
    });
    if (!isMade) return false;
    await run.check("making another of the same name", ["account-unique"], async () => {
        const { answer, id } = await run.own.makeAccount(true);
        run.judge("account-unique", answer, (status) => status === 409);
        if (id !== undefined) await run.own.removeAccount(id);
    });
    await run.check("trying the limits of its name", ["account-name-64"], () =>
        checkLength(run, "account-name-64", "display_name", run.own.accountName, longestName),
    );
    await run.check("trying the limits of its description", ["account-description-128"], () =>
        checkLength(
            run,
            "account-description-128",
            "description",
            run.own.accountDescription,
            longestDescription,
        ),
    );
    return true;
}

/** By PATCH of what is there: one that is taken against expectation makes nothing new. */
async function checkLength(
    run: ConformanceRun,
    id: string,
    property: "display_name" | "description",
    text: string,
    longest: number,
): Promise<void> {
    const path = `/iam/v2/service-accounts/${run.own.accountId}`;
    const patch = (value: string) => run.ask({ method: "PATCH", path, body: { [property]: value } });
    for (const length of [longest, longest + 1]) {
        const value = text.padEnd(length, "x");
        const answer = await patch(value);
        const isTaken = isSuccess(answer);
        const isWhole = (answer.json as Record<string, unknown> | undefined)?.[property] === value;
        const isExpected = length === longest ? isTaken && isWhole : !isTaken;
        const outcome = isTaken && !isWhole ? "cut" : isTaken ? "taken" : statusText(answer);
        run.judge(id, answer, () => isExpected, `${length} characters: ${outcome}`);
    }
    await patch(text);
}
