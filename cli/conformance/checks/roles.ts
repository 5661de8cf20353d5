import { assumption } from "../assumptions";
import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { durationText } from "../findings";
import { field, isAbsent, isDeleted, type RawResponse, rowsOf, statusText } from "../rawClient";

/**
 * Creates the first role binding, for the owner of a key that the region knows. Returns its id; undefined if the region
 * does not accept the key then.
 */
export async function checkFirstRole(run: ConformanceRun, key: CreatedKey): Promise<string | undefined> {
    const ids = ["binding-create", "region-role-suffices", "region-role-propagation"];
    return run.check(ids, () => grantRole(run, key, true));
}

/** Deletes the role binding and creates it again, once for each sample. Returns the id of the last one. */
export async function checkRoles(
    run: ConformanceRun,
    key: CreatedKey,
    firstBindingId: string,
): Promise<string | undefined> {
    const { samples } = run.context;
    let bindingId: string | undefined = firstBindingId;
    const ids = ["region-role-removal", "binding-delete", "binding-gone"];
    for (let sample = 1; sample <= samples && bindingId !== undefined && run.hasTimeForSample(); sample++) {
        const grantAgain = async (): Promise<void> => {
            await removeRole(run, bindingId as string, key);
            bindingId = undefined;
            bindingId = await grantRole(run, key, false);
        };
        await run.check(ids, grantAgain, `role binding ${sample} of ${samples}`);
    }
    return bindingId;
}

async function grantRole(run: ConformanceRun, key: CreatedKey, isFirst: boolean): Promise<string> {
    const { scope, options, clock } = run.context;
    const { role: roleName } = options;
    const crnPattern = `${run.organizationCrn}/environment=${scope.environmentId}`;
    const { response, id } = await run.created.createRoleBinding(roleName, crnPattern);
    judgeCreation(run, response, id);
    if (id === undefined) throw new InconclusiveCheck("creating the role binding", response);
    const sinceMs = clock.now();
    if (isFirst) {
        await run.check(["binding-unique"], async () => {
            const again = await run.created.createRoleBinding(roleName, crnPattern, {
                expectsRefusal: true,
            });
            run.judge("binding-unique", again.response, again.response.status === 409);
            // Confluent Cloud may return the existing binding.
            if (again.id !== undefined && again.id !== id) await run.delete("role-bindings", again.id);
        });
    }
    if (run.regionProblem !== undefined) return id;
    const { findings } = run;
    // If the role never had an effect within the assumed time, it probably does not suffice.
    const onTimeout = (propagation: string, waitedMs: number): void => {
        const isTooEarly = waitedMs < (assumption(propagation).limitMs ?? 0);
        if (findings.has(propagation) || isTooEarly) findings.recordTimeout(propagation, waitedMs);
        else findings.record("region-role-suffices", false, `not accepted within ${durationText(waitedMs)}`);
    };
    const wait = { "region-role-propagation": () => run.isAccepted(key) };
    const done = await run.measure(sinceMs, wait, onTimeout);
    if (done.size === 0)
        throw new InconclusiveCheck(`the region did not accept the key of an owner with ${roleName}`);
    findings.record("region-role-suffices", true, roleName);
    return id;
}

function judgeCreation(run: ConformanceRun, response: RawResponse, id: string | undefined): void {
    const isUsual = id !== undefined && /^rb-\w+$/.test(id);
    const seen = statusText(response);
    run.judge("binding-create", response, isUsual, `${seen}, rb-…`, seen);
    if (id !== undefined) judgePrincipal(run, response.json);
}

/** `binding`: in a response or in a row of a list. */
function judgePrincipal(run: ConformanceRun, binding: unknown): void {
    const principal = field(binding, "principal");
    const isUsual = principal === `User:${run.created.accountId}`;
    const other = principal === run.created.accountId ? "the id without User:" : "another form";
    run.findings.record("binding-principal", isUsual, "User:sa-…", other);
}

/** Deletes the role binding and waits until the region refuses the key. */
async function removeRole(run: ConformanceRun, id: string, key: CreatedKey): Promise<void> {
    const response = await run.delete("role-bindings", id);
    run.judge("binding-delete", response, isDeleted(response));
    if (!isDeleted(response)) throw new InconclusiveCheck("deleting the role binding", response);
    const sinceMs = run.context.clock.now();
    const read = await run.get(`/iam/v2/role-bindings/${id}`);
    run.judge("binding-gone", read, isAbsent(read));
    if (run.regionProblem !== undefined) return;
    await run.measure(sinceMs, { "region-role-removal": () => run.isRefused(key) });
}

/** Lists role bindings while there is one on an environment. */
export async function checkBindingList(run: ConformanceRun, id: string): Promise<void> {
    await run.check(["binding-list"], async () => {
        const isListed = async (crnPattern: string): Promise<boolean> => {
            const principal = `User:${run.created.accountId}`;
            const query = { crn_pattern: crnPattern, principal, page_size: 100 };
            const rows = rowsOf(await run.get("/iam/v2/role-bindings", query));
            const row = rows?.find((one) => field(one, "id") === id);
            if (row !== undefined) judgePrincipal(run, row);
            return row !== undefined;
        };
        const withoutStar = await isListed(run.organizationCrn);
        const withStar = await isListed(`${run.organizationCrn}/*`);
        const isAnyListed = withoutStar || withStar;
        const how = withoutStar ? "prefix: without /* as well" : "exact: with /* only";
        run.findings.record("binding-list", isAnyListed, how, "neither list shows it");
        if (isAnyListed) run.profile.roleBindingFilter = withoutStar ? "prefix" : "exact";
    });
}
