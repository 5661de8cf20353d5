// The schema against the arguments and outputs in TypeScript, as the sources declare them. Not proven here: that the generated SDKs
// compile (`__tests__/engine/languages.test.ts`), and that the inputs arrive (`accessArgs.test.ts`).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { rolePresets } from "../../components";
import { oauthFields } from "../../confluent/oauthSettings";
import { type Properties, providerSettings, resources, types } from "../../plugin/schema";
import schema from "../../plugin/schema.json";

/** One field of TypeScript: its type, and the properties of the schema that stand for it. */
type Row = readonly [type: string, ...properties: string[]];

/** Fields of TypeScript, with the type of the schema that follows them. A field ends with `?` if it is optional. */
const followed: Readonly<
    Record<string, { file: string; properties: Properties; rows: Record<string, Row> }>
> = {
    FlinkAccessArgs: {
        file: "flinkAccessArgs",
        properties: resources.FlinkAccess.inputProperties,
        rows: {
            environmentId: ["pulumi.Input<string>", "environmentId"],
            regions: [
                "readonly (Region | NamedRegion<Region>)[] & readonly (RegionText<Region> | NamedRegion)[]",
                "regions",
                "namedRegions",
            ],
            "keyScope?": ['"region" | "global"', "keyScope"],
            "principal?": ["Principal", "principal"],
            "roles?": [
                "Role | readonly Role[]",
                "roles",
                "rolesAtScope",
                "statementRunner",
                "assigners",
                "selfAssigner",
            ],
            "rotation?": ["RotationArgs", "rotation"],
            "readiness?": ["pulumi.Input<AccessReadinessArgs>", "readiness"],
            "adopt?": [
                'Readonly<Partial<Record<RegionName<Region> | "global", pulumi.Input<AdoptedKey>>>>',
                "adopt",
            ],
        },
    },
    FlinkApiKeyArgs: {
        file: "flinkApiKey",
        properties: without(resources.FlinkApiKey.inputProperties, ["scope", "regions"]),
        rows: {
            owner: ["pulumi.Input<string>", "owner"],
            environmentId: ["pulumi.Input<string>", "environmentId"],
            cloud: ["pulumi.Input<Cloud | (string & {})>", "cloud"],
            region: ["pulumi.Input<string>", "region"],
            "displayName?": ["pulumi.Input<string>", "displayName"],
            "description?": ["pulumi.Input<string>", "description"],
            "rotationTrigger?": ["pulumi.Input<string>", "rotationTrigger"],
            "overlap?": ["pulumi.Input<string>", "overlap"],
            "readiness?": ["pulumi.Input<ReadinessArgs>", "readiness"],
            "adopt?": ["pulumi.Input<AdoptedKey>", "adopt"],
        },
    },
    GlobalFlinkApiKeyArgs: {
        file: "flinkApiKey",
        properties: pick(resources.FlinkApiKey.inputProperties, ["scope", "regions", "readiness"]),
        rows: {
            scope: ['"global"', "scope"],
            regions: ["pulumi.Input<readonly pulumi.Input<string>[]>", "regions"],
            "readiness?": ["pulumi.Input<GlobalReadinessArgs>", "readiness"],
        },
    },
    GlobalReadinessArgs: {
        file: "flinkApiKey",
        properties: pick(propertiesOf("AccessReadiness"), ["restEndpoints"]),
        rows: { "restEndpoint?": ["Readonly<Record<string, pulumi.Input<string>>>", "restEndpoints"] },
    },
    ReadinessArgs: {
        file: "flinkApiKey",
        properties: without(propertiesOf("AccessReadiness"), ["restEndpoints"]),
        rows: {
            "timeout?": ["pulumi.Input<string>", "timeout"],
            "unreachable?": ['pulumi.Input<"warn" | "trust" | "fail">', "unreachable"],
            "network?": ['pulumi.Input<"public" | "private">', "network"],
            "restEndpoint?": ["pulumi.Input<string>", "restEndpoint"],
        },
    },
    AccessReadinessArgs: {
        file: "accessReadiness",
        properties: without(propertiesOf("AccessReadiness"), ["timeout", "unreachable", "network"]),
        rows: {
            "restEndpoint?": [
                "pulumi.Input<string> | Readonly<Record<string, pulumi.Input<string>>>",
                "restEndpoint",
                "restEndpoints",
            ],
        },
    },
    AdoptedKey: {
        file: "flinkApiKey",
        properties: propertiesOf("AdoptedKey"),
        rows: {
            apiKey: ["pulumi.Input<string>", "apiKey"],
            apiSecret: ["pulumi.Input<string>", "apiSecret"],
        },
    },
    SupersededKey: {
        file: "flinkApiKey",
        properties: propertiesOf("SupersededKey"),
        rows: {
            apiKey: ["string", "apiKey"],
            retireAt: ["string", "retireAt"],
            "supersededAt?": ["string", "supersededAt"],
        },
    },
    NamedRegion: {
        file: "accessRegion",
        properties: propertiesOf("NamedRegion"),
        rows: {
            name: ["Name", "name"],
            cloud: ["pulumi.Input<Cloud | (string & {})>", "cloud"],
            region: ["pulumi.Input<string>", "region"],
        },
    },
    NewServiceAccount: {
        file: "principalArgs",
        properties: pick(propertiesOf("Principal"), ["displayName", "description"]),
        rows: {
            "displayName?": ["pulumi.Input<string>", "displayName"],
            "description?": ["pulumi.Input<string>", "description"],
        },
    },
    ExistingServiceAccount: existing("serviceAccountId"),
    ExistingUser: existing("userId"),
    PrincipalOfStack: existing("stack"),
    RoleAtScope: {
        file: "roles",
        properties: propertiesOf("RoleAtScope"),
        rows: {
            roleName: [
                '| KnownRole | "Assigner" | "CloudClusterAdmin" | "DeveloperManage" | "DeveloperRead" | "DeveloperWrite" | "NetworkAdmin" | "ResourceOwner" | (string & {})',
                "roleName",
            ],
            crnPattern: ["pulumi.Input<string>", "crnPattern"],
            "name?": ["string", "name"],
        },
    },
    StatementRunnerArgs: {
        file: "rolePresets",
        properties: propertiesOf("StatementRunner"),
        rows: {
            kafkaClusterIds: ["readonly string[]", "kafkaClusterIds"],
            "topics?": ["readonly string[] | TopicAccess", "topics", "topicAccess"],
            "schemaRegistryId?": ["string", "schemaRegistryId"],
            "subjects?": ["readonly string[] | TopicAccess", "subjects", "subjectAccess"],
        },
    },
    TopicAccess: {
        file: "rolePresets",
        properties: propertiesOf("TopicAccess"),
        rows: {
            "read?": ["readonly string[]", "read"],
            "write?": ["readonly string[]", "write"],
            "manage?": ["readonly string[]", "manage"],
        },
    },
    RotationArgs: {
        file: "rotation",
        properties: propertiesOf("Rotation"),
        rows: {
            "every?": ["string", "every"],
            "overlap?": ["string", "overlap"],
            "anchor?": ["string", "anchor"],
            "stagger?": ["string", "stagger"],
            "trigger?": ["string", "trigger"],
        },
    },
    FlinkKey: {
        file: "regionKey",
        properties: propertiesOf("FlinkKey"),
        rows: {
            apiKey: ["pulumi.Output<string>", "apiKey"],
            apiSecret: ["pulumi.Output<string>", "apiSecret"],
            scope: ["pulumi.Output<string>", "scope"],
            restEndpoint: ["pulumi.Output<string>", "restEndpoint"],
            createdAt: ["pulumi.Output<string>", "createdAt"],
            status: ["pulumi.Output<string>", "status"],
            rotatesAt: ["string | undefined", "rotatesAt"],
            superseded: ["pulumi.Output<SupersededKey[]>", "superseded"],
        },
    },
};

