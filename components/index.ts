/**
 * What a Pulumi program writes: Flink access on Confluent Cloud with {@link FlinkAccess}, or one key with {@link FlinkApiKey}.
 *
 * The package has a third entry, `pulumi-confluent-flink/provider`. The engine loads it, by the line that a stack's state holds
 * (decision 001); a program does not.
 *
 * @module pulumi-confluent-flink
 */
export type { NamedRegion } from "./accessRegion";
export {
    type AccessReadinessArgs,
    FlinkAccess,
    type FlinkAccessArgs,
    type FlinkEnvironment,
    type FlinkKey,
} from "./flinkAccess";
export {
    type AdoptedKey,
    FlinkApiKey,
    type FlinkApiKeyArgs,
    type ReadinessArgs,
    type SupersededKey,
} from "./flinkApiKey";
export type { ExistingServiceAccount, ExistingUser, NewServiceAccount, Principal } from "./principal";
export type { PrincipalOfStack } from "./principalOfStack";
export {
    type Role,
    type RoleAtScope,
    type RolePreset,
    rolePresets,
    type StatementRunnerArgs,
    type TopicAccess,
} from "./roles";
export type { RotationArgs } from "./rotation";
export type { FlinkProviderArgs } from "./statementProvider";
