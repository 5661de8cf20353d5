import { ConfluentApi } from "../../../confluent/confluentApi";
import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import type { CreatedKey } from "../createdResources";
import { isSuccess, rowsOf, statusText } from "../rawClient";

/** How long a statement may take until it names its pool. */
const longestWaitMs = 120_000;
const pauseMs = 2000;

/** `--default-pool`: runs a statement without a compute pool. Then deletes it, and each pool that was not there before. */
export async function checkDefaultPool(run: ConformanceRun, key: CreatedKey): Promise<void> {
    await run.check("running a statement without a compute pool", ["default-pool"], async () => {
        const { clock, region, api, scope, organizationId } = run.context;
        const before = await poolsOf(run);
        const name = run.created.nameOf("statement");
        const { environmentId } = scope;
        const path = `/sql/v1/organizations/${organizationId}/environments/${environmentId}/statements`;
        const regionApi = new ConfluentApi({
            endpoint: region.endpoint,
            credentials: key.credentials,
            clock,
        });
        run.created.deleteWithRun({
            kind: "statement",
            id: name,
            remove: `confluent flink statement delete ${name} --environment ${environmentId} --cloud ${scope.cloud} --region ${scope.region} --force`,
            request: () => deleteAt(regionApi, `${path}/${name}`),
        });
        const body = {
            name,
            organization_id: organizationId,
            environment_id: environmentId,
            spec: { statement: "SELECT 1;" },
        };
        const response = await region.send({ method: "POST", path, body }, key.credentials);
        let poolId = poolOf(response.json);
        const endMs = clock.now() + longestWaitMs;
        while (isSuccess(response) && poolId === "" && clock.now() < endMs) {
            await run.sleep(pauseMs);
            const read = await region.send({ method: "GET", path: `${path}/${name}` }, key.credentials);
            poolId = poolOf(read.json);
        }
        const created = [...(await poolsOf(run))].filter((id) => !before.has(id));
        for (const id of created) {
            run.created.deleteWithRun({
                kind: "compute pool",
                id,
                remove: `confluent flink compute-pool delete ${id} --environment ${environmentId} --force`,
                request: () => deleteAt(api, `/fcpm/v2/compute-pools/${id}`, { environment: environmentId }),
            });
        }
        const how = created.includes(poolId)
            ? "the statement names a new pool"
            : "the statement names a pool";
        const seen = isSuccess(response) ? (poolId === "" ? "no pool" : how) : statusText(response);
        run.judge("default-pool", response, () => poolId !== "", seen);
        await run.created.removeOthers();
    });
}

async function poolsOf(run: ConformanceRun): Promise<Set<string>> {
    const query = { environment: run.context.scope.environmentId, page_size: 100 };
    const response = await run.get("/fcpm/v2/compute-pools", query);
    const rows = rowsOf(response);
    if (rows === undefined) throw new InconclusiveCheck(`listing compute pools: ${statusText(response)}`);
    return new Set(rows.map((row) => String((row as { id?: unknown }).id)));
}

function poolOf(statement: unknown): string {
    const { spec } = (statement ?? {}) as { spec?: { compute_pool_id?: unknown } };
    return typeof spec?.compute_pool_id === "string" ? spec.compute_pool_id : "";
}

async function deleteAt(api: ConfluentApi, path: string, query: Record<string, string> = {}): Promise<void> {
    await api.send({ method: "DELETE", path, query, purpose: `deleting ${path}` });
}
