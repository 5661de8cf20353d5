import { invalidFilter, unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { findRegions, type Region } from "../fcpm/regions";
import { environmentReference } from "../org/environments";
import { listPage, numbered } from "../page";
import { type Answer, type Call, queryParameter, type Route } from "../route";
import type { EndpointBody } from "../schemas";

const PAGES = { default: 100, max: 1000 };

/** GET /endpoint/v1/endpoints: the public REST endpoint of every Flink region. Other services have none here. */
export function endpointRoutes(cloud: Cloud): Route[] {
    return [
        {
            method: "GET",
            path: "/endpoint/v1/endpoints",
            authentication: "control",
            answer: (call) => list(cloud, call),
        },
    ];
}

function list(cloud: Cloud, call: Call): Answer {
    const service = required(call, "service");
    const environmentId = required(call, "environment");
    if (!cloud.environments.has(environmentId)) {
        throw unauthorized(`The environment '${environmentId}' does not exist or may not be read.`);
    }
    const isEmpty = service.toUpperCase() !== "FLINK" || queryParameter(call, "is_private") === "true";
    const regions = isEmpty ? [] : findRegions(queryParameter(call, "cloud"), queryParameter(call, "region"));
    return {
        status: 200,
        body: listPage(cloud, call, {
            apiVersion: "endpoint/v1",
            kind: "EndpointList",
            entries: numbered(regions),
            toBody: (region) => endpointBody(cloud, region, environmentId),
            pages: PAGES,
        }),
    };
}

function required(call: Call, name: string): string {
    const value = queryParameter(call, name);
    if (value === undefined) {
        throw invalidFilter(`${name} is required.`, name);
    }
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
