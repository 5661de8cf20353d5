import { invalidFilter, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { findRegions, type Region } from "../fcpm/regions";
import { environmentReference } from "../org/environments";
import { listPage, numbered } from "../pagination";
import { resourceRoutes } from "../resourceRoutes";
import { type ApiRequest, type ApiResponse, queryParameter, type Route } from "../route";

const pageSizes = { default: 100, max: 1000 };

/**
 * GET /endpoint/v1/endpoints: for every Flink region the public REST endpoint, and that of the language service, which clients must
 * leave out. The list is empty for other services.
 */
export function endpointRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, "/endpoint/v1/endpoints", { list });
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
            entries: numbered(
                regions.flatMap((region) => [
                    { region, type: "REST" as const },
                    { region, type: "LANGUAGE_SERVICE" as const },
                ]),
            ),
            toBody: ({ region, type }) => endpointBody(cloud, region, type, environmentId),
            pages: pageSizes,
        }),
    };
}

function required(request: ApiRequest, name: string): string {
    const value = queryParameter(request, name);
    if (value === undefined) throw invalidFilter(`${name} is required.`, name);
    return value;
}

function endpointBody(
    cloud: Cloud,
    region: Region,
    type: "REST" | "LANGUAGE_SERVICE",
    environmentId: string,
) {
    const id = `e-${region.id.replace(".", "-")}${type === "REST" ? "" : "-ls"}`;
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
        // There is no language service behind the emulator. The real one is at flinkpls.us-east-1.aws.confluent.cloud.
        endpoint: type === "REST" ? cloud.flinkUrl(region.id) : `${cloud.url}/flinkpls/${region.id}`,
        endpoint_type: type,
        environment: environmentReference(cloud, environmentId),
    };
}
