import type { Cloud } from "./cloud";
import { listPage } from "./pagination";
import type { Authentication, Route } from "./route";
import { requireDataPlaneAccess } from "./sql/statementAccess";

/** Lists of resources that the emulator never has. Clients read them as part of other commands. */
const emptyLists: readonly (readonly [path: string, apiVersion: string, kind: string, Authentication])[] = [
    ["/iam/v2/invitations", "iam/v2", "InvitationList", "control"],
    ["/iam/v2/sso/group-mappings", "iam/v2", "GroupMappingList", "control"],
    ["/iam/v2/ip-groups", "iam/v2", "IpGroupList", "control"],
    ["/iam/v2/ip-filters", "iam/v2", "IpFilterList", "control"],
    ["/networking/v1/networks", "networking/v1", "NetworkList", "control"],
    ["/networking/v1/private-link-attachments", "networking/v1", "PrivateLinkAttachmentList", "control"],
    ["/artifact/v1/flink-artifacts", "artifact/v1", "FlinkArtifactList", "control"],
    [
        "/sql/v1/organizations/:organization_id/environments/:environment_id/connections",
        "sql/v1",
        "ConnectionList",
        "data",
    ],
];

export function emptyListRoutes(cloud: Cloud): Route[] {
    return emptyLists.map(([path, apiVersion, kind, authentication]) => ({
        method: "GET",
        path,
        authentication,
        handle: (request) => {
            if (authentication === "data") requireDataPlaneAccess(cloud, request);
            const list = { apiVersion, kind, entries: [], toBody: () => undefined };
            return {
                status: 200,
                body: listPage(cloud, request, { ...list, withSelf: authentication === "data" }),
            };
        },
    }));
}