function propertiesOf(type: string): Properties {
    const found = types[type];
    if (found === undefined) throw new Error(`The schema has no type ${type}.`);
    return found.properties;
}

function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function without(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

function existing(field: string) {
    const rows: Record<string, Row> = { [field]: ["pulumi.Input<string>", field] };
    return { file: "principalArgs", properties: pick(propertiesOf("Principal"), [field]), rows };
}

/** The fields that an interface declares itself, with their types as they are written. */
function declared(file: string, name: string): Record<string, string> {
    const path = join(__dirname, "..", "..", "components", `${file}.ts`);
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
    const found = source.statements.find(
        (node): node is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(node) && node.name.text === name,
    );
    if (found === undefined) throw new Error(`components/${file}.ts declares no interface ${name}.`);
    return Object.fromEntries(
        found.members
            .filter(ts.isPropertySignature)
            .map((member) => [
                `${member.name.getText()}${member.questionToken ? "?" : ""}`,
                (member.type?.getText() ?? "").replace(/\s+/g, " "),
            ]),
    );
}

describe("the schema", () => {
    it.each(Object.entries(followed))("follows %s", (name, { file, properties, rows }) => {
        // A failure here: the interface has changed. Change plugin/schema.json, plugin/accessArgs.ts, then this table.
        expect(declared(file, name)).toEqual(
            Object.fromEntries(Object.entries(rows).map(([field, [type]]) => [field, type])),
        );
        const standIns = Object.values(rows).flatMap(([, ...names]) => names);
        expect(Object.keys(properties).sort()).toEqual(standIns.sort());
    });

    it("requires what TypeScript requires", () => {
        const required = (name: string): string[] =>
            Object.keys(followed[name]?.rows ?? {}).filter((field) => !field.endsWith("?"));
        // A global key has no cloud and no region of its own.
        const byScope = ["cloud", "region"];
        expect([...(resources.FlinkApiKey.requiredInputs ?? []), ...byScope]).toEqual(
            required("FlinkApiKeyArgs"),
        );
        expect(resources.FlinkAccess.requiredInputs).toEqual(required("FlinkAccessArgs"));
        for (const name of ["AdoptedKey", "SupersededKey", "NamedRegion", "RoleAtScope"])
            expect(types[name]?.required).toEqual(required(name));
        expect(types.StatementRunner?.required).toEqual(required("StatementRunnerArgs"));
    });

    it("has an input for every preset of roles that is more than a role's name", () => {
        expect(Object.keys(rolePresets)).toEqual([
            "organizationAdmin",
            "environmentAdmin",
            "flinkAdmin",
            "flinkDeveloper",
            "statementRunner",
            "assigner",
            "selfAssigner",
        ]);
    });

    it("has the fields of the official provider's oauth", () => {
        expect(Object.keys(propertiesOf("Oauth")).sort()).toEqual([...oauthFields].sort());
    });

    it("describes every resource, type, input and output, and refers only to types that it has", () => {
        const text = JSON.stringify(schema);
        const refs = [...text.matchAll(/"#\/types\/confluent-flink:index:(\w+)"/g)].map(([, name]) => name);
        expect([...new Set(refs)].filter((name) => types[String(name)] === undefined)).toEqual([]);
        const undescribed = Object.entries({ ...types, ...resources }).flatMap(([name, type]) => [
            ...(type.description ? [] : [name]),
            ...Object.entries({
                ...type.properties,
                ...("inputProperties" in type ? type.inputProperties : {}),
            }).flatMap(([field, { description }]) => (description ? [] : [`${name}.${field}`])),
        ]);
        expect(undescribed).toEqual([]);
    });

    it("marks every secret, and what has one in it", () => {
        const secrets = Object.entries({ ...types, ...resources }).flatMap(([name, type]) =>
            Object.entries({
                ...type.properties,
                ...("inputProperties" in type ? type.inputProperties : {}),
            }).flatMap(([field, { secret }]) => (secret ? [`${name}.${field}`] : [])),
        );
        expect(secrets.sort()).toEqual([
            "AdoptedKey.apiSecret",
            "FlinkAccess.environmentVariables",
            "FlinkAccess.keys",
            "FlinkAccess.providerSettings",
            "FlinkApiKey.adopt",
            "FlinkApiKey.apiSecret",
            "FlinkKey.apiSecret",
            "Oauth.oauthExternalAccessToken",
            "Oauth.oauthExternalClientSecret",
            "ProviderSettings.flinkApiSecret",
        ]);
    });

    it("has the same settings for the package's config and for its provider", () => {
        expect(schema.config.variables).toEqual(providerSettings);
    });
});
