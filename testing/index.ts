export type { Deployed, DeployOptions } from "./deployProgram";
export { MockConfluentCloud, type MockConfluentCloudArgs } from "./mockConfluentCloud";
export type { MockedApiKey, MockedResource, MockedRoleBinding, MockedServiceAccount } from "./mockedResource";
export type { MockedLookUp, MockInventory, MockOrganization } from "./mockLookUps";
