import type { FlinkAccessArgs } from "../../components";
import { grantsOf } from "../../components/roles";

/** A role on a scope. */
export interface HeldRole {
    /** `AccountAdmin` */
    readonly roleName: string;
    /** `crn://confluent.cloud/organization=…` */
    readonly crnPattern: string;
}

/** A role that is enough by one edition of Confluent's pages, and not by another. */
export interface DisputedRole extends HeldRole {
    /** Which edition says what. */
    readonly editions: string;
}

/** Something that a deployment does, and the roles that allow it. Any one of them is enough. */
export interface NeededRight {
    /** `grant FlinkDeveloper on environment env-abc123` */
    readonly right: string;
    /** Enough by every edition of Confluent's pages, the narrowest first. Empty: no role is. */
    readonly roles: readonly HeldRole[];
    /** Enough by one edition only. Default: none. */
    readonly disputed?: readonly DisputedRole[];
    /** What to do if the caller has none of `roles`. Default: grant the first of them. */
    readonly remedy?: string;
}

/** Where the rights are needed, and by whom. */
export interface RightsContext {
    readonly organizationCrn: string;
    /** The owner of the Cloud API key; undefined if not known. */
    readonly callerId: string | undefined;
}

/**
 * The rights that the Cloud API key of a pipeline needs to deploy a stack. Confluent's pages are the source; docs/roles.md
 * quotes them, and says where two editions of one page contradict each other.
 */
export function neededRights(access: FlinkAccessArgs, context: RightsContext): NeededRight[] {
    const { organizationCrn } = context;
    const organizationAdmin = { roleName: "OrganizationAdmin", crnPattern: organizationCrn };
    const environmentId = String(access.environmentId);
    const ownerId = existingOwner(access);
    const rights: NeededRight[] = [];
    if (ownerId === undefined && !isOfAnotherStack(access)) {
        const accountAdmin = { roleName: "AccountAdmin", crnPattern: organizationCrn };
        rights.push({ right: "create the service account", roles: [accountAdmin, organizationAdmin] });
    }
    const isOwnUser = ownerId?.startsWith("u-") && ownerId === context.callerId;
    if (!isOwnUser && access.regions.length > 0) {
        rights.push(
            ownerId?.startsWith("u-")
                ? rightToKeysOfUser(ownerId, organizationAdmin)
                : rightToKeysOfAccount(ownerId, access, context, organizationAdmin),
        );
    }
    for (const { roleName, crnPattern } of grantsOf(access.roles ?? ["OrganizationAdmin"], "roles")) {
        const scope = crnPattern({ organizationCrn, environmentId });
        if (typeof scope !== "string") continue;
        const where = scope.slice(organizationCrn.length + 1) || "the organization";
        rights.push({ right: `grant ${roleName} on ${where}`, roles: grantorsOf(scope, organizationAdmin) });
    }
    return rights;
}

const keysPage = `Confluent's page "Manage API keys"`;

/** `ownerId`: undefined if the deployment creates the account. */
function rightToKeysOfAccount(
    ownerId: string | undefined,
    { environmentId, keyScope }: FlinkAccessArgs,
    { organizationCrn, callerId }: RightsContext,
    organizationAdmin: HeldRole,
): NeededRight {
    const environmentCrn = `${organizationCrn}/environment=${String(environmentId)}`;
    const table = (roleName: string): DisputedRole => ({
        roleName,
        crnPattern: environmentCrn,
        editions: `the table of ${keysPage} (2026) allows it to ${roleName}, but the text of the page, and the editions before, to others only`,
    });
    const keyAdmin: DisputedRole = {
        roleName: "ResourceKeyAdmin",
        crnPattern: organizationCrn,
        editions: `${keysPage} of 2026 does not allow it to ResourceKeyAdmin, the edition before did`,
    };
    const owner = ownerId ?? "the service account";
    return {
        right: `create and delete ${keyScope === "global" ? "Global API keys" : "API keys"} of ${owner}`,
        roles: [
            ...(ownerId === undefined
                ? []
                : [
                      {
                          roleName: "ResourceOwner",
                          crnPattern: `${organizationCrn}/service-account=${ownerId}`,
                      },
                  ]),
            organizationAdmin,
        ],
        // Global keys are on the page of 2026 only, which allows them to no other role.
        disputed:
            keyScope === "global"
                ? []
                : [
                      table("EnvironmentAdmin"),
                      table("FlinkAdmin"),
                      // By the older edition, it does not allow a principal to create keys for itself.
                      ...(ownerId !== undefined && ownerId === callerId ? [] : [keyAdmin]),
                  ],
        ...(ownerId === undefined && {
            remedy: "Let an administrator create the service account, and make the pipeline its ResourceOwner (deploy/bootstrap does both); then set principal.serviceAccountId and roles: []. Or grant OrganizationAdmin.",
        }),
    };
}

function rightToKeysOfUser(userId: string, organizationAdmin: HeldRole): NeededRight {
    return {
        right: `create and delete API keys of ${userId}`,
        roles: [],
        disputed: [
            {
                ...organizationAdmin,
                editions: `by ${keysPage} of 2026, nobody creates keys for another user; the edition before allowed it to OrganizationAdmin`,
            },
        ],
        remedy: `Use a service account as principal, or deploy with a Cloud API key of ${userId}: everybody may create keys for themselves.`,
    };
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

/** The owner is the principal of another stack. Its id is not in this stack's file. */
function isOfAnotherStack({ principal }: FlinkAccessArgs): boolean {
    return principal !== undefined && "stack" in principal;
}
