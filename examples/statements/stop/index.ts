// Stops and resumes one statement of another stack, and changes nothing else. Uses that stack's Flink API key and needs no
// Cloud API key.
import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import type { FlinkEnvironmentVariables } from "pulumi-confluent-flink";

const config = new pulumi.Config();
const deployment = new pulumi.StackReference(config.require("deployment"));
const statementName = config.require("statement");

// Read in every run, so that a run after a rotation uses the new key.
const environment = deployment.requireOutput(
    "environmentVariables",
) as pulumi.Output<FlinkEnvironmentVariables>;
const provider = new confluentcloud.Provider("flink", {
    flinkApiKey: environment.FLINK_API_KEY,
    flinkApiSecret: environment.FLINK_API_SECRET,
    flinkRestEndpoint: environment.FLINK_REST_ENDPOINT,
    flinkPrincipalId: environment.FLINK_PRINCIPAL_ID,
    flinkComputePoolId: deployment.requireOutput("computePoolId") as pulumi.Output<string>,
    organizationId: environment.CONFLUENT_ORGANIZATION_ID,
    environmentId: environment.CONFLUENT_ENVIRONMENT_ID,
});

const declared = deployment.requireOutput("statements").apply((statements) => {
    const found = statements[statementName];
    if (found === undefined)
        throw new Error(
            `flink-statements-stop:statement: got ${statementName}, expected one of ${Object.keys(statements).join(", ")}`,
        );
    return found;
}) as pulumi.Output<{ statement: string; properties: Record<string, string> }>;

const statement = new confluentcloud.FlinkStatement(
    statementName,
    {
        statementName,
        statement: declared.statement,
        properties: declared.properties,
        stopped: config.getBoolean("stopped") ?? false,
    },
    {
        provider,
        import: statementName,
        // The other stack owns the statement: its text, its creation and its deletion.
        ignoreChanges: ["statement", "properties"],
        retainOnDelete: true,
    },
);

export const { stopped } = statement;
