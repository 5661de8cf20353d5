/**
 * The JSON bodies of responses, with the names of Confluent Cloud's OpenAPI files. Only these types use snake_case.
 */

export interface ErrorBody {
    errors: {
        id: string;
        status: string;
        code?: string;
        title: string;
        detail: string;
        source?: { pointer?: string; parameter?: string };
    }[];
}

export interface ListBody {
    api_version: string;
    kind: string;
    /** `next` is never `null`: the Terraform provider panics on it. */
    metadata: { next?: string; self?: string };
    data: unknown[];
}

export interface ObjectMeta {
    self: string;
    resource_name: string;
    created_at: string;
    updated_at: string;
}

export interface ObjectReference {
    api_version?: string;
    kind?: string;
    id: string;
    environment?: string;
    related: string;
    resource_name: string;
}

export interface ServiceAccountBody {
    api_version: "iam/v2";
    kind: "ServiceAccount";
    id: string;
    metadata: ObjectMeta;
    display_name: string;
    description: string;
}

export interface UserBody {
    api_version: "iam/v2";
    kind: "User";
    id: string;
    metadata: ObjectMeta;
    email: string;
    full_name: string;
    auth_type: "AUTH_TYPE_LOCAL" | "AUTH_TYPE_SSO";
}

export interface RoleBindingBody {
    api_version: "iam/v2";
    kind: "RoleBinding";
    id: string;
    metadata: ObjectMeta;
    principal: string;
    role_name: string;
    crn_pattern: string;
}

export interface ApiKeyBody {
    api_version: "iam/v2";
    kind: "ApiKey";
    id: string;
    metadata: ObjectMeta;
    spec: {
        /** Only in the response to the POST; empty in all others. */
        secret: string;
        display_name: string;
        description: string;
        owner: ObjectReference;
        resource: ObjectReference;
    };
}

export interface EnvironmentBody {
    api_version: "org/v2";
    kind: "Environment";
    id: string;
    metadata: ObjectMeta;
    display_name: string;
    stream_governance_config?: { package: string };
}

export interface OrganizationBody {
    api_version: "org/v2";
    kind: "Organization";
    id: string;
    metadata: ObjectMeta;
    display_name: string;
    jit_enabled: boolean;
}

export interface RegionBody {
    api_version: "fcpm/v2";
    kind: "Region";
    id: string;
    metadata: { self: string; resource_name: string };
    display_name: string;
    cloud: string;
    region_name: string;
    http_endpoint: string;
    private_http_endpoint: string;
}

export interface ComputePoolBody {
    api_version: "fcpm/v2";
    kind: "ComputePool";
    id: string;
    metadata: ObjectMeta;
    spec: {
        display_name: string;
        cloud: string;
        region: string;
        max_cfu: number;
        enable_ai: boolean;
        default_pool: boolean;
        environment: ObjectReference;
    };
    status: { phase: string; current_cfu: number };
}

export interface EndpointBody {
    api_version: "endpoint/v1";
    kind: "Endpoint";
    id: string;
    metadata: { self: string; resource_name: string };
    cloud: string;
    region: string;
    service: "FLINK";
    is_private: boolean;
    connection_type: "PUBLIC";
    endpoint: string;
    endpoint_type: "REST" | "LANGUAGE_SERVICE";
    environment: ObjectReference;
}

export interface AppliedQuotaBody {
    api_version: "service-quota/v1";
    kind: "AppliedQuota";
    id: string;
    metadata: { self: string; resource_name: string };
    scope: string;
    display_name: string;
    default_limit: number;
    applied_limit: number;
    usage?: number;
    organization: ObjectReference;
    environment?: ObjectReference;
    user?: ObjectReference;
}

export interface IdentityProviderBody {
    api_version: "iam/v2";
    kind: "IdentityProvider";
    id: string;
    metadata: ObjectMeta;
    display_name: string;
    description: string;
    identity_claim?: string;
    state: "ENABLED";
    issuer: string;
    jwks_uri: string;
    keys: never[];
}

export interface IdentityPoolBody {
    api_version: "iam/v2";
    kind: "IdentityPool";
    id: string;
    metadata: ObjectMeta;
    display_name: string;
    description: string;
    identity_claim: string;
    filter: string;
    principal: string;
    state: "ENABLED";
}

export interface KafkaClusterBody {
    api_version: "cmk/v2";
    kind: "Cluster";
    id: string;
    metadata: ObjectMeta;
    spec: {
        display_name: string;
        availability: "SINGLE_ZONE";
        cloud: string;
        region: string;
        config: { kind: "Standard" };
        kafka_bootstrap_endpoint: string;
        http_endpoint: string;
        environment: ObjectReference;
    };
    status: { phase: "PROVISIONED" };
}

export interface SchemaRegistryBody {
    api_version: "srcm/v3";
    kind: "Cluster";
    id: string;
    metadata: ObjectMeta;
    spec: {
        display_name: string;
        package: string;
        cloud: string;
        region: string;
        http_endpoint: string;
        private_http_endpoint: string;
        catalog_http_endpoint: string;
        private_networking_config: { regional_endpoints: Record<string, string> };
        environment: ObjectReference;
    };
    status: { phase: "PROVISIONED" };
}

export interface ComputePoolConfigBody {
    api_version: "fcpm/v2";
    kind: "OrgComputePoolConfig";
    organization_id: string;
    spec: { default_pool_enabled: boolean; default_pool_max_cfu: number };
}

export interface TokenBody {
    access_token: string;
    issued_token_type?: string;
    token_type: "Bearer";
    expires_in: number;
}

export interface DataTypeBody {
    type: string;
    nullable: boolean;
    length?: number;
    precision?: number;
    scale?: number;
}

export interface StatementBody {
    api_version: "sql/v1";
    kind: "Statement";
    name: string;
    organization_id: string;
    environment_id: string;
    metadata: {
        self: string;
        created_at: string;
        updated_at: string;
        uid: string;
        resource_version: string;
        labels: Record<string, string>;
    };
    spec: {
        statement: string;
        properties: Record<string, string>;
        compute_pool_id: string;
        principal: string;
        stopped: boolean;
    };
    status: {
        phase: string;
        detail: string;
        network_kind: "PUBLIC";
        latest_offsets: Record<string, string>;
        latest_offsets_timestamp?: string;
        traits?: {
            sql_kind: string;
            is_bounded: boolean;
            is_append_only: boolean;
            schema?: { columns: { name: string; type: DataTypeBody }[] };
        };
    };
}

export interface StatementResultBody {
    api_version: "sql/v1";
    kind: "StatementResult";
    metadata: { self: string; next?: string; created_at: string };
    results: { data: { op: number; row: (string | null)[] }[] };
}

export interface StatementExceptionListBody {
    api_version: "sql/v1";
    kind: "StatementExceptionList";
    metadata: { self: string };
    data: { kind: "StatementException"; name: string; message: string; timestamp: string }[];
}
