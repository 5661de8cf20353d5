export {
    type AccessReadinessArgs,
    type ExistingServiceAccount,
    type ExistingUser,
    FlinkAccess,
    type FlinkAccessArgs,
    type FlinkEnvironment,
    type FlinkKey,
    type NewServiceAccount,
    type Principal,
} from "./flinkAccess";
export { FlinkApiKey, type FlinkApiKeyArgs, type ReadinessArgs, type SupersededKey } from "./flinkApiKey";
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
