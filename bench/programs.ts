import { join } from "node:path";
import { providerLine } from "../components/flinkApiKey";
import { environmentId, regions } from "./createOwners";

/** A provider line for a provider that does nothing. */
export const nothingLine = `exports.handler = () => ({
    check: async (olds, news) => ({ inputs: news, failures: [] }),
    diff: async () => ({ changes: false }),
    create: async (inputs) => ({ id: "nothing", outs: inputs }),
    read: async (id, props) => ({ id, props }),
    update: async (id, olds, news) => ({ outs: news }),
    delete: async () => undefined,
});`;

/** Loads the SDK, and declares no resources. */
export const emptyProgram = `require("@pulumi/pulumi");\n`;

/** Declares `count` Flink keys, distributed over the owners and three regions. */
export function keysProgram(count: number, owners: readonly string[], opts = "{}"): string {
    return `
const { FlinkApiKey } = require("pulumi-confluent-flink");
const owners = ${JSON.stringify(owners)};
const regions = ${JSON.stringify(regions)};
const opts = ${opts};
for (let i = 0; i < ${count}; i++) {
    const [cloud, region] = regions[i % regions.length];
    new FlinkApiKey("key-" + i, { owner: owners[i % owners.length], environmentId: "${environmentId}", cloud, region }, opts);
}
`;
}

/**
 * Declares `count` dynamic resources whose provider does nothing. Their provider is also a constant line. A closure that
 * Pulumi serializes would make this program slower, and the comparison too favourable.
 */
export function nothingProgram(count: number): string {
    return `
const pulumi = require("@pulumi/pulumi");
${nothingClass()}
for (let i = 0; i < ${count}; i++) new Nothing("key-" + i);
`;
}

/** The same keys with `holdingProvider.js` instead of our provider. Its provider line is as long as the package's own. */
export function holdingProgram(count: number, owners: readonly string[]): string {
    const file = JSON.stringify(join(__dirname, "holdingProvider.js"));
    const line = `exports.handler = () => require(${file});`.padEnd(providerLine.length);
    const props = `{ ...props, __provider: ${JSON.stringify(line)} }`;
    return keysProgram(
        count,
        owners,
        `{ transformations: [({ props, opts }) => ({ props: ${props}, opts })] }`,
    );
}

/** A service account, its role and a key, with this package. */
export const accessProgram = `
const { FlinkAccess } = require("pulumi-confluent-flink");
new FlinkAccess("bench", { environmentId: "${environmentId}", regions: ["aws.us-east-2"], roles: ["OrganizationAdmin"] });
`;

/** The same with the official provider only, which waits for fixed times. */
export const officialProgram = `
${officialAccount("")}
new confluentcloud.ApiKey("bench-key", {
    displayName: "bench-key",
    owner: { id: account.id, apiVersion: account.apiVersion, kind: account.kind },
    managedResource: {
        id: "aws.us-east-2",
        apiVersion: "fcpm/v2",
        kind: "Region",
        environment: { id: "${environmentId}" },
    },
}, { dependsOn: [binding] });
`;

/** The same account and role without any waiting, and a resource that does nothing instead of the key. */
export const accessWithoutKeyProgram = `
const pulumi = require("@pulumi/pulumi");
${nothingClass()}
${officialAccount("disableWaitForReady: true,")}
new Nothing("bench-key", { dependsOn: [binding] });
`;

function officialAccount(bindingArgs: string): string {
    return `
const confluentcloud = require("@pulumi/confluentcloud");
const account = new confluentcloud.ServiceAccount("bench-account", { displayName: "bench" });
const environment = confluentcloud.getEnvironmentOutput({ id: "${environmentId}" });
const binding = new confluentcloud.RoleBinding("bench-OrganizationAdmin", {
    principal: account.id.apply((id) => "User:" + id),
    roleName: "OrganizationAdmin",
    crnPattern: environment.resourceName.apply((crn) => crn.replace(/[/]environment=.*$/, "")),
    ${bindingArgs}
});
`;
}

function nothingClass(): string {
    return `
class Nothing extends pulumi.CustomResource {
    constructor(name, opts) {
        super("pulumi-nodejs:dynamic/bench:Nothing", name, { value: name, __provider: ${JSON.stringify(nothingLine)} }, opts);
    }
}`;
}
