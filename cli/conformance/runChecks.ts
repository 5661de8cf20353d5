import { checkAccount } from "./checks/accounts";
import { checkDefaultPool } from "./checks/defaultPool";
import { checkDeletedAccount } from "./checks/deletedAccount";
import { checkFirstKey, checkKeyWithoutRole, checkWrongSecret } from "./checks/firstKey";
import { checkGlobalKey } from "./checks/globalKey";
import { checkKeyRoles } from "./checks/keyRoles";
import { checkKeys } from "./checks/keys";
import { checkQuotas, checkReadOnly } from "./checks/readOnly";
import { checkBindingList, checkFirstRole, checkRoles } from "./checks/roles";
import { type ConformanceRun, pathTemplate } from "./conformanceRun";
import { durationText } from "./findings";
import {
    field,
    hasConfluentErrorShape,
    isRefusal,
    isSuccess,
    type RawResponse,
    statusText,
} from "./rawClient";

/** Runs all checks, in an order that needs as few accounts, role bindings and keys at a time as possible. Throws RunStopped. */
export async function runChecks(run: ConformanceRun): Promise<void> {
    await checkReadOnly(run);
    if (!(await checkAccount(run))) return;
    const first = await checkFirstKey(run);
    if (first === undefined) return;
    await checkQuotas(run);
    const canUseRegion = run.regionProblem === undefined;
    if (canUseRegion) await checkKeyWithoutRole(run, first);
    let bindingId = await checkFirstRole(run, first);
    if (bindingId !== undefined) await checkBindingList(run, bindingId);
    const isUsable = canUseRegion && bindingId !== undefined;
    if (isUsable) await checkWrongSecret(run, first);
    await checkGlobalKey(run, isUsable);
    if (isUsable && run.context.options.defaultPool) await checkDefaultPool(run, first);
    // Keys before roles: they matter more, and a removed role may count for minutes.
    await checkKeys(run, first, isUsable);
    await checkKeyRoles(run);
    if (bindingId !== undefined) bindingId = await checkRoles(run, first, bindingId);
    await checkDeletedAccount(run, first, bindingId, isUsable && bindingId !== undefined);
    if (!run.findings.has("rate-limit-headers"))
        run.findings.record("rate-limit-headers", true, "none are sent");
}

/** Records the assumptions that every response confirms or contradicts. */
export function observeResponse(run: ConformanceRun, response: RawResponse): void {
    observeRefusal(run, response);
    run.countUnexpected(response);
    // A region's Flink endpoint.
    if (response.request.path.startsWith("/sql/")) return;
    observeHeaders(run, response);
    observeSecret(run, response);
}

function observeRefusal(run: ConformanceRun, response: RawResponse): void {
    const { findings } = run;
    if (response.status === 429) {
        const value = response.headers["retry-after"];
        const isUsable =
            value !== undefined && (/^\s*\d+(\.\d+)?\s*$/.test(value) || !Number.isNaN(Date.parse(value)));
        findings.record("rate-limit-refusal", isUsable, "it has", "it has none");
        return;
    }
    if (!isRefusal(response)) return;
    const { method, path } = response.request;
    const otherwise = `${method} ${pathTemplate(path)}: ${statusText(response)} without it`;
    findings.record("error-shape", hasConfluentErrorShape(response), "it has", otherwise);
}

function observeHeaders({ findings }: ConformanceRun, response: RawResponse): void {
    if (response.status === 0) return;
    const { dateMs, headers } = response;
    const hasDate = dateMs !== undefined;
    findings.record("date-header", hasDate, "it has", "some have none");
    if (hasDate) {
        // The header Date has whole seconds, and the response took some time to arrive.
        const differenceMs = Math.max(0, response.sentMs - dateMs - 1000, dateMs - response.receivedMs);
        const otherwise = `${durationText(differenceMs)} apart`;
        findings.record("clock-difference", differenceMs < 300_000, "less than 5 minutes", otherwise);
    }
    const [limit, remaining, reset] = ["limit", "remaining", "reset"].map(
        (name) => headers[`x-ratelimit-${name}`],
    );
    const sent = [limit, remaining, reset].filter((one) => one !== undefined);
    if (sent.length === 0) return;
    const areNumbers = sent.every((one) => /^\d+$/.test(one.trim()));
    // confluent/rateLimiter.ts ignores a window of more than 5 minutes.
    const isUsable = areNumbers && Number(reset ?? 0) <= 300;
    const otherwise = `limit ${limit}, remaining ${remaining}, reset ${reset}`;
    findings.record("rate-limit-headers", isUsable, `limit ${limit}`, otherwise);
}

function observeSecret({ findings }: ConformanceRun, response: RawResponse): void {
    const { method, path } = response.request;
    if (!path.startsWith("/iam/v2/api-keys") || method === "POST" || !isSuccess(response)) return;
    const rows = [field(response.json, "data") ?? response.json].flat();
    const secrets = rows.map((row) => field(row, "spec.secret"));
    const hasSecret = secrets.some((secret) => typeof secret === "string" && secret !== "");
    const otherwise = `${method} of ${path === "/iam/v2/api-keys" ? "a list" : "a key"} shows it`;
    findings.record("key-secret-once", !hasSecret, "only in the response to the POST", otherwise);
}
