export type { NamedRegion } from "./accessRegion";
export {
    type AccessReadinessArgs,
    FlinkAccess,
    type FlinkAccessArgs,
    type FlinkEnvironment,
    type FlinkKey,
} from "./flinkAccess";
export { FlinkApiKey, type FlinkApiKeyArgs, type ReadinessArgs, type SupersededKey } from "./flinkApiKey";
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
