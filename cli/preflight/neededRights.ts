import type { FlinkAccessArgs } from "../../components";
import { grantsOf } from "../../components/roles";

/** A role on a scope. */
export interface HeldRole {
    /** `AccountAdmin` */
    readonly roleName: string;
    /** `crn://confluent.cloud/organization=…` */
    readonly crnPattern: string;
}

/** Something that a deployment does, and the roles that allow it, the narrowest first. Any one of them is enough. */
export interface NeededRight {
    /** `grant FlinkDeveloper on environment env-abc123` */
    readonly right: string;
    readonly roles: readonly HeldRole[];
}

/** Where the rights are needed, and by whom. */
export interface RightsContext {
    readonly organizationCrn: string;
    /** The owner of the Cloud API key; undefined if not known. */
    readonly callerId: string | undefined;
}

/**
 * The rights that the Cloud API key of a pipeline needs to deploy a stack, by Confluent's documentation of predefined
 * roles. AccountAdmin may create service accounts. ResourceKeyAdmin may create Flink keys for other principals. Roles may
 * be granted by an administrator of their scope, or by the ResourceOwner of the resource.
 */
export function neededRights(access: FlinkAccessArgs, context: RightsContext): NeededRight[] {
    const { organizationCrn } = context;
    const organizationAdmin = { roleName: "OrganizationAdmin", crnPattern: organizationCrn };
    const environmentId = String(access.environmentId);
    const ownerId = existingOwner(access);
    const rights: NeededRight[] = [];
    if (ownerId === undefined) {
        const accountAdmin = { roleName: "AccountAdmin", crnPattern: organizationCrn };
        rights.push({ right: "create the service account", roles: [accountAdmin, organizationAdmin] });
    }
    const resourceOwner = ownerId?.startsWith("sa-")
        ? [{ roleName: "ResourceOwner", crnPattern: `${organizationCrn}/service-account=${ownerId}` }]
        : [];
    // ResourceKeyAdmin does not allow a principal to create keys for itself.
    const keyAdmin =
        ownerId !== undefined && ownerId === context.callerId
            ? []
            : [{ roleName: "ResourceKeyAdmin", crnPattern: organizationCrn }];
    const isOwnUser = ownerId?.startsWith("u-") && ownerId === context.callerId;
    if (!isOwnUser) {
        const owner = ownerId ?? "the service account";
        rights.push({
            right: `create and delete API keys of ${owner}`,
            roles: [...resourceOwner, ...keyAdmin, organizationAdmin],
        });
    }
    for (const { roleName, crnPattern } of grantsOf(access.roles ?? ["OrganizationAdmin"], "roles")) {
        const scope = crnPattern({ organizationCrn, environmentId });
        if (typeof scope !== "string") continue;
        const where = scope.slice(organizationCrn.length + 1) || "the organization";
        rights.push({ right: `grant ${roleName} on ${where}`, roles: grantorsOf(scope, organizationAdmin) });
    }
    return rights;
}

/**
 * Whether a role on one scope applies to another: the same scope or one below. `*` at the end of an id is a wildcard.
 */
export function reaches(held: string, target: string): boolean {
    const [heldPath, targetPath] = [held, target].map((crn) => crn.replace(/%3a/gi, ":").split("/"));
    return (heldPath as string[]).every((segment, i) => {
        const other = targetPath?.[i];
        return segment.endsWith("*") ? other?.startsWith(segment.slice(0, -1)) : other === segment;
    });
}

/** The roles that are allowed to grant a role on a scope. */
function grantorsOf(scope: string, organizationAdmin: HeldRole): HeldRole[] {
    const upTo = (kind: string): string | undefined => new RegExp(`^.*?/${kind}=[^/]+`).exec(scope)?.[0];
    const at = (roleName: string, crnPattern: string | undefined): HeldRole[] =>
        crnPattern === undefined ? [] : [{ roleName, crnPattern }];
    const isOfResource = /\/(topic|group|transactional-id|subject|service-account)=/.test(scope);
    return [
        ...at("ResourceOwner", isOfResource ? scope : undefined),
        ...at("CloudClusterAdmin", upTo("cloud-cluster")),
        ...at("EnvironmentAdmin", upTo("environment")),
        organizationAdmin,
    ];
}

function existingOwner({ principal }: FlinkAccessArgs): string | undefined {
    if (principal && "serviceAccountId" in principal) return String(principal.serviceAccountId);
    if (principal && "userId" in principal) return String(principal.userId);
    return undefined;
}
