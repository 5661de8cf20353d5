/**
 * Where real traffic, or the emulator on purpose, deviates from the OpenAPI files. Every allowed deviation is listed here with
 * its reason; anything else is a violation.
 */
export interface Quirk {
    /** `POST /iam/v2/api-keys`, with the specification's names of path parameters. `*` = every operation. */
    operation: string;
    /** Matches the text of the violation. */
    violation: RegExp;
    reason: string;
}

export const QUIRKS: readonly Quirk[] = [
    {
        operation: "POST /iam/v2/api-keys",
        violation: /^request \/spec\/(owner|resource)\/(related|resource_name|api_version|kind) /,
        reason: "The Go SDK under Terraform, Pulumi and the CLI sends these read-only fields, the URLs empty.",
    },
    {
        operation: "POST /fcpm/v2/compute-pools",
        violation: /^request \/spec\/environment\/(related|resource_name) /,
        reason: "The Go SDK sends these read-only fields empty.",
    },
    {
        operation: "PATCH /fcpm/v2/compute-pools/{id}",
        violation: /^request \/spec\/environment\/(related|resource_name) /,
        reason: "The Go SDK sends these read-only fields empty.",
    },
    {
        operation: "POST /iam/v2/role-bindings",
        violation:
            /^response 400 (\/ must have required property 'errors'|\/(error_code|message) is not declared)/,
        reason: 'For a scope that the role cannot be bound at, the response is {"error_code":40002,"message":…}.',
    },
    {
        operation: "*",
        violation:
            /^response 20\d (\/data\/\d+)?\/spec\/resource\/(related|resource_name) must match format "uri"/,
        reason: "Cloud and global keys have the words cloud and global where a URL is specified.",
    },
    {
        operation: "GET /iam/v2/role-bindings",
        violation: /^request \/query\/page_size must be <= 100/,
        reason: "The published specification allows 1000; the SDK's copy is from 2022.",
    },
    {
        operation: "GET /iam/v2/role-bindings/{id}",
        violation:
            /^response 403 (\/ must have required property 'errors'|\/(error_code|message) is not declared)/,
        reason: 'For an unknown role binding, the response is {"error_code":40301,"message":…}.',
    },
    {
        operation: "DELETE /iam/v2/role-bindings/{id}",
        violation:
            /^response 403 (\/ must have required property 'errors'|\/(error_code|message) is not declared)/,
        reason: 'For an unknown role binding, the response is {"error_code":40301,"message":…}.',
    },
    {
        operation: "GET /iam/v2/identity-providers/{id}",
        violation:
            /^response 404 (\/ must have required property 'errors'|\/(error_code|message) is not declared)/,
        reason: 'For an unknown identity provider, the response is {"error_code":404,"message":…}.',
    },
    {
        operation: "GET /iam/v2/identity-providers/{provider_id}/identity-pools/{id}",
        violation:
            /^response 404 (\/ must have required property 'errors'|\/(error_code|message) is not declared)/,
        reason: 'For an unknown identity pool, the response is {"error_code":404,"message":…}.',
    },
    {
        operation: "*",
        violation: /^response 20[01] \/spec must have required property 'statement_name'/,
        reason: "The specification requires a field that it does not declare; no statement has it.",
    },
    {
        operation:
            "POST /sql/v1/organizations/{organization_id}/environments/{environment_id}/databases/{kafka_cluster_id}/materialized-tables",
        violation: /^request \/ must have required property 'metadata'/,
        reason: "Terraform and the CLI send no metadata with a new table.",
    },
    {
        operation:
            "GET /sql/v1/organizations/{organization_id}/environments/{environment_id}/statements/{name}/results",
        violation: /^response 200 \/ must have required property 'data'/,
        reason: "The rows are in results.data; the specification also requires data, which it does not declare.",
    },
    {
        operation:
            "PUT /sql/v1/organizations/{organization_id}/environments/{environment_id}/statements/{statement_name}",
        violation: /^request \/(api_version|kind|status) is read-only/,
        reason: "Terraform and Pulumi send the whole statement back as they received it.",
    },
    {
        operation:
            "PUT /sql/v1/organizations/{organization_id}/environments/{environment_id}/statements/{statement_name}",
        violation: /^status 409 is not documented/,
        reason: "A stale resource_version: described in the text of the specification, not in its list of responses.",
    },
    {
        operation:
            "PUT /sql/v1/organizations/{organization_id}/environments/{environment_id}/statements/{statement_name}",
        violation: /^status 422 is not documented/,
        reason: "An immutable field: other operations on statements document 422 for it.",
    },
];
