export {
    type Deployed,
    type DeployOptions,
    MockConfluentCloud,
    type MockConfluentCloudArgs,
    type MockedApiKey,
    type MockedLookUp,
    type MockedResource,
    type MockedRoleBinding,
    type MockedServiceAccount,
    type MockOrganization,
} from "./mockConfluentCloud";
