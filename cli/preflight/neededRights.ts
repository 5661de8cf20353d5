import type { FlinkAccessArgs } from "../../components";
import { grantsOf } from "../../components/roles";

/** A role on a scope. */
export interface HeldRole {
    /** `AccountAdmin` */
    readonly roleName: string;
    /** `crn://confluent.cloud/organization=…` */
    readonly crnPattern: string;
}

/** Something that a deployment does, and the roles that allow it. Any one of them is enough. */
export interface NeededRight {
    /** `grant FlinkDeveloper on environment env-abc123` */
    readonly right: string;
    /** Enough by every edition of Confluent's pages, the narrowest first. Empty: no role is. */
    readonly roles: readonly HeldRole[];
    /** Enough by one edition and not by another, with which says what. Default: none. */
    readonly disputed?: readonly (HeldRole & { readonly editions: string })[];
    /** What to do if the caller has none of `roles`. Default: grant the first of them. */
    readonly remedy?: string;
}

const keysPage = `Confluent's page "Manage API keys"`;

/**
 * The rights that the Cloud API key of a pipeline needs to deploy a stack. Confluent's pages are the source; docs/roles.md
 * quotes them, and says where two editions of one page contradict each other. `callerId` is the owner of the Cloud API key;
 * undefined if not known.
 */
export function neededRights(
    access: FlinkAccessArgs,
    organizationCrn: string,
    callerId: string | undefined,
): NeededRight[] {
    const at = (roleName: string, path = ""): HeldRole => ({
        roleName,
        crnPattern: `${organizationCrn}${path}`,
    });
    const organizationAdmin = at("OrganizationAdmin");
    const environmentId = String(access.environmentId);
    const { principal } = access;
    const accountId = principal?.serviceAccountId && String(principal.serviceAccountId);
    const userId = principal?.userId && String(principal.userId);
    // The owner may be the principal of another stack. Its id is not in this stack's file.
    const createsAccount = !accountId && !userId && principal?.stack === undefined;
    const rights: NeededRight[] = [];
    if (createsAccount)
        rights.push({ right: "create the service account", roles: [at("AccountAdmin"), organizationAdmin] });
    if (access.regions.length > 0 && userId && userId !== callerId) {
        rights.push({
            right: `create and delete API keys of ${userId}`,
            roles: [],
            disputed: [
                {
                    ...organizationAdmin,
                    editions: `by ${keysPage} of 2026, nobody creates keys for another user; the edition before allowed it to OrganizationAdmin`,
                },
            ],
            remedy: `Use a service account as principal, or deploy with a Cloud API key of ${userId}: everybody may create keys for themselves.`,
        });
    }
    if (access.regions.length > 0 && !userId) {
        const isGlobal = access.keyScope === "global";
        const inTable = ["EnvironmentAdmin", "FlinkAdmin"].map((roleName) => ({
            ...at(roleName, `/environment=${environmentId}`),
            editions: `the table of ${keysPage} (2026) allows it to ${roleName}, but the text of the page, and the editions before, to others only`,
        }));
        const keyAdmin = {
            ...at("ResourceKeyAdmin"),
            editions: `${keysPage} of 2026 does not allow it to ResourceKeyAdmin, the edition before did`,
        };
        // By the older edition, it does not allow a principal to create keys for itself.
        const isForItself = accountId !== undefined && accountId === callerId;
        rights.push({
            right: `create and delete ${isGlobal ? "Global API keys" : "API keys"} of ${accountId ?? "the service account"}`,
            roles: [
                ...(accountId ? [at("ResourceOwner", `/service-account=${accountId}`)] : []),
                organizationAdmin,
            ],
            // Global keys are on the page of 2026 only, which allows them to no other role.
            disputed: isGlobal ? [] : [...inTable, ...(isForItself ? [] : [keyAdmin])],
            ...(!accountId && {
                remedy: "Let an administrator create the service account, and make the pipeline its ResourceOwner (deploy/bootstrap does both); then set principal.serviceAccountId and roles: []. Or grant OrganizationAdmin.",
            }),
        });
    }
    for (const { roleName, crnPattern } of grantsOf(access.roles ?? ["OrganizationAdmin"], "roles")) {
        const scope = crnPattern({ organizationCrn, environmentId });
        if (typeof scope !== "string") continue;
        const where = scope.slice(organizationCrn.length + 1) || "the organization";
        rights.push({
            right: `grant ${roleName} on ${where}`,
            roles: [...grantorsOf(scope), organizationAdmin],
        });
    }
    return rights;
}

/** The roles below the organization that are allowed to grant a role on a scope. */
function grantorsOf(scope: string): HeldRole[] {
    const isOfResource = /\/(topic|group|transactional-id|subject|service-account)=/.test(scope);
    const upTo = (kind: string): string | undefined => new RegExp(`^.*?/${kind}=[^/]+`).exec(scope)?.[0];
    const grantors: [roleName: string, crnPattern: string | undefined][] = [
        ["ResourceOwner", isOfResource ? scope : undefined],
        ["CloudClusterAdmin", upTo("cloud-cluster")],
        ["EnvironmentAdmin", upTo("environment")],
    ];
    return grantors.flatMap(([roleName, crnPattern]) => (crnPattern ? [{ roleName, crnPattern }] : []));
}

/**
 * Whether a role on one scope applies to another: the same scope or one below. `*` at the end of an id is a wildcard.
 */
export function reaches(held: string, target: string): boolean {
    const segmentsOf = (crn: string): string[] => crn.replace(/%3a/gi, ":").split("/");
    const targetPath = segmentsOf(target);
    return segmentsOf(held).every((segment, i) =>
        segment.endsWith("*") ? targetPath[i]?.startsWith(segment.slice(0, -1)) : targetPath[i] === segment,
    );
}
