export {
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
