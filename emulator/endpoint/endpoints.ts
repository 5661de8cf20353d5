import { unauthorized } from "../apiError";
import type { Cloud } from "../cloud";
import { findRegions } from "../fcpm/regions";
import { environmentReference } from "../org/environments";
import { numbered } from "../pagination";
import { resourceRoutes } from "../resourceRoutes";
import { queryParameter, type Route, requiredParameter } from "../route";

/**
 * GET /endpoint/v1/endpoints: for every Flink region the public REST endpoint, and that of the language service, which clients must
 * leave out. The list is empty for other services.
 */
export function endpointRoutes(cloud: Cloud): Route[] {
    return resourceRoutes(cloud, {
        path: "/endpoint/v1/endpoints",
        kind: "Endpoint",
        pages: { default: 100, max: 1000 },
        list(request) {
            const service = requiredParameter(request, "service").toUpperCase();
            const environmentId = requiredParameter(request, "environment");
            if (!cloud.environments.has(environmentId))
                throw unauthorized(`The environment '${environmentId}' does not exist or may not be read.`);
            if (service !== "FLINK" || queryParameter(request, "is_private") === "true") return [];
            const regions = findRegions(queryParameter(request, "cloud"), queryParameter(request, "region"));
            return numbered(
                regions.flatMap((region) => {
                    const id = `e-${region.id.replace(".", "-")}`;
                    const common = { region, environmentId };
                    // There is no language service behind the emulator. The real one is at flinkpls.us-east-1.aws.confluent.cloud.
                    const languageService = `${cloud.url}/flinkpls/${region.id}`;
                    return [
                        { ...common, id, type: "REST", url: cloud.flinkUrl(region.id) },
                        { ...common, id: `${id}-ls`, type: "LANGUAGE_SERVICE", url: languageService },
                    ];
                }),
            );
        },
        crn: ({ id }) => cloud.crn(["endpoint", id]),
        fields: ({ region, type, url, environmentId }) => ({
            cloud: region.cloud,
            region: region.regionName,
            service: "FLINK",
            is_private: false,
            connection_type: "PUBLIC",
            endpoint: url,
            endpoint_type: type,
            environment: environmentReference(cloud, environmentId),
        }),
    });
}
