import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess } from "./components";
import { assertFreshBuild } from "./program/freshBuild";
import { readRunningStackConfig } from "./program/stackConfig";
import { stackReadme } from "./program/stackReadme";

const access = new FlinkAccess("flink", stoppingAtMistakes(readRunningStackConfig));

/** The owner of the keys: `sa-111aaa` or `u-111aaa`. */
export const principalId = access.principalId;
/** The same under the name that Confluent's documentation gives it. */
export const PRINCIPAL_ID = access.principalId;
/** By region: apiKey, apiSecret (secret), scope, restEndpoint, createdAt, readiness. */
export const keys = access.keys;
/** By region, in clear, for other stacks to log and to branch on (a stack reference to `keys` makes all of it secret). */
export const restEndpoints = access.restEndpoints;
export const apiKeyIds = access.apiKeyIds;
export const scopes = access.scopes;
/** By region, secret: the variables that Confluent's own clients read. */
export const environment = access.environment;
/** Markdown without secrets, which Pulumi Cloud shows as the stack's README. */
export const readme = stackReadme(join(__dirname, "..", "Pulumi.README.md"), access);

/** A mistake in the config, or a stale build, stops the program with one line instead of a stack trace. */
function stoppingAtMistakes<T>(read: () => T): T {
    try {
        assertFreshBuild(join(__dirname, ".."));
        return read();
    } catch (error) {
        throw new pulumi.RunError((error as Error).message);
    }
}
