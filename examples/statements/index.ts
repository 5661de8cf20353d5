import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import { FlinkAccess, rolePresets } from "pulumi-confluent-flink";

const config = new pulumi.Config();
const environmentId = config.require("environmentId");
const kafkaClusterId = config.require("kafkaClusterId");
const region = "aws.us-east-2";

const pool = new confluentcloud.FlinkComputePool("orders", {
    displayName: "orders",
    cloud: "AWS",
    region: "us-east-2",
    maxCfu: 10,
    environment: { id: environmentId },
});

// A service account with only the roles for these statements, and a key that is replaced every 90 days.
const access = new FlinkAccess("orders", {
    environmentId,
    regions: [region],
    roles: rolePresets.statementRunner({
        kafkaClusterIds: [kafkaClusterId],
        topics: { read: ["orders"], write: ["orders_per_minute", "large_orders"] },
    }),
    rotation: { every: "90d", overlap: "7d", trigger: config.get("rotationTrigger") },
});

// The provider has the key, not the statements, so a rotation changes no statement.
const provider = access.flinkProvider(region, { computePoolId: pool.id });
const properties = { "sql.current-catalog": environmentId, "sql.current-database": kafkaClusterId };

/** One for each file `statements/<name>.sql`. `stop/` reads this output. */
export const statements = Object.fromEntries(
    readdirSync("statements")
        .filter((file) => file.endsWith(".sql"))
        .map((file) => {
            const statementName = basename(file, ".sql");
            const statement = readFileSync(`statements/${file}`, "utf8").trim();
            // Without `stopped`, so that this program does not resume a statement that `stop/` has stopped.
            new confluentcloud.FlinkStatement(
                statementName,
                { statementName, statement, properties },
                {
                    provider,
                    // A changed SQL text replaces the statement. The old one has to go first, because names are unique.
                    deleteBeforeReplace: true,
                },
            );
            return [statementName, { statement, properties }];
        }),
);

export const { principalId, apiKeyIds } = access;
export const computePoolId = pool.id;
/** The key's environment variables, which `stop/` reads; secret. */
export const environmentVariables = access.environmentVariables[region];
