import { isUsable } from "./access/authentication";
import { timestamp } from "./clock";
import type { Cloud } from "./cloud";
import { poolPhase } from "./fcpm/computePools";
import { hasFlinkRoleIn } from "./sql/statementAccess";
import { isGone, statementPhase } from "./sql/statementPhase";

/** Every resource of the organization, without secrets. `seeded` marks those that the emulator starts with. */
export interface EmulatorState {
    organizationId: string;
    /** `2026-08-01T00:00:00.000Z`, by the emulator's clock. */
    now: string;
    serviceAccounts: {
        id: string;
        displayName: string;
        description: string;
        createdAt: string;
        seeded: boolean;
    }[];
    users: { id: string; email: string; fullName: string; seeded: boolean }[];
    identityPools: { id: string; displayName: string; seeded: boolean }[];
    environments: { id: string; displayName: string; createdAt: string; seeded: boolean }[];
    roleBindings: {
        id: string;
        /** `User:sa-111aaa` */
        principal: string;
        roleName: string;
        crnPattern: string;
        createdAt: string;
        /** Whether it has propagated. */
        effective: boolean;
        seeded: boolean;
    }[];
    apiKeys: {
        id: string;
        secret: "***";
        displayName: string;
        description: string;
        ownerId: string;
        kind: "cloud" | "global" | "flink" | "kafka" | "schema-registry" | "tableflow";
        /** Flink keys only: `env-abc123`. */
        environmentId?: string;
        /** Flink keys only: `aws.us-east-1`. */
        region?: string;
        createdAt: string;
        /** Whether it has propagated: its endpoints accept it. */
        propagated: boolean;
        /** Flink keys: whether listing statements with it returns 200. Other keys: the same as `propagated`. */
        usable: boolean;
        seeded: boolean;
    }[];
    computePools: {
        id: string;
        displayName: string;
        environmentId: string;
        region: string;
        /** Whether statements that name no pool run in it. */
        isDefault: boolean;
        phase: string;
        seeded: boolean;
    }[];
    statements: {
        name: string;
        environmentId: string;
        region: string;
        computePoolId: string;
        principalId: string;
        statement: string;
        phase: string;
    }[];
}

export function describeState(cloud: Cloud): EmulatorState {
    const now = cloud.now();
    return {
        organizationId: cloud.organizationId,
        now: timestamp(now),
        serviceAccounts: cloud.serviceAccounts
            .values()
            .map(({ id, displayName, description, createdAt, seeded }) => ({
                id,
                displayName,
                description,
                createdAt: timestamp(createdAt),
                seeded,
            })),
        users: cloud.users
            .values()
            .map(({ id, email, fullName, seeded }) => ({ id, email, fullName, seeded })),
        identityPools: cloud.identityPools
            .values()
            .map(({ id, displayName, seeded }) => ({ id, displayName, seeded })),
        environments: cloud.environments.values().map(({ id, displayName, createdAt, seeded }) => ({
            id,
            displayName,
            createdAt: timestamp(createdAt),
            seeded,
        })),
        roleBindings: cloud.roleBindings.values().map((binding) => ({
            id: binding.id,
            principal: `User:${binding.principalId}`,
            roleName: binding.roleName,
            crnPattern: binding.crnPattern,
            createdAt: timestamp(binding.createdAt),
            effective: binding.effectiveAt <= now,
            seeded: binding.seeded,
        })),
        apiKeys: cloud.apiKeys.values().map((key) => ({
            id: key.id,
            secret: "***",
            displayName: key.displayName,
            description: key.description,
            ownerId: key.ownerId,
            kind: key.scope.kind,
            ...(key.scope.kind === "flink"
                ? { environmentId: key.scope.environmentId, region: key.scope.regionId }
                : {}),
            createdAt: timestamp(key.createdAt),
            propagated: isUsable(cloud, key),
            usable:
                isUsable(cloud, key) &&
                (key.scope.kind !== "flink" ||
                    hasFlinkRoleIn(cloud, key.ownerId, key.scope.environmentId, key.scope.regionId)),
            seeded: key.seeded,
        })),
        computePools: cloud.computePools.values().map((pool) => ({
            id: pool.id,
            displayName: pool.displayName,
            environmentId: pool.environmentId,
            region: pool.regionId,
            isDefault: pool.defaultPool,
            phase: poolPhase(cloud, pool),
            seeded: pool.seeded,
        })),
        statements: cloud.statements
            .values()
            .filter((statement) => !isGone(statement, now))
            .map((statement) => ({
                name: statement.name,
                environmentId: statement.environmentId,
                region: statement.regionId,
                computePoolId: statement.computePoolId,
                principalId: statement.principalId,
                statement: statement.statement,
                phase: statementPhase(statement, now),
            })),
    };
}
