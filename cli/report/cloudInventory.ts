import { type FlinkApiKey, listFlinkApiKeys } from "../../confluent/apiKeys";
import { type AppliedQuota, listAppliedQuotas } from "../../confluent/appliedQuotas";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { mayBeGone } from "../../confluent/confluentError";
import { crnOfOrganization } from "../../confluent/crn";
import { type ListedEnvironment, listEnvironments } from "../../confluent/environments";
import { type FlinkRegion, listFlinkRegions } from "../../confluent/flinkRegions";
import { getOrganizationId } from "../../confluent/organizations";
import { listRoleBindings, type RoleBinding } from "../../confluent/roleBindings";
import { listServiceAccounts, type ServiceAccount } from "../../confluent/serviceAccounts";
import { listUsers, type User } from "../../confluent/users";
import type { Connection } from "../connect";
import type { Caller, Gap, GapSubject } from "./report";

/** The data of Confluent Cloud, as far as the credentials are allowed to see it. */
export interface CloudInventory {
    readonly caller: Caller;
    /** Undefined if it could not be read. */
    readonly organizationId: string | undefined;
    readonly keys: readonly FlinkApiKey[];
    /** Confluent Cloud's time when the keys were listed; undefined if it did not send it. */
    readonly asOfMs: number | undefined;
    readonly environments: readonly ListedEnvironment[];
    readonly serviceAccounts: readonly ServiceAccount[];
    readonly users: readonly User[];
    /** Undefined if they could not be read. */
    readonly roleBindings: readonly RoleBinding[] | undefined;
    readonly quotas: readonly AppliedQuota[];
    readonly regions: readonly FlinkRegion[];
    readonly gaps: readonly Gap[];
}

/**
 * Reads keys, owners, role bindings, quotas, regions and environments at the same time. Without the keys there is no
 * report, so an error in reading them is thrown. Anything else that cannot be read becomes a gap.
 */
export async function readCloudInventory({ api, identity }: Connection): Promise<CloudInventory> {
    const gaps: Gap[] = [];
    const orGap = async <T>(subject: GapSubject, read: Promise<T>, none: T): Promise<T> => {
        try {
            return await read;
        } catch (error) {
            gaps.push({ subject, reason: (error as Error).message });
            return none;
        }
    };
    const environmentsRead = listEnvironments(api);
    // Environments contain the organization's id. If none is visible, it takes another request; not if nothing answers.
    const organization = environmentsRead
        .catch((error: unknown) => {
            if (mayBeGone(error)) return [];
            throw error;
        })
        .then((seen) => seen.find((one) => one.organizationId)?.organizationId ?? getOrganizationId(api));
    const [listed, environments, serviceAccounts, users, roleBindings, accountQuotas, userQuotas, regions] =
        await Promise.all([
            listFlinkApiKeys(api),
            orGap("environments", environmentsRead, []),
            orGap("serviceAccounts", listServiceAccounts(api), []),
            orGap("users", listUsers(api), []),
            orGap(
                "roleBindings",
                organization.then((id) => listRoleBindings(api, crnOfOrganization(id))),
                undefined,
            ),
            orGap("quotas", listAppliedQuotas(api, "SERVICE_ACCOUNT"), []),
            orGap("quotas", listAppliedQuotas(api, "USER_ACCOUNT"), []),
            orGap("regions", listFlinkRegions(api), []),
        ]);
    const quotas = [...accountQuotas, ...userQuotas];
    const { ownerByKey, ...inventory } = listed;
    return {
        organizationId: await organization.catch(() => undefined),
        caller: callerOf(api, identity, ownerByKey, roleBindings),
        ...inventory,
        environments,
        serviceAccounts,
        users,
        roleBindings,
        quotas,
        regions,
        gaps,
    };
}

// By every edition of Confluent's pages. ResourceKeyAdmin saw every key by the edition before 2026, and sees no Flink key since.
const rolesThatSeeEveryKey = ["OrganizationAdmin"];

function callerOf(
    api: ConfluentApi,
    identity: string,
    ownerByKey: ReadonlyMap<string, string>,
    roleBindings: readonly RoleBinding[] | undefined,
): Caller {
    const principals = new Set(roleBindings?.map(({ principalId }) => principalId));
    // A caller that may list role bindings has one. If only one principal is visible, it is the caller.
    const only = principals.size === 1 ? [...principals][0] : undefined;
    const ownerId = ownerByKey.get(identity) ?? (identity.startsWith("pool-") ? undefined : only) ?? null;
    const principal = ownerId ?? identity;
    const seesEverything =
        roleBindings?.some(
            ({ principalId, roleName, crnPattern }) =>
                principalId === principal &&
                rolesThatSeeEveryKey.includes(roleName) &&
                /^crn:\/\/[^/]+\/organization=[^/]+$/.test(crnPattern),
        ) ?? false;
    return { identity, ownerId, endpoint: api.endpoint, seesEverything };
}
