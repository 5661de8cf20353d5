import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "./components";
import { assertFreshBuild } from "./program/assertFreshBuild";
import { readRunningStackConfig } from "./program/readStackConfig";
import { stackReadme } from "./program/stackReadme";

const access = new FlinkAccess("flink", orStopDeployment(readRunningStackConfig));

/** The owner of the keys: `sa-111aaa` or `u-111aaa`. */
export const principalId = access.principalId;
/** The same, with the name in Confluent's documentation. */
export const PRINCIPAL_ID = access.principalId;
/** For each region: apiKey, apiSecret, scope, restEndpoint, createdAt, status. Secret as a whole, as it contains a secret. */
export const keys = pulumi.secret(access.keys);
/** For each region, in plain text, for other stacks. */
export const restEndpoints = access.restEndpoints;
export const apiKeyIds = access.apiKeyIds;
export const scopes = access.scopes;
/** For each region, secret: the environment variables that Confluent's clients read. */
export const environmentVariables = pulumi.secret(access.environmentVariables);
/** Markdown without secrets, which Pulumi Cloud shows as the stack's README. */
export const readme = stackReadme(join(__dirname, "..", "Pulumi.README.md"), access);

/** Stops the program with one line instead of a stack trace if the config is invalid or the build is out of date. */
function orStopDeployment<T>(read: () => T): T {
    try {
        assertFreshBuild(join(__dirname, ".."));
        return read();
    } catch (error) {
        throw new pulumi.RunError((error as Error).message);
    }
}
