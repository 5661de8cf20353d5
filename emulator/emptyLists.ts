import type { Cloud } from "./cloud";
import { listPage } from "./pagination";
import { resourceRoutes } from "./resourceRoutes";
import type { Route } from "./route";

/** Lists of resources that the emulator never has. Clients read them as part of other commands. */
const emptyLists: readonly (readonly [path: string, apiVersion: string, kind: string])[] = [
    ["/iam/v2/invitations", "iam/v2", "InvitationList"],
    ["/iam/v2/sso/group-mappings", "iam/v2", "GroupMappingList"],
    ["/iam/v2/ip-groups", "iam/v2", "IpGroupList"],
    ["/iam/v2/ip-filters", "iam/v2", "IpFilterList"],
    ["/iam/v2/certificate-authorities", "iam/v2", "CertificateAuthorityList"],
    ["/byok/v1/keys", "byok/v1", "KeyList"],
    ["/pim/v1/integrations", "pim/v1", "IntegrationList"],
    ["/networking/v1/networks", "networking/v1", "NetworkList"],
    ["/networking/v1/private-link-attachments", "networking/v1", "PrivateLinkAttachmentList"],
];

export function emptyListRoutes(cloud: Cloud): Route[] {
    return emptyLists.flatMap(([path, apiVersion, kind]) =>
        resourceRoutes(cloud, path, {
            list: (_, request) => ({
                status: 200,
                body: listPage(cloud, request, { apiVersion, kind, entries: [], toBody: () => undefined }),
            }),
        }),
    );
}
