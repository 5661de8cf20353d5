/**
 * Mocks with which a program that uses `FlinkAccess` or `FlinkApiKey` is tested, without an engine or a network.
 *
 * @module pulumi-confluent-flink/testing
 */
export type { Deployed, DeployOptions } from "./deployProgram";
export { MockConfluentCloud, type MockConfluentCloudArgs } from "./mockConfluentCloud";
export type { MockedApiKey, MockedResource, MockedRoleBinding, MockedServiceAccount } from "./mockedResource";
export type { MockedLookUp, MockInventory, MockOrganization } from "./mockLookUps";
