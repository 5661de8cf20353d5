import { type AppliedQuota, listAppliedQuotas } from "../../confluent/appliedQuotas";
import type { ConfluentApi } from "../../confluent/confluentApi";
import { type ListedEnvironment, listEnvironments } from "../../confluent/environmentList";
import { type FlinkApiKey, listFlinkApiKeys } from "../../confluent/flinkApiKeyList";
import { type FlinkRegion, listFlinkRegions } from "../../confluent/flinkRegions";
import { listRoleBindings, type RoleBinding } from "../../confluent/roleBindings";
import { listServiceAccounts, type ServiceAccount } from "../../confluent/serviceAccounts";
import { listUsers, type User } from "../../confluent/users";
import type { Gap, GapSubject } from "./report";

/** What Confluent Cloud says, as far as the credentials may see. */
export interface CloudInventory {
    readonly keys: readonly FlinkApiKey[];
    /** Confluent Cloud's clock when the keys were listed; undefined where it did not say. */
    readonly asOfMs: number | undefined;
    readonly environments: readonly ListedEnvironment[];
    readonly serviceAccounts: readonly ServiceAccount[];
    readonly users: readonly User[];
    /** Undefined where they could not be read. */
    readonly roleBindings: readonly RoleBinding[] | undefined;
    readonly quotas: readonly AppliedQuota[];
    readonly regions: readonly FlinkRegion[];
    readonly gaps: readonly Gap[];
}

/**
 * Reads keys, owners, role bindings, quotas, regions and environments side by side. Without the keys there is no report,
 * so that their error is thrown; anything else that the credentials may not see becomes a gap.
 */
export async function readCloudInventory(api: ConfluentApi): Promise<CloudInventory> {
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
    const [listed, environments, serviceAccounts, users, roleBindings, accountQuotas, userQuotas, regions] =
        await Promise.all([
            listFlinkApiKeys(api),
            orGap("environments", environmentsRead, []),
            orGap("serviceAccounts", listServiceAccounts(api), []),
            orGap("users", listUsers(api), []),
            orGap("roleBindings", environmentsRead.catch(() => []).then(bindingsOf(api)), undefined),
            orGap("quotas", listAppliedQuotas(api, "SERVICE_ACCOUNT"), []),
            orGap("quotas", listAppliedQuotas(api, "USER_ACCOUNT"), []),
            orGap("regions", listFlinkRegions(api), []),
        ]);
    const quotas = [...accountQuotas, ...userQuotas];
    return {
        ...listed,
        environments,
        serviceAccounts,
        users,
        roleBindings,
        quotas,
        regions,
        gaps,
    };
}

function bindingsOf(api: ConfluentApi) {
    return async (environments: readonly ListedEnvironment[]): Promise<readonly RoleBinding[]> => {
        const organizationId = environments.find((one) => one.organizationId)?.organizationId;
        if (organizationId === undefined) {
            throw new Error("The organization, below which role bindings are listed, is not known.");
        }
        return listRoleBindings(api, `crn://confluent.cloud/organization=${organizationId}`);
    };
}
