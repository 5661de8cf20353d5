// What stands in for this package in the program, where the engine's tests run with the plugin (`FLINK_KEYS=plugin`): the same
// classes, as a generated SDK declares them, with the unions of TypeScript as separate inputs.
const pulumi = require("@pulumi/pulumi");

const { version } = require("../../package.json");

class FlinkApiKey extends pulumi.CustomResource {
    constructor(name, args, opts) {
        const outputs = ["apiKey", "apiSecret", "createdAt", "scope", "restEndpoint", "status", "superseded"];
        const unknown = Object.fromEntries(outputs.map((output) => [output, undefined]));
        super("confluent-flink:index:FlinkApiKey", name, { ...args, ...unknown }, { version, ...opts });
    }
}

class FlinkAccess extends pulumi.ComponentResource {
    constructor(name, args, opts) {
        const outputs = [
            "principalId",
            "keys",
            "environmentVariables",
            "providerSettings",
            "restEndpoints",
            "apiKeyIds",
            "scopes",
        ];
        const unknown = Object.fromEntries(outputs.map((output) => [output, undefined]));
        const inputs = { ...inputsOf(args), ...unknown };
        super("confluent-flink:index:FlinkAccess", name, inputs, { version, ...opts }, true);
    }
}

function inputsOf({ regions, roles, readiness, ...args }) {
    const isText = (value) => typeof value === "string";
    const list = roles === undefined || Array.isArray(roles) ? roles : [roles];
    const presets = Object.assign(
        {},
        ...(list ?? []).filter((role) => role.preset).map(({ preset }) => preset),
    );
    return {
        ...args,
        regions: Array.isArray(regions) ? regions.filter(isText) : regions,
        ...(Array.isArray(regions) && regions.some((region) => !isText(region))
            ? { namedRegions: regions.filter((region) => !isText(region)) }
            : {}),
        ...(list && { roles: list.filter(isText), rolesAtScope: list.filter((role) => role.roleName) }),
        ...presets,
        ...(readiness !== undefined && { readiness: pulumi.output(readiness).apply(readinessOf) }),
    };
}

function readinessOf(readiness) {
    if (typeof readiness !== "object" || typeof readiness?.restEndpoint !== "object") return readiness;
    const { restEndpoint, ...others } = readiness;
    return { ...others, restEndpoints: restEndpoint };
}

/** Presets, as the inputs that stand for them. */
const rolePresets = {
    organizationAdmin: () => "OrganizationAdmin",
    environmentAdmin: () => "EnvironmentAdmin",
    flinkAdmin: () => "FlinkAdmin",
    flinkDeveloper: () => "FlinkDeveloper",
    statementRunner: ({ topics, subjects, ...args }) => ({
        preset: {
            statementRunner: {
                ...args,
                ...(Array.isArray(topics) ? { topics } : { topicAccess: topics }),
                ...(Array.isArray(subjects) ? { subjects } : { subjectAccess: subjects }),
            },
        },
    }),
    assigner: (args) => ({ preset: { assigners: [args] } }),
    selfAssigner: () => ({ preset: { selfAssigner: true } }),
};

module.exports = { FlinkAccess, FlinkApiKey, rolePresets };
