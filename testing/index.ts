/**
 * Mocks for unit tests of programs that use `FlinkAccess` or `FlinkApiKey`. They need no Pulumi engine and no network.
 *
 * @module pulumi-confluent-flink/testing
 */
export type { Deployed, DeployOptions } from "./deployProgram";
export { MockConfluentCloud, type MockConfluentCloudArgs } from "./mockConfluentCloud";
export type { MockedApiKey, MockedResource, MockedRoleBinding, MockedServiceAccount } from "./mockedResource";
export type { MockedLookUp, MockInventory, MockOrganization } from "./mockLookUps";
