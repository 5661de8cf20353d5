// What stands in for this package in the program, where the engine's tests run with the plugin (`FLINK_KEYS=plugin`): the same
// classes, as a generated SDK declares them, with the unions of TypeScript as separate inputs.
const pulumi = require("@pulumi/pulumi");

const { version } = require("../../package.json");

class FlinkApiKey extends pulumi.CustomResource {
    constructor(name, args, opts) {
        const outputs = ["apiKey", "apiSecret", "createdAt", "scope", "restEndpoint", "status", "superseded"];
        const unknown = Object.fromEntries(outputs.map((output) => [output, undefined]));
        const options = withOwnProvider(opts);
        const provider = options.providers?.["confluent-flink"] ?? options.provider;
        const { providers, ...others } = options;
        const own = { version, ...others, ...(provider && { provider }) };
        // `scope` is an input of a Global key, and an output.
        super("confluent-flink:index:FlinkApiKey", name, { ...unknown, ...args }, own);
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
        super("confluent-flink:index:FlinkAccess", name, inputs, { version, ...withOwnProvider(opts) }, true);
        this.name = name;
        this.statementProviders = new Map();
        // In TypeScript the names of the regions are known, and the fields of a key are outputs.
        const { keys, environmentVariables } = this;
        const byRegion = (of) =>
            Object.fromEntries(args.regions.map(nameOf).map((region) => [region, of(region)]));
        if (Array.isArray(args.regions)) {
            // An index, not `apply`: of a value that a preview knows in part, it finds the part that is known.
            this.environmentVariables = byRegion((region) => environmentVariables[region]);
            this.keys = byRegion((region) =>
                Object.fromEntries(keyFields.map((field) => [field, keys[region][field]])),
            );
        }
    }

    /** What docs/guides/languages.md has a program declare. */
    flinkProvider(given, { computePoolId, name = "statements" }) {
        const region = nameOf(given);
        const fullName = `${this.name}-${region}-${name}`;
        const settings = this.providerSettings[region];
        if (!this.statementProviders.has(fullName)) {
            const config = new pulumi.Config("confluentcloud");
            const provider = new (require("@pulumi/confluentcloud").Provider)(
                fullName,
                {
                    endpoint: config.get("endpoint"),
                    flinkApiKey: settings.flinkApiKey,
                    flinkApiSecret: settings.flinkApiSecret,
                    flinkRestEndpoint: settings.flinkRestEndpoint,
                    flinkPrincipalId: settings.flinkPrincipalId,
                    organizationId: settings.organizationId,
                    environmentId: settings.environmentId,
                    flinkComputePoolId: computePoolId,
                },
                {
                    // Without a parent: in a preview, the SDK waits for all children of what the trigger depends on.
                    replacementTrigger: pulumi.all([this.scopes[region], computePoolId, this.principalId]),
                    deleteBeforeReplace: true,
                },
            );
            this.statementProviders.set(fullName, provider);
        }
        return this.statementProviders.get(fullName);
    }
}

const keyFields = ["apiKey", "apiSecret", "scope", "restEndpoint", "createdAt", "status", "superseded"];

/** `aws.us-east-2` of `env-abc123.AWS.us-east-2`. */
function nameOf(region) {
    if (typeof region !== "string") return region.name;
    const [name = "", cloud = ""] = region.split(".").reverse();
    return cloud === "" ? name : `${cloud.toLowerCase()}.${name}`;
}

/**
 * Under `pulumi:disable-default-providers`, a program has to declare a provider of each package. One for each official provider here,
 * with its settings.
 */
function withOwnProvider(opts = {}) {
    const official = opts.provider;
    const forbidden = new pulumi.Config("pulumi").getObject("disable-default-providers") ?? [];
    if (official?.getPackage() !== "confluentcloud" || forbidden.length === 0) return opts;
    const { cloudApiKey, cloudApiSecret, endpoint, oauth } = official;
    if (!ownProviders.has(official)) {
        const settings = { cloudApiKey, cloudApiSecret, endpoint, oauth };
        const options = { parent: official, version };
        const name = `${official.__name}-flink`;
        ownProviders.set(official, new pulumi.ProviderResource("confluent-flink", name, settings, options));
    }
    const { provider, ...others } = opts;
    return {
        ...others,
        providers: { confluentcloud: official, "confluent-flink": ownProviders.get(official) },
    };
}

const ownProviders = new WeakMap();

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
