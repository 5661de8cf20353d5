import { ConfluentApi } from "../../../confluent/confluentApi";
import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { field, isSuccess, rowsOf, statusText } from "../rawClient";

/** How long a statement may take until it names its pool. */
const longestWaitMs = 120_000;
const pauseMs = 2000;

/** `--default-pool`: runs a statement without a compute pool. Then deletes it, and each pool that was not there before. */
export async function checkDefaultPool(run: ConformanceRun, key: CreatedKey): Promise<void> {
    await run.check(["default-pool"], async () => {
        const { clock, region, api, scope, organizationId: organization_id } = run.context;
        const before = await poolsOf(run);
        const name = run.created.nameOf("statement");
        const { environmentId } = scope;
        const path = `/sql/v1/organizations/${organization_id}/environments/${environmentId}/statements`;
        const { credentials } = key;
        run.created.deleteWithRun({
            kind: "statement",
            id: name,
            remove: `confluent flink statement delete ${name} --environment ${environmentId} --cloud ${scope.cloud} --region ${scope.region} --force`,
            api: new ConfluentApi({ endpoint: region.endpoint, credentials, clock }),
            path: `${path}/${name}`,
        });
        const spec = { statement: "SELECT 1;" };
        const body = { name, organization_id, environment_id: environmentId, spec };
        const response = await region.send({ method: "POST", path, body }, credentials);
        let poolId = poolOf(response.json);
        const endMs = clock.now() + longestWaitMs;
        while (isSuccess(response) && poolId === "" && clock.now() < endMs) {
            await run.sleep(pauseMs);
            poolId = poolOf(
                (await region.send({ method: "GET", path: `${path}/${name}` }, credentials)).json,
            );
        }
        const created = (await poolsOf(run)).filter((id) => !before.includes(id));
        for (const id of created) {
            run.created.deleteWithRun({
                kind: "compute pool",
                id,
                remove: `confluent flink compute-pool delete ${id} --environment ${environmentId} --force`,
                api,
                path: `/fcpm/v2/compute-pools/${id}`,
                query: { environment: environmentId },
            });
        }
        const how = `the statement names a ${created.includes(poolId) ? "new pool" : "pool"}`;
        const problem = isSuccess(response) ? "no pool" : statusText(response);
        run.judge("default-pool", response, poolId !== "", how, problem);
        await run.created.removeOthers();
    });
}

async function poolsOf(run: ConformanceRun): Promise<string[]> {
    const query = { environment: run.context.scope.environmentId, page_size: 100 };
    const response = await run.get("/fcpm/v2/compute-pools", query);
    const rows = rowsOf(response);
    if (rows === undefined) throw new InconclusiveCheck("listing compute pools", response);
    return rows.map((row) => String(field(row, "id")));
}

function poolOf(statement: unknown): string {
    const id = field(statement, "spec.compute_pool_id");
    return typeof id === "string" ? id : "";
}
