/**
 * What a Pulumi program imports: {@link FlinkAccess} for Flink access on Confluent Cloud, or {@link FlinkApiKey} for one key.
 *
 * The package has another entry, `pulumi-confluent-flink/provider`. Programs do not import it: the engine loads it, through a line
 * in the stack's state (decision 001).
 *
 * @module pulumi-confluent-flink
 */
export type { Cloud } from "../confluent/clouds";
export type { AccessReadinessArgs } from "./accessReadiness";
export type { CloudRegion, NamedRegion, RegionName, RegionScope, RegionText } from "./accessRegion";
export { FlinkAccess } from "./flinkAccess";
export type { FlinkAccessArgs } from "./flinkAccessArgs";
export {
    type AdoptedKey,
    FlinkApiKey,
    type FlinkApiKeyArgs,
    type GlobalFlinkApiKeyArgs,
    type GlobalReadinessArgs,
    type ReadinessArgs,
    type SupersededKey,
} from "./flinkApiKey";
export type { KnownRole } from "./grant";
export type {
    ExistingServiceAccount,
    ExistingUser,
    NewServiceAccount,
    Principal,
    PrincipalOfStack,
} from "./principalArgs";
export type { FlinkEnvironmentVariables, FlinkKey } from "./regionKey";
export { rolePresets, type StatementRunnerArgs, type TopicAccess } from "./rolePresets";
export type { Role, RoleAtScope, RolePreset } from "./roles";
export type { RotationArgs } from "./rotation";
export type { FlinkProviderArgs } from "./statementProvider";
