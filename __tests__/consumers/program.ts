/** The program that every consumer deploys: a FlinkAccess and a FlinkApiKey, declared by `make` in the given module. */
export function programOf(make: string): string {
    return `const { FlinkAccess, FlinkApiKey } = ${make};
const access = new FlinkAccess("orders", {
    environmentId: "env-abc123",
    regions: ["aws.us-east-2"],
    roles: ["OrganizationAdmin"],
});
new FlinkApiKey("single", {
    owner: access.principalId,
    environmentId: "env-abc123",
    cloud: "gcp",
    region: "us-east1",
});
`;
}

/** A FlinkAccess of each of two copies of the package, with one explicit provider and with the default one. */
export const programOfTwoCopies = `const pulumi = require("@pulumi/pulumi");
const confluentcloud = require("@pulumi/confluentcloud");
const own = require("pulumi-confluent-flink");
const platform = require("@acme/platform");
if (own.FlinkAccess === platform.FlinkAccess) throw new Error("expected two copies of pulumi-confluent-flink, got one");
const provider = new confluentcloud.Provider("organization", {
    endpoint: new pulumi.Config("confluentcloud").require("endpoint"),
    cloudApiKey: process.env.CONFLUENT_CLOUD_API_KEY,
    cloudApiSecret: process.env.CONFLUENT_CLOUD_API_SECRET,
});
const args = { environmentId: "env-abc123", regions: ["aws.us-east-2"] };
new own.FlinkAccess("orders", args, { provider });
new platform.FlinkAccess("billing", args, { provider });
`;

/** The same as an inline program of the Automation API: `up`, then `destroy`. `first` runs before the stack is created. */
export function inlineProgramOf(first = ""): string {
    return `${first}
const automation = require("@pulumi/pulumi/automation");
async function program() {
${programOf('require("pulumi-confluent-flink")')}}
async function main() {
    const stack = await automation.LocalWorkspace.createOrSelectStack(
        { stackName: "dev", projectName: "consumer", program },
        { envVars: process.env },
    );
    await stack.setConfig("confluentcloud:endpoint", { value: process.env.EMULATOR_URL });
    await stack.up({ onOutput: console.log });
    console.log("UP DONE");
    await stack.destroy({ onOutput: console.log });
}
main().catch((error) => { console.error(String(error.message)); process.exit(1); });
`;
}
