/**
 * Every path of the emulator, with success and error responses, against Confluent's OpenAPI files. This proves the shape of
 * requests and responses. Not proven here: that Confluent Cloud returns these statuses in these cases.
 */

import { type Emulator, type Exchange, startEmulator } from "../../emulator";
import { loadOpenapiContract, type OpenapiContract } from "./openapiContract";

describe("the emulator against the OpenAPI files", () => {
    let contract: OpenapiContract;
    let emulator: Emulator;
    let exchanges: Exchange[];
    let cloudAuth: string;

    beforeAll(async () => {
        contract = await loadOpenapiContract();
    });

    beforeEach(async () => {
        exchanges = [];
        emulator = await startEmulator({ onExchange: (exchange) => exchanges.push(exchange) });
        cloudAuth = basic(emulator.cloudApiKey, emulator.cloudApiSecret);
    });

    afterEach(async () => {
        await emulator.close();
    });

    function basic(id: string, secret: string): string {
        return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
    }

    async function send(
        method: string,
        path: string,
        body?: unknown,
        headers: Record<string, string> = { authorization: cloudAuth },
        // biome-ignore lint/suspicious/noExplicitAny: replies are not typed here; the contract checks their shape.
    ): Promise<any> {
        const response = await fetch(`${emulator.url}${path}`, {
            method,
            headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        return text === "" ? {} : JSON.parse(text);
    }

    async function sendForm(
        path: string,
        form: Record<string, string>,
    ): Promise<{ access_token: string; expires_in: number }> {
        const response = await fetch(`${emulator.url}${path}`, {
            method: "POST",
            body: new URLSearchParams(form),
        });
        return (await response.json()) as { access_token: string; expires_in: number };
    }

    async function makeAccount(displayName: string): Promise<string> {
        return (await send("POST", "/iam/v2/service-accounts", { display_name: displayName })).id;
    }

    async function makeKey(ownerId: string, resource?: unknown): Promise<{ id: string; auth: string }> {
        const key = await send("POST", "/iam/v2/api-keys", {
            spec: { display_name: "k", description: "d", owner: { id: ownerId }, resource },
        });
        return { id: key.id, auth: basic(key.id, key.spec.secret) };
    }

    function grantAdmin(principalId: string): Promise<{ id: string }> {
        return send("POST", "/iam/v2/role-bindings", {
            principal: `User:${principalId}`,
            role_name: "OrganizationAdmin",
            crn_pattern: `crn://confluent.cloud/organization=${emulator.organizationId}`,
        });
    }

    /** Expects that the exchanges so far follow the contract and had exactly these statuses. */
    function expectStatuses(...statuses: number[]): void {
        expect(exchanges.flatMap((exchange) => contract.check(exchange))).toEqual([]);
        expect([...new Set(exchanges.map((exchange) => exchange.status))].sort()).toEqual(statuses.sort());
    }

    it("holds for service accounts and users", async () => {
        const id = await makeAccount("app");
        const path = `/iam/v2/service-accounts/${id}`;
        await send("POST", "/iam/v2/service-accounts?assigned_resource_owner=u-111aaa", {
            display_name: "owned",
        });
        await send("GET", path);
        await send("PATCH", path, { description: "changed" });
        await send("GET", "/iam/v2/service-accounts?page_size=1");
        await send("GET", "/iam/v2/service-accounts?display_name=app&display_name=other");
        await send("GET", "/iam/v2/users?page_size=1");
        await send("GET", "/iam/v2/users/u-111aaa");
        await send("DELETE", path);
        expectStatuses(200, 201, 204);
    });

    it("holds for error responses on service accounts and users", async () => {
        const id = await makeAccount("app");
        exchanges.length = 0;
        await makeAccount("app");
        await send("POST", "/iam/v2/service-accounts", {});
        await send("POST", "/iam/v2/service-accounts", { display_name: "x" }, {});
        await send("GET", "/iam/v2/service-accounts?page_size=101");
        await send("GET", "/iam/v2/service-accounts/sa-none");
        await send("PATCH", `/iam/v2/service-accounts/${id}`, { display_name: "emulator-bootstrap" });
        await send("GET", "/iam/v2/users/u-none");
        expectStatuses(400, 401, 403, 404, 409, 422);
    });

    it("holds for role bindings", async () => {
        const { id } = await grantAdmin("u-111aaa");
        const crn = `crn://confluent.cloud/organization=${emulator.organizationId}`;
        await send("GET", `/iam/v2/role-bindings/${id}`);
        await send("GET", `/iam/v2/role-bindings?page_size=1&crn_pattern=${crn}`);
        await send("DELETE", `/iam/v2/role-bindings/${id}`);
        expectStatuses(200, 201);
    });

    it("holds for error responses on role bindings", async () => {
        await grantAdmin("u-111aaa");
        await grantAdmin("u-111aaa");
        await grantAdmin("sa-none");
        await send("POST", "/iam/v2/role-bindings", {
            principal: "User:u-111aaa",
            role_name: "OrganizationAdmin",
            crn_pattern: `crn://confluent.cloud/organization=${emulator.organizationId}/environment=env-abc123`,
        });
        await send("GET", "/iam/v2/role-bindings");
        await send("GET", "/iam/v2/role-bindings/rb-none");
        await send("DELETE", "/iam/v2/role-bindings/rb-none");
        await send("GET", "/iam/v2/role-bindings?crn_pattern=crn://confluent.cloud", undefined, {});
        expectStatuses(201, 400, 401, 403, 409);
    });

    it("holds for API keys of every kind", async () => {
        const ownerId = await makeAccount("app");
        const { id } = await makeKey(ownerId, { id: "aws.us-east-1", environment: "env-abc123" });
        await makeKey(ownerId, { id: "env-abc123.gcp.us-east1" });
        await makeKey(ownerId);
        await makeKey("sa-000aaa", { id: "global" });
        await send("GET", `/iam/v2/api-keys/${id}`);
        await send("GET", "/iam/v2/api-keys?page_size=2");
        await send("GET", `/iam/v2/api-keys?spec.owner=${ownerId}&spec.resource=aws.us-east-1`);
        await send("PATCH", `/iam/v2/api-keys/${id}`, { spec: { display_name: "new" } });
        await send("DELETE", `/iam/v2/api-keys/${id}`);
        expectStatuses(200, 201, 202, 204);
    });

    it("holds for requests of the official providers, whose SDK sends read-only fields as empty strings", async () => {
        const reference = { related: "", resource_name: "" };
        await send("POST", "/iam/v2/api-keys", {
            spec: {
                display_name: "flink key",
                description: "one",
                owner: { id: "sa-000aaa", kind: "ServiceAccount", ...reference },
                resource: {
                    api_version: "fcpm/v2",
                    kind: "Region",
                    id: "aws.us-east-1",
                    environment: "env-abc123",
                    ...reference,
                },
            },
        });
        const pool = await send("POST", "/fcpm/v2/compute-pools", {
            spec: {
                display_name: "pool",
                cloud: "AWS",
                region: "us-east-1",
                max_cfu: 0,
                enable_ai: false,
                default_pool: false,
                environment: { id: "env-abc123", ...reference },
            },
        });
        await send("PATCH", `/fcpm/v2/compute-pools/${pool.id}`, {
            spec: { max_cfu: 10, environment: { id: "env-abc123", ...reference } },
        });
        expectStatuses(200, 202);
    });

    it("holds for error responses on API keys", async () => {
        const { id } = await makeKey("sa-000aaa", { id: "aws.us-east-1", environment: "env-abc123" });
        await makeKey("sa-none", { id: "aws.us-east-1", environment: "env-abc123" }).catch(() => undefined);
        await makeKey("sa-000aaa", { id: "aws.nowhere", environment: "env-abc123" }).catch(() => undefined);
        await makeKey("sa-000aaa", { id: "aws.us-east-1", environment: "env-none" }).catch(() => undefined);
        await send("POST", "/iam/v2/api-keys", { spec: {} });
        await send("PATCH", `/iam/v2/api-keys/${id}`, { spec: { owner: { id: "u-222bbb" } } });
        await send("DELETE", `/iam/v2/api-keys/${id}`);
        await send("GET", `/iam/v2/api-keys/${id}`);
        await send("PATCH", `/iam/v2/api-keys/${id}`, { spec: { display_name: "late" } });
        await send("DELETE", `/iam/v2/api-keys/${id}`);
        await send("GET", "/iam/v2/api-keys", undefined, { authorization: basic("AKNONE", "wrong") });
        expectStatuses(202, 204, 400, 401, 403, 422);
    });

    it("holds for environments and organizations", async () => {
        const environment = await send("POST", "/org/v2/environments", {
            display_name: "new",
            stream_governance_config: { package: "ESSENTIALS" },
        });
        const path = `/org/v2/environments/${environment.id}`;
        await send("GET", path);
        await send("PATCH", path, { display_name: "newer" });
        await send("GET", "/org/v2/environments?page_size=1");
        await send("POST", "/org/v2/environments", { display_name: "newer" });
        await send("DELETE", path);
        await send("GET", path);
        await send("GET", "/org/v2/organizations");
        await send("GET", `/org/v2/organizations/${emulator.organizationId}`);
        await send("PATCH", `/org/v2/organizations/${emulator.organizationId}`, { display_name: "Finance" });
        await send("GET", "/org/v2/organizations", undefined, {});
        expectStatuses(200, 201, 204, 401, 404, 409);
    });

    it("holds for Flink regions, compute pools and endpoints", async () => {
        const spec = {
            display_name: "pool",
            cloud: "AWS",
            region: "us-east-1",
            max_cfu: 5,
            environment: { id: "env-abc123" },
        };
        const pool = await send("POST", "/fcpm/v2/compute-pools", { spec });
        const path = `/fcpm/v2/compute-pools/${pool.id}`;
        await send("POST", "/fcpm/v2/compute-pools", { spec });
        await send("POST", "/fcpm/v2/compute-pools", { spec: { ...spec, region: "nowhere" } });
        await send("GET", `${path}?environment=env-abc123`);
        await send("GET", path);
        await send("GET", "/fcpm/v2/compute-pools?environment=env-abc123&spec.region=us-east-1");
        await send("PATCH", path, { spec: { max_cfu: 10, environment: { id: "env-abc123" } } });
        await send("DELETE", `${path}?environment=env-abc123`);
        await send("GET", `${path}?environment=env-abc123`);
        await send("GET", "/fcpm/v2/regions?cloud=aws&region_name=us-east-1");
        await send("GET", "/fcpm/v2/regions?page_size=3");
        await send("GET", "/endpoint/v1/endpoints?service=FLINK&environment=env-abc123&cloud=AWS");
        await send("GET", "/endpoint/v1/endpoints?service=FLINK&environment=env-none");
        await send("GET", "/endpoint/v1/endpoints");
        expectStatuses(200, 202, 204, 400, 403, 404, 409, 422);
    });

    it("holds for connections, materialized tables and artifacts", async () => {
        const flinkKey = await makeKey("sa-000aaa", { id: "aws.us-east-1", environment: "env-abc123" });
        const headers = { authorization: flinkKey.auth };
        const base = `/sql/v1/organizations/${emulator.organizationId}/environments/env-abc123`;
        const spec = {
            connection_type: "OPENAI",
            endpoint: "https://api.example.com",
            auth_data: { kind: "PlaintextProvider", data: "e30=" },
        };
        const connection = { name: "one", spec };
        await send("POST", `${base}/connections`, connection, headers);
        await send("POST", `${base}/connections`, connection, headers);
        await send("GET", `${base}/connections?page_size=1&spec.connection_type=OPENAI`, undefined, headers);
        const { metadata } = await send("GET", `${base}/connections/one`, undefined, headers);
        await send("PUT", `${base}/connections/one`, { ...connection, metadata }, headers);
        await send("DELETE", `${base}/connections/one`, undefined, headers);
        await send("GET", `${base}/connections/one`, undefined, headers);
        const tables = `${base}/databases/lkc-abc123/materialized-tables`;
        const table = { name: "t", spec: { kafka_cluster_id: "lkc-abc123", query: "SELECT 1 AS id" } };
        await send("POST", tables, table, headers);
        await send("POST", tables, table, headers);
        await send("GET", `${base}/materialized-tables`, undefined, headers);
        const made = await send("GET", `${tables}/t`, undefined, headers);
        await send("PUT", `${tables}/t`, { ...table, metadata: made.metadata }, headers);
        await send("DELETE", `${tables}/t`, undefined, headers);
        await send("GET", `${tables}/t`, undefined, headers);
        const place = { cloud: "AWS", region: "us-east-1", environment: "env-abc123" };
        const query = new URLSearchParams(place);
        const artifacts = "/artifact/v1/flink-artifacts";
        const upload = await send("POST", "/artifact/v1/presigned-upload-url", {
            ...place,
            content_format: "JAR",
        });
        await fetch(upload.upload_url, { method: "PUT", body: "PK" });
        const artifact = await send("POST", `${artifacts}?cloud=AWS&region=us-east-1`, {
            ...place,
            display_name: "udfs",
            upload_source: { location: "PRESIGNED_URL_LOCATION", upload_id: upload.upload_id },
        });
        await send("GET", `${artifacts}/${artifact.id}?${query}`);
        await send("GET", `${artifacts}?${query}`);
        await send("DELETE", `${artifacts}/${artifact.id}?${query}`);
        await send("GET", `${artifacts}/${artifact.id}?${query}`);
        expectStatuses(200, 201, 202, 204, 404, 409);
    });

    it("holds for quotas", async () => {
        await makeAccount("app");
        for (const scope of ["ORGANIZATION", "ENVIRONMENT", "SERVICE_ACCOUNT", "USER_ACCOUNT"]) {
            await send("GET", `/service-quota/v1/applied-quotas?page_size=2&scope=${scope}`);
        }
        await send("GET", "/service-quota/v1/applied-quotas/iam.max_environments.per_org");
        await send("GET", "/service-quota/v1/applied-quotas/none");
        await send("GET", "/service-quota/v1/applied-quotas");
        expectStatuses(200, 201, 400, 404);
    });

    it("holds for quotas that are used up and for too many requests", async () => {
        await emulator.close();
        emulator = await startEmulator({
            onExchange: (exchange) => exchanges.push(exchange),
            clock: { now: () => 1_800_000_000_000 },
            rateLimit: { requestsPerSecond: 7 },
            quotas: {
                "iam.max_service_accounts.per_org": 0,
                "iam.max_environments.per_org": 0,
                "iam.max_cluster_api_keys.per_service_account": 0,
                "iam.max_rbac_role_bindings_all_roles.per_org": 0,
                "flink.max_compute_pools.per_env": 0,
            },
        });
        cloudAuth = basic(emulator.cloudApiKey, emulator.cloudApiSecret);
        await makeAccount("app");
        await send("POST", "/org/v2/environments", { display_name: "new" });
        await makeKey("sa-000aaa", { id: "aws.us-east-1", environment: "env-abc123" }).catch(() => undefined);
        await grantAdmin("u-111aaa");
        await send("POST", "/fcpm/v2/compute-pools", {
            spec: {
                display_name: "p",
                cloud: "AWS",
                region: "us-east-1",
                max_cfu: 5,
                environment: { id: "env-abc123" },
            },
        });
        await send("GET", "/iam/v2/users");
        await send("GET", "/iam/v2/users");
        await send("GET", "/iam/v2/users");
        await send("GET", "/iam/v2/api-keys");
        expectStatuses(200, 400, 402, 429);
    });

    it("holds for statements", async () => {
        const accountId = await makeAccount("app");
        await grantAdmin(accountId);
        const flinkKey = await makeKey(accountId, { id: "aws.us-east-1", environment: "env-abc123" });
        const headers = { authorization: flinkKey.auth };
        const path = `/sql/v1/organizations/${emulator.organizationId}/environments/env-abc123/statements`;
        for (const [name, statement] of [
            ["one", "SELECT 1, 'a' AS letter, 1.5, TRUE, NULL"],
            ["endless", "SELECT * FROM orders"],
            ["broken", "SELEKT"],
        ]) {
            await send("POST", path, { name, spec: { statement } }, headers);
            await send("GET", `${path}/${name}`, undefined, headers);
        }
        emulator.clock.advance(1000);
        for (const name of ["one", "endless", "broken"]) {
            await send("GET", `${path}/${name}`, undefined, headers);
            await send("GET", `${path}/${name}/results`, undefined, headers);
            await send("GET", `${path}/${name}/exceptions`, undefined, headers);
        }
        await send("GET", `${path}?page_size=1`, undefined, headers);
        const { metadata } = await send("GET", `${path}/endless`, undefined, headers);
        const stop = { name: "endless", metadata, spec: { stopped: true } };
        await send("PUT", `${path}/endless`, stop, headers);
        await send("PUT", `${path}/endless`, stop, headers);
        const patch = { ...headers, "content-type": "application/json-patch+json" };
        await send(
            "PATCH",
            `${path}/endless`,
            [{ op: "REPLACE", path: "/spec/stopped", value: true }],
            patch,
        );
        await send("PATCH", `${path}/endless`, [{ op: "REMOVE", path: "/spec/stopped" }], patch);
        await send("PATCH", `${path}/endless`, [{ op: "ADD", path: "/name", value: "x" }], patch);
        await send("DELETE", `${path}/endless`, undefined, headers);
        await send("GET", `${path}/endless`, undefined, headers);
        emulator.clock.advance(1000);
        await send("GET", `${path}/endless`, undefined, headers);
        await send("POST", path, { name: "one", spec: { statement: "SELECT 1" } }, headers);
        await send("POST", path, { name: "No", spec: { statement: "SELECT 1" } }, headers);
        await send("GET", `${path}?page_size=0`, undefined, headers);
        await send("GET", path, undefined, { authorization: cloudAuth });
        await send("GET", path.replace("env-abc123", "env-def456"), undefined, headers);
        expectStatuses(200, 201, 202, 400, 401, 403, 404, 409, 422);
    });

    it("holds for STS tokens and requests with them", async () => {
        const external = await sendForm("/_emulator/idp/token", {
            grant_type: "client_credentials",
            client_id: "app",
            client_secret: "any",
        });
        const form = {
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token: external.access_token,
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            identity_pool_id: "pool-111aaa",
            requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
        };
        const sts = await sendForm("/sts/v1/oauth2/token", form);
        await sendForm("/sts/v1/oauth2/token", { ...form, identity_pool_id: "pool-none" });
        await send("GET", "/iam/v2/service-accounts", undefined, {
            authorization: `Bearer ${sts.access_token}`,
        });
        await send(
            "GET",
            `/sql/v1/organizations/${emulator.organizationId}/environments/env-abc123/statements`,
            undefined,
            { authorization: `Bearer ${external.access_token}`, "confluent-identity-pool-id": "pool-111aaa" },
        );
        emulator.clock.advance(901_000);
        await send("GET", "/iam/v2/service-accounts", undefined, {
            authorization: `Bearer ${sts.access_token}`,
        });
        expectStatuses(200, 400, 401);
    });
});
