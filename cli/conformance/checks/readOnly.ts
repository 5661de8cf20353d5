import { listAppliedQuotas } from "../../../confluent/appliedQuotas";
import { ConfluentError } from "../../../confluent/confluentError";
import { organizationOfCrn } from "../../../confluent/crn";
import { listFlinkRegions } from "../../../confluent/flinkRegions";
import { type ConformanceRun, InconclusiveCheck, isAbsent } from "../conformanceRun";
import { nonexistentId, nonexistentKey } from "../nonexistentIds";
import { hasConfluentErrorShape, isRefusal, rowsOf, statusText } from "../rawClient";

/** The checks that create nothing. */
export async function checkReadOnly(run: ConformanceRun): Promise<void> {
    const { scope, organizationId, foreignKey, foreignEnvironment } = run.context;
    const environmentPath = `/org/v2/environments/${scope.environmentId}`;
    await run.check("reading the environment", ["environment-organization"], async () => {
        const response = await run.get(environmentPath);
        const name = (response.json as { metadata?: { resource_name?: unknown } } | undefined)?.metadata
            ?.resource_name;
        const hasOrganization = organizationOfCrn(name) !== undefined;
        const seen = hasOrganization ? "it does" : "it does not";
        run.judge("environment-organization", response, () => hasOrganization, seen);
    });
    await run.check("listing organizations", ["organization-list"], async () => {
        const response = await run.get("/org/v2/organizations", { page_size: 100 });
        const ids = rowsOf(response)?.map((row) => (row as { id?: unknown } | null)?.id);
        const isOne = ids?.length === 1 && ids[0] === organizationId;
        const count = `${ids?.length ?? "no"} rows`;
        run.judge("organization-list", response, () => isOne, isOne ? "one row with the same id" : count);
    });
    await run.check("listing regions", ["region-list"], async () => {
        const regions = await listFlinkRegions(run.context.api);
        const row = regions.find(({ cloud, region }) => cloud === scope.cloud && region === scope.region);
        const hasEndpoint = row !== undefined && URL.canParse(row.restEndpoint);
        const problem = row === undefined ? "it is not in the list" : "it has no http_endpoint";
        run.findings.record("region-list", hasEndpoint, hasEndpoint ? "it does" : problem);
    });
    await run.check("listing with page_size=100", ["list-page-size-100"], () => checkPageSizes(run));
    await run.check("listing endpoints", ["endpoint-list"], async () => {
        const query = {
            service: "FLINK",
            environment: scope.environmentId,
            cloud: scope.cloud.toUpperCase(),
            region: scope.region,
        };
        const response = await run.get("/endpoint/v1/endpoints", query);
        run.judge("endpoint-list", response, () => rowsOf(response) !== undefined);
    });
    const environment = (id: string) => () => run.get(`/org/v2/environments/${id}`);
    await run.expect(
        "reading an unknown environment",
        "environment-unknown",
        environment(nonexistentId("env")),
        isAbsent,
    );
    await run.check("reading an unknown service account", ["account-unknown"], async () => {
        const response = await run.get(`/iam/v2/service-accounts/${nonexistentId("sa")}`);
        run.judge("account-unknown", response, isAbsent);
        if (response.status !== undefined) run.statuses.set("unknownAccount", response.status);
    });
    await run.check("reading an unknown key", ["key-unknown"], async () => {
        const response = await run.getKey(nonexistentKey().id);
        run.judge("key-unknown", response, isAbsent);
        if (response.status !== undefined) run.statuses.set("unknownKey", response.status);
    });
    if (foreignKey !== undefined) {
        const step = "reading a key of another organization";
        await run.expect(step, "key-foreign", () => run.getKey(foreignKey), isAbsent);
    }
    if (foreignEnvironment !== undefined) {
        const step = "reading an environment of another organization";
        await run.expect(step, "environment-foreign", environment(foreignEnvironment), isAbsent);
    }
    await run.expect(
        "using unknown credentials",
        "wrong-credentials",
        () => run.get(environmentPath, {}, nonexistentKey().credentials),
        (status) => status === 401,
    );
    await run.check("using the region's Flink endpoint", ["region-unknown-key"], () => checkRegion(run));
}

async function checkPageSizes(run: ConformanceRun): Promise<void> {
    const { scope } = run.context;
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
        const response = await run.get(path, { ...query, page_size: 100 });
        // A list that the credentials are not allowed to read proves nothing about the page size.
        if (isAbsent(response.status ?? 0)) continue;
        const isList = rowsOf(response) !== undefined;
        const seen = isList ? "accepted" : `${path}: ${statusText(response)}`;
        run.judge("list-page-size-100", response, () => isList, seen);
    }
}

/** The first request to the region. It shows whether the endpoint can be reached from here at all. */
async function checkRegion(run: ConformanceRun): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        const response = await run.probe(nonexistentKey().credentials);
        const isFlink = response.status === 200 || (isRefusal(response) && hasConfluentErrorShape(response));
        if (isFlink || isRefusal(response)) {
            run.judge("region-unknown-key", response, (status) => status === 401);
            return;
        }
        if (attempt === 3) {
            run.regionProblem = `the region's Flink endpoint does not answer from here (${statusText(response)}); use another one with --endpoint`;
            throw new InconclusiveCheck(run.regionProblem);
        }
        await run.sleep(1000);
    }
}

/** Reads the quotas while the run's account has a key. */
export async function checkQuotas(run: ConformanceRun): Promise<void> {
    await run.check("listing quotas", ["quota-list"], async () => {
        const quotas = await listAppliedQuotas(run.context.api, "SERVICE_ACCOUNT").catch((error: unknown) => {
            if (!(error instanceof ConfluentError)) throw error;
            throw new InconclusiveCheck(`listing quotas: ${error.status ?? error.kind}`);
        });
        const ofAccount = quotas.filter(
            ({ id, accountId }) => accountId === run.created.accountId && /api_?keys/.test(id),
        );
        const complete = ofAccount.filter(
            ({ limit, usage }) => Number.isFinite(limit) && usage !== undefined,
        );
        const texts = complete.map(({ id, usage, limit }) => `${id} ${usage} of ${limit}`);
        run.findings.record(
            "quota-list",
            complete.length > 0,
            complete.length > 0
                ? texts.join(", ")
                : `${ofAccount.length} quotas for API keys of the account, without limit and usage`,
        );
    });
}
