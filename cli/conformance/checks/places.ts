import { listAppliedQuotas } from "../../../confluent/appliedQuotas";
import { ConfluentError } from "../../../confluent/confluentError";
import { listFlinkRegions } from "../../../confluent/flinkRegions";
import { CannotTell, type ConformanceRun, isAbsent, isRefusal, madeUpId, madeUpKey } from "../conformanceRun";
import { hasShapeOfConfluent, rowsOf, statusText } from "../service";

/** What can be seen without making anything. */
export async function checkPlaces(run: ConformanceRun): Promise<void> {
    const { scope, organizationId, foreignKey } = run.parts;
    const environmentPath = `/org/v2/environments/${scope.environmentId}`;
    await run.check("reading the environment", ["environment-organization"], async () => {
        const answer = await run.get(environmentPath);
        const name = (answer.json as { metadata?: { resource_name?: unknown } } | undefined)?.metadata
            ?.resource_name;
        const isNamed = /organization=[^/]+/.test(String(name ?? ""));
        run.judge("environment-organization", answer, () => isNamed, isNamed ? "it does" : "it does not");
    });
    await run.check("reading the organization", ["organization-list"], async () => {
        const answer = await run.get("/org/v2/organizations", { page_size: 100 });
        const ids = rowsOf(answer)?.map((row) => (row as { id?: unknown } | null)?.id);
        const isOne = ids?.length === 1 && ids[0] === organizationId;
        const count = `${ids?.length ?? "no"} rows`;
        run.judge("organization-list", answer, () => isOne, isOne ? "one row, the same id" : count);
    });
    await run.check("reading regions", ["region-list"], async () => {
        const regions = await listFlinkRegions(run.parts.api);
        const row = regions.find(({ cloud, region }) => cloud === scope.cloud && region === scope.region);
        const isNamed = row !== undefined && URL.canParse(row.restEndpoint);
        const lacks = row === undefined ? "it is not in the list" : "it has no http_endpoint";
        run.findings.note("region-list", isNamed, isNamed ? "it does" : lacks);
    });
    await run.check("reading lists", ["list-page-size-100"], () => checkPageSizes(run));
    await run.check("reading endpoints", ["endpoint-list"], async () => {
        const query = {
            service: "FLINK",
            environment: scope.environmentId,
            cloud: scope.cloud.toUpperCase(),
            region: scope.region,
        };
        const answer = await run.get("/endpoint/v1/endpoints", query);
        run.judge("endpoint-list", answer, () => rowsOf(answer) !== undefined);
    });
    await run.check("asking for what does not exist", ["environment-unknown"], async () => {
        const answer = await run.get(`/org/v2/environments/${madeUpId("env")}`);
        run.judge("environment-unknown", answer, isAbsent);
    });
    await run.check("asking for what does not exist", ["account-unknown"], async () => {
        const answer = await run.get(`/iam/v2/service-accounts/${madeUpId("sa")}`);
        run.judge("account-unknown", answer, isAbsent);
        if (answer.status !== undefined) run.statuses.set("unknownAccount", answer.status);
    });
    await run.check("asking for what does not exist", ["key-unknown"], async () => {
        const answer = await run.getKey(madeUpKey().id);
        run.judge("key-unknown", answer, isAbsent);
        if (answer.status !== undefined) run.statuses.set("unknownKey", answer.status);
    });
    if (foreignKey !== undefined) {
        await run.check("asking for another organization's key", ["key-foreign"], async () => {
            run.judge("key-foreign", await run.getKey(foreignKey), isAbsent);
        });
    }
    await run.check("asking with credentials that do not exist", ["wrong-credentials"], async () => {
        const answer = await run.get(environmentPath, {}, madeUpKey().credentials);
        run.judge("wrong-credentials", answer, (status) => status === 401);
    });
    await run.check("asking the region", ["region-unknown-key"], () => checkRegion(run));
}

async function checkPageSizes(run: ConformanceRun): Promise<void> {
    const { scope } = run.parts;
    const lists: [path: string, query: Record<string, string>][] = [
        ["/iam/v2/api-keys", {}],
        ["/iam/v2/service-accounts", {}],
        ["/iam/v2/role-bindings", { crn_pattern: run.organizationCrn }],
        ["/org/v2/environments", {}],
        ["/org/v2/organizations", {}],
        ["/fcpm/v2/regions", {}],
        ["/endpoint/v1/endpoints", { service: "FLINK", environment: scope.environmentId }],
        ["/service-quota/v1/applied-quotas", { scope: "SERVICE_ACCOUNT" }],
    ];
    for (const [path, query] of lists) {
        const answer = await run.get(path, { ...query, page_size: 100 });
        // What the credentials may not see says nothing of the size.
        if (isAbsent(answer.status ?? 0)) continue;
        const isList = rowsOf(answer) !== undefined;
        run.judge(
            "list-page-size-100",
            answer,
            () => isList,
            isList ? "taken" : `${path}: ${statusText(answer)}`,
        );
    }
}

/** Whether the region can be asked from here at all: the first time that it is. */
async function checkRegion(run: ConformanceRun): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        const answer = await run.probe(madeUpKey().credentials);
        const isItself = answer.status === 200 || (isRefusal(answer) && hasShapeOfConfluent(answer));
        if (isItself || isRefusal(answer)) {
            run.judge("region-unknown-key", answer, (status) => status === 401);
            return;
        }
        if (attempt === 3) {
            run.regionProblem = `the region's Flink endpoint gives no answer from here (${statusText(answer)}); --endpoint names another`;
            throw new CannotTell(run.regionProblem);
        }
        await run.sleep(1000);
    }
}

/** While a key of the run's account lives. */
export async function checkQuotas(run: ConformanceRun): Promise<void> {
    await run.check("reading quotas", ["quota-list"], async () => {
        const quotas = await listAppliedQuotas(run.parts.api, "SERVICE_ACCOUNT").catch((error: unknown) => {
            if (!(error instanceof ConfluentError)) throw error;
            throw new CannotTell(`the quotas were answered ${error.status ?? error.kind}`);
        });
        const own = quotas.filter(
            ({ id, accountId }) => accountId === run.own.accountId && /api_?keys/.test(id),
        );
        const told = own.filter(({ limit, usage }) => Number.isFinite(limit) && usage !== undefined);
        const texts = told.map(({ id, usage, limit }) => `${id} ${usage} of ${limit}`);
        run.findings.note(
            "quota-list",
            told.length > 0,
            told.length > 0 ? texts.join(", ") : `${own.length} quotas of API keys for the account`,
        );
    });
}
