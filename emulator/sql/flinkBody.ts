import { timestamp } from "../clock";
import type { Cloud } from "../cloud";
import type { DataPlaneScope } from "./statementAccess";

/** A resource of the Flink API. */
interface FlinkResource {
    name: string;
    uid: string;
    resourceVersion: number;
    createdAt: number;
    updatedAt: number;
}

/** The URL of a resource of the Flink API; at the bare URL where its region is not known. */
export function flinkResourceUrl(
    cloud: Cloud,
    { environmentId, regionId }: DataPlaneScope,
    path: string,
): string {
    const base = regionId === undefined ? cloud.url : cloud.flinkUrl(regionId);
    return `${base}/sql/v1/organizations/${cloud.organizationId}/environments/${environmentId}/${path}`;
}

/** What the body of such a resource begins with. */
export function flinkHead(kind: string, self: string, resource: FlinkResource) {
    return {
        api_version: "sql/v1",
        kind,
        name: resource.name,
        metadata: {
            self,
            created_at: timestamp(resource.createdAt),
            updated_at: timestamp(resource.updatedAt),
            uid: resource.uid,
            resource_version: String(resource.resourceVersion),
        },
    };
}
