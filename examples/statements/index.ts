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

// An account that may run these statements and nothing else, and a key of its own that is exchanged every 90 days.
const access = new FlinkAccess("orders", {
    environmentId,
    regions: [region],
    roles: rolePresets.statementRunner({
        kafkaClusterIds: [kafkaClusterId],
        topics: { read: ["orders"], write: ["orders_per_minute", "large_orders"] },
    }),
    rotation: { every: "90d", overlap: "7d", trigger: config.get("rotationTrigger") },
});

// The key is a setting of the provider, not of the statements: a rotation touches none of them.
const provider = access.flinkProvider(region, { computePoolId: pool.id });
const properties = { "sql.current-catalog": environmentId, "sql.current-database": kafkaClusterId };

/** One for each file `statements/<name>.sql`, in the shape that `stop/` takes over. */
export const statements = Object.fromEntries(
    readdirSync("statements")
        .filter((file) => file.endsWith(".sql"))
        .map((file) => {
            const statementName = basename(file, ".sql");
            const statement = readFileSync(`statements/${file}`, "utf8").trim();
            // `stopped` is left out, so whoever stops it with `stop/` is not overruled here.
            new confluentcloud.FlinkStatement(
                statementName,
                { statementName, statement, properties },
                {
                    provider,
                    // Another text is another statement, and its name has to be free first.
                    deleteBeforeReplace: true,
                },
            );
            return [statementName, { statement, properties }];
        }),
);

export const { principalId, apiKeyIds } = access;
export const computePoolId = pool.id;
/** What `stop/` works with; secret. */
export const environment = access.environment[region];
