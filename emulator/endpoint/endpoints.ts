import { invalidFilter, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { findRegions, type Region } from "../fcpm/regions";
import { environmentReference } from "../org/environments";
import { listPage, numbered } from "../pagination";
import { type ApiRequest, type ApiResponse, queryParameter, type Route } from "../route";
import type { EndpointBody } from "../schemas";

const pageSizes = { default: 100, max: 1000 };

/** GET /endpoint/v1/endpoints: the public REST endpoint of every Flink region. The list is empty for other services. */
export function endpointRoutes(cloud: Cloud): Route[] {
    return [
        {
            method: "GET",
            path: "/endpoint/v1/endpoints",
            authentication: "control",
            handle: (request) => list(cloud, request),
        },
    ];
}

function list(cloud: Cloud, request: ApiRequest): ApiResponse {
    const service = required(request, "service");
    const environmentId = required(request, "environment");
    if (!cloud.environments.has(environmentId)) {
        throw unauthorized(`The environment '${environmentId}' does not exist or may not be read.`);
    }
    const isEmpty = service.toUpperCase() !== "FLINK" || queryParameter(request, "is_private") === "true";
    const regions = isEmpty
        ? []
        : findRegions(queryParameter(request, "cloud"), queryParameter(request, "region"));
    return {
        status: 200,
        body: listPage(cloud, request, {
            apiVersion: "endpoint/v1",
            kind: "EndpointList",
            entries: numbered(regions),
            toBody: (region) => endpointBody(cloud, region, environmentId),
            pages: pageSizes,
        }),
    };
}

function required(request: ApiRequest, name: string): string {
    const value = queryParameter(request, name);
    if (value === undefined) throw invalidFilter(`${name} is required.`, name);
    return value;
}

function endpointBody(cloud: Cloud, region: Region, environmentId: string): EndpointBody {
    const id = `e-${region.id.replace(".", "-")}`;
    return {
        api_version: "endpoint/v1",
        kind: "Endpoint",
        id,
        metadata: {
            self: `${cloud.url}/endpoint/v1/endpoints/${id}`,
            resource_name: cloud.crn(["endpoint", id]),
        },
        cloud: region.cloud,
        region: region.regionName,
        service: "FLINK",
        is_private: false,
        connection_type: "PUBLIC",
        endpoint: cloud.url,
        endpoint_type: "REST",
        environment: environmentReference(cloud, environmentId),
    };
}
