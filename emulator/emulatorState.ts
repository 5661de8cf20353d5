import { isUsable } from "./access/authentication";
import { timestamp } from "./clock";
import type { Cloud } from "./cloud";
import { poolPhase } from "./fcpm/computePools";
import type {
    ApiKey,
    ComputePool,
    Environment,
    IdentityPool,
    Made,
    RoleBinding,
    ServiceAccount,
    Statement,
    User,
} from "./resources";
import { hasFlinkRoleIn } from "./sql/statementAccess";
import { isGone, statementPhase } from "./sql/statementPhase";

/** A resource with its times in the form `2026-08-01T00:00:00.000Z`. */
type Shown<T extends Made> = Omit<T, "createdAt" | "updatedAt"> & { createdAt: string; updatedAt: string };

/** Every resource of the organization, without secrets. `seeded` marks those that the emulator starts with. */
export interface EmulatorState {
    organizationId: string;
    /** `2026-08-01T00:00:00.000Z`, by the emulator's clock. */
    now: string;
    serviceAccounts: Shown<ServiceAccount>[];
    users: Shown<User>[];
    identityPools: Shown<IdentityPool>[];
    environments: Shown<Environment>[];
    roleBindings: (Shown<RoleBinding> & {
        /** `User:sa-111aaa` */
        principal: string;
        /** Whether it has propagated. */
        effective: boolean;
    })[];
    apiKeys: (Shown<Omit<ApiKey, "secret" | "scope" | "usableAt">> & {
        secret: "***";
        kind: ApiKey["scope"]["kind"];
        /** Flink keys only: `env-abc123`. */
        environmentId?: string;
        /** Flink keys only: `aws.us-east-1`. */
        region?: string;
        /** Whether it has propagated: its endpoints accept it. */
        propagated: boolean;
        /** Flink keys: whether listing statements with it returns 200. Other keys: the same as `propagated`. */
        usable: boolean;
    })[];
    computePools: (Shown<ComputePool> & {
        region: string;
        /** Whether statements that name no pool run in it. */
        isDefault: boolean;
        phase: string;
    })[];
    statements: (Pick<Statement, "name" | "environmentId" | "computePoolId" | "principalId" | "statement"> & {
        region: string;
        phase: string;
    })[];
}

export function describeState(cloud: Cloud): EmulatorState {
    const now = cloud.now();
    return {
        organizationId: cloud.organizationId,
        now: timestamp(now),
        serviceAccounts: cloud.serviceAccounts.values().map(shown),
        users: cloud.users.values().map(shown),
        identityPools: cloud.identityPools.values().map(shown),
        environments: cloud.environments.values().map(shown),
        roleBindings: cloud.roleBindings.values().map((binding) => ({
            ...shown(binding),
            principal: `User:${binding.principalId}`,
            effective: binding.effectiveAt <= now,
        })),
        apiKeys: cloud.apiKeys.values().map((key) => {
            const { scope, usableAt, ...rest } = shown(key);
            const flink = scope.kind === "flink" ? scope : undefined;
            const propagated = isUsable(cloud, key);
            return {
                ...rest,
                secret: "***",
                kind: scope.kind,
                ...(flink && { environmentId: flink.environmentId, region: flink.regionId }),
                propagated,
                usable:
                    propagated &&
                    (!flink || hasFlinkRoleIn(cloud, key.ownerId, flink.environmentId, flink.regionId)),
            };
        }),
        computePools: cloud.computePools.values().map((pool) => ({
            ...shown(pool),
            region: pool.regionId,
            isDefault: pool.defaultPool,
            phase: poolPhase(cloud, pool),
        })),
        statements: cloud.statements
            .values()
            .filter((one) => !isGone(one, now))
            .map((one) => {
                const { name, environmentId, regionId: region, computePoolId, principalId, statement } = one;
                const phase = statementPhase(one, now);
                return { name, environmentId, region, computePoolId, principalId, statement, phase };
            }),
    };
}

function shown<T extends Made>(resource: T): Shown<T> {
    const { createdAt, updatedAt } = resource;
    return { ...resource, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
}
