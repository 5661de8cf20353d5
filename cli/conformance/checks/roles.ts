import { assumption } from "../assumptions";
import { CannotTell, type ConformanceRun, isAbsent } from "../conformanceRun";
import { durationText } from "../findings";
import type { OwnKey } from "../ownThings";
import { type Answer, isSuccess, rowsOf, statusText } from "../service";

/** Binds the role for the first time, for a key that the region knows. Undefined where the region does not accept it. */
export async function checkFirstRole(run: ConformanceRun, key: OwnKey): Promise<string | undefined> {
    let bound: string | undefined;
    const wanted = ["binding-create", "region-role-suffices", "region-role-propagation"];
    await run.check("binding a role", wanted, async () => {
        bound = await bind(run, key, true);
    });
    return bound;
}

/** Unbinds the role and binds it again, five times. Gives the binding that there is at the end. */
export async function checkRoles(
    run: ConformanceRun,
    key: OwnKey,
    first: string,
): Promise<string | undefined> {
    let bound: string | undefined = first;
    const wanted = ["region-role-removal", "binding-delete", "binding-gone"];
    for (
        let sample = 1;
        sample <= run.parts.samples && bound !== undefined && run.hasTimeForSample();
        sample++
    ) {
        await run.check(`role binding ${sample} of ${run.parts.samples}`, wanted, async () => {
            await unbind(run, bound as string, key);
            bound = undefined;
            bound = await bind(run, key, false);
        });
    }
    return bound;
}

async function bind(run: ConformanceRun, key: OwnKey, isFirst: boolean): Promise<string> {
    const { scope, roleName, clock } = run.parts;
    const place = `${run.organizationCrn}/environment=${scope.environmentId}`;
    const { answer, id } = await run.own.bindRole(roleName, place);
    if (isFirst || id === undefined) judgeCreation(run, answer, id);
    if (id === undefined) {
        throw new CannotTell(`the POST of the role binding was answered ${statusText(answer)}`);
    }
    const sinceMs = clock.now();
    if (isFirst) {
        await run.check("binding it twice", ["binding-unique"], async () => {
            const again = await run.own.bindRole(roleName, place, true);
            run.judge("binding-unique", again.answer, (status) => status === 409);
            // One binding may have been answered twice.
            if (again.id !== undefined && again.id !== id) await run.deleteBinding(again.id);
        });
    }
    if (run.regionProblem !== undefined) return id;
    const { findings } = run;
    // A role that takes longer than anybody waits cannot be told from one that does not suffice.
    const onNever = (propagation: string, waitedMs: number): void => {
        const isTooEarly = waitedMs < (assumption(propagation).limitMs ?? 0);
        if (findings.has(propagation) || isTooEarly) findings.never(propagation, waitedMs);
        else findings.note("region-role-suffices", false, `not accepted within ${durationText(waitedMs)}`);
    };
    const done = await run.measure(sinceMs, { "region-role-propagation": () => run.accepts(key) }, onNever);
    if (done.size === 0) throw new CannotTell(`the region accepted no key of an owner with ${roleName}`);
    findings.note("region-role-suffices", true, roleName);
    return id;
}

function judgeCreation(run: ConformanceRun, answer: Answer, id: string | undefined): void {
    const isUsual = id !== undefined && /^rb-\w+$/.test(id);
    run.judge("binding-create", answer, () => isUsual, `${statusText(answer)}${isUsual ? ", rb-…" : ""}`);
}

/** Unbinds the role and waits until the region knows it. */
async function unbind(run: ConformanceRun, id: string, key: OwnKey): Promise<void> {
    const answer = await run.deleteBinding(id);
    run.judge("binding-delete", answer, () => isSuccess(answer));
    if (!isSuccess(answer))
        throw new CannotTell(`the DELETE of the role binding was answered ${statusText(answer)}`);
    const sinceMs = run.parts.clock.now();
    run.judge("binding-gone", await run.get(`/iam/v2/role-bindings/${id}`), isAbsent);
    if (run.regionProblem !== undefined) return;
    await run.measure(sinceMs, { "region-role-removal": () => run.refuses(key) });
}

/** While a role is bound below the organization. */
export async function checkBindingList(run: ConformanceRun, id: string): Promise<void> {
    await run.check("listing role bindings", ["binding-list"], async () => {
        const shows = async (crnPattern: string): Promise<boolean> => {
            const query = { crn_pattern: crnPattern, principal: `User:${run.own.accountId}`, page_size: 100 };
            const rows = rowsOf(await run.get("/iam/v2/role-bindings", query));
            return rows?.some((row) => (row as { id?: unknown } | null)?.id === id) ?? false;
        };
        const bare = await shows(run.organizationCrn);
        const inclusive = await shows(`${run.organizationCrn}/*`);
        const how = bare ? "prefix: without /* as well" : "exact: with /* only";
        run.findings.note(
            "binding-list",
            bare || inclusive,
            bare || inclusive ? how : "neither way shows it",
        );
        if (bare || inclusive) run.roleBindingFilter = bare ? "prefix" : "exact";
    });
}
