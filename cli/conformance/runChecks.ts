import { checkAccount } from "./checks/accounts";
import { checkDeletedAccount } from "./checks/deletedAccount";
import { checkFirstKey, checkKeyWithoutRole, checkWrongSecret } from "./checks/firstKey";
import { checkKeys } from "./checks/keys";
import { checkPlaces, checkQuotas } from "./checks/places";
import { checkBindingList, checkFirstRole, checkRoles } from "./checks/roles";
import { type ConformanceRun, isRefusal } from "./conformanceRun";
import { durationText } from "./findings";
import { type Answer, hasShapeOfConfluent, isSuccess, statusText } from "./service";

/** All checks, in an order that needs one account, one role binding and two keys at a time. Throws Stopped. */
export async function runChecks(run: ConformanceRun): Promise<void> {
    observe(run);
    await checkPlaces(run);
    if (!(await checkAccount(run))) return;
    const first = await checkFirstKey(run);
    if (first === undefined) return;
    await checkQuotas(run);
    const canAskRegion = run.regionProblem === undefined;
    if (canAskRegion) await checkKeyWithoutRole(run, first);
    let bindingId = await checkFirstRole(run, first);
    if (bindingId !== undefined) await checkBindingList(run, bindingId);
    const isUsable = canAskRegion && bindingId !== undefined;
    if (isUsable) await checkWrongSecret(run, first);
    // Keys come before roles: they matter more, and a role may take minutes to go.
    await checkKeys(run, first, isUsable);
    if (bindingId !== undefined) bindingId = await checkRoles(run, first, bindingId);
    await checkDeletedAccount(run, first, bindingId, isUsable && bindingId !== undefined);
    if (!run.findings.has("rate-limit-headers"))
        run.findings.note("rate-limit-headers", true, "none are sent");
}

/** What every answer shows by the way. */
function observe(run: ConformanceRun): void {
    const { service, region } = run.parts;
    for (const one of [service, region]) one.observe((answer) => observeRefusal(run, answer));
    service.observe((answer) => observeAnswer(run, answer));
}

function observeRefusal(run: ConformanceRun, answer: Answer): void {
    const { findings } = run;
    if (answer.status === 429) {
        const told = answer.headers["retry-after"];
        const isTold =
            told !== undefined && (/^\s*\d+(\.\d+)?\s*$/.test(told) || !Number.isNaN(Date.parse(told)));
        findings.note("rate-limit-refusal", isTold, isTold ? "it has" : "it has none");
        return;
    }
    if (!isRefusal(answer)) return;
    const isShaped = hasShapeOfConfluent(answer);
    const { method, path } = answer.question;
    findings.note(
        "error-shape",
        isShaped,
        isShaped ? "it has" : `${method} ${template(path)}: ${statusText(answer)} without it`,
    );
}

function observeAnswer(run: ConformanceRun, answer: Answer): void {
    if (answer.status === undefined) return;
    const { findings } = run;
    const { dateMs, headers, question } = answer;
    findings.note("date-header", dateMs !== undefined, dateMs !== undefined ? "it has" : "some have none");
    if (dateMs !== undefined) {
        // A Date has whole seconds, and the answer was under way.
        const apartMs = Math.max(0, answer.sentMs - dateMs - 1000, dateMs - answer.answeredMs);
        const isClose = apartMs < 300_000;
        findings.note(
            "clock-difference",
            isClose,
            isClose ? "close enough" : `${durationText(apartMs)} apart`,
        );
    }
    const [limit, remaining, reset] = ["limit", "remaining", "reset"].map(
        (name) => headers[`x-ratelimit-${name}`],
    );
    const told = [limit, remaining, reset].filter((one) => one !== undefined);
    const areNumbers = told.every((one) => /^\d+$/.test(one.trim()));
    // As confluent/rateLimiter.ts: a window of more than 5 minutes is no window.
    const isUsual = areNumbers && Number(reset ?? 0) <= 300;
    if (told.length > 0) {
        findings.note(
            "rate-limit-headers",
            isUsual,
            isUsual ? `limit ${limit}` : `limit ${limit}, remaining ${remaining}, reset ${reset}`,
        );
    }
    if (question.path.startsWith("/iam/v2/api-keys") && question.method !== "POST" && isSuccess(answer)) {
        const shows = secretsIn(answer.json) > 0;
        findings.note(
            "key-secret-once",
            !shows,
            shows ? `${question.method} shows it` : "in the answer to the POST",
        );
    }
}

/** How many secrets an answer shows. They are not kept. */
function secretsIn(json: unknown): number {
    const { spec, data } = (json ?? {}) as { spec?: { secret?: unknown }; data?: unknown };
    const rows = Array.isArray(data) ? (data as { spec?: { secret?: unknown } }[]) : [{ spec }];
    return rows.filter((row) => typeof row.spec?.secret === "string" && row.spec.secret !== "").length;
}

/** `/iam/v2/api-keys/{id}` */
function template(path: string): string {
    return path
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "{id}")
        .replace(/\/(environments|api-keys|service-accounts|role-bindings)\/[^/]+/g, "/$1/{id}");
}
