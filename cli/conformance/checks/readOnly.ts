import { listAppliedQuotas } from "../../../confluent/appliedQuotas";
import { ConfluentError } from "../../../confluent/confluentError";
import { organizationOfCrn } from "../../../confluent/crn";
import { listFlinkRegions } from "../../../confluent/flinkRegions";
import { type ConformanceRun, InconclusiveCheck } from "../conformanceRun";
import { nonexistentId, nonexistentKey } from "../nonexistentIds";
import { field, hasConfluentErrorShape, isAbsent, isRefusal, rowsOf, statusText } from "../rawClient";

/** The checks that create nothing. */
export async function checkReadOnly(run: ConformanceRun): Promise<void> {
    const { scope, organizationId, options } = run.context;
    const { foreignKey, foreignEnvironment } = options;
    const environment = (id: string) => () => run.get(`/org/v2/environments/${id}`);
    await run.check(["environment-organization"], async () => {
        const response = await environment(scope.environmentId)();
        const name = field(response.json, "metadata.resource_name");
        const hasOrganization = organizationOfCrn(name) !== undefined;
        run.judge("environment-organization", response, hasOrganization, "it does", "it does not");
    });
    await run.check(["organization-list"], async () => {
        const response = await run.get("/org/v2/organizations", { page_size: 100 });
        const ids = rowsOf(response)?.map((row) => field(row, "id"));
        const isOne = ids?.length === 1 && ids[0] === organizationId;
        const otherwise = `${ids?.length ?? "no"} rows`;
        run.judge("organization-list", response, isOne, "one row with the same id", otherwise);
    });
    await run.check(["region-list"], async () => {
        const regions = await listFlinkRegions(run.context.api);
        const row = regions.find(({ cloud, region }) => cloud === scope.cloud && region === scope.region);
        const hasEndpoint = row !== undefined && URL.canParse(row.restEndpoint);
        const problem = row === undefined ? "it is not in the list" : "it has no http_endpoint";
        run.findings.record("region-list", hasEndpoint, "it does", problem);
    });
    await run.check(["list-page-size-100"], () => checkPageSizes(run));
    await run.expect(
        "endpoint-list",
        () =>
            run.get("/endpoint/v1/endpoints", {
                service: "FLINK",
                environment: scope.environmentId,
                cloud: scope.cloud.toUpperCase(),
                region: scope.region,
            }),
        (response) => rowsOf(response) !== undefined,
    );
    await run.expect("environment-unknown", environment(nonexistentId("env")), isAbsent);
    const account = await run.expect(
        "account-unknown",
        () => run.get(`/iam/v2/service-accounts/${nonexistentId("sa")}`),
        isAbsent,
    );
    if (account?.status) run.statuses.unknownAccount = account.status;
    const key = await run.expect("key-unknown", () => run.getKey(nonexistentKey().id), isAbsent);
    if (key?.status) run.statuses.unknownKey = key.status;
    if (foreignKey !== undefined) {
        await run.expect("key-foreign", () => run.getKey(foreignKey), isAbsent);
    }
    if (foreignEnvironment !== undefined) {
        await run.expect("environment-foreign", environment(foreignEnvironment), isAbsent);
    }
    await run.expect(
        "wrong-credentials",
        () => run.get(`/org/v2/environments/${scope.environmentId}`, {}, nonexistentKey().credentials),
        ({ status }) => status === 401,
    );
    await run.check(["region-unknown-key"], () => checkRegion(run));
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
        if (isAbsent(response)) continue;
        const isList = rowsOf(response) !== undefined;
        const otherwise = `${path}: ${statusText(response)}`;
        run.judge("list-page-size-100", response, isList, "accepted", otherwise);
    }
}

/** The first request to the region. It shows whether the endpoint can be reached from here at all. */
async function checkRegion(run: ConformanceRun): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        const response = await run.probe(nonexistentKey().credentials);
        const isFlink = response.status === 200 || (isRefusal(response) && hasConfluentErrorShape(response));
        if (isFlink || isRefusal(response)) {
            run.judge("region-unknown-key", response, response.status === 401);
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
    await run.check(["quota-list"], async () => {
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
        const otherwise = `${ofAccount.length} quotas for API keys of the account, without limit and usage`;
        run.findings.record("quota-list", complete.length > 0, texts.join(", "), otherwise);
    });
}
