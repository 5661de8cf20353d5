import type { Cloud } from "./cloud";
import { resourceRoutes } from "./resourceRoutes";
import type { Route } from "./route";

/** Lists of resources that the emulator never has. Clients read them as part of other commands. */
const emptyLists: readonly (readonly [path: string, kind: string])[] = [
    ["/iam/v2/invitations", "Invitation"],
    ["/iam/v2/sso/group-mappings", "GroupMapping"],
    ["/iam/v2/ip-groups", "IpGroup"],
    ["/iam/v2/ip-filters", "IpFilter"],
    ["/iam/v2/certificate-authorities", "CertificateAuthority"],
    ["/byok/v1/keys", "Key"],
    ["/pim/v1/integrations", "Integration"],
    ["/networking/v1/networks", "Network"],
    ["/networking/v1/private-link-attachments", "PrivateLinkAttachment"],
];

export function emptyListRoutes(cloud: Cloud): Route[] {
    return emptyLists.flatMap(([path, kind]) => resourceRoutes(cloud, { path, kind, list: () => [] }));
}
